package fake

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// call is one request on its way through a handler. The server is locked.
type call struct {
	s      *Server
	r      *http.Request
	body   []byte
	params map[string]string // of the path

	status  int
	value   any
	headers map[string]string
	answer  Answer // set for a refusal
}

func (c *call) give(status int, value any)        { c.status, c.value = status, value }
func (c *call) refuse(status int, message string) { c.answer = Refused(status, message) }

// object is a JSON object that the description completes.
type object = map[string]any

// operation is one of those that the fake can do, and the scope that it needs.
type operation struct {
	scope  string
	handle func(*call, *repo)
}

// operations stand under the method and path of the description.
var operations = map[string]operation{
	"GET /user": {"", (*call).user},
	"GET /repos/{owner}/{repo}/issues/{issue_number}":                  {"issues", onIssue((*call).getIssue)},
	"POST /repos/{owner}/{repo}/issues/{issue_number}/labels":          {"issues", onIssue((*call).addLabels)},
	"DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}": {"issues", onIssue((*call).removeLabel)},
	"POST /repos/{owner}/{repo}/issues/{issue_number}/assignees":       {"issues", onIssue((*call).assign)},
	"DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees":     {"issues", onIssue((*call).unassign)},
	"GET /repos/{owner}/{repo}/assignees/{assignee}":                   {"issues", (*call).canAssign},
	"GET /repos/{owner}/{repo}/issues/{issue_number}/comments":         {"issues", onIssue((*call).listComments)},
	"POST /repos/{owner}/{repo}/issues/{issue_number}/comments":        {"issues", onIssue((*call).createComment)},
	"GET /repos/{owner}/{repo}/issues/comments/{comment_id}":           {"issues", onComment((*call).getComment)},
	"PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}":         {"issues", onComment((*call).editComment)},
	"DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}":        {"issues", onComment((*call).deleteComment)},
	"GET /repos/{owner}/{repo}/pulls/{pull_number}":                    {"pull_requests", (*call).getPull},
	"GET /repos/{owner}/{repo}/commits/{ref}/status":                   {"statuses", (*call).getStatus},
	"POST /repos/{owner}/{repo}/statuses/{sha:.+}":                     {"statuses", (*call).setStatus},
	"GET /repos/{owner}/{repo}/contents/{path:.+}":                     {"contents", (*call).getFile},
}

// do carries the operation out, or refuses.
func (c *call) do(x *exchange) {
	if x == nil {
		if c.r.URL.Path == "/graphql" {
			c.graphql()
		} else {
			c.refuse(http.StatusNotFound, "Not Found")
		}
		return
	}
	name := c.r.Method + " " + x.input.Route.Path
	op, ok := operations[name]
	if !ok {
		op, ok = factOperations[name]
	}
	if !ok {
		op, ok = writeOperations[name]
	}
	if !ok {
		c.s.options.Violation(fmt.Errorf("the fake cannot do %s", name))
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	c.params = map[string]string{}
	for name, value := range x.input.PathParams {
		plain, err := url.PathUnescape(value)
		if err != nil {
			c.s.options.Violation(fmt.Errorf("%s: %s: %w", name, value, err))
		}
		c.params[name] = plain
	}
	where := c.s.repos[strings.ToLower(c.params["owner"]+"/"+c.params["repo"])]
	switch {
	case op.scope == "":
		op.handle(c, nil)
	case !c.permitted(op.scope):
	case where == nil && op.scope != "members":
		c.refuse(http.StatusNotFound, "Not Found")
	default:
		op.handle(c, where)
	}
}

// permitted refuses as GitHub refuses a workflow's token.
func (c *call) permitted(scope string) bool {
	need := "read"
	if isWrite(c.r.Method, c.r.URL.Path) {
		need = "write"
	}
	level := c.s.permissions[scope]
	if level == "write" || level == need {
		return true
	}
	c.answer = NotPermitted(scope + "=" + need)
	return false
}

func (c *call) user(*repo) {
	if strings.HasSuffix(c.s.options.Login, "[bot]") {
		c.answer = NotPermitted("")
		return
	}
	user := personObject(c.s.options.Login)
	user["user_view_type"] = "private"
	c.give(http.StatusOK, user)
}

func onIssue(handle func(*call, *repo, *Issue)) func(*call, *repo) {
	return func(c *call, r *repo) {
		number, _ := strconv.Atoi(c.params["issue_number"])
		issue := r.issues[number]
		switch {
		case issue == nil:
			c.refuse(http.StatusNotFound, "Not Found")
		case issue.Deleted:
			c.refuse(http.StatusGone, "This issue was deleted")
		case issue.MovedTo != "":
			name, number, _ := strings.Cut(issue.MovedTo, "#")
			c.answer = Refused(http.StatusMovedPermanently, "Moved Permanently")
			c.answer.Header = map[string]string{"Location": c.s.URL + "/repos/" + name + "/issues/" + number}
		default:
			handle(c, r, issue)
		}
	}
}

func (c *call) getIssue(r *repo, issue *Issue) { c.give(http.StatusOK, issueObject(r, issue)) }

func (c *call) addLabels(r *repo, issue *Issue) {
	var names []string
	if json.Unmarshal(c.body, &names) != nil {
		var body struct{ Labels []string }
		json.Unmarshal(c.body, &body) // checked against the description
		names = body.Labels
	}
	for _, name := range names {
		if utf8.RuneCountInString(name) > 50 || strings.TrimSpace(name) == "" {
			c.answer = Invalid("Label", "name", "invalid")
			return
		}
		if !has(issue.Labels, name) {
			issue.Labels = append(issue.Labels, name)
			c.happened(issue, "labeled", name)
		}
	}
	c.give(http.StatusOK, labels(issue.Labels))
}

func (c *call) removeLabel(r *repo, issue *Issue) {
	name := c.params["name"]
	if !has(issue.Labels, name) {
		c.refuse(http.StatusNotFound, "Label does not exist")
		return
	}
	issue.Labels = without(issue.Labels, name)
	c.happened(issue, "unlabeled", name)
	c.give(http.StatusOK, labels(issue.Labels))
}

func (c *call) assignees() []string {
	var body struct{ Assignees []string }
	json.Unmarshal(c.body, &body) // checked against the description
	return body.Assignees
}

// assign passes silently over outsiders and over who is one too many.
func (c *call) assign(r *repo, issue *Issue) {
	for _, login := range c.assignees() {
		if !r.outsiders[strings.ToLower(login)] && !has(issue.Assignees, login) && len(issue.Assignees) < 10 {
			issue.Assignees = append(issue.Assignees, login)
			c.happened(issue, "assigned", login)
		}
	}
	c.give(http.StatusCreated, issueObject(r, issue))
}

func (c *call) unassign(r *repo, issue *Issue) {
	for _, login := range c.assignees() {
		if has(issue.Assignees, login) {
			issue.Assignees = without(issue.Assignees, login)
			c.happened(issue, "unassigned", login)
		}
	}
	c.give(http.StatusOK, issueObject(r, issue))
}

func (c *call) canAssign(r *repo) {
	if r.outsiders[strings.ToLower(c.params["assignee"])] {
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	c.give(http.StatusNoContent, nil)
}

func (c *call) listComments(r *repo, issue *Issue) {
	list := []object{}
	for i := range issue.Comments {
		if issue.Comments[i].hidden > 0 {
			issue.Comments[i].hidden--
			continue
		}
		if c.s.options.Now().Before(issue.Comments[i].shown) {
			continue
		}
		list = append(list, commentObject(r, issue, issue.Comments[i]))
	}
	c.give(http.StatusOK, page(c, list))
}

func (c *call) createComment(r *repo, issue *Issue) {
	body, ok := c.commentBody()
	switch {
	case !ok:
	case issue.Locked:
		c.refuse(http.StatusForbidden, "Unable to create comment because issue is locked.")
	default:
		comment := Comment{ID: c.s.nextID(), Author: c.s.options.Login, Body: body, At: c.s.options.Now(), hidden: c.s.options.Lag}
		comment.shown = comment.At.Add(c.s.options.LagFor)
		issue.Comments = append(issue.Comments, comment)
		c.s.touch(issue)
		c.give(http.StatusCreated, commentObject(r, issue, comment))
	}
}

func (c *call) commentBody() (string, bool) {
	var body struct{ Body string }
	json.Unmarshal(c.body, &body) // checked against the description
	if utf8.RuneCountInString(body.Body) > 65536 || strings.TrimSpace(body.Body) == "" {
		c.answer = Invalid("IssueComment", "body", "custom")
		return "", false
	}
	return body.Body, true
}

func onComment(handle func(*call, *repo, *Issue, int)) func(*call, *repo) {
	return func(c *call, r *repo) {
		id, _ := strconv.ParseInt(c.params["comment_id"], 10, 64)
		for _, issue := range r.issues {
			if i := slices.IndexFunc(issue.Comments, func(comment Comment) bool { return comment.ID == id }); i >= 0 {
				handle(c, r, issue, i)
				return
			}
		}
		c.refuse(http.StatusNotFound, "Not Found")
	}
}

func (c *call) getComment(r *repo, issue *Issue, i int) {
	c.give(http.StatusOK, commentObject(r, issue, issue.Comments[i]))
}

func (c *call) editComment(r *repo, issue *Issue, i int) {
	if body, ok := c.commentBody(); ok {
		issue.Comments[i].Body, issue.Comments[i].Edited, issue.Comments[i].Editor = body, c.s.options.Now(), c.s.options.Login
		c.s.touch(issue)
		c.give(http.StatusOK, commentObject(r, issue, issue.Comments[i]))
	}
}

func (c *call) deleteComment(_ *repo, issue *Issue, i int) {
	issue.Comments = slices.Delete(issue.Comments, i, i+1)
	c.give(http.StatusNoContent, nil)
}

func (c *call) getPull(r *repo) {
	number, _ := strconv.Atoi(c.params["pull_number"])
	pull := r.pulls[number]
	if pull == nil {
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	o := pullObject(r, pull)
	o["merged"] = pull.Merged // which lists do not tell
	c.give(http.StatusOK, o)
}

// getStatus gives the latest of each context, the latest first.
func (c *call) getStatus(r *repo) {
	latest := []object{}
	var seen []string
	for _, status := range slices.Backward(r.statuses[c.params["ref"]]) {
		if !has(seen, status.Context) {
			seen = append(seen, status.Context)
			latest = append(latest, statusObject(status))
		}
	}
	total := len(latest)
	c.give(http.StatusOK, object{
		"state": "pending", "sha": c.params["ref"], "total_count": total, "statuses": page(c, latest),
		"repository": object{"full_name": r.name},
	})
}

func (c *call) setStatus(r *repo) {
	var body struct {
		State, Context, Description string
		TargetURL                   string `json:"target_url"`
	}
	json.Unmarshal(c.body, &body) // checked against the description
	if utf8.RuneCountInString(body.Description) > 140 {
		c.answer = Invalid("Status", "description", "custom")
		return
	}
	status := Status{body.Context, body.State, body.Description, body.TargetURL, c.s.options.Login}
	sha := c.params["sha"]
	r.statuses[sha] = append(r.statuses[sha], status)
	c.give(http.StatusCreated, statusObject(status))
}

// page cuts a list to the page that was asked for, and links to the next and
// the last as GitHub does.
func page(c *call, list []object) []object {
	query := c.r.URL.Query()
	number, size := 1, 30
	if n, err := strconv.Atoi(query.Get("page")); err == nil {
		number = max(n, 1)
	}
	if n, err := strconv.Atoi(query.Get("per_page")); err == nil {
		size = min(max(n, 1), 100)
	}
	last := (len(list) + size - 1) / size
	if number < last {
		link := func(n int, rel string) string {
			query.Set("page", strconv.Itoa(n))
			return fmt.Sprintf("<%s%s?%s>; rel=%q", c.s.URL, c.r.URL.Path, query.Encode(), rel)
		}
		c.headers = map[string]string{"Link": link(number+1, "next") + ", " + link(last, "last")}
	}
	start := min((number-1)*size, len(list))
	return list[start:min(start+size, len(list))]
}

func (c *call) getFile(r *repo) {
	path, ref := c.params["path"], c.r.URL.Query().Get("ref")
	text, ok := r.files[ref+":"+path]
	if !ok {
		text, ok = r.files[r.branch(ref)+":"+path]
	}
	if !ok {
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	at := fmt.Sprintf("%s/repos/%s/contents/%s", api, r.name, url.PathEscape(path))
	c.give(http.StatusOK, object{
		"type": "file", "encoding": "base64", "size": len(text), "name": path[strings.LastIndex(path, "/")+1:], "path": path,
		"content": base64.StdEncoding.EncodeToString([]byte(text)), "sha": strings.Repeat("f", 40),
		"url": at, "git_url": at, "html_url": at, "download_url": at, "_links": object{"git": at, "html": at, "self": at},
	})
}
