package evidence

import (
	"slices"
	"strings"
)

// permissionRank orders what GitHub lets people do in a repository.
var permissionRank = map[string]int{"none": 0, "read": 1, "triage": 2, "write": 3, "maintain": 4, "admin": 5}

// Members gives the logins that a name stands for: "@ann" for herself, "@org/team" for
// its members. Known is false for a team that was not read, and for what is no name.
func (f *Facts) Members(who string) (logins []string, known bool) {
	name, ok := strings.CutPrefix(who, "@")
	if !ok || name == "" {
		return nil, false
	}
	if !strings.Contains(name, "/") {
		return []string{name}, true
	}
	for team, members := range f.Teams {
		if strings.EqualFold(team, who) {
			return slices.Clone(members), true
		}
	}
	return nil, false
}

// Is reports whether a login is whom a name means: "@ann", "@org/team", "author" of the
// issue or the pull request, or a permission, which is that or a higher one.
func (f *Facts) Is(login, who string) (ok, known bool) {
	switch {
	case strings.HasPrefix(who, "@"):
		members, known := f.Members(who)
		return slices.ContainsFunc(members, func(m string) bool { return strings.EqualFold(m, login) }), known
	case who == "author":
		return strings.EqualFold(f.Issue.Author, login) || f.OwnChange(login), f.Has(IssuePart)
	case IsApp(login): // an app has no permission of this kind
		return false, true
	}
	for l, permission := range f.Permissions {
		if strings.EqualFold(l, login) {
			return permissionRank[permission] >= permissionRank[who], true
		}
	}
	return false, false
}

// IsApp reports whether a login is that of an app, which GitHub writes "name[bot]".
func IsApp(login string) bool { return strings.HasSuffix(strings.ToLower(login), "[bot]") }

// OwnChange reports whether a login is the author of the pull request, or of another one
// for the issue.
func (f *Facts) OwnChange(login string) bool {
	same := func(author string) bool { return strings.EqualFold(author, login) }
	return login != "" && (f.Pull != nil && same(f.Pull.Author) || slices.ContainsFunc(f.Authors, same))
}

// ResolvedForAnother reports whether a thread was resolved by whose change it is, and
// begun by somebody else.
func (f *Facts) ResolvedForAnother(t Thread) bool {
	return t.Resolved && f.OwnChange(t.ResolvedBy) && len(t.Comments) > 0 && !f.OwnChange(t.Comments[0].Author)
}

// Overruled reports whether a review asked for changes and was dismissed by whose change
// it is, whom another has reviewed.
func (f *Facts) Overruled(r Review) bool {
	return r.State == ReviewDismissed && r.Was == ReviewRequested && f.OwnChange(r.DismissedBy) && !f.OwnChange(r.Author)
}

// Opinion is the state of a review as it counts: a request for changes stands that whose
// change it is has dismissed, unless they may settle what others ask of it.
func (f *Facts) Opinion(r Review, ownMay bool) ReviewState {
	if f.Overruled(r) && !ownMay {
		return ReviewRequested
	}
	return r.State
}

// Agreed reports whether who began a thread has approved a commit since: then they have
// it as they want it.
func (f *Facts) Agreed(t Thread, head string) bool {
	if len(t.Comments) == 0 || head == "" {
		return false
	}
	begun, agreed := t.Comments[0], false
	for _, r := range f.Reviews {
		if !strings.EqualFold(r.Author, begun.Author) || !r.At.After(begun.At) {
			continue
		}
		switch r.State {
		case ReviewApproved:
			agreed = r.Commit == head
		case ReviewRequested, ReviewDismissed:
			agreed = false
		}
	}
	return agreed
}

// Voices says whose word on a change counts: "@ann", "@org/team", "@app[bot]", or what
// GitHub lets people do, "write" for who may push. None is "write", which is GitHub's
// own rule for reviews. What GitHub says of an author beside a comment ("MEMBER",
// "CONTRIBUTOR") is not asked: it hides members whose membership is private.
type Voices []string

// Hear reports whether the word of a login counts. It is not known where nobody of the
// voices is they for sure, and what they may do could not be read. Whether somebody is
// in a team that could not be read does not make it unknown: a workflow's own token
// reads no team, and then everybody could be in one.
func (v Voices) Hear(f *Facts, login string) (ok, known bool) {
	if len(v) == 0 {
		v = Voices{"write"}
	}
	known = true
	for _, who := range v {
		is, sure := f.Is(login, who)
		if is {
			return true, true
		}
		known = known && (sure || strings.HasPrefix(who, "@"))
	}
	return false, known
}

// NotHeard says why the word of a login does not count, "" if it does or if that is not
// known.
func (v Voices) NotHeard(f *Facts, login string) string {
	ok, known := v.Hear(f, login)
	switch {
	case ok || !known:
		return ""
	case IsApp(login):
		return "an app that the policy does not name"
	}
	for _, who := range v {
		if _, sure := f.Is(login, who); !sure && strings.HasPrefix(who, "@") {
			return "may not write here, is not named by the policy, and is of none of its teams that could be read"
		}
	}
	return "may not write here, and the policy does not name them"
}
