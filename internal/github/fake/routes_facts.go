package fake

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// factOperations are those that only read what people and other programs did.
var factOperations = map[string]operation{
	"GET /repos/{owner}/{repo}/issues/{issue_number}/timeline":                {"issues", onIssue((*call).timeline)},
	"GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by": {"issues", onIssue((*call).blockers)},
	"GET /repos/{owner}/{repo}/commits/{ref}/check-runs":                      {"checks", (*call).checkRuns},
	"GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews":                   {"pull_requests", (*call).reviews},
	"GET /repos/{owner}/{repo}/pulls":                                         {"pull_requests", (*call).pulls},
	"GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls":                    {"pull_requests", (*call).pullsOfCommit},
	"GET /repos/{owner}/{repo}/collaborators/{username}/permission":           {"metadata", (*call).permission},
	"GET /repos/{owner}/{repo}/commits":                                       {"contents", (*call).listCommits},
	"GET /repos/{owner}/{repo}/compare/{basehead:.+}":                         {"contents", (*call).compare},
	"GET /orgs/{org}/teams/{team_slug}/members":                               {"members", (*call).members},
}

// happened adds an event to an issue's timeline.
func (c *call) happened(issue *Issue, kind, value string) {
	issue.Events = append(issue.Events, Event{ID: c.s.nextID(), Kind: kind, By: c.s.options.Login, Value: value, At: c.s.options.Now()})
	c.s.touch(issue)
}

func (c *call) timeline(r *repo, issue *Issue) {
	list := []object{}
	for _, e := range issue.Events {
		list = append(list, c.eventObject(e))
	}
	if pull := r.pulls[issue.Number]; pull != nil {
		for _, v := range pull.Reviews {
			if v.State == "DISMISSED" && v.Was != "" {
				list = append(list, dismissalObject(v))
			}
		}
	}
	c.give(http.StatusOK, page(c, list))
}

// dismissalObject is that a review was dismissed.
func dismissalObject(v Review) object {
	return object{
		"event": "review_dismissed", "actor": personObject(v.DismissedBy), "created_at": stamp(v.At), "id": 7_000_000 + v.ID, "node_id": "RD",
		"url": api, "commit_id": nil, "commit_url": nil, "performed_via_github_app": nil,
		"dismissed_review": object{"state": strings.ToLower(v.Was), "review_id": v.ID, "dismissal_message": nil},
	}
}

func (c *call) eventObject(e Event) object {
	o := object{"event": e.Kind, "actor": personObject(e.By), "created_at": stamp(e.At)}
	if e.Kind == "cross-referenced" { // it alone has no number of its own
		where, n, _ := strings.Cut(e.Value, "#")
		o["updated_at"] = stamp(e.At)
		from := object{"number": int(number(n)), "repository_url": api + "/repos/" + where, "state": "open"}
		if there := c.s.repos[strings.ToLower(where)]; there != nil {
			if p := there.pulls[int(number(n))]; p != nil {
				from["pull_request"] = object{"url": api, "html_url": api, "diff_url": api, "patch_url": api}
				if p.Closed || p.Merged {
					from["state"] = "closed"
				}
			}
		}
		o["source"] = object{"type": "issue", "issue": from}
		return o
	}
	o["id"], o["commit_id"], o["commit_url"] = e.ID, nil, nil
	switch e.Kind {
	case "labeled", "unlabeled":
		o["label"] = object{"name": e.Value, "color": "ededed"}
	case "assigned", "unassigned":
		o["assignee"] = personObject(e.Value)
	case "milestoned", "demilestoned":
		o["milestone"] = object{"title": e.Value}
	case "renamed":
		o["rename"] = object{"from": "", "to": e.Value}
	}
	return o
}

func (c *call) blockers(r *repo, issue *Issue) {
	if c.s.without["blocked_by"] {
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	list := []object{}
	for _, name := range issue.Blockers {
		where, n, _ := strings.Cut(name, "#")
		other := c.s.repos[strings.ToLower(where)]
		if other == nil || other.issues[int(number(n))] == nil {
			continue
		}
		list = append(list, issueObject(other, other.issues[int(number(n))]))
	}
	c.give(http.StatusOK, page(c, list))
}

// checkRuns gives every attempt, or with GitHub's default the latest of each app
// and name.
func (c *call) checkRuns(r *repo) {
	list := []object{}
	var seen []string
	for _, run := range slices.Backward(r.runs[c.params["ref"]]) {
		if name := c.r.URL.Query().Get("check_name"); name != "" && name != run.Name {
			continue
		}
		key := run.App + " " + run.Name
		if c.r.URL.Query().Get("filter") != "all" && slices.Contains(seen, key) {
			continue
		}
		seen = append(seen, key)
		list = append(list, checkRunObject(r, c.params["ref"], run))
	}
	total := len(list)
	c.give(http.StatusOK, object{"total_count": total, "check_runs": page(c, list)})
}

func (c *call) reviews(r *repo) {
	n, _ := strconv.Atoi(c.params["pull_number"])
	pull := r.pulls[n]
	if pull == nil {
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	list := []object{}
	for _, v := range pull.Reviews {
		list = append(list, object{
			"id": v.ID, "user": personObject(v.Author), "state": v.State, "commit_id": v.Commit, "body": v.Body, "submitted_at": stamp(v.At),
			"html_url": fmt.Sprintf("https://github.com/%s/pull/%d#pullrequestreview-%d", r.name, pull.Number, v.ID),
		})
	}
	c.give(http.StatusOK, page(c, list))
}

// pulls lists those that are open, of one head if it is asked for.
func (c *call) pulls(r *repo) {
	c.listPulls(r, func(p *Pull) bool {
		head := c.r.URL.Query().Get("head")
		where := r.name
		if p.HeadRepo != "" {
			where = p.HeadRepo
		}
		owner, _, _ := strings.Cut(where, "/")
		open := !p.Closed && !p.Merged || c.r.URL.Query().Get("state") == "all"
		return open && (head == "" || strings.EqualFold(head, owner+":"+p.Branch))
	})
}

// pullsOfCommit knows the repository's own branches alone: a fork's commits are
// in another repository.
func (c *call) pullsOfCommit(r *repo) {
	c.listPulls(r, func(p *Pull) bool { return p.Head == c.params["commit_sha"] && p.HeadRepo == "" })
}

func (c *call) listPulls(r *repo, take func(*Pull) bool) {
	var found []*Pull
	for _, p := range r.pulls {
		if take(p) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *Pull) int { return b.Number - a.Number })
	list := []object{}
	for _, p := range found {
		list = append(list, pullObject(r, p))
	}
	c.give(http.StatusOK, page(c, list))
}

// permission words what GitHub says of a role: its own name, and what it comes
// down to among the four that there were first.
func (c *call) permission(r *repo) {
	login := c.params["username"]
	role := r.roles[strings.ToLower(login)]
	base := map[string]string{"": "read", "maintain": "write", "triage": "read", "admin": "admin", "write": "write", "read": "read", "none": "none"}[role]
	if role == "" {
		role = "read" // anybody, of a public repository
	}
	if base == "" {
		base = "read" // a role of the organisation
	}
	c.give(http.StatusOK, object{"permission": base, "role_name": role, "user": personObject(login)})
}

func (c *call) members(*repo) {
	team, ok := c.s.teams[strings.ToLower(c.params["org"]+"/"+c.params["team_slug"])]
	if !ok {
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	list := []object{}
	for _, login := range team {
		list = append(list, personObject(login))
	}
	c.give(http.StatusOK, page(c, list))
}

// Without makes the server one that does not have a feature: "blocked_by".
func (s *Server) Without(feature string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.without[feature] = true
}
