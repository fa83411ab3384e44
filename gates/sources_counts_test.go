package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers on sources that a policy names wrongly, or of which one thing is
// missing; each is said once. R2, R3
func TestAnswersOnSourcesNamedWrongly(t *testing.T) {
	failed := require("failed", "=", "0")
	passed := func(name string) *evidence.Report { return testReport(name, 1, 0, 0, 0) }
	ran := "; what there is says: none of 1 test that ran failed; none is allowed"
	for name, x := range map[string]struct {
		s      situation
		change func(*gates.Policy)
		want   string
	}{
		"a source that is not there": {tests(failed, passed("a")), func(p *gates.Policy) { p.Gates[0].From = []string{"src", "scr"} },
			"inconclusive: .tollgate.yml:8:3: there is no source \"scr\"" + ran + "\n- .tollgate.yml:8:3 there is no source \"scr\"\n> declare it under `evidence`, or correct `from`"},
		"a source of nothing": {tests(failed, passed("a")), func(p *gates.Policy) {
			p.Gates[0].From, p.Sources = []string{"src", "none"}, append(p.Sources, gates.Source{Name: "none"})
		},
			"inconclusive: .tollgate.yml:8:3: source none holds nothing, and no condition of gate gate measures that" + ran +
				"\n- .tollgate.yml:8:3 source none holds nothing, and no condition of gate gate measures that\n> take none out of `from`, or add a condition that measures it"},
		"files that are expected where there are none": {tests(failed), func(p *gates.Policy) { p.Sources[0].Expect.Files.Min = 2 },
			"inconclusive: source src has no report: no file matches reports/**/*.xml\n> write the report reports/**/*.xml; no file matches"},
		"one tool that did not run": {findings(require("findings", "=", "0"), scan("s", []string{"gosec"})), func(p *gates.Policy) { p.Sources[0].Expect.Tools = []string{"gosec", "zap"} },
			"inconclusive: zap did not run in source src; what there is says: there are no findings; none is allowed\n> run zap and write the report to reports/**/*.xml"},
		"tests of a source of tests and findings": {tests(failed, passed("a")), func(p *gates.Policy) { p.Sources[0].Kinds |= evidence.Findings | evidence.Benchmarks },
			"pass: none of 1 test that ran failed; none is allowed"},
		"coverage of a source of coverage and tests": {coverage(require("lines", ">=", "50%"), shares("c", evidence.Lines, map[string][2]uint64{"a": {1, 2}})), func(p *gates.Policy) { p.Sources[0].Kinds |= evidence.Tests },
			"pass: 50% (1/2) of the lines are covered; at least 50% must be\n- a 1 of 2 lines not covered"},
		"no report of coverage, and a filter": {coverage(require("lines", ">=", "50%")), func(p *gates.Policy) { p.Gates[0].Filter.Paths = []string{"x/**"} },
			"inconclusive: source src has no report: no file matches reports/**/*.xml\n> write the report reports/**/*.xml; no file matches"},
	} {
		t.Run(name, func(t *testing.T) {
			p := x.s.policy()
			x.change(&p)
			if have := answer(gates.Judge(p, x.s.input()).Gates[0].Checks[0]); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
	for _, metric := range []string{"lines", "lowest.lines", "delta.lines", "more-uncovered.lines", "patch.lines", "new-files.lines", "joined"} {
		op, bound := ">=", "50%"
		switch metric {
		case "delta.lines":
			bound = "0pp"
		case "more-uncovered.lines":
			op, bound = "=", "0"
		}
		s := coverage(require(metric, op, bound))
		s.filter.Paths = []string{"x/**"}
		in := s.input()
		in.Diff, in.Tree = evidence.Diff{Known: true}, evidence.Tree{Known: true}
		want := "source src has no report: no file matches reports/**/*.xml"
		if c := gates.Judge(s.policy(), in).Gates[0].Checks[0]; c.Outcome != gates.Inconclusive || c.Why != want {
			t.Errorf("%s: have %s", metric, answer(c))
		}
	}
}

// Reports that are too old are named in order, whatever part they came in, and what is
// no report is said to be that alone.
func TestAnswersOnOldParts(t *testing.T) {
	at := func(name string, ago time.Duration) *evidence.Report {
		r := testReport(name, 1, 0, 0, 0)
		r.State(evidence.Stamp{At: noon.Add(-ago)})
		return r
	}
	s := tests(require("failed", "=", "0"))
	p := s.policy()
	p.Sources[0].Expect.Age = time.Hour
	part := func(job string, r *evidence.Report) evidence.Set {
		return evidence.SetOf(evidence.PartKey{Commit: "81d0c7e", Job: job, Attempt: 1}, r)
	}
	in := gates.Input{Now: noon, Evidence: map[string]evidence.Set{"src": evidence.Merge(part("a", at("z.xml", 2*time.Hour)), part("b", at("a.xml", 3*time.Hour)))}}
	old := func(name, clock string) string {
		return name + ": this report states 2026-11-22T" + clock + "Z, which is more than 1h ago; source src must be no older"
	}
	if have := gates.Judge(p, in).Gates[0].Checks[0].Why; !strings.HasPrefix(have, old("a.xml", "09:00:00")+"; "+old("z.xml", "10:00:00")+"; ") {
		t.Errorf("have %s", have)
	}
	in.Evidence["src"] = evidence.SetOf(key, &evidence.Report{Source: "notes.txt"}, at("a.xml", time.Minute))
	want := "inconclusive: notes.txt: this is no known report; what there is says: none of 1 test that ran failed; none is allowed\n- notes.txt this is no known report\n> take it out of the patterns of source src"
	if have := answer(gates.Judge(p, in).Gates[0].Checks[0]); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	in.Evidence["src"] = evidence.Merge(part("a", testReport("z.xml", 1, 0, 0, 0)), part("b", testReport("a.xml", 1, 0, 0, 0)))
	p.Sources[0].Expect.Age = 0
	if have := gates.Judge(p, in).Gates[0].Checks[0].Evidence; len(have) != 2 || have[0] != "a.xml" || have[1] != "z.xml" {
		t.Errorf("the evidence is %v", have)
	}
}

// Profiles are for the branch and the files that they name, letter by letter; one that
// relaxes is for changes that touch nothing else.
func TestProfilesToTheLetter(t *testing.T) {
	file := func(path string) evidence.FileChange {
		return evidence.FileChange{Path: path, How: evidence.Modified}
	}
	for name, x := range map[string]struct {
		profile gates.Profile
		files   []evidence.FileChange
		applies bool
		why     string
	}{
		"another branch":              {gates.Profile{Branches: []string{"Main"}}, nil, false, "the change is for the branch main"},
		"the branch":                  {gates.Profile{Branches: []string{"main"}}, nil, true, "the change is for the branch main"},
		"another file":                {gates.Profile{Paths: []string{"Docs/**"}}, []evidence.FileChange{file("docs/a")}, false, "the change does not touch Docs/**"},
		"one file, and nothing else":  {gates.Profile{Paths: []string{"docs/**"}, MayRelax: true}, []evidence.FileChange{file("docs/a")}, true, "the change touches nothing but docs/**"},
		"one file, and one other":     {gates.Profile{Paths: []string{"docs/**"}, MayRelax: true}, []evidence.FileChange{file("docs/a"), file("b")}, false, "the change touches more than docs/**"},
		"two files, and one other":    {gates.Profile{Paths: []string{"docs/**"}, MayRelax: true}, []evidence.FileChange{file("docs/a"), file("docs/c"), file("b")}, false, "the change touches more than docs/**"},
		"one file that makes it more": {gates.Profile{Paths: []string{"docs/**"}}, []evidence.FileChange{file("docs/a"), file("b")}, true, "the change touches docs/**"},
	} {
		s := tests(require("failed", "=", "0"), testReport("a", 1, 0, 0, 0))
		p, in := s.policy(), s.input()
		x.profile.Name = "special"
		p.Profiles = []gates.Profile{x.profile}
		in.Branch, in.Diff = "main", evidence.Diff{Known: true, Files: x.files}
		if use := gates.Judge(p, in).Profiles[0]; use.Applies != x.applies || use.Why != x.why {
			t.Errorf("%s: applies %t: %s", name, use.Applies, use.Why)
		}
	}
}

// What a verdict is asked for by those who go on with it.
func TestWhatIsAskedOfAVerdict(t *testing.T) {
	if g, ok := (gates.Verdict{}).Gate("unit"); ok {
		t.Errorf("a verdict without gates has %+v", g)
	}
	if k, ok := gates.Given("nothing"); ok || k != 0 {
		t.Errorf("nothing is given as %v", k)
	}
	for s, want := range map[gates.Status]bool{gates.Undecided: false, gates.NotApplicable: true, gates.Pass: true, gates.Waived: true, gates.Warned: true, gates.Inconclusive: false, gates.Fail: false} {
		if s.Green() != want {
			t.Errorf("%s is green: %t", s, s.Green())
		}
	}
	ramp := require("pass-rate", ">=", "90%")
	ramp.Ramp = gates.Ramp{From: require("pass-rate", ">=", "70%").Want, Start: onDay(11, 1), End: onDay(12, 1)}
	if have := tests(ramp, testReport("a", 1, 0, 0, 0)).check(t).Why; have != "100% (1/1) of the tests that ran passed; at least 90% must" {
		t.Errorf("a ramp on no day: %s", have)
	}
	v := gates.Verdict{}.WithPolicyChange([]gates.Ref{{Text: "looser"}}, []string{"@ann"}, gates.Input{Diff: evidence.Diff{Head: head}, Facts: facts(func(f *evidence.Facts) {
		f.Reviews = []evidence.Review{{ID: 1, Author: "ann", State: evidence.ReviewApproved, Commit: head, At: hour(10)}}
	})})
	if c := v.Gates[0].Checks[0]; c.Condition.String() != "unapproved = 0" || len(c.Notes) != 1 || c.Notes[0] != c.Why || c.MoreRefs != 0 {
		t.Errorf("have %s: %s, notes %q, %d more", c.Condition, answer(c), c.Notes, c.MoreRefs)
	}
	v = gates.Verdict{}.WithPolicyChange([]gates.Ref{{Text: "looser"}}, []string{"@ann"}, gates.Input{Diff: evidence.Diff{Head: head}, Facts: facts()})
	if c := v.Gates[0].Checks[0]; c.MoreRefs != 0 || len(c.Refs) != 1 {
		t.Errorf("have %d references and %d more", len(c.Refs), c.MoreRefs)
	}
}

// What is remembered of a check is what was remembered, and nothing of a check that
// found no evidence now.
func TestWhatIsRecalledIsNotMixedWithNow(t *testing.T) {
	s := tests(require("failed", "=", "0"))
	p := s.policy()
	s.reports = []*evidence.Report{testReport("u.xml", 1, 0, 0, 0)}
	record := gates.Record(p, s.judge())
	s.reports = nil
	in := s.input()
	in.Waivers, in.Now = []gates.Waiver{waiveTest(gates.WaivedTest{Name: "x"})}, noon
	fresh := gates.Judge(p, in)
	fresh.Gates[0].Checks[0].Refs, fresh.Gates[0].Checks[0].Partial = []gates.Ref{{Text: "stale"}}, true
	out, unjudged := gates.Recall(p, fresh, record, "at 81d0c7e", "", nil, noon)
	c := out.Gates[0].Checks[0]
	if c.Outcome != gates.Pass || c.Refs != nil || c.Partial || c.Remedy != "" || unjudged != nil || len(out.Waivers) != 1 {
		t.Errorf("have %s, partial %t, unjudged %v, %d waivers", answer(c), c.Partial, unjudged, len(out.Waivers))
	}
}
