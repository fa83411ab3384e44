package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

func onDay(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

// waive completes a waiver: of @ann, from 1 November to 1 December 2026.
func waive(w gates.Waiver) gates.Waiver {
	w.Reason, w.Owner, w.ApprovedBy = "it is known", "@ann", "@bob"
	w.Created, w.Expires = onDay(11, 1), onDay(12, 1)
	w.At = evidence.Pos{File: "w.yml", Line: 4, Col: 5}
	return w
}

func waiveTest(t gates.WaivedTest) gates.Waiver { return waive(gates.Waiver{Test: &t}) }

func waiveFinding(f gates.WaivedFinding) gates.Waiver { return waive(gates.Waiver{Finding: &f}) }

func waiveCondition(c gates.Condition) gates.Waiver {
	return waive(gates.Waiver{Condition: &gates.WaivedCondition{Gate: "gate", Metric: c.Metric, Op: c.Op, Want: c.Want}})
}

// lasting gives a waiver other days.
func lasting(w gates.Waiver, from, to time.Time) gates.Waiver {
	w.Created, w.Expires = from, to
	return w
}

func expired(w gates.Waiver) gates.Waiver { return lasting(w, onDay(11, 1), onDay(11, 21)) }

func on(w gates.Waiver, branches ...string) gates.Waiver {
	w.Branches = branches
	return w
}

func evenWithoutEvidence(w gates.Waiver) gates.Waiver {
	c := *w.Condition
	c.WithoutEvidence = true
	w.Condition = &c
	return w
}

// noon is when the waivers of these tests are judged, on a change to main.
var noon = onDay(11, 22).Add(12 * time.Hour)

func (s situation) waived(ws ...gates.Waiver) gates.Verdict {
	in := s.input()
	in.Now, in.Waivers, in.Branch = noon, ws, "main"
	p := s.policy()
	p.WaiverDays = gates.WaiverDays{Default: 60, Severity: map[evidence.Severity]int{evidence.Critical: 14}}
	return gates.Judge(p, in)
}

func TestWaivers(t *testing.T) { // R17
	failed0, failed1 := require("failed", "=", "0"), require("failed", "<=", "1")
	oneOf4 := testReport("u.xml", 3, 1, 0, 0)
	named := waiveTest(gates.WaivedTest{Suite: "shop", Name: "failed0"})
	flaky := caseReport("u.xml", evidence.Case{Name: "T", Outcome: evidence.Passed, Detail: evidence.Detail{
		Attempts: []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}}})
	hole := finding("G101", evidence.Critical, evidence.LevelError, "pay/a.go", 7)
	hole.CWE, hole.Fingerprints = []string{"CWE-79", "CWE-798"}, []evidence.Fingerprint{{Name: "x", Value: "abc"}}
	minor := finding("G104", evidence.Medium, evidence.LevelWarning, "pay/b.go", 9)
	holes := findings(require("critical", "=", "0"), scan("s.sarif", []string{"gosec"}, hole, minor))
	short := lasting(waiveFinding(gates.WaivedFinding{Rule: "G101"}), onDay(11, 15), onDay(11, 29))
	of := func(f gates.WaivedFinding) gates.Waiver {
		return lasting(waiveFinding(f), onDay(11, 15), onDay(11, 29))
	}
	medium := findings(require("medium", "=", "0"), scan("s.sarif", []string{"gosec"}, hole, minor))

	for name, x := range map[string]struct {
		s    situation
		with gates.Waiver
		want gates.Status
		says string // what the reason is, or ends with after …
	}{
		"a failure in quarantine": {tests(failed0, oneOf4), named, gates.Waived,
			"none of the 3 tests that ran failed; none is allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"the pass rate without it":       {tests(require("pass-rate", ">", "90%"), oneOf4), named, gates.Waived, "…100% (3/3) of the tests that ran passed; more than 90% must (1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"quarantine counted":             {tests(require("quarantined", "=", "0"), oneOf4), named, gates.Fail, "1 of the 4 tests that ran failed in quarantine; none is allowed"},
		"tests that ran, with it":        {tests(require("tests", ">=", "4"), oneOf4), named, gates.Pass, "4 tests ran; at least 4 are needed"},
		"one of two failures":            {tests(failed0, testReport("u.xml", 3, 2, 0, 0)), named, gates.Fail, "1 of the 4 tests that ran failed; none is allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"an error in quarantine":         {tests(require("errored", "=", "0"), testReport("u.xml", 3, 0, 1, 0)), waiveTest(gates.WaivedTest{Name: "errored0"}), gates.Waived, "…until 2026-12-01)"},
		"a flaky test in quarantine":     {tests(require("flaky", "=", "0"), flaky), waiveTest(gates.WaivedTest{Name: "T"}), gates.Waived, "…(1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"a condition that holds anyway":  {tests(failed1, oneOf4), named, gates.Pass, "none of the 3 tests that ran failed; at most 1 is allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"another test":                   {tests(failed0, oneOf4), waiveTest(gates.WaivedTest{Name: "failed"}), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"another suite":                  {tests(failed0, oneOf4), waiveTest(gates.WaivedTest{Suite: "cart", Name: "failed0"}), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"another class":                  {tests(failed0, oneOf4), waiveTest(gates.WaivedTest{Class: "Cart", Name: "failed0"}), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"a name that is no pattern":      {tests(failed0, oneOf4), waiveTest(gates.WaivedTest{Name: "failed*"}), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"a skipped test is none":         {tests(require("skipped", "=", "0"), testReport("u.xml", 3, 0, 0, 1)), waiveTest(gates.WaivedTest{Suite: "shop"}), gates.Fail, "1 of the 4 tests was skipped; none is allowed"},
		"a warning that is waived":       {tests(cond(gates.Warn, "failed", "=", "0"), oneOf4), named, gates.Waived, "…until 2026-12-01)"},
		"an expired one":                 {tests(failed0, oneOf4), expired(named), gates.Fail, "1 of the 4 tests that ran failed; none is allowed; the waiver w.yml:4:5 of @ann of 1 of these expired on 2026-11-21"},
		"an expired one of what holds":   {tests(failed1, oneOf4), expired(named), gates.Fail, "1 of the 4 tests that ran failed; at most 1 is allowed; the waiver w.yml:4:5 of @ann of 1 of these expired on 2026-11-21"},
		"an expired one of nothing":      {tests(failed0, testReport("u.xml", 3, 0, 0, 0)), expired(named), gates.Pass, "none of the 3 tests that ran failed; none is allowed"},
		"the last day":                   {tests(failed0, oneOf4), lasting(named, onDay(11, 1), onDay(11, 22)), gates.Waived, "…until 2026-11-22)"},
		"the first day":                  {tests(failed0, oneOf4), lasting(named, onDay(11, 22), onDay(12, 22)), gates.Waived, "…until 2026-12-22)"},
		"the day before the first":       {tests(failed0, oneOf4), lasting(named, onDay(11, 23), onDay(12, 22)), gates.Fail, "…begins on 2026-11-23"},
		"as long as the policy allows":   {tests(failed0, oneOf4), lasting(named, onDay(11, 1), onDay(12, 31)), gates.Waived, "…until 2026-12-31)"},
		"a day longer":                   {tests(failed0, oneOf4), lasting(named, onDay(11, 1), onDay(12, 32)), gates.Fail, "…lasts 61 days, and the policy allows 60"},
		"for this branch":                {tests(failed0, oneOf4), on(named, "release/*", "ma*"), gates.Waived, "…until 2026-12-01)"},
		"for another branch":             {tests(failed0, oneOf4), on(named, "release/*"), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"an empty one":                   {tests(failed0, oneOf4), gates.Waiver{}, gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"one of every test":              {tests(failed0, oneOf4), waiveTest(gates.WaivedTest{}), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"one without owner":              {tests(failed0, oneOf4), gates.Waiver{Test: named.Test, Created: named.Created, Expires: named.Expires}, gates.Fail, "…is not complete"},
		"all that ran":                   {tests(failed0, testReport("u.xml", 0, 1, 0, 2)), named, gates.Inconclusive, "1 of 1 test that ran is in quarantine, and nothing else ran; what there is says: none of the 0 tests that ran failed; none is allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"a report cut short":             {tests(failed0, unsound(testReport("u.xml", 3, 1, 0, 0))), named, gates.Inconclusive, "…u.xml:3:1: the file ends inside an element; what there is says: none of the 3 tests that ran failed; none is allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"a finding by rule":              {holes, short, gates.Waived, "there are no critical findings among 1; none is allowed (1 waived by w.yml:4:5 of @ann until 2026-11-29)"},
		"by a pattern":                   {holes, of(gates.WaivedFinding{Rule: "G1*"}), gates.Waived, "…until 2026-11-29)"},
		"by weakness":                    {holes, of(gates.WaivedFinding{CWE: "CWE-798"}), gates.Waived, "…until 2026-11-29)"},
		"by tool, whatever its case":     {holes, of(gates.WaivedFinding{Tool: "GoSec"}), gates.Waived, "…until 2026-11-29)"},
		"by path":                        {holes, of(gates.WaivedFinding{Path: "pay/**"}), gates.Waived, "…until 2026-11-29)"},
		"by fingerprint":                 {holes, of(gates.WaivedFinding{Fingerprint: "abc"}), gates.Waived, "…until 2026-11-29)"},
		"by all of it":                   {holes, of(gates.WaivedFinding{Rule: "G101", CWE: "CWE-79", Tool: "gosec", Path: "pay/*.go", Fingerprint: "abc"}), gates.Waived, "…until 2026-11-29)"},
		"another rule":                   {holes, of(gates.WaivedFinding{Rule: "G10", Tool: "gosec"}), gates.Fail, "there is 1 critical finding among 2; none is allowed"},
		"another weakness":               {holes, of(gates.WaivedFinding{Rule: "G101", CWE: "CWE-7"}), gates.Fail, "there is 1 critical finding among 2; none is allowed"},
		"another tool":                   {holes, of(gates.WaivedFinding{Rule: "G101", Tool: "CodeQL"}), gates.Fail, "there is 1 critical finding among 2; none is allowed"},
		"another path":                   {holes, of(gates.WaivedFinding{Rule: "G101", Path: "*.go"}), gates.Fail, "there is 1 critical finding among 2; none is allowed"},
		"another fingerprint":            {holes, of(gates.WaivedFinding{Rule: "G101", Fingerprint: "ab"}), gates.Fail, "there is 1 critical finding among 2; none is allowed"},
		"one of every finding":           {holes, of(gates.WaivedFinding{}), gates.Fail, "there is 1 critical finding among 2; none is allowed"},
		"too long for what is critical":  {holes, waiveFinding(gates.WaivedFinding{Rule: "G*"}), gates.Fail, "…lasts 30 days, and the policy allows 14 for a finding of this severity (critical)"},
		"and not for what is medium":     {medium, waiveFinding(gates.WaivedFinding{Rule: "G*"}), gates.Waived, "…until 2026-12-01)"},
		"a condition":                    {tests(failed0, oneOf4), waiveCondition(failed0), gates.Waived, "1 of the 4 tests that ran failed; none is allowed; waived by w.yml:4:5 of @ann until 2026-12-01: it is known"},
		"another threshold":              {tests(failed0, oneOf4), waiveCondition(failed1), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"another value of one operator":  {tests(failed0, oneOf4), waiveCondition(require("failed", "=", "1")), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"an expired one of a finding":    {holes, lasting(short, onDay(11, 15), onDay(11, 21)), gates.Fail, "there is 1 critical finding among 2; none is allowed; the waiver w.yml:4:5 of @ann of 1 of these expired on 2026-11-21"},
		"another operator":               {tests(failed0, oneOf4), waiveCondition(require("failed", "<=", "0")), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"another metric":                 {tests(failed0, oneOf4), waiveCondition(require("errored", "=", "0")), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"an expired one of a condition":  {tests(failed0, oneOf4), expired(waiveCondition(failed0)), gates.Fail, "1 of the 4 tests that ran failed; none is allowed; the waiver w.yml:4:5 of @ann of this condition expired on 2026-11-21"},
		"one that holds":                 {tests(failed1, oneOf4), expired(waiveCondition(failed1)), gates.Pass, "1 of the 4 tests that ran failed; at most 1 is allowed"},
		"a condition without evidence":   {tests(failed0), waiveCondition(failed0), gates.Inconclusive, "source src has no report: no file matches reports/**/*.xml; the waiver w.yml:4:5 of @ann is of a failure, and not of missing evidence"},
		"half of the evidence":           {tests(failed0, unsound(testReport("u.xml", 3, 1, 0, 0))), waiveCondition(failed0), gates.Inconclusive, "…is of a failure, and not of missing evidence"},
		"expired, and without evidence":  {tests(failed0), expired(evenWithoutEvidence(waiveCondition(failed0))), gates.Inconclusive, "…expired on 2026-11-21"},
		"a condition of another gate":    {tests(failed0, oneOf4), waive(gates.Waiver{Condition: &gates.WaivedCondition{Gate: "gat", Metric: "failed", Op: gates.Equal, Want: failed0.Want}}), gates.Fail, "1 of the 4 tests that ran failed; none is allowed"},
		"what the policy should refuse":  {tests(require("faild", "=", "0"), oneOf4), evenWithoutEvidence(waiveCondition(require("faild", "=", "0"))), gates.Inconclusive, `there is no metric "faild"`},
		"one in shadow changes nothing":  {tests(cond(gates.Shadow, "failed", "=", "0"), oneOf4), named, gates.Inconclusive, "…until 2026-12-01)"},
		"even without evidence, alone":   {tests(failed0), evenWithoutEvidence(waiveCondition(failed0)), gates.Inconclusive, "…waived by w.yml:4:5 of @ann until 2026-12-01: it is known"},
		"even with half of the evidence": {tests(failed0, unsound(testReport("u.xml", 3, 1, 0, 0))), evenWithoutEvidence(waiveCondition(failed0)), gates.Inconclusive, "…waived by w.yml:4:5 of @ann until 2026-12-01: it is known"},
	} {
		t.Run(name, func(t *testing.T) {
			v := x.s.waived(x.with)
			c := v.Gates[0].Checks[0]
			tail, ends := strings.CutPrefix(x.says, "…")
			if v.Status != x.want || !ends && c.Why != tail || !strings.HasSuffix(c.Why, tail) {
				t.Errorf("%s: %s\nwant %s: %s", v.Status, c.Why, x.want, x.says)
			}
			if (v.Status == gates.Fail || v.Status == gates.Inconclusive && c.Status != gates.Waived && c.Condition.Mode == gates.Require) && c.Remedy == "" {
				t.Error("nobody is told what to do")
			}
		})
	}
}

// A condition that is waived even without evidence is no proof: the verdict is green
// where something else that is due was proved.
func TestWaivedEvidenceProvesNothing(t *testing.T) {
	failed0, errored0 := require("failed", "=", "0"), require("errored", "=", "0")
	s := tests(failed0)
	s.conds = []gates.Condition{failed0, errored0}
	v := s.waived(evenWithoutEvidence(waiveCondition(failed0)), evenWithoutEvidence(waiveCondition(errored0)))
	if v.Gates[0].Status != gates.Waived || v.Status != gates.Inconclusive {
		t.Errorf("the gate is %s and the verdict %s, want waived and inconclusive", v.Gates[0].Status, v.Status)
	}
	p, in := s.policy(), s.input()
	p.Sources = append(p.Sources, gates.Source{Name: "other", Kinds: evidence.Tests, Patterns: []string{"o.xml"}})
	p.Gates = append(p.Gates, gates.Gate{Name: "other", From: []string{"other"}, Conditions: []gates.Condition{failed0}})
	in.Evidence["other"] = evidence.SetOf(key, testReport("o.xml", 1, 0, 0, 0))
	in.Now = noon
	in.Waivers = []gates.Waiver{evenWithoutEvidence(waiveCondition(failed0)), evenWithoutEvidence(waiveCondition(errored0))}
	if v := gates.Judge(p, in); v.Status != gates.Waived {
		t.Errorf("with another gate that passes the verdict is %s, want waived", v.Status)
	}
}

// TestDaysEndInUTC walks over both ends of a waiver in a zone that is 14 hours ahead.
func TestDaysEndInUTC(t *testing.T) {
	w := lasting(waiveTest(gates.WaivedTest{Name: "a"}), onDay(11, 20), onDay(11, 22))
	ahead := time.FixedZone("ahead", 14*60*60)
	for _, x := range []struct {
		now  time.Time
		want string
	}{
		{onDay(11, 20).Add(-time.Nanosecond), "begins on 2026-11-20"},
		{onDay(11, 20).In(ahead), ""},
		{onDay(11, 23).Add(-time.Nanosecond).In(ahead), ""},
		{onDay(11, 23).In(ahead), "expired on 2026-11-22"},
		{time.Time{}, "begins on 2026-11-20"},
	} {
		if got := w.Lapsed(0, gates.WaiverDays{}, x.now); got != x.want {
			t.Errorf("at %s: %q, want %q", x.now, got, x.want)
		}
	}
	if w := lasting(w, onDay(11, 1), onDay(11, 29)); !w.Soon(onDay(11, 22)) || w.Soon(onDay(11, 22).Add(-time.Nanosecond)) || w.Soon(onDay(11, 30)) {
		t.Error("a waiver that ends on the 29th ends soon from the 22nd on, until it has ended")
	}
	if n := (gates.WaiverDays{}).For(evidence.Critical); n != 90 {
		t.Errorf("where the policy does not say, a waiver may last %d days, want 90", n)
	}
}

func TestWhatOwnersAreTold(t *testing.T) {
	named := waiveTest(gates.WaivedTest{Name: "failed0"})
	bad, good := testReport("u.xml", 3, 1, 0, 0), testReport("u.xml", 3, 0, 0, 0)
	for name, x := range map[string]struct {
		report  *evidence.Report
		with    gates.Waiver
		applied bool
		want    string
	}{
		"one in use":                 {bad, named, true, ""},
		"one that ends soon":         {bad, lasting(named, onDay(11, 1), onDay(11, 29)), true, "it expires on 2026-11-29"},
		"one that ends a day later":  {bad, lasting(named, onDay(11, 1), onDay(11, 30)), true, ""},
		"one of nothing":             {good, named, false, "it waives nothing: what it names holds, or is not there"},
		"one of nothing, soon":       {good, lasting(named, onDay(11, 1), onDay(11, 29)), false, "it waives nothing: what it names holds, or is not there; it expires on 2026-11-29"},
		"an expired one":             {bad, expired(named), false, "it expired on 2026-11-21, and what it names counts"},
		"an expired one of nothing":  {good, expired(named), false, ""},
		"one that does not hold yet": {good, lasting(named, onDay(11, 23), onDay(11, 29)), false, "it expires on 2026-11-29"},
	} {
		v := tests(require("failed", "=", "0"), x.report).waived(x.with)
		if len(v.Waivers) != 1 {
			t.Fatalf("%s: %d waivers", name, len(v.Waivers))
		}
		if got := strings.Join(v.Waivers[0].Warnings, "; "); got != x.want || v.Waivers[0].Applied != x.applied {
			t.Errorf("%s: applied %v, %q; want %v, %q", name, v.Waivers[0].Applied, got, x.applied, x.want)
		}
	}
	if v := tests(require("failed", "=", "0"), bad).waived(on(named, "release")); len(v.Waivers) != 0 {
		t.Error("a waiver for another branch is of no concern here")
	}
	failed0 := require("failed", "=", "0")
	if v := tests(failed0).waived(waiveCondition(failed0)); len(v.Waivers[0].Warnings) != 0 {
		t.Errorf("a waiver that waits for evidence is told %q", v.Waivers[0].Warnings)
	}
	s := tests(failed0, bad)
	in := s.input()
	in.Now, in.Waivers = noon, []gates.Waiver{on(named, "**")}
	if v := gates.Judge(s.policy(), in); v.Status != gates.Fail {
		t.Errorf("where no branch is known, a waiver for any is in force: %s", v.Status)
	}
}

// What is waived is listed, and what is not is listed apart.
func TestWaivedThingsAreListed(t *testing.T) {
	v := tests(require("failed", "=", "0"), testReport("u.xml", 3, 2, 0, 0)).waived(waiveTest(gates.WaivedTest{Name: "failed1"}))
	c := v.Gates[0].Checks[0]
	if len(c.Waivers) != 1 || c.Waivers[0].N != 1 || len(c.Waivers[0].Refs) != 1 || c.Waivers[0].Refs[0].Text != "shop failed1 failed" {
		t.Errorf("waived: %+v", c.Waivers)
	}
	if len(c.Refs) != 1 || c.Refs[0].Text != "shop failed0 failed" {
		t.Errorf("not waived: %+v", c.Refs)
	}
}

// The first waiver that is in force counts, wherever an expired one stands.
func TestAnExpiredWaiverDoesNotHideOneInForce(t *testing.T) {
	named := waiveTest(gates.WaivedTest{Name: "failed0"})
	for _, ws := range [][]gates.Waiver{{expired(named), named}, {named, expired(named)}} {
		if v := tests(require("failed", "=", "0"), testReport("u.xml", 3, 1, 0, 0)).waived(ws...); v.Status != gates.Waived {
			t.Errorf("%s", v.Status)
		}
	}
}

// waivers makes some at random, of what worlds hold.
func (w world) waivers(p gates.Policy) (out []gates.Waiver) {
	for range 1 + w.IntN(4) {
		x := waiveTest(gates.WaivedTest{Suite: w.pick("a", "b"), Name: w.pick("", "T1", "T2")})
		switch w.IntN(3) {
		case 0:
			x = waiveFinding(gates.WaivedFinding{Rule: w.pick("R1", "R*"), Path: w.pick("", "p/*")})
		case 1:
			g := p.Gates[w.IntN(len(p.Gates))]
			x = waiveCondition(g.Conditions[w.IntN(len(g.Conditions))])
			x.Condition.Gate = g.Name
		}
		out = append(out, x)
	}
	return out
}

// In any world a waiver makes nothing worse while it is in force, and nothing better
// when it is not; it makes no check green that lacks evidence; and its order among
// the others, where all end on one day, changes no status.
func TestWaiversInAnyWorld(t *testing.T) {
	better := 0
	worlds(t, func(t *testing.T, w world, p gates.Policy, parts map[string][]evidence.Part, v gates.Verdict) {
		in := inputOf(parts)
		in.Now, in.Waivers = noon, w.waivers(p)
		with := gates.Judge(p, in)
		before, after := standing(v), standing(with)
		quarantine := strings.Contains(text(t, with), "quarantine")
		for i := range before {
			if after[i] < before[i] {
				better++
			}
			if after[i] > before[i] && !quarantine { // nothing that ran is left
				t.Errorf("%s became %s by a waiver in force:\n%s", before[i], after[i], text(t, with))
			}
		}
		for i, g := range v.Gates {
			for n, c := range g.Checks {
				if now := with.Gates[i].Checks[n].Outcome; c.Partial && now <= gates.Waived && !strings.Contains(c.Why, "could not finish") { // one in quarantine may
					t.Errorf("%s lacks evidence and became %s", c.Condition, now)
				}
			}
		}
		for i := range in.Waivers {
			in.Waivers[i] = expired(in.Waivers[i])
		}
		late := standing(gates.Judge(p, in))
		for i := range before {
			if late[i] < before[i] {
				t.Errorf("%s became %s by an expired waiver", before[i], late[i])
			}
		}
	})
	if better < 50 {
		t.Errorf("waivers made a difference %d times; the property is hardly tried", better)
	}
}
