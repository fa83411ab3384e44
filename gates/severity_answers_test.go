package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers on severities that tools do not state, or state in words. R4
func TestAnswersOnSeverities(t *testing.T) {
	type list = []evidence.Finding
	ran := func(tool string, rules, results int, scales ...string) evidence.ToolRun {
		return evidence.ToolRun{Tool: tool, Rules: rules, Results: results, Scales: scales}
	}
	report := func(name string, found list, runs ...evidence.ToolRun) *evidence.Report {
		r := &evidence.Report{Source: name, Format: "sarif", Kinds: evidence.Findings, ToolRuns: runs}
		for _, f := range found {
			r.Findings.AppendFinding(f)
		}
		return r
	}
	scored := func(path string, line int, s evidence.Severity, score string) evidence.Finding {
		return evidence.Finding{Tool: "x", Rule: "R", Severity: s, Score: score, Level: evidence.LevelNone, Path: path, Line: line}
	}
	silent := func(n int) (runs []evidence.ToolRun, texts []string) {
		for i := range n {
			runs = append(runs, ran(fmt.Sprintf("t%02d", n-1-i), 1, 0))
			texts = append(texts, fmt.Sprintf("t%02d carries no security-severity", i))
		}
		return runs, texts
	}
	twenty, texts20 := silent(20)
	twentyOne, _ := silent(21)
	scale := ran("x", 2, 1, gates.SecuritySeverity)
	words := func(text string, unscored string) string {
		return "inconclusive: a.go:9: " + text + "; what there is says: there are no high findings among " + unscored + " in `unscored`)\n- a.go:9 " + text +
			"\n> have x write a number, or say by `severity-from` where its severity is"
	}
	is := "the `security-severity` of R is \"HIGH\", which is no number from 0 to 10"
	where := func(sources string) string {
		return "\n> say where these tools state a severity, by `severity-from` of source " + sources + ", or limit `error` or `findings` instead of `high`"
	}
	none := "; what there is says: there are no high findings; none is allowed"
	for name, x := range map[string]struct {
		first, second *evidence.Report // of the sources b and a
		from          []gates.SeverityFrom
		want          string
	}{
		"one word": {report("s", list{scored("a.go", 9, evidence.Unscored, "HIGH")}, scale), nil, nil,
			words(is, "1; none is allowed (1 finding carries no score and is not counted here; it is")},
		"two words, the later place first": {report("s", list{scored("c.go", 1, evidence.Unscored, "9,8"), scored("a.go", 9, evidence.Unscored, "HIGH")}, scale), nil, nil,
			words(is+" (and that of 1 more finding is none either)", "2; none is allowed (2 findings carry no score and are not counted here; they are")},
		"three words, the first place first": {report("s", list{scored("a.go", 9, evidence.Unscored, "HIGH"), scored("c.go", 1, evidence.Unscored, "LOW"), scored("b.go", 2, evidence.Unscored, "LOW")}, scale), nil, nil,
			words(is+" (and that of 2 more findings is none either)", "3; none is allowed (3 findings carry no score and are not counted here; they are")},
		"a number is no word":            {report("s", list{scored("a.go", 9, evidence.Low, "3.1")}, scale), nil, nil, "pass: there are no high findings among 1; none is allowed"},
		"nor is nothing between blanks":  {report("s", list{scored("a.go", 9, evidence.Unscored, " 0.0 ")}, scale), nil, nil, "pass: there are no high findings among 1; none is allowed (1 finding carries no score and is not counted here; it is in `unscored`)"},
		"a word that the policy ignores": {report("s", list{scored("a.go", 9, evidence.Unscored, "HIGH")}, scale), nil, []gates.SeverityFrom{{From: "level"}}, "pass: there are no high findings among 1; none is allowed (1 finding carries no score and is not counted here; it is in `unscored`)"},

		"a rule alone":    {report("s", nil, ran("x", 1, 0)), nil, nil, "inconclusive: no finding could be high: x carries no security-severity" + none + where("b")},
		"a finding alone": {report("s", nil, ran("x", 0, 1)), nil, nil, "inconclusive: no finding could be high: x carries no security-severity" + none + where("b")},
		"two tools of two sources, one of them twice": {report("s", nil, ran("z", 1, 0), ran("y", 1, 0)), report("r", nil, ran("z", 1, 0)), nil,
			"inconclusive: no finding could be high: y carries no security-severity, z carries no security-severity" + none + where("a and b")},
		"levels, of which none is so grave": {report("s", nil, ran("z", 1, 0)), report("r", nil, ran("y", 1, 0)), []gates.SeverityFrom{{From: "level"}},
			"inconclusive: no finding could be critical: no level of z is critical, y carries no security-severity; what there is says: there are no critical findings; none is allowed" + strings.Replace(where("a and b"), "`high`", "`critical`", 1)},
		"20 tools": {report("s", nil, twenty...), nil, nil,
			"inconclusive: no finding could be high: " + strings.Join(texts20, ", ") + none + where("b")},
		"21 tools": {report("s", nil, twentyOne...), nil, nil,
			"inconclusive: no finding could be high: " + strings.Join(texts20, ", ") + ", and 1 more" + none + where("b")},
		"a tool that the policy names and that ran":    {report("s", nil, scale), nil, []gates.SeverityFrom{{Tool: "X", From: "security-severity"}}, "pass: there are no high findings; none is allowed"},
		"a tool that the policy names, where none ran": {report("s", nil), nil, []gates.SeverityFrom{{Tool: "x", From: "level"}}, "inconclusive: s: no tool ran\n- s no tool ran\n> run the tool that writes s"},
	} {
		t.Run(name, func(t *testing.T) {
			metric := "high"
			if strings.Contains(x.want, "critical") {
				metric = "critical"
			}
			p := findings(require(metric, "=", "0")).policy()
			p.Sources[0].Name, p.Sources[0].SeverityFrom, p.Gates[0].From = "b", x.from, []string{"b"}
			in := gates.Input{Evidence: map[string]evidence.Set{"b": evidence.SetOf(key, x.first)}}
			if x.second != nil {
				p.Sources, p.Gates[0].From = append(p.Sources, gates.Source{Name: "a", Patterns: []string{"r"}, Kinds: evidence.Findings}), []string{"b", "a"}
				in.Evidence["a"] = evidence.SetOf(key, x.second)
			}
			if have := answer(gates.Judge(p, in).Gates[0].Checks[0]); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// What pictures and pages of findings count is what the gates count: the severity on
// the scale of the policy, and not what a waiver that is in force leaves out.
func TestOneFindingForItself(t *testing.T) {
	f := finding("G1", evidence.Critical, evidence.LevelNote, "a.go", 1)
	f.Tool, f.Ratings = "gosec", []string{"properties.risk=medium"}
	for from, want := range map[string]evidence.Severity{"": evidence.Critical, "level": evidence.Low, "properties.risk": evidence.Medium, "properties.other": evidence.Unscored} {
		src := gates.Source{Name: "src", Kinds: evidence.Findings}
		if from != "" {
			src.SeverityFrom = []gates.SeverityFrom{{Tool: "gosec", From: from}}
		}
		if have := src.SeverityOf(&f); have != want {
			t.Errorf("from %q it is %s, want %s", from, have, want)
		}
	}
	other := finding("G2", evidence.Critical, evidence.LevelError, "a.go", 1)
	in := gates.Input{Now: noon, Waivers: []gates.Waiver{waiveFinding(gates.WaivedFinding{Rule: "G1"})}}
	if waived := (gates.Policy{}).WaivedFindings(in); !waived(&f, evidence.Low) || waived(&other, evidence.Low) {
		t.Error("the waiver of G1 is of G1 and not of G2")
	}
	in.Waivers[0] = expired(in.Waivers[0])
	if (gates.Policy{}).WaivedFindings(in)(&f, evidence.Low) {
		t.Error("a waiver that has expired leaves nothing out")
	}
}

// What another run found holds where that is green, and holds the issue where it is not.
func TestWhatAnotherRunFound(t *testing.T) {
	for found, want := range map[gates.Status]gates.Status{gates.Pass: gates.Pass, gates.Waived: gates.Pass, gates.Warned: gates.Pass,
		gates.Fail: gates.Fail, gates.Inconclusive: gates.Inconclusive, gates.Undecided: gates.Inconclusive} {
		r := gates.Elsewhere("main", found, "the run on main says so", "mend main")
		c := r.Checks[0]
		actual, remedy := evidence.CountOf(0), ""
		if want == gates.Fail {
			actual = evidence.CountOf(1)
		}
		if want == gates.Inconclusive {
			actual = evidence.Value{}
		}
		if want != gates.Pass {
			remedy = "mend main"
		}
		if r.Name != "main" || !r.Due || r.Status != want || c.Outcome != want || c.Actual != actual || c.Remedy != remedy || c.Why != "the run on main says so" || c.Condition.String() != "unproved = 0" {
			t.Errorf("%s: have %+v", found, r)
		}
	}
}
