package fake

import (
	"cmp"
	"fmt"
	"strings"
)

// api is GitHub's own address, which stands in bodies: they are then the same
// from every fake. Nothing follows it.
const api = "https://api.github.com"

func issueObject(r *repo, issue *Issue) object {
	state := "open"
	if issue.Closed {
		state = "closed"
	}
	assignees := []object{}
	for _, login := range issue.Assignees {
		assignees = append(assignees, personObject(login))
	}
	o := object{
		"number": issue.Number, "title": issue.Title, "state": state, "locked": issue.Locked,
		"repository_url": api + "/repos/" + r.name, "labels": labels(issue.Labels), "assignees": assignees,
		"user": personObject(cmp.Or(issue.Author, "ann")), "comments": len(issue.Comments),
		"body": issue.Body, "created_at": stamp(issue.Created),
	}
	if r.pulls[issue.Number] != nil {
		o["pull_request"] = object{"url": fmt.Sprintf("%s/repos/%s/pulls/%d", api, r.name, issue.Number)}
	}
	return o
}

func commentObject(r *repo, issue *Issue, comment Comment) object {
	latest := comment.At
	if comment.Edited.After(latest) {
		latest = comment.Edited
	}
	return object{
		"id": comment.ID, "node_id": nodeID(comment.ID), "body": comment.Body, "user": personObject(comment.Author),
		"created_at": stamp(comment.At), "updated_at": stamp(latest), "reactions": object{"total_count": len(comment.Reactions)},
		"html_url":  fmt.Sprintf("https://github.com/%s/issues/%d#issuecomment-%d", r.name, issue.Number, comment.ID),
		"issue_url": fmt.Sprintf("%s/repos/%s/issues/%d", api, r.name, issue.Number),
	}
}

func pullObject(r *repo, pull *Pull) object {
	head := pull.HeadRepo
	if head == "" {
		head = r.name
	}
	state := "open"
	if pull.Closed || pull.Merged {
		state = "closed"
	}
	people, teams := requestedObjects(pull)
	return object{
		"number": pull.Number, "title": pull.Title, "body": pull.Body, "state": state, "draft": pull.Draft,
		"html_url": fmt.Sprintf("https://github.com/%s/pull/%d", r.name, pull.Number),
		"user":     personObject(pull.author()), "labels": labels(pull.Labels),
		"requested_reviewers": people, "requested_teams": teams,
		"head": object{"sha": pull.Head, "ref": pull.Branch, "repo": object{"full_name": head}},
		"base": object{"sha": pull.BaseSHA, "ref": pull.Base, "repo": object{"full_name": r.name}},
	}
}

func personObject(login string) object {
	kind := "User"
	if strings.HasSuffix(login, "[bot]") {
		kind = "Bot"
	}
	return object{"login": login, "type": kind}
}

func labels(names []string) []object {
	list := []object{}
	for _, name := range names {
		list = append(list, object{"name": name})
	}
	return list
}

func statusObject(status Status) object {
	// The description does not say that the dates of a status are dates.
	const at = "2026-03-02T09:00:00Z"
	o := object{
		"context": status.Context, "state": status.State, "description": nil, "target_url": nil,
		"created_at": at, "updated_at": at,
	}
	if status.Description != "" {
		o["description"] = status.Description
	}
	if status.URL != "" {
		o["target_url"] = status.URL
	}
	return o
}
