package gates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// What a waiver is of, in words. R17
func TestWhatAWaiverIsOf(t *testing.T) {
	all := require("failed", "<=", "1")
	for _, x := range []struct {
		w    gates.Waiver
		want string
	}{
		{waiveFinding(gates.WaivedFinding{Rule: "G1*", CWE: "CWE-79", Tool: "gosec", Path: "pay/**", Fingerprint: "abc"}), "findings of rule G1*, weakness CWE-79, tool gosec, path pay/**, fingerprint abc"},
		{waiveTest(gates.WaivedTest{Suite: "shop", Class: "Cart", Name: "adds"}), "tests of suite shop, class Cart, name adds"},
		{waiveCondition(all), "failed <= 1 of gate gate"},
		{evenWithoutEvidence(waiveCondition(all)), "failed <= 1 of gate gate, even without evidence"},
		{gates.Waiver{}, "nothing"},
	} {
		if have := x.w.What(); have != x.want {
			t.Errorf("have %q, want %q", have, x.want)
		}
	}
}

// Whole answers of conditions under waivers. R17
func TestAnswersUnderWaivers(t *testing.T) {
	none := require("failed", "=", "0")
	at := func(line int, w gates.Waiver) gates.Waiver { w.At.Line = line; return w }
	name := func(i int) gates.Waiver {
		return at(10+i, waiveTest(gates.WaivedTest{Name: fmt.Sprintf("failed%d", i)}))
	}
	var many []gates.Waiver
	var notes []string
	for i := range 22 {
		many = append(many, name(i))
		if i < 20 {
			notes = append(notes, fmt.Sprintf("1 waived by w.yml:%d:5 of @ann until 2026-12-01", 10+i))
		}
	}
	cleo := name(1)
	cleo.Owner, cleo.Expires = "@cleo", onDay(12, 9)
	old := func(line int, w gates.Waiver) gates.Waiver { return at(line, expired(w)) }
	for what, x := range map[string]struct {
		s       situation
		waivers []gates.Waiver
		want    string
	}{
		"two waivers, as their file has them": {tests(none, testReport("u.xml", 3, 2, 0, 0)), []gates.Waiver{cleo, name(0)},
			"waived: none of the 3 tests that ran failed; none is allowed (1 waived by w.yml:11:5 of @cleo until 2026-12-09; 1 waived by w.yml:10:5 of @ann until 2026-12-01)"},
		"20 waivers": {tests(none, testReport("u.xml", 1, 20, 0, 0)), many,
			"waived: none of 1 test that ran failed; none is allowed (" + strings.Join(notes, "; ") + ")"},
		"22 waivers": {tests(none, testReport("u.xml", 1, 22, 0, 0)), many,
			"waived: none of 1 test that ran failed; none is allowed (" + strings.Join(notes, "; ") + "; and by 2 more)"},
		"one in force and one that ended": {tests(none, testReport("u.xml", 3, 2, 0, 0)), []gates.Waiver{name(0), old(5, name(1))},
			"fail: 1 of the 4 tests that ran failed; none is allowed (1 waived by w.yml:10:5 of @ann until 2026-12-01); the waiver w.yml:5:5 of @ann of 1 of these expired on 2026-11-21" +
				"\n- u.xml:5 shop failed1 failed\n> fix this test; mend what the waiver w.yml:5:5 of @ann names, or have it renewed"},
		"one that ended where as much is allowed": {tests(require("failed", "<=", "5"), testReport("u.xml", 3, 1, 0, 0)), []gates.Waiver{expired(name(0))},
			"fail: 1 of the 4 tests that ran failed; at most 5 are allowed; the waiver w.yml:10:5 of @ann of 1 of these expired on 2026-11-21" +
				"\n- u.xml:4 shop failed0 failed\n> mend what the waiver w.yml:10:5 of @ann names, or have it renewed"},
		"one in force and one that ended for one test": {tests(none, testReport("u.xml", 3, 1, 0, 0)), []gates.Waiver{old(5, name(0)), name(0)},
			"waived: none of the 3 tests that ran failed; none is allowed (1 waived by w.yml:10:5 of @ann until 2026-12-01)"},
		"the condition": {tests(none, testReport("u.xml", 3, 1, 0, 0)), []gates.Waiver{waiveCondition(none)},
			"waived: 1 of the 4 tests that ran failed; none is allowed; waived by w.yml:4:5 of @ann until 2026-12-01: it is known\n- u.xml:4 shop failed0 failed\n> fix this test"},
		"the condition, and it ended": {tests(none, testReport("u.xml", 3, 1, 0, 0)), []gates.Waiver{expired(waiveCondition(none))},
			"fail: 1 of the 4 tests that ran failed; none is allowed; the waiver w.yml:4:5 of @ann of this condition expired on 2026-11-21\n- u.xml:4 shop failed0 failed\n> fix this test; or have the waiver w.yml:4:5 of @ann renewed"},
		"the condition, and half is missing": {tests(none, unsound(testReport("u.xml", 3, 0, 0, 0))), []gates.Waiver{waiveCondition(none)},
			"inconclusive: u.xml:3:1: the file ends inside an element; what there is says: none of the 3 tests that ran failed; none is allowed; the waiver w.yml:4:5 of @ann is of a failure, and not of missing evidence" +
				"\n- u.xml:3:1 the file ends inside an element\n> write u.xml again, whole"},
		"a share": {tests(require("pass-rate", "=", "100%"), testReport("u.xml", 3, 1, 1, 0)), []gates.Waiver{name(0)},
			"fail: 75% (3/4) of the tests that ran passed; exactly 100% must (1 waived by w.yml:10:5 of @ann until 2026-12-01)\n- u.xml:5 shop errored0 errored\n> 1 more passing test of the 1 that failed"},
		"quarantined": {tests(require("quarantined", "=", "0"), testReport("u.xml", 3, 2, 0, 0)), []gates.Waiver{name(0)},
			"fail: 1 of the 5 tests that ran failed in quarantine; none is allowed\n- u.xml:4 shop failed0 failed\n> fix this test in quarantine"},
	} {
		t.Run(what, func(t *testing.T) {
			if have := answer(x.s.waived(x.waivers...).Gates[0].Checks[0]); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// What a change takes away from the policy needs one of its owners.
func TestAnswersOnAChangedPolicy(t *testing.T) {
	looser := func(n int) (refs []gates.Ref) {
		for i := range n {
			refs = append(refs, gates.Ref{Text: fmt.Sprint("looser ", i)})
		}
		return refs
	}
	ann := evidence.Review{ID: 1, Author: "ann", State: evidence.ReviewApproved, Commit: head, At: hour(10)}
	var first20 []string
	for i := range 20 {
		first20 = append(first20, fmt.Sprint("\n- looser ", i))
	}
	for name, x := range map[string]struct {
		looser  int
		change  func(*evidence.Facts)
		want    string
		partial bool
		actual  string
	}{
		"nothing":  {0, nil, "pass: the change takes nothing away from the policy", false, "0"},
		"one":      {1, nil, "fail: 1 change of the policy asks for less, and no owner of the policy has approved this head\n- looser 0\n> have @ann or @bob approve this head, or take the changes back", false, "1"},
		"two":      {2, nil, "fail: 2 changes of the policy ask for less, and no owner of the policy has approved this head\n- looser 0\n- looser 1\n> have @ann or @bob approve this head, or take the changes back", false, "2"},
		"21":       {21, nil, "fail: 21 changes of the policy ask for less, and no owner of the policy has approved this head" + strings.Join(first20, "") + "\n- and 1 more\n> have @ann or @bob approve this head, or take the changes back", false, "21"},
		"approved": {2, func(f *evidence.Facts) { f.Reviews = []evidence.Review{ann} }, "pass: 2 changes of the policy ask for less, and an owner of the policy has approved this head: one of @ann or @bob", false, "0"},
		"another head": {1, func(f *evidence.Facts) { f.Pull.Head = older },
			"inconclusive: 1 change of the policy asks for less, and whether an owner of the policy approves is not known: the reviews are not of the head that is judged\n- looser 0" +
				"\n> have @ann or @bob approve this head, or take the changes back; judge the head of the pull request", true, "1"},
		"no pull request": {1, func(f *evidence.Facts) { f.Pull = nil },
			"inconclusive: 1 change of the policy asks for less, and whether an owner of the policy approves is not known: the reviews are not of the head that is judged\n- looser 0" +
				"\n> have @ann or @bob approve this head, or take the changes back; judge the head of the pull request", true, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			f := facts()
			if x.change != nil {
				x.change(&f)
			}
			v := gates.Verdict{}.WithPolicyChange(looser(x.looser), []string{"@ann", "@bob"}, gates.Input{Facts: f, Diff: evidence.Diff{Head: head}})
			c := v.Gates[0].Checks[0]
			if have := answer(c); have != x.want || c.Partial != x.partial || c.Actual.String() != x.actual {
				t.Errorf("have %s\npartial %v, %s\nwant %s\npartial %v, %s", have, c.Partial, c.Actual, x.want, x.partial, x.actual)
			}
		})
	}
}

// What of a condition changes with time, in words.
func TestDatesInWords(t *testing.T) {
	ramp := gates.Ramp{From: require("pass-rate", ">=", "70%").Want, Start: onDay(11, 1), End: onDay(12, 1)}
	for _, x := range []struct {
		from time.Time
		ramp gates.Ramp
		want string
	}{
		{time.Time{}, gates.Ramp{}, ""},
		{onDay(11, 9), gates.Ramp{}, "it counts from 2026-11-09"},
		{time.Time{}, ramp, "it goes from 70% on 2026-11-01 to 90% on 2026-12-01"},
		{onDay(11, 9), ramp, "it counts from 2026-11-09, and it goes from 70% on 2026-11-01 to 90% on 2026-12-01"},
	} {
		c := require("pass-rate", ">=", "90%")
		c.From, c.Ramp = x.from, x.ramp
		if have := c.Dates(); have != x.want {
			t.Errorf("have %q, want %q", have, x.want)
		}
	}
}

// Who has to read the change before a policy can be judged.
func TestWhatNeedsTheChange(t *testing.T) {
	gate := func(metric string) []gates.Gate {
		return []gates.Gate{{Conditions: []gates.Condition{require("failed", "=", "0"), {Metric: metric}}}}
	}
	profile := func(paths []string, metric string) []gates.Profile {
		return []gates.Profile{{Paths: paths, Gates: []gates.ProfileGate{{Conditions: []gates.Condition{{Metric: "failed"}, {Metric: metric}}}}}}
	}
	for name, x := range map[string]struct {
		p    gates.Policy
		want bool
	}{
		"nothing":                        {gates.Policy{}, false},
		"tests":                          {gates.Policy{Gates: gate("errored")}, false},
		"coverage of the change":         {gates.Policy{Gates: gate("patch.lines")}, true},
		"the change":                     {gates.Policy{Gates: gate("changed-files")}, true},
		"findings in changed lines":      {gates.Policy{Gates: gate("changed.critical")}, true},
		"a profile on tests":             {gates.Policy{Gates: gate("errored"), Profiles: profile(nil, "errored")}, false},
		"a profile by paths":             {gates.Policy{Profiles: profile([]string{"docs/**"}, "errored")}, true},
		"a profile that asks the change": {gates.Policy{Profiles: profile(nil, "changed-lines")}, true},
	} {
		if have := x.p.NeedsDiff(); have != x.want {
			t.Errorf("%s: %v, want %v", name, have, x.want)
		}
	}
}

// A waiver that lacks anything waives nothing, and what it names counts. R17
func TestWaiversThatAreNotComplete(t *testing.T) {
	whole := waiveTest(gates.WaivedTest{Name: "failed0"})
	for name, lose := range map[string]func(*gates.Waiver){
		"nothing": func(*gates.Waiver) {}, "the owner": func(w *gates.Waiver) { w.Owner = "" }, "who approved": func(w *gates.Waiver) { w.ApprovedBy = "" },
		"the reason": func(w *gates.Waiver) { w.Reason = "" }, "the day of creation": func(w *gates.Waiver) { w.Created = time.Time{} }, "the last day": func(w *gates.Waiver) { w.Expires = time.Time{} },
	} {
		w := whole
		lose(&w)
		c := tests(require("failed", "=", "0"), testReport("u.xml", 3, 1, 0, 0)).waived(w).Gates[0].Checks[0]
		want, lapsed := gates.Fail, "is not complete"
		if name == "nothing" {
			want, lapsed = gates.Waived, ""
		}
		if have := w.Lapsed(0, gates.WaiverDays{}, noon); c.Outcome != want || have != lapsed {
			t.Errorf("without %s it is %s: %s (%s)", name, c.Outcome, c.Why, have)
		}
	}
}

// Which tests and findings a waiver names: all that it says must be so. R17
func TestWhatAWaiverNames(t *testing.T) {
	one := caseReport("u.xml", evidence.Case{Suite: "shop", Class: "Cart", Name: "adds", Outcome: evidence.Failed}, evidence.Case{Suite: "shop", Name: "ok", Outcome: evidence.Passed})
	for w, want := range map[gates.WaivedTest]gates.Status{
		{Suite: "shop"}: gates.Waived, {Class: "Cart"}: gates.Waived, {Name: "adds"}: gates.Waived, {Suite: "shop", Class: "Cart", Name: "adds"}: gates.Waived,
		{Suite: "pay"}: gates.Fail, {Class: "Desk"}: gates.Fail, {Name: "add"}: gates.Fail, {Suite: "shop", Class: "Desk"}: gates.Fail, {Suite: "pay", Name: "adds"}: gates.Fail, {Class: "Cart", Name: "ok"}: gates.Fail, {}: gates.Fail,
	} {
		if c := tests(require("failed", "=", "0"), one).waived(waiveTest(w)).Gates[0].Checks[0]; c.Outcome != want {
			t.Errorf("%+v: %s: %s", w, c.Outcome, c.Why)
		}
	}
	for w, want := range map[gates.WaivedFinding]gates.Status{
		{Rule: "R"}: gates.Waived, {Rule: "r"}: gates.Fail, {Path: "pay/*"}: gates.Waived, {Path: "Pay/*"}: gates.Fail, {Tool: "GoSec"}: gates.Waived, {Rule: "R", Tool: "CodeQL"}: gates.Fail,
	} {
		if c := findings(require("high", "=", "0"), scan("s", []string{"gosec"}, bug("pay/a.go", 1))).waived(waiveFinding(w)).Gates[0].Checks[0]; c.Outcome != want {
			t.Errorf("%+v: %s: %s", w, c.Outcome, c.Why)
		}
	}
}

// What a waiver takes out of counts against a reference, and of a matrix's conditions. R17
func TestWaiversAgainstReferencesAndInCells(t *testing.T) {
	was := caseReport("b.xml", evidence.Case{Suite: "shop", Name: "ok", Outcome: evidence.Passed})
	judge := func(c gates.Condition, matrix gates.Matrix, now *evidence.Report, ws ...gates.Waiver) gates.Check {
		s := tests(c, now)
		p, in := s.policy(), s.input()
		p.Gates[0].Matrix = matrix
		in.Now, in.Waivers, in.Branch = noon, ws, "main"
		in.Base = map[string]evidence.Set{"src": evidence.SetOf(key, was)}
		return gates.Judge(p, in).Gates[0].Checks[0]
	}
	now := testReport("u.xml", 1, 3, 0, 0)
	first := waiveTest(gates.WaivedTest{Name: "failed0"})
	c := judge(require("new.failures", "<=", "2"), gates.Matrix{}, now, first)
	want := "waived: 2 of the 4 tests that ran failed and did not in the baseline; at most 2 are allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01)\n- u.xml:3 shop failed1 failed\n- u.xml:4 shop failed2 failed"
	if answer(c) != want {
		t.Errorf("have %s\nwant %s", answer(c), want)
	}
	if w := c.Waivers; len(w) != 1 || w[0].N != 1 || len(w[0].Refs) != 1 || w[0].Refs[0].Text != "shop failed0 failed" {
		t.Errorf("have %+v", w)
	}
	cells := require("every.failed", "=", "0")
	c = judge(cells, areas("failed0", "passed0"), testReport("u.xml", 1, 1, 0, 0), waiveCondition(cells))
	if c.Outcome != gates.Waived || !strings.HasSuffix(c.Why, "; waived by w.yml:4:5 of @ann until 2026-12-01: it is known") || len(c.Waivers) != 1 {
		t.Errorf("have %s: %s", c.Outcome, c.Why)
	}
}
