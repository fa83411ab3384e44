package gates

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// sure says whether something is so: by facts that were read, or perhaps, where
// some were not.
type sure uint8

const (
	no sure = iota
	perhaps
	yes
)

// among says whether a login is one of the people whom handles name: "@ann",
// "@org/team". Whether it is in a team that could not be read, nobody knows.
func (j *judge) among(handles []string, login string) sure {
	found := no
	for _, h := range handles {
		name := strings.TrimPrefix(h, "@")
		if !strings.Contains(name, "/") {
			if login != "" && strings.EqualFold(name, login) {
				return yes
			}
			continue
		}
		members, known := j.in.Facts.Members(h)
		if !known && login != "" {
			found = perhaps
		}
		if login != "" && slices.ContainsFunc(members, func(m string) bool { return strings.EqualFold(m, login) }) {
			return yes
		}
	}
	return found
}

// mayWrite says whether a login may write to the repository, which is what GitHub
// asks of a reviewer whose approval counts.
func (j *judge) mayWrite(login string) sure {
	if login == "" { // an account that is gone
		return no
	}
	return surely(j.in.Facts.Is(login, "write"))
}

// hears says whether the word of a reviewer counts: it does if the gate names them, and
// else by the voices of the policy, which are those of whoever may write.
func (j *judge) hears(v Reviewers, login string) sure {
	if login == "" {
		return no
	}
	named := j.among(v.By, login)
	if named == yes {
		return yes
	}
	return surely(v.Voices.Hear(&j.in.Facts, login))
}

// surely is an answer that may not be known.
func surely(ok, known bool) sure {
	switch {
	case ok:
		return yes
	case known:
		return no
	default:
		return perhaps
	}
}

// unknownPeople says why it is not known whether people are entitled.
func (j *judge) unknownPeople(handles []string, logins []string) []gap {
	slices.Sort(logins)
	logins = slices.Compact(logins)
	if len(handles) == 0 {
		return []gap{{text: "it is not known what " + somePeople(logins) + " may do in the repository",
			remedy: "name in the gate whose word counts, or give Tollgate a token that may read the repository's collaborators"}}
	}
	var gaps []gap
	for _, h := range handles {
		if _, known := j.in.Facts.Members(h); strings.Contains(h, "/") && !known {
			gaps = append(gaps, gap{text: "the members of " + h + " are not known, so it is open whether " + somePeople(logins) + " " + plural(uint64(len(logins)), "is one", "are"),
				remedy: "give Tollgate a token that may read the members of " + h})
		}
	}
	return gaps
}

// somePeople names a few logins.
func somePeople(logins []string) string {
	var names []string
	for _, l := range logins {
		names = append(names, person(l))
	}
	const most = 5
	if n := len(names); n > most {
		names = append(names[:most], number(uint64(n-most))+" more")
	}
	return some(names)
}

// person names a login. GitHub gives none for an account that was deleted.
func person(login string) string {
	if login == "" {
		return "an account that is gone"
	}
	return "@" + firstLine(login)
}

// permissions are what a token must be allowed for a part to be read.
var permissions = map[evidence.FactPart]string{
	evidence.IssuePart: "issues: read", evidence.EditsPart: "issues: read, pull-requests: read", evidence.CommentsPart: "issues: read",
	evidence.ListsPart: "issues: read",
	evidence.PullPart:  "pull-requests: read", evidence.ReviewsPart: "pull-requests: read", evidence.ThreadsPart: "pull-requests: read",
	evidence.ChecksPart: "checks: read, statuses: read",
}

// unread gives a gap for each of the parts of GitHub's evidence that was not read.
func (j *judge) unread(parts ...evidence.FactPart) []gap {
	var gaps []gap
	for _, p := range parts {
		if j.in.Facts.Has(p) {
			continue
		}
		g := gap{text: "GitHub's " + partNames[p] + " " + plural(partCount(p), "was", "were") + " not read",
			remedy: "run `tollgate handoff` with a token that has the permissions " + permissions[p] + ", or with --snapshot"}
		if why := j.in.Facts.Unread[p]; why != "" {
			g.text += ": " + firstLine(why)
		}
		gaps = append(gaps, g)
	}
	return gaps
}

var partNames = map[evidence.FactPart]string{
	evidence.IssuePart: "issue", evidence.EditsPart: "edit history", evidence.CommentsPart: "comments", evidence.PullPart: "pull request",
	evidence.ReviewsPart: "reviews", evidence.ThreadsPart: "review threads", evidence.ChecksPart: "checks",
	evidence.ListsPart: "edit history of its task lists",
}

func partCount(p evidence.FactPart) uint64 {
	switch p {
	case evidence.IssuePart, evidence.EditsPart, evidence.ListsPart, evidence.PullPart:
		return 1
	default:
		return 2
	}
}

// pull gives the pull request, or says why there is none to judge.
func (j *judge) pull() (*evidence.Pull, []gap) {
	if gaps := j.unread(evidence.PullPart); gaps != nil {
		return nil, gaps
	}
	if p := j.in.Facts.Pull; p != nil {
		return p, nil
	}
	remedy := "open one that names an issue, as in Fixes #12"
	if n := j.in.Facts.Issue.Number; n != 0 {
		remedy = "open one that names the issue: Fixes #" + strconv.Itoa(n)
	}
	return nil, []gap{{text: "there is no pull request", remedy: remedy}}
}

// headCommit is the commit that is judged, "" if nobody knows it.
func (j *judge) headCommit() string {
	if h := j.in.Diff.Head; h != "" {
		return h
	}
	if p := j.in.Facts.Pull; p != nil {
		return p.Head
	}
	return ""
}

// shortCommit is a commit as people write it.
func shortCommit(sha string) string { return firstLine(evidence.ShortCommit(sha)) }
