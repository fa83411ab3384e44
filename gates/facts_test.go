package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

const head, older = "2222222222222222222222222222222222222222", "1111111111111111111111111111111111111111"

// hour is a time of the one day on which these stories play.
func hour(h int) time.Time { return time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC) }

// everything says that all parts of the facts were read.
var everything = []evidence.FactPart{evidence.IssuePart, evidence.EditsPart, evidence.CommentsPart, evidence.EventsPart,
	evidence.PullPart, evidence.ReviewsPart, evidence.ThreadsPart, evidence.ChecksPart, evidence.BlockersPart}

// facts are those of an issue and a pull request on which nobody did anything yet.
func facts(change ...func(*evidence.Facts)) evidence.Facts {
	f := evidence.Facts{
		Read:  everything,
		Issue: evidence.Post{Number: 12, Author: "pia", Created: hour(8)},
		Pull:  &evidence.Pull{Post: evidence.Post{Number: 34, Author: "dev", Created: hour(9)}, Head: head, Open: true},
		Teams: map[string][]string{"@acme/qa": {"quinn"}},
		Permissions: map[string]string{"ann": "write", "bob": "admin", "dev": "write", "quinn": "write", "zed": "read",
			"tia": "triage"},
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

// unreadParts takes parts away again.
func unreadParts(parts ...evidence.FactPart) func(*evidence.Facts) {
	return func(f *evidence.Facts) {
		f.Read = nil
		f.Unread = map[evidence.FactPart]string{}
		for _, p := range everything {
			keep := true
			for _, gone := range parts {
				keep = keep && p != gone
			}
			if keep {
				f.Read = append(f.Read, p)
			} else {
				f.Unread[p] = "403 Resource not accessible by integration"
			}
		}
	}
}

// story is one condition on the facts, with what must come of it.
type story struct {
	cond   gates.Condition
	gate   gates.Gate
	facts  evidence.Facts
	status gates.Status
	says   string // what the reason has in it
	refs   string // what the references have in them, together
	remedy string
}

func (s story) tell(t *testing.T, source string) {
	t.Helper()
	s.gate.Name, s.gate.From, s.gate.Conditions = "gate", []string{source}, []gates.Condition{s.cond}
	v := gates.Judge(gates.Policy{Gates: []gates.Gate{s.gate}}, gates.Input{Facts: s.facts, Diff: evidence.Diff{Head: head}, Now: hour(18)})
	c := v.Gates[0].Checks[0]
	var refs []string
	for _, r := range c.Refs {
		refs = append(refs, strings.TrimSpace(r.Pos.String()+" "+r.Text))
	}
	all := strings.Join(refs, "; ")
	if v.Status != s.status || !strings.Contains(c.Why, s.says) || !strings.Contains(all, s.refs) || !strings.Contains(c.Remedy, s.remedy) {
		t.Errorf("have %s: %s\n  refs: %s\n  remedy: %s\nwant %s: %s\n  refs: %s\n  remedy: %s", v.Status, c.Why, all, c.Remedy, s.status, s.says, s.refs, s.remedy)
	}
	if c.Outcome > gates.Pass && c.Remedy == "" {
		t.Errorf("%q has no remedy", c.Why)
	}
}

// R14, R18
func TestChecklists(t *testing.T) {
	none := require("unticked", "=", "0")
	list := func(by ...string) gates.Gate {
		return gates.Gate{Checklist: gates.Checklist{Heading: "Sign-off", TickedBy: by}}
	}
	// body sets the text of the issue as it is now, and edits how it came to be: by
	// whom, and the boxes of items A and B as " x".
	write := func(boxes string) string {
		if boxes == "" {
			return ""
		}
		return "Text\n\n## Sign-off\n\n- [" + boxes[:1] + "] A\n- [" + boxes[1:2] + "] B\n"
	}
	body := func(boxes string) func(*evidence.Facts) {
		return func(f *evidence.Facts) { f.Issue.Body = write(boxes) }
	}
	edit := func(by, boxes string) func(*evidence.Facts) {
		return func(f *evidence.Facts) {
			f.Issue.Edits = append(f.Issue.Edits, evidence.Edit{By: by, At: hour(9 + len(f.Issue.Edits)), Body: write(boxes)})
			f.Issue.Body = write(boxes)
		}
	}
	say := func(author, text string, at int) func(*evidence.Facts) {
		return func(f *evidence.Facts) {
			f.Comments = append(f.Comments, evidence.Comment{ID: int64(at), On: 12, Author: author, Body: text, At: hour(at)})
		}
	}
	last := func(change func(*evidence.Comment)) func(*evidence.Facts) {
		return func(f *evidence.Facts) { change(&f.Comments[len(f.Comments)-1]) }
	}
	text := func(s string) func(*evidence.Facts) { return func(f *evidence.Facts) { f.Issue.Body = s } }
	onPull := gates.Gate{Checklist: gates.Checklist{Pull: true}}

	for name, s := range map[string]story{
		"all ticked":               {none, list(), facts(body("xx")), gates.Pass, `none of the 2 items of the list "Sign-off" of issue #12 is unticked; none is allowed`, "", ""},
		"one not ticked":           {none, list(), facts(body("x ")), gates.Fail, "1 of the 2 items", `issue #12:6 "B" is not ticked`, "tick this item"},
		"share":                    {require("ticked-share", ">=", "50%"), list(), facts(body("x ")), gates.Pass, "50% (1/2) of the items", "", ""},
		"share too small":          {require("ticked-share", ">", "50%"), list(), facts(body("x ")), gates.Fail, "more than 50% must be", `"B" is not`, "tick this item"},
		"items":                    {require("items", ">=", "2"), list(), facts(body("  ")), gates.Pass, "has 2 items", "", ""},
		"a shortened list":         {require("items", ">=", "5"), list(), facts(body("xx")), gates.Fail, "has 2 items; at least 5 are needed", "", "put 3 more items on the list"},
		"no heading":               {none, list(), facts(text("# Other\n- [x] A")), gates.Inconclusive, `issue #12 has no heading "Sign-off"; there is "Other"`, "", "put the heading"},
		"no heading at all":        {none, list(), facts(text("- [x] A")), gates.Inconclusive, `"Sign-off", nor any other`, "", ""},
		"an emptied list":          {none, list(), facts(text("# Sign-off\nnothing")), gates.Inconclusive, "has no items", "", "- [ ] Rollback"},
		"an empty text":            {none, gates.Gate{}, facts(), gates.Inconclusive, "issue #12 has no items", "", ""},
		"in a comment":             {none, list(), facts(text("# Sign-off\n<!--\n- [x] A\n-->")), gates.Inconclusive, "has no items", "", ""},
		"items of an emptied list": {require("items", ">=", "5"), list(), facts(text("# Sign-off")), gates.Inconclusive, "has no items", "", ""},
		"no issue":                 {none, list(), facts(func(f *evidence.Facts) { f.Issue = evidence.Post{} }), gates.Inconclusive, "for no issue", "", "Fixes #12"},
		"issue unread":             {none, list(), facts(unreadParts(evidence.IssuePart)), gates.Inconclusive, "GitHub's issue was not read: 403", "", "issues: read"},
		"nothing read":             {none, list(), evidence.Facts{}, gates.Inconclusive, "GitHub's issue was not read", "", "tollgate handoff"},
		"no pull request":          {none, onPull, facts(func(f *evidence.Facts) { f.Pull = nil }), gates.Inconclusive, "there is no pull request", "", "Fixes #12"},
		"on the pull request":      {none, onPull, facts(func(f *evidence.Facts) { f.Pull.Body = "- [ ] A" }), gates.Fail, "of pull request #34", "pull request #34:1", ""},

		"ticked by who may":                     {none, list("@ann"), facts(edit("bob", "  "), edit("ann", "xx")), gates.Pass, "none of the 2", "", ""},
		"in any case":                           {none, list("@Ann"), facts(edit("bob", "  "), edit("ANN", "xx")), gates.Pass, "none of the 2", "", ""},
		"ticked by one of the team":             {none, list("@acme/qa"), facts(edit("bob", "  "), edit("quinn", "xx")), gates.Pass, "", "", ""},
		"ticked by somebody else":               {none, list("@acme/qa", "@ann"), facts(edit("bob", "  "), edit("ann", "x "), edit("dev", "xx")), gates.Fail, "1 of the 2 items", `"B" was ticked by @dev, which does not count`, "tick this item; @acme/qa or @ann may"},
		"ticked, unticked, ticked":              {none, list("@ann"), facts(edit("bob", "  "), edit("ann", "xx"), edit("ann", "x "), edit("dev", "xx")), gates.Fail, "1 of the 2", `"B" was ticked by @dev`, ""},
		"kept by somebody else":                 {none, list("@ann"), facts(edit("bob", "  "), edit("ann", "xx"), edit("dev", "xx")), gates.Pass, "", "", ""},
		"created ticked by who may":             {none, list("@pia"), facts(body("xx")), gates.Pass, "", "", ""},
		"created ticked":                        {none, list("@ann"), facts(body("xx")), gates.Fail, "2 of the 2", `"A" was ticked by @pia, which does not count`, ""},
		"the account is gone":                   {none, list("@ann"), facts(edit("bob", "  "), edit("", "xx")), gates.Fail, "2 of the 2", "by an account that is gone", ""},
		"the first edit or before it":           {none, list("@ann"), facts(edit("ann", "xx")), gates.Inconclusive, "the edit history does not say who ticked every item", "was ticked by nobody knows whom", "untick"},
		"the first edit or before it, both may": {none, list("@ann", "@pia"), facts(edit("ann", "xx")), gates.Pass, "", "", ""},
		"a version that is gone":                {none, list("@ann"), facts(edit("bob", "  "), edit("dev", ""), edit("ann", "xx")), gates.Inconclusive, "edit history", "", ""},
		"the last version is gone":              {none, list("@ann"), facts(edit("bob", "  "), edit("ann", ""), body("xx")), gates.Pass, "", "", ""},
		"the text is newer":                     {none, list("@ann"), facts(edit("bob", "  "), body("xx")), gates.Inconclusive, "edit history", "", ""},
		"other line ends":                       {none, list("@ann"), facts(edit("bob", "  "), edit("ann", "xx"), text(strings.ReplaceAll(write("xx"), "\n", "\r\n"))), gates.Pass, "", "", ""},
		"history unread":                        {none, list("@ann"), facts(body("xx"), unreadParts(evidence.EditsPart)), gates.Inconclusive, "GitHub's edit history was not read: 403", "", "issues: read, pull-requests: read"},
		"history unread, not ticked":            {none, list("@ann"), facts(body("x "), unreadParts(evidence.EditsPart)), gates.Fail, "2 of the 2", "", ""},
		"history unread, anybody may":           {none, list(), facts(body("xx"), unreadParts(evidence.EditsPart)), gates.Pass, "", "", ""},
		"too many edits": {none, list("@ann"), facts(func(f *evidence.Facts) {
			for range 100 {
				edit("ann", "xx")(f)
			}
		}), gates.Inconclusive, "edit history", "", ""},
		"team unknown":                 {none, list("@acme/ops"), facts(edit("bob", "  "), edit("ann", "xx")), gates.Inconclusive, "the members of @acme/ops are not known, so it is open whether @ann is one", "", "read the members of @acme/ops"},
		"team unknown, but a person":   {none, list("@acme/ops", "@ann"), facts(edit("bob", "  "), edit("ann", "xx")), gates.Pass, "", "", ""},
		"team unknown, and not ticked": {none, list("@acme/ops"), facts(edit("bob", "  "), edit("ann", "x ")), gates.Fail, "2 of the 2", "", ""},
		"not enough, whoever it was":   {require("ticked-share", ">=", "60%"), list("@acme/ops"), facts(edit("bob", "  "), edit("ann", "x ")), gates.Fail, "0% (0/2)", "", ""},
		"exactly one, perhaps":         {require("unticked", "=", "1"), list("@acme/ops"), facts(edit("bob", "  "), edit("ann", "xx")), gates.Inconclusive, "members of @acme/ops", "", ""},
		"not one, perhaps":             {require("unticked", "!=", "1"), list("@acme/ops"), facts(edit("bob", "  "), edit("ann", "xx")), gates.Inconclusive, "members of @acme/ops", "", ""},

		"changed after it was ticked": {none, list("@ann"), facts(edit("bob", "  "), edit("ann", "xx"), edit("dev", "xx"), func(f *evidence.Facts) {
			f.Issue.Edits[2].Body = strings.Replace(f.Issue.Edits[2].Body, "] B", "] Bee", 1)
			f.Issue.Body = f.Issue.Edits[2].Body
		}), gates.Fail, "1 of the 2", `"Bee" was ticked by @dev`, ""},
		"moved under another heading": {none, list("@ann"), facts(edit("bob", "  "), edit("ann", "xx"), edit("dev", "xx"), func(f *evidence.Facts) {
			f.Issue.Edits[1].Body = strings.Replace(f.Issue.Edits[1].Body, "Sign-off", "Developer", 1)
		}), gates.Fail, "2 of the 2", `"A" was ticked by @dev`, ""},

		"command by text":                    {none, list("@ann"), facts(edit("bob", "  "), say("ann", "/tick a\n/tick B", 12)), gates.Pass, "", "", ""},
		"command by number":                  {none, list("@ann"), facts(edit("bob", "  "), say("ann", "Fine.\n\n/tick 2", 12)), gates.Fail, "1 of the 2", `"A" is not ticked`, ""},
		"command and box":                    {none, list("@ann"), facts(edit("bob", "  "), edit("dev", "xx"), say("ann", "/tick 1\n/tick 2", 12)), gates.Pass, "", "", ""},
		"command by who may not":             {none, list("@ann"), facts(edit("bob", "  "), edit("ann", "x "), say("dev", "/tick B", 12)), gates.Fail, "`/tick B` by @dev does not count: @dev may not", "", ""},
		"command by who may write":           {none, list(), facts(body("x "), say("ann", "/tick B", 12)), gates.Pass, "", "", ""},
		"command by who may triage":          {none, list(), facts(body("x "), say("tia", "/tick B", 12)), gates.Fail, "@tia may not", "", ""},
		"command by nobody knows whom":       {none, list(), facts(body("x "), say("eve", "/tick B", 12)), gates.Inconclusive, "it is not known what @eve may do", "it is not known whether the `/tick` of \"B\" counts", ""},
		"command of a team unknown":          {none, list("@acme/ops"), facts(edit("bob", "  "), say("ann", "/tick 1\n/tick 2", 12)), gates.Inconclusive, "members of @acme/ops", "", ""},
		"command in an edited comment":       {none, list("@ann"), facts(edit("ann", "x "), edit("bob", "x "), say("ann", "/tick B", 12), last(func(c *evidence.Comment) { c.Edited = hour(13) })), gates.Fail, "the comment was edited", "", ""},
		"box by whose change it is":          {none, list("@dev", "@ann"), facts(edit("bob", "  "), edit("dev", "xx")), gates.Fail, "2 of the 2", `"A" was ticked by @dev, which does not count`, ""},
		"box by whose change it is, who may": {none, gates.Gate{Checklist: gates.Checklist{Heading: "Sign-off", TickedBy: []string{"@dev"}, Own: true}}, facts(edit("bob", "  "), edit("dev", "xx")), gates.Pass, "", "", ""},
		"command by whose change it is":      {none, list("@dev"), facts(edit("bob", "  "), say("dev", "/tick 1", 12)), gates.Fail, "@dev may not", "", ""},
		"command by a bot":                   {none, list("@ann"), facts(body("x "), say("ann", "/tick B", 12), last(func(c *evidence.Comment) { c.Bot = true })), gates.Fail, "2 of the 2", "", ""},
		"command elsewhere":                  {none, list("@ann"), facts(body("x "), say("ann", "/tick B", 12), last(func(c *evidence.Comment) { c.On = 34 })), gates.Fail, "2 of the 2", "", ""},
		"command of no item":                 {none, list("@ann"), facts(edit("bob", "  "), say("ann", "/tick C", 12)), gates.Fail, "no item had this text", "", ""},
		"command of no number":               {none, list("@ann"), facts(edit("bob", "  "), say("ann", "/tick 3", 12)), gates.Fail, "there was no item 3 of 2", "", ""},
		"command, then unticked":             {none, list("@ann"), facts(edit("bob", "  "), edit("dev", "xx"), say("ann", "/tick 1\n/tick 2", 11), edit("bob", "x "), func(f *evidence.Facts) { f.Issue.Edits[2].At = hour(12) }), gates.Fail, "1 of the 2", `"B" is not ticked`, ""},
		"command on an older text": {none, list("@ann"), facts(edit("bob", "  "), say("ann", "/tick 1", 9), edit("dev", "  "), func(f *evidence.Facts) {
			swapped := strings.NewReplacer("] A", "] B", "] B", "] A").Replace(f.Issue.Body)
			f.Issue.Edits[1].Body, f.Issue.Body = swapped, swapped
		}), gates.Fail, "1 of the 2", `"B" is not ticked`, ""},
		"command without history":         {none, list("@ann"), facts(body("  "), say("ann", "/tick 1\n/tick 2", 12), unreadParts(evidence.EditsPart)), gates.Inconclusive, "edit history was not read", "", ""},
		"comments unread":                 {none, list(), facts(body("x "), unreadParts(evidence.CommentsPart)), gates.Fail, "the comments were not read, so no `/tick` counts", "", ""},
		"two items of one text":           {none, list("@ann"), facts(text("# Sign-off\n- [ ] A\n- [ ] A"), say("ann", "/tick A", 12)), gates.Fail, "several items had this text", "", ""},
		"two items of one text by number": {none, list("@ann"), facts(text("# Sign-off\n- [ ] A\n- [ ] A"), say("ann", "/tick 2", 12)), gates.Fail, "1 of the 2", "", ""},
	} {
		t.Run(name, func(t *testing.T) { s.tell(t, "issue") })
	}
}

// R7, R16
func TestReviews(t *testing.T) {
	one := require("approvals", ">=", "1")
	review := func(author string, state evidence.ReviewState, commit string, at int) func(*evidence.Facts) {
		return func(f *evidence.Facts) {
			f.Reviews = append(f.Reviews, evidence.Review{ID: int64(at), Author: author, State: state, Commit: commit, At: hour(at), Body: "so said " + author})
		}
	}
	gone := func(author string, was evidence.ReviewState, by string) func(*evidence.Facts) {
		return func(f *evidence.Facts) {
			review(author, evidence.ReviewDismissed, head, 10)(f)
			last := &f.Reviews[len(f.Reviews)-1]
			last.Was, last.DismissedBy = was, by
		}
	}
	beside := func(authors ...string) func(*evidence.Facts) { return func(f *evidence.Facts) { f.Authors = authors } }
	by := func(names ...string) gates.Gate { return gates.Gate{Reviewers: gates.Reviewers{By: names}} }
	voices := func(names ...string) gates.Gate { return gates.Gate{Reviewers: gates.Reviewers{Voices: names}} }
	classes := func(words ...string) gates.Gate {
		return gates.Gate{Reviewers: gates.Reviewers{Classes: words}}
	}
	thread := func(resolved bool, bodies ...string) func(*evidence.Facts) {
		return func(f *evidence.Facts) {
			x := evidence.Thread{Path: "pay/pool.go", Line: 7, Resolved: resolved}
			for _, b := range bodies {
				x.Comments = append(x.Comments, evidence.Comment{Author: "ann", Body: b})
			}
			f.Threads = append(f.Threads, x)
		}
	}
	begun := func(by string) func(*evidence.Facts) { // the last thread
		return func(f *evidence.Facts) { f.Threads[len(f.Threads)-1].Comments[0].Author = by }
	}
	resolvedBy := func(login string) func(*evidence.Facts) {
		return func(f *evidence.Facts) { f.Threads[len(f.Threads)-1].ResolvedBy = login }
	}
	approved, against, commented, dismissed := evidence.ReviewApproved, evidence.ReviewRequested, evidence.ReviewCommented, evidence.ReviewDismissed
	changes, threads := require("changes-requested", "=", "0"), require("unresolved-threads", "=", "0")
	requests, reviewers := require("unanswered-review-requests", "=", "0"), require("reviewers", ">=", "1")

	for name, s := range map[string]story{
		"approved":                             {one, gates.Gate{}, facts(review("ann", approved, head, 10)), gates.Pass, "pull request #34 has 1 approval that counts, of @ann", "", ""},
		"nobody approved":                      {one, gates.Gate{}, facts(), gates.Fail, "has no approvals that count; at least 1 is needed", "", "1 more approval of 2222222"},
		"one of two":                           {require("approvals", ">=", "2"), gates.Gate{}, facts(review("ann", approved, head, 10), review("ann", approved, head, 11)), gates.Fail, "1 approval", "", "1 more approval"},
		"an earlier commit":                    {one, gates.Gate{}, facts(review("ann", approved, older, 10)), gates.Fail, "that of @ann is of 1111111, and the head is 2222222", "", ""},
		"an earlier commit is allowed":         {one, gates.Gate{Reviewers: gates.Reviewers{Stale: true}}, facts(review("ann", approved, older, 10)), gates.Pass, "", "", ""},
		"no commit":                            {one, gates.Gate{}, facts(review("ann", approved, "", 10)), gates.Fail, "is of an unknown commit", "", ""},
		"the author":                           {one, gates.Gate{}, facts(review("Dev", approved, head, 10)), gates.Fail, "@Dev, whose change it is, does not count", "", ""},
		"the author is named":                  {one, by("@dev"), facts(review("dev", approved, head, 10)), gates.Fail, "whose change it is", "", ""},
		"may only read":                        {one, gates.Gate{}, facts(review("zed", approved, head, 10)), gates.Fail, "@zed, who may not write here, does not count", "", ""},
		"nobody knows what they may":           {one, gates.Gate{}, facts(review("eve", approved, head, 10)), gates.Inconclusive, "not known what @eve may do in the repository", "", ""},
		"known beside unknown":                 {one, gates.Gate{}, facts(review("eve", approved, head, 10), review("ann", approved, head, 10)), gates.Pass, "1 approval", "", ""},
		"too few, whoever they are":            {require("approvals", ">=", "2"), gates.Gate{}, facts(review("eve", approved, head, 10)), gates.Fail, "no approvals", "", ""},
		"named":                                {one, by("@zed"), facts(review("zed", approved, head, 10)), gates.Pass, "", "", ""},
		"not named":                            {one, by("@acme/qa", "@zed"), facts(review("ann", approved, head, 10)), gates.Fail, "@ann, who is not among those named, does not count", "", "by @acme/qa or @zed"},
		"of the team":                          {one, by("@Acme/QA"), facts(review("Quinn", approved, head, 10)), gates.Pass, "", "", ""},
		"team unknown":                         {one, by("@acme/ops"), facts(review("ann", approved, head, 10)), gates.Inconclusive, "the members of @acme/ops are not known", "", ""},
		"team unknown, none approved":          {one, by("@acme/ops"), facts(), gates.Fail, "no approvals", "", ""},
		"approved, then against":               {one, gates.Gate{}, facts(review("ann", approved, head, 10), review("ann", against, head, 11)), gates.Fail, "no approvals", "", ""},
		"against, then approved":               {one, gates.Gate{}, facts(review("ann", approved, head, 11), review("ann", against, head, 10)), gates.Pass, "", "", ""},
		"approved, then a comment":             {one, gates.Gate{}, facts(review("ann", approved, head, 10), review("ann", commented, head, 11)), gates.Pass, "", "", ""},
		"approved and dismissed":               {one, gates.Gate{}, facts(review("ann", dismissed, head, 10)), gates.Fail, "no approvals", "", ""},
		"approved, then against and dismissed": {one, gates.Gate{}, facts(review("ann", approved, head, 10), review("ann", dismissed, head, 11)), gates.Fail, "no approvals", "", ""},
		"a comment":                            {one, gates.Gate{}, facts(review("ann", commented, head, 10)), gates.Fail, "no approvals", "", ""},
		"pending":                              {one, gates.Gate{}, facts(review("ann", evidence.ReviewPending, head, 10)), gates.Fail, "no approvals", "", ""},
		"reviews unread":                       {one, gates.Gate{}, facts(unreadParts(evidence.ReviewsPart)), gates.Inconclusive, "GitHub's reviews were not read: 403", "", "pull-requests: read"},
		"no pull request":                      {one, gates.Gate{}, facts(func(f *evidence.Facts) { f.Pull = nil }), gates.Inconclusive, "there is no pull request", "", ""},
		"pull request unread":                  {one, gates.Gate{}, facts(unreadParts(evidence.PullPart)), gates.Inconclusive, "pull request was not read", "", ""},

		"nobody against":                                     {changes, gates.Gate{}, facts(review("ann", approved, head, 10)), gates.Pass, "nobody asks for changes", "", ""},
		"against":                                            {changes, gates.Gate{}, facts(review("ann", against, older, 10)), gates.Fail, "1 person asks for changes of pull request #34", "@ann asks for changes of 1111111: so said ann", "dismiss the review"},
		"against, by a stranger":                             {changes, by("@bob"), facts(review("zed", against, head, 10)), gates.Pass, "nobody asks for changes of pull request #34; none is allowed (the request of @zed does not count, who may not write here and whom the policy does not name)", "", ""},
		"against, by the named":                              {changes, by("@zed"), facts(review("zed", against, head, 10)), gates.Fail, "1 person", "@zed", ""},
		"against, by a voice":                                {changes, voices("write", "@zed"), facts(review("zed", against, head, 10)), gates.Fail, "1 person", "@zed", ""},
		"against, beside the named":                          {changes, by("@bob"), facts(review("ann", against, head, 10)), gates.Fail, "1 person", "@ann", ""},
		"against, by nobody knows whom":                      {changes, gates.Gate{}, facts(review("eve", against, head, 10)), gates.Inconclusive, "not known what @eve may do in the repository", "@eve", ""},
		"against, for sure beside":                           {changes, gates.Gate{}, facts(review("eve", against, head, 10), review("ann", against, head, 10)), gates.Fail, "2 people", "@ann", ""},
		"against, by an app":                                 {changes, gates.Gate{}, facts(review("lint[bot]", against, head, 10)), gates.Pass, "the request of @lint[bot] does not count", "", ""},
		"against, by an app that is named":                   {changes, voices("write", "@lint[bot]"), facts(review("lint[bot]", against, head, 10)), gates.Fail, "1 person", "@lint[bot]", ""},
		"approved by an app":                                 {one, gates.Gate{}, facts(review("lint[bot]", approved, head, 10)), gates.Fail, "that of @lint[bot], who may not write here, does not count", "", ""},
		"against and dismissed":                              {changes, gates.Gate{}, facts(review("ann", dismissed, head, 10)), gates.Pass, "", "", ""},
		"against, dismissed by whose change it is":           {changes, gates.Gate{}, facts(gone("ann", against, "dev")), gates.Fail, "1 person", "@ann asks for changes of 2222222, dismissed by @dev, whose change it is: so said ann", "have another dismiss the review"},
		"against, dismissed by another":                      {changes, gates.Gate{}, facts(gone("ann", against, "bob")), gates.Pass, "nobody asks", "", ""},
		"against, dismissed by themselves":                   {changes, gates.Gate{}, facts(gone("ann", against, "ann")), gates.Pass, "nobody asks", "", ""},
		"against, dismissed by the author of another":        {changes, gates.Gate{}, facts(gone("ann", against, "Pat"), beside("pat")), gates.Fail, "1 person", "dismissed by @Pat", ""},
		"against, dismissed by an author who may":            {changes, gates.Gate{Reviewers: gates.Reviewers{OwnResolve: true}}, facts(gone("ann", against, "dev")), gates.Pass, "nobody asks", "", ""},
		"approved, and dismissed by whose change it is":      {changes, gates.Gate{}, facts(gone("ann", approved, "dev")), gates.Pass, "nobody asks", "", ""},
		"against, dismissed by whose change it is, approved": {changes, gates.Gate{}, facts(gone("ann", against, "dev"), review("ann", approved, head, 11)), gates.Pass, "nobody asks", "", ""},
		"a request that was dismissed is no approval":        {one, gates.Gate{}, facts(review("ann", approved, head, 9), gone("ann", against, "dev")), gates.Fail, "no approvals", "", ""},
		"against, then a comment":                            {changes, gates.Gate{}, facts(review("ann", against, head, 10), review("ann", commented, head, 11)), gates.Fail, "1 person", "", ""},
		"against, nobody read it":                            {changes, gates.Gate{}, facts(unreadParts(evidence.ReviewsPart)), gates.Inconclusive, "reviews were not read", "", ""},

		"review has begun":     {reviewers, gates.Gate{}, facts(review("ann", commented, older, 10)), gates.Pass, "1 person has reviewed", "", ""},
		"review has not begun": {reviewers, gates.Gate{}, facts(review("dev", commented, head, 10), review("zed", commented, head, 10)), gates.Fail, "nobody has reviewed", "", "a review by 1 more person"},
		"review by a stranger": {reviewers, gates.Gate{}, facts(review("eve", commented, head, 10)), gates.Inconclusive, "@eve", "", ""},

		"no thread":                      {threads, gates.Gate{}, facts(), gates.Pass, "no threads on pull request #34 are not resolved", "", ""},
		"thread":                         {threads, gates.Gate{}, facts(thread(false, "why?"), thread(true, "a")), gates.Fail, "1 thread on", "pay/pool.go:7 @ann: why?", "settle and resolve this thread"},
		"thread of the class":            {threads, classes("architecture"), facts(thread(false, "**issue (blocking, architecture):** one pool", "no")), gates.Fail, "1 thread of class architecture", "one pool", ""},
		"threads of others":              {threads, classes("architecture"), facts(thread(false, "nitpick: name", "issue (architecture): late"), thread(false, "why?")), gates.Pass, "no threads of class architecture on pull request #34 are not resolved, of 2 that are not; none is allowed (1 says no class and is not counted here)", "", ""},
		"label is a class as well":       {threads, classes("issue"), facts(thread(false, "issue: a")), gates.Fail, "1 thread", "", ""},
		"unclassified":                   {threads, classes("architecture", "unclassified"), facts(thread(false, "However: this")), gates.Fail, "of class architecture or unclassified", "However", ""},
		"thread that is not known":       {threads, classes("architecture"), facts(thread(false)), gates.Fail, "1 thread", "pay/pool.go:7 an account that is gone", ""},
		"thread of a stranger":           {threads, gates.Gate{}, facts(thread(false, "issue: all of it"), begun("zed")), gates.Pass, "1 thread of @zed does not count, who may not write here and whom the policy does not name", "", ""},
		"thread of an app":               {threads, gates.Gate{}, facts(thread(false, "a"), begun("lint[bot]"), thread(false, "b"), begun("lint[bot]")), gates.Pass, "2 threads of @lint[bot] do not count", "", ""},
		"thread of a voice":              {threads, voices("write", "@zed"), facts(thread(false, "a"), begun("zed")), gates.Fail, "1 thread", "@zed", ""},
		"resolved by whose change it is": {threads, gates.Gate{}, facts(thread(true, "a"), resolvedBy("dev")), gates.Fail, "1 thread", "pay/pool.go:7 @ann, resolved by @dev, whose change it is: a", ""},
		"resolved by another":            {threads, gates.Gate{}, facts(thread(true, "a"), resolvedBy("bob")), gates.Pass, "no threads", "", ""},
		"and who began it agrees":        {threads, gates.Gate{}, facts(thread(true, "a"), resolvedBy("dev"), review("ann", approved, head, 12)), gates.Pass, "no threads", "", ""},
		"and takes that back":            {threads, gates.Gate{}, facts(thread(true, "a"), resolvedBy("dev"), review("ann", approved, head, 12), review("ann", against, head, 13)), gates.Fail, "1 thread", "", ""},
		"and agreed to another commit":   {threads, gates.Gate{}, facts(thread(true, "a"), resolvedBy("dev"), review("ann", approved, older, 12)), gates.Fail, "1 thread", "", ""},
		"resolved by who may":            {threads, gates.Gate{Reviewers: gates.Reviewers{OwnResolve: true}}, facts(thread(true, "a"), resolvedBy("dev")), gates.Pass, "no threads", "", ""},
		"resolved, their own thread":     {threads, gates.Gate{}, facts(thread(true, "a"), begun("dev"), resolvedBy("dev")), gates.Pass, "no threads", "", ""},
		"thread of nobody knows whom":    {threads, gates.Gate{}, facts(thread(false, "a"), begun("eve")), gates.Inconclusive, "what @eve may do", "@eve", ""},
		"threads unread":                 {threads, classes("architecture"), facts(unreadParts(evidence.ThreadsPart)), gates.Inconclusive, "review threads were not read", "", "pull-requests: read"},

		"no request":   {requests, gates.Gate{}, facts(), gates.Pass, "no requests for a review of pull request #34 are open", "", ""},
		"two requests": {requests, gates.Gate{}, facts(func(f *evidence.Facts) { f.Pull.Requested = []string{"@acme/qa", "@ann"} }), gates.Fail, "2 requests", "a review by @acme/qa is asked for; a review by @ann", "have these 2 requests answered"},
	} {
		t.Run(name, func(t *testing.T) { s.tell(t, "reviews") })
	}
}

// R7
func TestOtherChecks(t *testing.T) {
	failed, missing, pending := require("checks-failed", "=", "0"), require("checks-missing", "=", "0"), require("checks-pending", "=", "0")
	build := gates.Gate{Checks: []gates.NamedCheck{{Name: "build"}}}
	bound := gates.Gate{Checks: []gates.NamedCheck{{Name: "build", App: "GitHub-Actions"}}}
	run := func(name, app, conclusion string, change ...func(*evidence.CheckRun)) func(*evidence.Facts) {
		return func(f *evidence.Facts) {
			c := evidence.CheckRun{ID: 1, Name: name, App: app, Conclusion: conclusion, Commit: head, At: hour(10)}
			for _, ch := range change {
				ch(&c)
			}
			f.Checks = append(f.Checks, c)
		}
	}
	at := func(h int) func(*evidence.CheckRun) { return func(c *evidence.CheckRun) { c.At = hour(h) } }
	id := func(n int64) func(*evidence.CheckRun) { return func(c *evidence.CheckRun) { c.ID = n } }
	on := func(commit string) func(*evidence.CheckRun) { return func(c *evidence.CheckRun) { c.Commit = commit } }
	status := func(c *evidence.CheckRun) { c.Status = true }
	const actions = "github-actions"

	stories := map[string]story{
		"green":                      {failed, build, facts(run("build", actions, "success"), run("lint", actions, "failure")), gates.Pass, "none of the 1 named check ended without success on 2222222", "", ""},
		"red":                        {failed, build, facts(run("build", actions, "failure")), gates.Fail, "1 of the 1 named check ended without success", "build of github-actions failed", "mend this check"},
		"a status":                   {failed, build, facts(run("build", "jenkins", "success", status)), gates.Pass, "", "", ""},
		"a status and a run":         {failed, build, facts(run("build", "a", "success"), run("build", "a", "error", status)), gates.Fail, "1 of the 2 named checks ended", "failed (error)", ""},
		"missing":                    {failed, build, facts(run("lint", actions, "success")), gates.Inconclusive, "build has not run on 2222222", "", "run build on 2222222"},
		"missing, asked for":         {missing, build, facts(), gates.Fail, "1 of the 1 named check did not run on 2222222", "build", "run this check on 2222222"},
		"none missing":               {missing, build, facts(run("build", actions, "failure")), gates.Pass, "none of the 1 named check", "", ""},
		"of another commit":          {failed, build, facts(run("build", actions, "success", on(older))), gates.Inconclusive, "build has not run on 2222222", "", ""},
		"running":                    {failed, build, facts(run("build", actions, "")), gates.Inconclusive, "build of github-actions has not finished", "", "wait for build"},
		"running, asked for":         {pending, build, facts(run("build", actions, "pending", status)), gates.Fail, "1 of the 1 named check did not finish", "build of github-actions has not finished", ""},
		"none running":               {pending, build, facts(run("build", actions, "failure")), gates.Pass, "", "", ""},
		"pending, but missing":       {pending, build, facts(), gates.Inconclusive, "build has not run", "", ""},
		"red beside running":         {failed, gates.Gate{Checks: []gates.NamedCheck{{Name: "*"}}}, facts(run("a", actions, "failure"), run("b", actions, "")), gates.Fail, "1 of the 2", "", "wait for b"},
		"run again":                  {failed, build, facts(run("build", actions, "success", at(12)), run("build", actions, "failure", at(11), id(9))), gates.Pass, "", "", ""},
		"run again at once":          {failed, build, facts(run("build", actions, "success", id(2)), run("build", actions, "failure", id(1))), gates.Pass, "", "", ""},
		"run again and red":          {failed, build, facts(run("build", actions, "success", at(11)), run("build", actions, "failure", at(12))), gates.Fail, "", "", ""},
		"runs again":                 {failed, build, facts(run("build", actions, "success", at(11)), run("build", actions, "", at(12))), gates.Inconclusive, "has not finished", "", ""},
		"two apps":                   {failed, build, facts(run("build", actions, "success", at(12)), run("build", "evil", "failure", at(11))), gates.Fail, "1 of the 2", "build of evil failed", ""},
		"another app":                {failed, bound, facts(run("build", "evil", "success")), gates.Inconclusive, "build of GitHub-Actions (there is one of evil, which does not count) has not run", "", ""},
		"the app and another":        {failed, bound, facts(run("build", actions, "success"), run("build", "evil", "failure")), gates.Pass, "build of evil does not count", "", ""},
		"a pattern":                  {failed, gates.Gate{Checks: []gates.NamedCheck{{Name: "test (*)"}}}, facts(run("test (1.25)", actions, "success"), run("test (1.26)", actions, "failure")), gates.Fail, "1 of the 2 named checks ended", "test (1.26)", ""},
		"two names of one check":     {failed, gates.Gate{Checks: []gates.NamedCheck{{Name: "b*"}, {Name: "build"}}}, facts(run("build", actions, "failure")), gates.Fail, "1 of the 1", "", ""},
		"its own":                    {failed, gates.Gate{Checks: []gates.NamedCheck{{Name: "*"}}}, facts(run("tollgate", actions, "success", status)), gates.Inconclusive, "* has not run", "", ""},
		"checks unread":              {failed, build, facts(unreadParts(evidence.ChecksPart)), gates.Inconclusive, "GitHub's checks were not read: 403", "", "checks: read, statuses: read"},
		"checks unread, asked for":   {missing, build, facts(unreadParts(evidence.ChecksPart)), gates.Inconclusive, "checks were not read", "", ""},
		"none named":                 {failed, gates.Gate{}, facts(run("build", actions, "success")), gates.Inconclusive, "names no checks", "", ""},
		"a word that GitHub invents": {failed, build, facts(run("build", actions, "fine")), gates.Fail, "", `build of github-actions ended as "fine"`, ""},
	}
	for _, c := range []string{"neutral", "cancelled", "skipped", "timed_out", "action_required", "stale", "startup_failure"} {
		stories["ended as "+c] = story{failed, build, facts(run("build", actions, c)), gates.Fail, "ended without success", "build of github-actions ", ""}
	}
	for name, s := range stories {
		t.Run(name, func(t *testing.T) { s.tell(t, "checks") })
	}
}

// A fact that nobody read proves nothing, whatever the condition asks.
func TestUnreadFactsAreNeverGreen(t *testing.T) {
	for _, m := range gates.Metrics {
		if m.Kind != evidence.Issue && m.Kind != evidence.Reviews && m.Kind != evidence.Checks {
			continue
		}
		want := evidence.CountOf(1)
		if m.Value == evidence.Share {
			want = evidence.ShareOf(evidence.Ratio{Num: 1, Den: 2})
		}
		for _, op := range gates.Ops {
			for _, f := range []evidence.Facts{{}, facts(unreadParts(everything...))} {
				c := gates.Condition{Metric: m.Name, Op: op, Want: want, Mode: gates.Require}
				g := gates.Gate{Name: "gate", From: []string{m.Kind.String()}, Conditions: []gates.Condition{c}, Checks: []gates.NamedCheck{{Name: "a"}}}
				v := gates.Judge(gates.Policy{Gates: []gates.Gate{g}}, gates.Input{Facts: f, Diff: evidence.Diff{Head: head}})
				if check := v.Gates[0].Checks[0]; v.Status != gates.Inconclusive || check.Actual.Measured() || check.Remedy == "" {
					t.Errorf("%s is %s: %s (%s)", c, v.Status, check.Why, check.Remedy)
				}
			}
		}
	}
}
