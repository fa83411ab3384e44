package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers on task lists: of the description, and of a list that Tollgate put on
// the issue under a name of its own. R14, R18
func TestAnswersOnLists(t *testing.T) {
	say := func(h int, lines ...string) evidence.Comment {
		return evidence.Comment{ID: int64(h), On: 12, Author: "ann", Body: strings.Join(lines, "\n"), At: hour(h)}
	}
	both := func(f *evidence.Facts) {
		f.Read = append(f.Read[:len(f.Read):len(f.Read)], evidence.ListsPart)
		f.Issue.Body = "Text\n\n## Sign-off\n\n- [ ] A\n- [ ] B\n"
		f.Lists = []evidence.Post{{Number: 12, Author: "bot", Title: "list/Release", Body: "## Sign-off\n- [ ] C\n- [ ] D\n", Created: hour(11)}}
	}
	body := func(text string) func(*evidence.Facts) { return func(f *evidence.Facts) { f.Issue.Body = text } }
	ann := gates.Gate{Checklist: gates.Checklist{Heading: "Sign-off", TickedBy: []string{"@ann"}}}
	anybody := gates.Gate{Checklist: gates.Checklist{Heading: "Sign-off"}}
	none, where := require("unticked", "=", "0"), `of the list "Sign-off" of issue #12`
	how := "; @ann may, in the text or by a comment `/tick` with the item"
	open := func(items ...string) (out string) {
		for _, i := range items {
			line := map[string]string{"A": "issue #12:5", "B": "issue #12:6", "C": "issue #12, Release:2", "D": "issue #12, Release:3"}[i]
			out += fmt.Sprintf("\n- %s %q is not ticked", line, i)
		}
		return out
	}
	var wrong, notes []string
	for i := range 21 {
		wrong = append(wrong, fmt.Sprintf("/tick no %02d", i))
		if i < 20 {
			notes = append(notes, fmt.Sprintf("`/tick no %02d` by @ann does not count: no item had this text", i))
		}
	}
	headings := func(n int) (text string) {
		for i := range n {
			text += fmt.Sprintf("# H%d\n", i)
		}
		return text
	}
	put := "\n> put the heading \"Sign-off\" with its task list into the description of issue #12"
	for name, x := range map[string]struct {
		gate     gates.Gate
		cond     gates.Condition
		facts    func(*evidence.Facts)
		comments []evidence.Comment
		want     string
	}{
		"nothing is ticked":             {ann, none, both, nil, "fail: 4 of the 4 items " + where + " are unticked; none is allowed" + open("A", "B", "C", "D") + "\n> tick these 4 items" + how},
		"all of both":                   {ann, none, both, []evidence.Comment{say(12, "/tick 1", "/tick B", "/tick release 1", "/tick d")}, "pass: none of the 4 items " + where + " is unticked; none is allowed"},
		"a number is the description's": {ann, none, both, []evidence.Comment{say(12, "/tick 1")}, "fail: 3 of the 4 items " + where + " are unticked; none is allowed" + open("B", "C", "D") + "\n> tick these 3 items" + how},
		"a number with the name":        {ann, none, both, []evidence.Comment{say(12, "/tick Release 2")}, "fail: 3 of the 4 items " + where + " are unticked; none is allowed" + open("A", "B", "C") + "\n> tick these 3 items" + how},
		"a text with the name":          {ann, none, both, []evidence.Comment{say(12, "/tick Release C")}, "fail: 3 of the 4 items " + where + " are unticked; none is allowed" + open("A", "B", "D") + "\n> tick these 3 items" + how},
		"before the list was there":     {ann, none, both, []evidence.Comment{say(10, "/tick Release 1", "/tick D", "/tick A")}, "fail: 3 of the 4 items " + where + " are unticked; none is allowed" + open("B", "C", "D") + "\n> tick these 3 items" + how},
		"the moment it was there":       {ann, none, both, []evidence.Comment{say(11, "/tick C")}, "fail: 3 of the 4 items " + where + " are unticked; none is allowed" + open("A", "B", "D") + "\n> tick these 3 items" + how},
		"a number that is not there":    {ann, none, both, []evidence.Comment{say(12, "/tick Release 3", "/tick Release 0", "/tick 3", "/tick 0")}, "fail: 4 of the 4 items " + where + " are unticked; none is allowed (`/tick 3` by @ann does not count: there was no item 3 of 2; `/tick 0` by @ann does not count: there was no item 0 of 2)" + open("A", "B", "C", "D") + "\n> tick these 4 items" + how},
		"another name":                  {ann, none, both, []evidence.Comment{say(12, "/tick Start 1")}, "fail: 4 of the 4 items " + where + " are unticked; none is allowed (`/tick Start 1` by @ann does not count: no item had this text)" + open("A", "B", "C", "D") + "\n> tick these 4 items" + how},
		"all but one":                   {ann, none, both, []evidence.Comment{say(12, "/tick 1", "/tick 2", "/tick C")}, "fail: 1 of the 4 items " + where + " is unticked; none is allowed" + open("D") + "\n> tick this item" + how},
		"without a heading":             {gates.Gate{}, none, both, nil, "fail: 2 of the 2 items of issue #12 are unticked; none is allowed" + open("A", "B") + "\n> tick these 2 items"},
		"by anybody":                    {anybody, require("unticked", "<=", "2"), both, nil, "fail: 4 of the 4 items " + where + " are unticked; at most 2 are allowed" + open("A", "B", "C", "D") + "\n> tick 2 of these 4 items"},
		"a share":                       {ann, require("ticked-share", ">=", "50%"), both, []evidence.Comment{say(12, "/tick 1")}, "fail: 25% (1/4) of the items " + where + " are ticked; at least 50% must be" + open("B", "C", "D") + "\n> tick 1 of these 3 items" + how},
		"items":                         {ann, require("items", ">=", "6"), both, nil, "fail: the list \"Sign-off\" of issue #12 has 4 items; at least 6 are needed\n> put 2 more items on the list \"Sign-off\" of issue #12"},
		"one item":                      {anybody, require("items", ">=", "2"), body("# Sign-off\n- [ ] A"), nil, "fail: the list \"Sign-off\" of issue #12 has 1 item; at least 2 are needed\n> put 1 more item on the list \"Sign-off\" of issue #12"},
		"20 notes of 21":                {anybody, require("unticked", "<=", "9"), body("# Sign-off\n- [ ] A"), []evidence.Comment{say(12, append(wrong[:1:1], wrong...)...)}, "pass: 1 of the 1 item " + where + " is unticked; at most 9 are allowed (" + strings.Join(notes, "; ") + ")\n- issue #12:2 \"A\" is not ticked"},
		"five other headings":           {anybody, none, body(headings(5)), nil, `inconclusive: issue #12 has no heading "Sign-off"; there are "H0", "H1", "H2", "H3" and "H4"` + put},
		"six other headings":            {anybody, none, body(headings(6)), nil, `inconclusive: issue #12 has no heading "Sign-off"; there are "H0", "H1", "H2", "H3", "H4" and 1 more` + put},
		"seven other headings":          {anybody, none, body(headings(7)), nil, `inconclusive: issue #12 has no heading "Sign-off"; there are "H0", "H1", "H2", "H3", "H4" and 2 more` + put},
		"one other heading":             {anybody, none, body(headings(1)), nil, `inconclusive: issue #12 has no heading "Sign-off"; there is "H0"` + put},
		"a list without items":          {anybody, none, body("# Sign-off\n"), nil, "inconclusive: the list \"Sign-off\" of issue #12 has no items\n> write its items in the description, as in - [ ] Rollback procedures tested"},
		"edits in another order": {ann, none, func(f *evidence.Facts) {
			f.Issue.Body = "# Sign-off\n- [x] A"
			f.Issue.Edits = []evidence.Edit{{By: "dev", At: hour(12), Body: "# Sign-off\n- [x] A"}, {By: "ann", At: hour(11), Body: "# Sign-off\n- [x] A"}, {By: "pia", At: hour(10), Body: "# Sign-off\n- [ ] A"}}
		}, nil, "pass: none of the 1 item " + where + " is unticked; none is allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			f := facts(x.facts, func(f *evidence.Facts) { f.Comments = x.comments })
			if have := answer(judgeFacts("issue", x.gate, x.cond, f, head)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}
