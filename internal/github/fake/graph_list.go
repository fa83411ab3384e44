package fake

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// etag is the tag of an answer. A proxy's is weak, as GitHub's is.
func etag(link, body string) string {
	return fmt.Sprintf(`W/"%x"`, sha256.Sum256([]byte(link+"\n"+body)))
}

// issues lists those in some states on which something happened since a time, oldest
// first. A pull request is none.
func (c *call) issues(r *repo, a map[string]any) []object {
	states, _ := a["states"].([]any)
	var since time.Time
	if filter, ok := a["filterBy"].(map[string]any); ok && filter["since"] != nil {
		since, _ = time.Parse(time.RFC3339, fmt.Sprint(filter["since"]))
	}
	closers := closersOf(r)
	list := []object{}
	for _, n := range slices.Sorted(maps.Keys(r.issues)) {
		issue := r.issues[n]
		state := "OPEN"
		if issue.Closed {
			state = "CLOSED"
		}
		if !slices.Contains(states, any(state)) || issue.Updated.Before(since) || issue.Deleted || issue.MovedTo != "" || r.pulls[n] != nil {
			continue
		}
		list = append(list, object{
			"number": n, "updatedAt": stamp(issue.Updated),
			"labels": computed(func(a map[string]any) any { return connection(labels(issue.Labels))(a) }),
			"timelineItems": computed(func(a map[string]any) any {
				lost := []object{}
				for _, e := range issue.Events {
					if e.Kind == "unlabeled" {
						lost = append(lost, object{"__typename": "UnlabeledEvent", "label": object{"name": e.Value}})
					}
				}
				return connection(lost)(a)
			}),
			"closedByPullRequestsReferences": computed(func(a map[string]any) any {
				return connection(c.closers(r, closers, n))(a)
			}),
		})
	}
	return list
}

// closersOf are the open pull requests that close an issue, by its name.
func closersOf(r *repo) map[string][]*Pull {
	closers := map[string][]*Pull{}
	for _, n := range slices.Sorted(maps.Keys(r.pulls)) {
		p := r.pulls[n]
		if p.Closed || p.Merged {
			continue
		}
		for _, name := range p.Closing {
			closers[name] = append(closers[name], p)
		}
	}
	return closers
}

func (c *call) closers(r *repo, all map[string][]*Pull, issue int) []object {
	pulls := []object{}
	for _, p := range all[r.name+"#"+strconv.Itoa(issue)] {
		pulls = append(pulls, c.closer(r, p))
	}
	return pulls
}

// closer is a pull request as a list of issues shows it.
func (c *call) closer(r *repo, p *Pull) object {
	var rollup object
	if runs := r.runs[p.Head]; len(runs) > 0 {
		state := "SUCCESS"
		for _, run := range runs {
			switch run.Conclusion {
			case "":
				state = "PENDING"
			case "failure":
				state = "FAILURE"
			}
		}
		rollup = object{"state": state}
	}
	return object{
		"number": p.Number, "state": "OPEN", "repository": object{"nameWithOwner": r.name}, "headRefOid": p.Head, "updatedAt": stamp(r.issues[p.Number].Updated),
		"commits": computed(func(map[string]any) any {
			return object{"nodes": []object{{"commit": object{"statusCheckRollup": rollup}}}}
		}),
	}
}
