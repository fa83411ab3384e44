package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Tests that mutants asked for: each was green over a gate with one thing broken.

func TestTimesOfNoTestSayWhichFilterLeftAllOut(t *testing.T) {
	for _, c := range []gates.Condition{require("slowest-test", "<", "1s"), require("duration", "<", "1h")} {
		s := tests(c, caseReport("u.xml", evidence.Case{Suite: "shop", Name: "T", Outcome: evidence.Passed, Duration: time.Millisecond}))
		s.filter = gates.Filter{Suites: []string{"pay/**"}}
		if v := s.judge(); v.Status != gates.Inconclusive || !strings.Contains(v.Gates[0].Checks[0].Why, `no test matches suites "pay/**"`) {
			t.Errorf("%s is %s: %s", c, v.Status, v.Gates[0].Checks[0].Why)
		}
	}
}

func TestCountsWithoutCasesAgainstTheBase(t *testing.T) {
	header := func(c evidence.Counts) *evidence.Report {
		r := caseReport("u.xml", evidence.Case{Suite: "listed", Name: "T", Outcome: evidence.Passed})
		r.Unlisted = []evidence.Unlisted{{Suite: "s", Counts: c}}
		return r
	}
	for name, x := range map[string]struct {
		then, now     evidence.Counts
		lost, skipped string
	}{
		"skipped in place of what ran": {evidence.Counts{Passed: 3}, evidence.Counts{Passed: 1, Skipped: 2}, "0", "2"},
		"skipped as before":            {evidence.Counts{Passed: 2, Skipped: 2}, evidence.Counts{Skipped: 2}, "2", "0"},
		"one gone and one skipped":     {evidence.Counts{Passed: 4, Skipped: 1}, evidence.Counts{Passed: 2, Skipped: 2}, "1", "1"},
	} {
		s := tests(require("lost-tests", "=", "0"), header(x.now))
		s.conds = append(s.conds, require("newly-skipped", "=", "0"))
		in := s.input()
		in.Base = map[string]evidence.Set{"src": evidence.SetOf(key, header(x.then))}
		checks := gates.Judge(s.policy(), in).Gates[0].Checks
		if lost, skipped := checks[0].Actual.String(), checks[1].Actual.String(); lost != x.lost || skipped != x.skipped {
			t.Errorf("%s: %s lost and %s newly skipped, want %s and %s", name, lost, skipped, x.lost, x.skipped)
		}
	}
}

// Two reports that list equal tests in other orders, with repeats, suites that
// change places and one class in two suites, are the same tests.
func TestOrderOfABaseDoesNotMatter(t *testing.T) {
	one := func(suite, class, name string) evidence.Case {
		return evidence.Case{Suite: suite, Class: class, Name: name, Outcome: evidence.Passed}
	}
	then := caseReport("u.xml", one("a", "x", "1"), one("a", "x", "2"), one("a", "x", "2"), one("b", "x", "1"), one("b", "y", "1"), one("a", "y", "1"))
	now := caseReport("u.xml", one("b", "y", "1"), one("a", "x", "2"), one("b", "x", "1"), one("a", "x", "1"), one("a", "y", "1"), one("c", "x", "2"))
	s := tests(require("lost-tests", "=", "0"), now)
	in := s.input()
	in.Base = map[string]evidence.Set{"src": evidence.SetOf(key, then)}
	c := gates.Judge(s.policy(), in).Gates[0].Checks[0]
	if c.Actual.String() != "1" || len(c.Refs) != 1 || !strings.HasPrefix(c.Refs[0].Text, "a x 2 ran in the baseline") {
		t.Errorf("%s lost: %v", c.Actual, c.Refs)
	}
}
