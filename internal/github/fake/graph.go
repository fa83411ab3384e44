package fake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// query is the root of what GraphQL answers from.
func (c *call) query(cost int) object {
	return object{
		"viewer": object{"login": strings.TrimSuffix(c.s.options.Login, "[bot]")},
		"rateLimit": object{
			"cost": cost, "limit": 5000, "remaining": 5000 - c.s.points, "used": c.s.points,
		},
		"repository": computed(func(a map[string]any) any {
			r := c.s.repos[strings.ToLower(fmt.Sprint(a["owner"], "/", a["name"]))]
			if r == nil {
				return nil
			}
			return c.repositoryNode(r)
		}),
		"repositoryOwner": computed(func(a map[string]any) any { return c.ownerNode(fmt.Sprint(a["login"])) }),
		"nodes": computed(func(a map[string]any) any {
			list := []object{}
			ids, _ := a["ids"].([]any)
			for _, id := range ids {
				list = append(list, c.node(fmt.Sprint(id)))
			}
			return list
		}),
	}
}

// may reports whether the token may read what a scope covers.
func (c *call) may(scope string) bool { return c.s.permissions[scope] != "" }

// node finds a comment by its global name, nil if there is none.
func (c *call) node(id string) object {
	for _, r := range c.s.repos {
		for _, issue := range r.issues {
			for _, comment := range issue.Comments {
				if nodeID(comment.ID) == id && c.may("issues") {
					return object{
						"__typename": "IssueComment", "fullDatabaseId": strconv.FormatInt(comment.ID, 10),
						"reactionGroups": c.reactionGroups(comment), "isMinimized": comment.Minimized != "",
						"userContentEdits": connection(editNodes(comment.Edits)), "editor": actorNode(comment.Editor),
					}
				}
			}
		}
	}
	return nil
}

func nodeID(comment int64) string { return fmt.Sprintf("IC_%d", comment) }

// reactionGroups lists every kind, as GitHub does.
func (c *call) reactionGroups(comment Comment) []object {
	list := []object{}
	for _, kind := range []string{"THUMBS_UP", "THUMBS_DOWN", "LAUGH", "HOORAY", "CONFUSED", "HEART", "ROCKET", "EYES"} {
		ours := slices.Contains(comment.Reactions, Reaction{c.s.options.Login, kind})
		list = append(list, object{"content": kind, "viewerHasReacted": ours})
	}
	return list
}

func (c *call) repositoryNode(r *repo) object {
	return object{
		"nameWithOwner": r.name,
		"issues": computed(func(a map[string]any) any {
			if !c.may("issues") {
				return denied{}
			}
			return connection(c.issues(r, a))(a)
		}),
		"issue": computed(func(a map[string]any) any {
			issue := r.issues[int(number(a["number"]))]
			switch {
			case !c.may("issues"):
				return denied{}
			case issue == nil || r.pulls[issue.Number] != nil:
				return nil
			}
			return object{
				"id": issueID(r, issue.Number), "number": issue.Number, "userContentEdits": connection(editNodes(issue.Edits)),
				"closedByPullRequestsReferences": computed(func(a map[string]any) any {
					return connection(c.closers(r, closersOf(r), issue.Number))(a)
				}),
				"projectItems": computed(func(a map[string]any) any {
					items := c.projectItems(r, issue)
					if list, ok := items.([]object); ok {
						return connection(list)(a)
					}
					return items
				}),
			}
		}),
		"defaultBranchRef": object{"name": "main"},
		"object": computed(func(a map[string]any) any {
			if !c.may("statuses") {
				return denied{}
			}
			return c.commitNode(r, fmt.Sprint(a["oid"]))
		}),
		"pullRequest": computed(func(a map[string]any) any {
			pull := r.pulls[int(number(a["number"]))]
			switch {
			case !c.may("pull_requests"):
				return denied{}
			case pull == nil:
				return nil
			}
			return c.pullNode(r, pull)
		}),
	}
}

// commitNode has the latest status of each context.
func (c *call) commitNode(r *repo, sha string) object {
	list := []object{}
	var seen []string
	for _, s := range slices.Backward(r.statuses[sha]) {
		if !has(seen, s.Context) {
			seen = append(seen, s.Context)
			list = append(list, object{"context": s.Context, "creator": actorNode(s.Creator)})
		}
	}
	commit := object{"__typename": "Commit", "oid": sha, "status": nil, "checkSuites": c.suiteNodes(r, sha)}
	if len(list) > 0 {
		commit["status"] = object{"contexts": list}
	}
	return commit
}

// resolver is who resolved a thread, null if nobody has or the account is gone.
func resolver(t Thread) any {
	if !t.Resolved || t.ResolvedBy == "" {
		return nil
	}
	return actorNode(t.ResolvedBy)
}

// suiteNodes are the check suites of a commit; of which workflow one is, a token that
// may read actions sees.
func (c *call) suiteNodes(r *repo, sha string) any {
	if !c.may("checks") {
		return denied{}
	}
	list, seen := []object{}, map[int64]bool{}
	for _, run := range r.runs[sha] {
		if run.Suite == 0 || seen[run.Suite] {
			continue
		}
		seen[run.Suite] = true
		suite := object{"resourcePath": fmt.Sprintf("/%s/commit/%s/checks?check_suite_id=%d", r.name, sha, run.Suite), "workflowRun": nil}
		if run.Workflow != "" && c.may("actions") {
			suite["workflowRun"] = object{"event": run.Event, "workflow": object{"resourcePath": "/" + r.name + "/actions/workflows/" + run.Workflow}}
		}
		list = append(list, suite)
	}
	return connection(list)
}

func (c *call) pullNode(r *repo, pull *Pull) object {
	reviews, threads, references, gone := []object{}, []object{}, []object{}, []object{}
	for _, v := range pull.Reviews {
		var commit object
		if v.Commit != "" {
			commit = object{"oid": v.Commit}
		}
		reviews = append(reviews, object{
			"fullDatabaseId": strconv.FormatInt(v.ID, 10), "author": actorNode(v.Author), "state": v.State, "commit": commit,
			"body": v.Body, "submittedAt": stamp(v.At), "url": fmt.Sprintf("https://github.com/%s/pull/%d#pullrequestreview-%d", r.name, pull.Number, v.ID),
		})
	}
	for _, v := range pull.Reviews {
		if v.State == "DISMISSED" && v.Was != "" {
			gone = append(gone, object{
				"__typename": "ReviewDismissedEvent", "actor": actorNode(v.DismissedBy), "previousReviewState": v.Was,
				"review": object{"fullDatabaseId": strconv.FormatInt(v.ID, 10)},
			})
		}
	}
	for _, t := range pull.Threads {
		comments := []object{}
		for _, k := range t.Comments {
			comments = append(comments, object{
				"fullDatabaseId": strconv.FormatInt(k.ID, 10), "author": actorNode(k.Author), "body": k.Body,
				"createdAt": stamp(k.At), "lastEditedAt": edited(k),
				"url": fmt.Sprintf("https://github.com/%s/pull/%d#discussion_r%d", r.name, pull.Number, k.ID),
			})
		}
		var line any
		if t.Line != 0 {
			line = t.Line
		}
		threads = append(threads, object{
			"id": t.ID, "path": t.Path, "line": line, "isResolved": t.Resolved, "isOutdated": t.Outdated, "comments": connection(comments),
			"resolvedBy": resolver(t),
		})
	}
	for _, name := range pull.Closing {
		where, n, _ := strings.Cut(name, "#")
		references = append(references, object{"number": int(number(n)), "repository": object{"nameWithOwner": where}})
	}
	return object{
		"number": pull.Number, "isDraft": pull.Draft, "merged": pull.Merged,
		"reviews": connection(reviews), "reviewThreads": connection(threads), "timelineItems": connection(gone),
		"closingIssuesReferences": connection(references), "userContentEdits": connection(editNodes(pull.Edits)),
	}
}

// editNodes lists the versions of a text, the latest first.
func editNodes(edits []Edit) []object {
	list := []object{}
	for _, e := range slices.Backward(edits) {
		n := object{"editedAt": stamp(e.At), "editor": actorNode(e.By), "deletedAt": nil, "diff": e.Body}
		if e.Deleted {
			n["deletedAt"], n["diff"] = stamp(e.At), nil
		}
		list = append(list, n)
	}
	return list
}

// actorNode names an app without its "[bot]", as GraphQL does; "" is an account
// that is gone.
func actorNode(login string) object {
	if login == "" {
		return nil
	}
	if name, bot := strings.CutSuffix(login, "[bot]"); bot {
		return object{"__typename": "Bot", "login": name}
	}
	return object{"__typename": "User", "login": login}
}

// start is the time of what has none of its own.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func stamp(at time.Time) string {
	if at.IsZero() {
		at = start
	}
	return at.UTC().Format(time.RFC3339)
}

func edited(c Comment) any {
	if c.Edited.IsZero() {
		return nil
	}
	return stamp(c.Edited)
}
