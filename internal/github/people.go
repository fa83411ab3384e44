package github

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"
)

// membersPermission is what reading a team takes. A workflow's own token cannot
// have it: it takes an app's, or a person's.
const membersPermission = "organization members: read"

var (
	teamForm  = regexp.MustCompile(`^@([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9._-]+)$`)
	loginForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)
)

// teams reads the members of the teams that are wanted. One that cannot be read is
// not in the answer, and makes the part unread.
func (x *factReader) teams(ctx context.Context) error {
	wanted := slices.Clone(x.t.Facts.Teams)
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	if len(wanted) > maxTeams {
		return &unreadError{fmt.Sprintf("the policy names %d teams, and at most %d are read", len(wanted), maxTeams)}
	}
	var unread error
	for _, team := range wanted {
		m := teamForm.FindStringSubmatch(team)
		if m == nil {
			unread = &unreadError{fmt.Sprintf("%s is no team: write @organisation/team", team)}
			continue
		}
		op := operation{name: "reading the members of " + team, permission: membersPermission}
		members, err := pages(x.c, op, func(o *gh.ListOptions) ([]*gh.User, *gh.Response, error) {
			return x.c.gh.Teams.ListTeamMembersBySlug(ctx, m[1], m[2], &gh.TeamListTeamMembersOptions{ListOptions: *o})
		})
		var permission *PermissionError
		var more *unreadError
		switch {
		case notFound(err), errors.As(err, &permission):
			// A secret team, and any team to a token from outside, is not there.
			unread = &PermissionError{Op: op.name, Permission: membersPermission, Message: "Not Found"}
			continue
		case errors.As(err, &more):
			unread = err
			continue
		case err != nil:
			return err
		}
		names := logins(members)
		slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
		if x.f.Teams == nil {
			x.f.Teams = map[string][]string{}
		}
		x.f.Teams[team] = slices.Compact(names)
	}
	return unread
}

// permissions asks what some people may do in the repository.
func (x *factReader) permissions(ctx context.Context) error {
	var wanted []string
	if x.t.Facts.Logins != nil {
		wanted = x.t.Facts.Logins(x.f)
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	var unread error
	if len(wanted) > maxLogins {
		unread = &unreadError{fmt.Sprintf("the permissions of %d people matter, and those of %d were asked for", len(wanted), maxLogins)}
		wanted = wanted[:maxLogins]
	}
	for _, login := range wanted {
		if !loginForm.MatchString(login) { // an app, which has none
			continue
		}
		op := operation{name: "reading what " + login + " may do", permission: "metadata: read"}
		var level role
		req, err := x.c.gh.NewRequest("GET", fmt.Sprintf("repos/%s/%s/collaborators/%s/permission", x.repo.owner, x.repo.name, login), nil)
		if err == nil {
			_, err = x.c.gh.Do(ctx, req, &level)
		}
		if err = x.c.explain(op, err); notFound(err) {
			level, err = role{}, nil // no such account any more
		}
		if err != nil {
			return err
		}
		if x.f.Permissions == nil {
			x.f.Permissions = map[string]string{}
		}
		x.f.Permissions[login] = level.permission()
	}
	return unread
}

// role is what GitHub says of somebody in a repository.
type role struct {
	Permission string `json:"permission"`
	Name       string `json:"role_name"`
}

// permission is the role where it is one of GitHub's own. A role that the
// organisation made counts as what GitHub says it comes down to.
func (r role) permission() string {
	for _, p := range []string{r.Name, r.Permission} {
		switch p {
		case "admin", "maintain", "write", "triage", "read", "none":
			return p
		}
	}
	return "none"
}
