package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Checks that are in several suites are noted by name, in whatever order they come. R7
func TestChecksInSeveralSuitesAreNotedInOrder(t *testing.T) {
	f := facts(func(f *evidence.Facts) {
		for i := range 16 {
			f.Checks = append(f.Checks, evidence.CheckRun{ID: int64(i), Name: fmt.Sprintf("b%d", i/2), App: "ci", Conclusion: "success", Commit: head, At: hour(10), Suite: int64(1 + i)})
		}
	})
	c := judgeFacts("checks", gates.Gate{Checks: []gates.NamedCheck{{Name: "b*"}}}, require("checks-failed", "=", "0"), f, head)
	if len(c.Notes) != 8 {
		t.Fatalf("have %q", c.Notes)
	}
	for i, note := range c.Notes {
		if !strings.HasPrefix(note, fmt.Sprintf("b%d of ci is in 2 check suites", i)) {
			t.Errorf("%d is %s", i, note)
		}
	}
}

// Of several teams those are asked for whose members are not known. R7
func TestOnlyUnknownTeamsAreAskedFor(t *testing.T) {
	f := facts(func(f *evidence.Facts) {
		f.Reviews = []evidence.Review{{ID: 1, Author: "eve", State: evidence.ReviewApproved, Commit: head, At: hour(10)}}
	})
	g := gates.Gate{Reviewers: gates.Reviewers{By: []string{"@ann", "@acme/qa", "@acme/ops"}}}
	c := judgeFacts("reviews", g, require("approvals", ">=", "1"), f, head)
	const want = "the members of @acme/ops are not known, so it is open whether @eve is one; what there is says: "
	if c.Outcome != gates.Inconclusive || !strings.HasPrefix(c.Why, want) {
		t.Errorf("have %s", answer(c))
	}
}
