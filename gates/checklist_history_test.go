package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Who ticked an item, where the history of the text says it in part. R14, R18
func TestAnswersOnWhoTicked(t *testing.T) {
	const open, done = "# Sign-off\n- [ ] A", "# Sign-off\n- [x] A"
	where := `of the list "Sign-off" of issue #12`
	unticked := "fail: 1 of the 1 item " + where + " is unticked; none is allowed"
	ticked := "pass: none of the 1 item " + where + " is unticked; none is allowed"
	tick := "\n> tick this item; %s may, in the text or by a comment `/tick` with the item"
	how := fmt.Sprintf(tick, "@ann")
	what := "; what there is says: 1 of the 1 item " + where + " is unticked; none is allowed\n- issue #12:2 "
	nobodyKnows := "inconclusive: the edit history does not say who ticked every item" + what + `"A" %s` + "\n> let somebody who may untick the item and tick it again"
	team := "inconclusive: the members of @acme/dev are not known, so it is open whether %s; what there is says: 1 of the 1 item " + where + " is unticked; none is allowed\n- issue #12:2 %s\n> give Tollgate a token that may read the members of @acme/dev"
	edits := func(body string, edits ...evidence.Edit) func(*evidence.Facts) {
		return func(f *evidence.Facts) { f.Issue.Body, f.Issue.Edits = body, edits }
	}
	edit := func(by string, h int, body string) evidence.Edit {
		return evidence.Edit{By: by, At: hour(h), Body: body}
	}
	many := func(n int) (out []evidence.Edit) {
		for i := range n {
			out = append(out, edit("ann", 9, done))
			out[i].At = hour(9).Add(1e9 * 60)
		}
		return out
	}
	say := func(id int64, by string, h int, lines ...string) evidence.Comment {
		return evidence.Comment{ID: id, On: 12, Author: by, Body: strings.Join(lines, "\n"), At: hour(h)}
	}
	unknown := func(text string) string { return "`/tick " + text + "` by @ann does not count: no item had this text" }
	for name, x := range map[string]struct {
		by       []string
		facts    func(*evidence.Facts)
		comments []evidence.Comment
		want     string
	}{
		// GitHub keeps the last hundred versions, so that of a text with as many the first may be gone.
		"99 edits of one who may":  {[]string{"@ann", "@pia"}, edits(done, many(99)...), nil, ticked},
		"100 edits of one who may": {[]string{"@ann", "@pia"}, edits(done, many(100)...), nil, fmt.Sprintf(nobodyKnows, "was ticked by nobody knows whom")},
		"by the author or the editor, who may not": {[]string{"@ann"}, edits(done, edit("bob", 10, done)), nil,
			unticked + "\n- issue #12:2 \"A\" was ticked by @bob or @pia, which does not count" + how},
		"a command on a version that nobody knows": {[]string{"@ann"}, edits(open, edit("dev", 12, open)), []evidence.Comment{say(1, "ann", 11, "/tick A")},
			"inconclusive: the edit history does not say who ticked every item" + what + "it is not known whether the `/tick` of \"A\" counts\n> let somebody who may untick the item and tick it again"},
		"a command on a version that is known": {[]string{"@ann"}, edits(open, edit("dev", 12, open)), []evidence.Comment{say(1, "ann", 13, "/tick A")}, ticked},
		"by one of a team that nobody could read": {[]string{"@acme/dev"}, edits(done, edit("bob", 10, open), edit("bob", 11, done)), nil,
			fmt.Sprintf(team, "@bob is one", `"A" was ticked by @bob, of whom it is not known whether that counts`)},
		"in the text and by a command, of such a team": {[]string{"@acme/dev"}, edits(done, edit("bob", 10, open), edit("bob", 11, done)), []evidence.Comment{say(1, "ann", 12, "/tick A")},
			fmt.Sprintf(team, "@ann and @bob are", `"A" was ticked by @bob, of whom it is not known whether that counts`)},
		"by a command of such a team": {[]string{"@acme/dev"}, edits(open), []evidence.Comment{say(1, "bob", 12, "/tick A"), say(2, "ann", 13, "/tick A")},
			fmt.Sprintf(team, "@ann and @bob are", "it is not known whether the `/tick` of \"A\" counts")},
		"for sure, and by a command that might count": {[]string{"@ann", "@acme/dev"}, edits(done, edit("pia", 10, open), edit("ann", 11, done)), []evidence.Comment{say(1, "bob", 12, "/tick A")}, ticked},
		"by a comment of no number":                   {[]string{"@ann"}, edits(open), []evidence.Comment{{ID: 1, Author: "ann", Body: "/tick A", At: hour(12)}}, ticked},
		"by a comment on another issue":               {[]string{"@ann"}, edits(open), []evidence.Comment{{ID: 1, On: 13, Author: "ann", Body: "/tick A", At: hour(12)}}, unticked + "\n- issue #12:2 \"A\" is not ticked" + how},
		"by another command":                          {[]string{"@ann"}, edits(open), []evidence.Comment{say(1, "ann", 12, "/handoff A")}, unticked + "\n- issue #12:2 \"A\" is not ticked" + how},
		"of nothing, by one who may not":              {[]string{"@ann"}, edits(open), []evidence.Comment{say(1, "bob", 12, "/tick B")}, unticked + "\n- issue #12:2 \"A\" is not ticked" + how},
		"notes by time":                               {[]string{"@ann"}, edits(open), []evidence.Comment{say(1, "ann", 13, "/tick two"), say(2, "ann", 12, "/tick one")}, unticked + " (" + unknown("one") + "; " + unknown("two") + ")\n- issue #12:2 \"A\" is not ticked" + how},
		"notes of one time, by their order":           {[]string{"@ann"}, edits(open), []evidence.Comment{say(2, "ann", 12, "/tick two"), say(1, "ann", 12, "/tick one")}, unticked + " (" + unknown("one") + "; " + unknown("two") + ")\n- issue #12:2 \"A\" is not ticked" + how},
	} {
		t.Run(name, func(t *testing.T) {
			g := gates.Gate{Checklist: gates.Checklist{Heading: "Sign-off", TickedBy: x.by}}
			f := facts(x.facts, func(f *evidence.Facts) { f.Comments = x.comments })
			if have := answer(judgeFacts("issue", g, require("unticked", "=", "0"), f, head)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// A list whose history was not read has that said of it, once, and nothing of teams
// whose members would not matter. R14
func TestAnswersOnListsThatWereReadInPart(t *testing.T) {
	g := gates.Gate{Checklist: gates.Checklist{Heading: "Sign-off", TickedBy: []string{"@acme/dev"}}}
	f := facts(unreadParts(evidence.EditsPart), func(f *evidence.Facts) { f.Issue.Body = "# Sign-off\n- [x] A" })
	want := "inconclusive: GitHub's edit history was not read: 403 Resource not accessible by integration; what there is says: 1 of the 1 item of the list \"Sign-off\" of issue #12 is unticked; none is allowed" +
		"\n- issue #12:2 \"A\" was ticked by nobody knows whom\n> run `tollgate handoff` with a token that has the permissions issues: read, pull-requests: read, or with --snapshot"
	if have := answer(judgeFacts("issue", g, require("unticked", "=", "0"), f, head)); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	// The list is in the text that Tollgate put there alone.
	f = facts(unreadParts(evidence.CommentsPart), func(f *evidence.Facts) {
		f.Issue.Body = "No list."
		f.Lists = []evidence.Post{{Number: 12, Author: "bot", Title: "list/Release", Body: "# Sign-off\n- [x] A", Created: hour(11)}}
		f.Read = append(f.Read[:len(f.Read):len(f.Read)], evidence.ListsPart)
	})
	g.Checklist.TickedBy = nil
	want = "pass: none of the 1 item of the list \"Sign-off\" of issue #12 is unticked; none is allowed (the comments were not read, so no `/tick` counts)"
	if have := answer(judgeFacts("issue", g, require("unticked", "=", "0"), f, head)); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
}
