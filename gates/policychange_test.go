package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// TestAPolicyThatAsksForLessNeedsItsOwner asks who has approved the head: its author
// does not count, nor an approval of another commit, nor one that was taken back; and
// what nobody has read is not known. R17
func TestAPolicyThatAsksForLessNeedsItsOwner(t *testing.T) {
	const old = "2222222222222222222222222222222222222222"
	head := key.Commit
	review := func(by string, state evidence.ReviewState, commit string) evidence.Review {
		return evidence.Review{Author: by, State: state, Commit: commit}
	}
	approved := evidence.ReviewApproved
	teams := map[string][]string{"@org/leads": {"Lead", "boss"}}
	for _, tt := range []struct {
		about   string
		looser  int
		facts   func(*evidence.Facts)
		reviews []evidence.Review
		want    gates.Status
		says    string
	}{
		{"nothing is taken away", 0, nil, nil, gates.Pass, "takes nothing away"},
		{"nobody has approved", 2, nil, nil, gates.Fail, "2 changes of the policy ask for less, and no owner of the policy has approved this head"},
		{"an owner has", 1, nil, []evidence.Review{review("Ann", approved, head)}, gates.Pass, "1 change of the policy asks for less, and an owner of the policy has approved this head: one of @org/leads or @ann"},
		{"a member of the team has", 1, nil, []evidence.Review{review("lead", approved, head)}, gates.Pass, "has approved this head"},
		{"a stranger has", 1, nil, []evidence.Review{review("eve", approved, head)}, gates.Fail, "no owner"},
		{"the author is the owner", 1, func(f *evidence.Facts) { f.Pull.Author = "ann" }, []evidence.Review{review("ann", approved, head)}, gates.Fail, "no owner"},
		{"an owner has approved another head", 1, nil, []evidence.Review{review("ann", approved, old)}, gates.Fail, "no owner"},
		{"an owner took it back", 1, nil, []evidence.Review{review("ann", approved, head), review("Ann", evidence.ReviewRequested, head)}, gates.Fail, "no owner"},
		{"it was dismissed", 1, nil, []evidence.Review{review("ann", evidence.ReviewDismissed, head)}, gates.Fail, "no owner"},
		{"an owner commented afterwards", 1, nil, []evidence.Review{review("ann", approved, head), review("ann", evidence.ReviewCommented, head)}, gates.Pass, "has approved this head"},
		{"an owner only commented", 1, nil, []evidence.Review{review("ann", evidence.ReviewCommented, head)}, gates.Fail, "no owner"},
		{"the team could not be read", 1, func(f *evidence.Facts) { f.Teams = nil }, []evidence.Review{review("lead", approved, head)}, gates.Inconclusive, "who is in @org/leads is not known"},
		{"the team could not be read, and need not be", 1, func(f *evidence.Facts) { f.Teams = nil }, []evidence.Review{review("ann", approved, head)}, gates.Pass, "has approved this head"},
		{"the reviews were not read", 1, func(f *evidence.Facts) { f.Read = []evidence.FactPart{evidence.PullPart} }, []evidence.Review{review("ann", approved, head)}, gates.Inconclusive, "the reviews of the pull request were not read"},
		{"there is no pull request", 1, func(f *evidence.Facts) { f.Pull = nil }, []evidence.Review{review("ann", approved, head)}, gates.Inconclusive, "not of the head that is judged"},
		{"the pull request has moved on", 1, func(f *evidence.Facts) { f.Pull.Head = old }, []evidence.Review{review("ann", approved, head)}, gates.Inconclusive, "not of the head that is judged"},
	} {
		in := tests(require("failed", "=", "0"), testReport("a.xml", 3, 0, 0, 0)).input()
		in.Diff.Head = head
		in.Facts = evidence.Facts{Read: []evidence.FactPart{evidence.PullPart, evidence.ReviewsPart}, Teams: teams, Reviews: tt.reviews, Pull: &evidence.Pull{Head: head, Post: evidence.Post{Author: "mallory"}}}
		if tt.facts != nil {
			tt.facts(&in.Facts)
		}
		var looser []gates.Ref
		for range tt.looser {
			looser = append(looser, gates.Ref{Text: "gate a is gone"})
		}
		v := gates.Judge(tests(require("failed", "=", "0")).policy(), in)
		got := v.WithPolicyChange(looser, []string{"@org/leads", "@ann"}, in)
		g, ok := got.Gate(gates.PolicyChange)
		if !ok || !g.Due || g.Status != tt.want || got.Status != tt.want || !strings.Contains(g.Checks[0].Why, tt.says) {
			t.Errorf("%s: %s, want %s: %+v", tt.about, got.Status, tt.want, g.Checks)
		}
		if tt.want != gates.Pass && (len(g.Checks[0].Refs) != tt.looser || g.Checks[0].Remedy == "") {
			t.Errorf("%s: %d things to look at, and what to do is %q", tt.about, len(g.Checks[0].Refs), g.Checks[0].Remedy)
		}
		if len(v.Gates) != 1 {
			t.Errorf("%s: the verdict itself was changed", tt.about)
		}
		if nothing := gates.Judge(gates.Policy{}, in).WithPolicyChange(looser, []string{"@ann"}, in); nothing.Status.Green() {
			t.Errorf("%s: where no gate is due the verdict is %s", tt.about, nothing.Status)
		}
		if none := v.WithPolicyChange(looser, nil, in); len(none.Gates) != 1 {
			t.Errorf("%s: without owners there is a gate that nobody can open", tt.about)
		}
	}
}
