package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// writeOperations are the writes on a pull request and its commits, and what reads
// them back.
var writeOperations = map[string]operation{
	"POST /repos/{owner}/{repo}/check-runs":                              {"checks", (*call).createCheckRun},
	"PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}":              {"checks", (*call).updateCheckRun},
	"GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers":  {"pull_requests", onPull((*call).getRequested)},
	"POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers": {"pull_requests", onPull((*call).requestReview)},
	"GET /repos/{owner}/{repo}/git/ref/{ref:.+}":                         {"contents", (*call).getRef},
	"POST /repos/{owner}/{repo}/git/refs":                                {"contents", (*call).createRef},
	"PUT /repos/{owner}/{repo}/contents/{path:.+}":                       {"contents", (*call).putFile},
	"POST /repos/{owner}/{repo}/pulls":                                   {"pull_requests", (*call).openPull},
}

func onPull(handle func(*call, *repo, *Pull)) func(*call, *repo) {
	return func(c *call, r *repo) {
		number, _ := strconv.Atoi(c.params["pull_number"])
		if pull := r.pulls[number]; pull != nil {
			handle(c, r, pull)
			return
		}
		c.refuse(http.StatusNotFound, "Not Found")
	}
}

// checkBody is what both writes of a check run send, whose form the description
// has checked. What is not sent stays.
type checkBody struct {
	Name, Conclusion *string
	HeadSHA          string  `json:"head_sha"`
	ExternalID       *string `json:"external_id"`
	DetailsURL       *string `json:"details_url"`
	Output           *struct{ Title, Summary string }
}

func (b checkBody) change(run *CheckRun) {
	set := func(to *string, from *string) {
		if from != nil {
			*to = *from
		}
	}
	set(&run.Name, b.Name)
	set(&run.Conclusion, b.Conclusion)
	set(&run.ExternalID, b.ExternalID)
	set(&run.URL, b.DetailsURL)
	if b.Output != nil {
		run.Title, run.Summary = b.Output.Title, b.Output.Summary
	}
}

// tooLong refuses a summary as GitHub does: it counts bytes.
func (b checkBody) tooLong(c *call) bool {
	if b.Output == nil || len(b.Output.Summary) <= 65535 && utf8.ValidString(b.Output.Summary) {
		return false
	}
	c.answer = Invalid("CheckRun", "summary", "too_long")
	return true
}

// app is the slug of the one that the token belongs to.
func (c *call) app() string { return strings.TrimSuffix(c.s.options.Login, "[bot]") }

func (c *call) createCheckRun(r *repo) {
	var body checkBody
	json.Unmarshal(c.body, &body) // checked against the description
	if body.tooLong(c) {
		return
	}
	run := CheckRun{ID: c.s.nextID(), App: c.app(), At: c.s.options.Now()}
	body.change(&run)
	r.runs[body.HeadSHA] = append(r.runs[body.HeadSHA], run)
	c.give(http.StatusCreated, checkRunObject(r, body.HeadSHA, run))
}

// updateCheckRun lets an app change its own alone.
func (c *call) updateCheckRun(r *repo) {
	var body checkBody
	json.Unmarshal(c.body, &body) // checked against the description
	if body.tooLong(c) {
		return
	}
	id, _ := strconv.ParseInt(c.params["check_run_id"], 10, 64)
	for sha, runs := range r.runs {
		i := slices.IndexFunc(runs, func(run CheckRun) bool { return run.ID == id })
		switch {
		case i < 0:
			continue
		case runs[i].App != c.app():
			c.refuse(http.StatusForbidden, "Invalid app_id `1` - check run can only be modified by the GitHub App that created it.")
		default:
			body.change(&runs[i])
			c.give(http.StatusOK, checkRunObject(r, sha, runs[i]))
		}
		return
	}
	c.refuse(http.StatusNotFound, "Not Found")
}

func checkRunObject(r *repo, sha string, run CheckRun) object {
	o := object{
		"id": run.ID, "name": run.Name, "head_sha": sha, "status": "in_progress", "conclusion": nil, "started_at": stamp(run.At),
		"completed_at": nil, "app": object{"slug": run.App, "name": run.App}, "external_id": run.ExternalID,
		"html_url": fmt.Sprintf("https://github.com/%s/runs/%d", r.name, run.ID), "details_url": nil,
	}
	if run.URL != "" {
		o["details_url"] = run.URL
	}
	if run.Suite != 0 {
		o["check_suite"] = object{"id": run.Suite}
	}
	if run.Title != "" || run.Summary != "" {
		o["output"] = object{"title": run.Title, "summary": run.Summary}
	}
	if run.Conclusion != "" {
		o["status"], o["conclusion"], o["completed_at"] = "completed", run.Conclusion, stamp(run.At)
	}
	return o
}

func (c *call) getRequested(_ *repo, pull *Pull) {
	people, teams := requestedObjects(pull)
	c.give(http.StatusOK, object{"users": people, "teams": teams})
}

// requestReview refuses, as GitHub does, the author of the pull request and who is
// no collaborator, with everybody else in the same request.
func (c *call) requestReview(r *repo, pull *Pull) {
	var body struct {
		Reviewers []string
		Teams     []string `json:"team_reviewers"`
	}
	json.Unmarshal(c.body, &body) // checked against the description
	for _, login := range body.Reviewers {
		if strings.EqualFold(login, pull.author()) {
			c.refuse(http.StatusUnprocessableEntity, "Review cannot be requested from pull request author.")
			return
		}
		if r.outsiders[strings.ToLower(login)] {
			c.refuse(http.StatusUnprocessableEntity, "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the "+r.name+" repository.")
			return
		}
	}
	owner, _, _ := strings.Cut(r.name, "/")
	for _, slug := range body.Teams {
		if _, there := c.s.teams[strings.ToLower(owner+"/"+slug)]; !there {
			c.refuse(http.StatusUnprocessableEntity, "Could not resolve to a node with the global id of 'T_1'.")
			return
		}
		if who := owner + "/" + slug; !has(pull.Requested, who) {
			pull.Requested = append(pull.Requested, who)
		}
	}
	for _, login := range body.Reviewers {
		if !has(pull.Requested, login) {
			pull.Requested = append(pull.Requested, login)
		}
	}
	o := pullObject(r, pull)
	o["_links"] = object{} // which the description completes
	c.give(http.StatusCreated, o)
}

func requestedObjects(pull *Pull) (people, teams []object) {
	people, teams = []object{}, []object{}
	for _, who := range pull.Requested {
		if _, slug, team := strings.Cut(who, "/"); team {
			teams = append(teams, object{"slug": slug, "name": slug})
		} else {
			people = append(people, personObject(who))
		}
	}
	return people, teams
}
