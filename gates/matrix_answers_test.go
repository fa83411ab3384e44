package gates_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// areas is a matrix of one dimension.
func areas(values ...string) gates.Matrix {
	return gates.Matrix{Dimensions: []gates.Dimension{{Name: "area", Values: values}}}
}

// Whole answers on the cells of a matrix. R15
func TestAnswersOnCells(t *testing.T) {
	letters := func(n int) (out []string) {
		for i := range n {
			out = append(out, "v"+string(rune('a'+i)))
		}
		return out
	}
	none := require("every.failed", "=", "0")
	ran := func(cases string) *evidence.Report { return ranAs("a.xml", cases) }
	lacks := func(names string, n, more int) string {
		tail := ""
		if more > 0 {
			tail = fmt.Sprintf(" and %d more", more)
		} else {
			names = strings.Replace(names, ", vi", " and vi", 1)
		}
		return fmt.Sprintf("inconclusive: 1 of %d cells holds; %s%s: no test is in this cell", n, names, tail)
	}
	// In the i-th of 22 cells i+1 of i+1 tests fail, so each says something else.
	var growing []string
	var why []string
	for i, v := range letters(22) {
		for k := range i + 1 {
			growing = append(growing, fmt.Sprintf("%s x%d failed", v, k))
		}
		switch {
		case i == 0:
			why = append(why, v+": 1 of 1 test that ran failed; none is allowed")
		case i < 20:
			why = append(why, fmt.Sprintf("%s: %d of the %d tests that ran failed; none is allowed", v, i+1, i+1))
		}
	}
	long := "fail: none of 22 cells holds; " + strings.Join(why, "; ") + "; 2 more cells likewise"
	for name, x := range map[string]struct {
		m       gates.Matrix
		cond    gates.Condition
		reports []*evidence.Report
		want    string
	}{
		"one cell holds": {areas("va"), none, []*evidence.Report{ran("va passed")}, "pass: its cell holds; the least is va, where none of 1 test that ran failed; none is allowed"},
		"one cell does not": {areas("va"), none, []*evidence.Report{ran("va failed")},
			"fail: none of 1 cell holds; va: 1 of 1 test that ran failed; none is allowed\n- a.xml va: va failed\n> va: fix this test"},
		"one of two holds": {areas("va", "vb"), none, []*evidence.Report{ran("va passed, vb failed")},
			"fail: 1 of 2 cells holds; vb: 1 of 1 test that ran failed; none is allowed\n- a.xml vb: vb failed\n> vb: fix this test"},
		"two of three hold": {areas("va", "vb", "vc"), none, []*evidence.Report{ran("va passed, vb failed, vc passed")},
			"fail: 2 of 3 cells hold; vb: 1 of 1 test that ran failed; none is allowed\n- a.xml vb: vb failed\n> vb: fix this test"},
		"the least of a number that may be high": {areas("va", "vb", "vc"), require("every.tests", ">=", "1"), []*evidence.Report{ran("va passed, va more passed, vb passed, vc passed")},
			"pass: all 3 cells hold; the least is vb, where 1 test ran; at least 1 is needed"},
		"the least of a number that may be low": {areas("va", "vb", "vc"), require("every.failed", "<=", "1"), []*evidence.Report{ran("va passed, vb failed, vc failed")},
			"pass: all 3 cells hold; the least is vb, where 1 of 1 test that ran failed; at most 1 is allowed\n- a.xml vb: vb failed\n- a.xml vc: vc failed"},
		"8 cells that lack a test":         {areas(letters(9)...), none, []*evidence.Report{ran("va passed")}, lacks("vb, vc, vd, ve, vf, vg, vh, vi", 9, 0)},
		"9 cells that lack a test":         {areas(letters(10)...), none, []*evidence.Report{ran("va passed")}, lacks("vb, vc, vd, ve, vf, vg, vh, vi", 10, 1)},
		"22 cells that say something else": {areas(letters(22)...), none, []*evidence.Report{ran(strings.Join(growing, ", "))}, long},
		"what is in no cell": {areas("va"), none, []*evidence.Report{ran("va passed, health passed, pulse passed")},
			"pass: its cell holds; the least is va, where none of 1 test that ran failed; none is allowed (2 tests fit no cell (one is \"health\"))"},
		"one in no cell failed": {areas("va"), none, []*evidence.Report{ran("va passed, health failed")},
			"pass: its cell holds; the least is va, where none of 1 test that ran failed; none is allowed (1 test fits no cell (one is \"health\"), 1 of them failed)"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range x.reports { // the suite says nothing here
				var plain evidence.Report
				plain.Source, plain.Format, plain.Kinds = r.Source, r.Format, r.Kinds
				for _, c := range r.Cases.All() {
					c.Suite = ""
					plain.Cases.AppendCase(c)
				}
				*r = plain
			}
			have := answer(inCells(t, x.m, x.cond, x.reports...))
			if strings.HasPrefix(x.want, "inconclusive") || x.want == long {
				have, _, _ = strings.Cut(have, "\n")
			}
			if have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
	if c := inCells(t, areas(letters(22)...), none, ran(strings.Join(growing, ", "))); len(c.Refs) != gates.MaxRefs || c.MoreRefs != 22*23/2-gates.MaxRefs || strings.Count(c.Remedy, "; ") != 20 || !strings.HasSuffix(c.Remedy, "; 2 more cells likewise") {
		t.Errorf("%d and %d references, remedy %s", len(c.Refs), c.MoreRefs, c.Remedy)
	}
	c := inCells(t, gates.Matrix{}, none, ran("va passed"))
	if want := "inconclusive: gate gate has no matrix in whose cells every.failed could be measured\n> write a `matrix` (.tollgate.yml:8:3)"; answer(c) != want || !c.Partial {
		t.Errorf("have %s, partial %v\nwant %s", answer(c), c.Partial, want)
	}
}

// One waiver that names something in two cells is one, with all that it names; the
// files of all cells are the check's.
func TestAWaiverInTwoCells(t *testing.T) {
	s := tests(require("every.failed", "=", "0"), ranAs("b.xml", "va late failed, va passed, va early failed"), ranAs("a.xml", "vb late failed, vb passed, vb late failed"))
	p, in := s.policy(), s.input()
	p.Gates[0].Matrix = areas("va", "vb")
	late, early := waiveTest(gates.WaivedTest{Name: "va late"}), waiveTest(gates.WaivedTest{Name: "va early"})
	late.Test.Name, late.Test.Suite = "", "shop"
	early.At.Line = 5
	in.Now, in.Waivers = noon, []gates.Waiver{early, late}
	c := gates.Judge(p, in).Gates[0].Checks[0]
	var have []string
	for _, w := range c.Waivers {
		have = append(have, fmt.Sprintf("line %d: %d, %d references", w.At.Line, w.N, len(w.Refs)))
	}
	// The suite is shop in ranAs: the waiver of line 4 names all failures but that of line 5.
	if got := strings.Join(have, "; "); got != "line 5: 1, 1 references; line 4: 3, 3 references" && got != "line 4: 3, 3 references; line 5: 1, 1 references" {
		t.Errorf("have %s", got)
	}
	if got := strings.Join(c.Evidence, " "); got != "a.xml b.xml" {
		t.Errorf("evidence is %s", got)
	}
}

// Where a value stands as words of a name, and where it does not.
func TestWordsOfAMatrix(t *testing.T) {
	for value, names := range map[string]struct{ in, out []string }{
		"cinema":  {[]string{"cinema", "Cinema", "aCinemaTest", "a cinema.", "Step2Cinema", "(CINEMA)", "HTTPCinema", "cin-ema-s"}, []string{"cinemas", "XCinema", "acinema", "Cinematic", "2cinema", "cinem", "cinema2"}},
		"b2b":     {[]string{"b2b", "B2BOrders", "test_b2b", "testB2B", "b-2-b"}, []string{"b2bs", "b2", "ab2b"}},
		"münchen": {[]string{"München", "testMünchen", "münchen-2", "in MÜNCHEN"}, []string{"münchens", "Munchen", "ümünchen"}},
		"écran":   {[]string{"écran", "Écran", "testÉcran", "x écran"}, []string{"écrans", "ecran", "xécran"}},
		"c":       {[]string{"c", "a c b", "testC"}, []string{"ca", "ac"}},
	} {
		for _, name := range slices.Concat(names.in, names.out) {
			c := inCells(t, areas(value, "zzz"), require("every.tests", ">=", "1"), caseReport("x.xml", evidence.Case{Name: name, Outcome: evidence.Passed}))
			want := "area: inconclusive inconclusive\n"
			if slices.Contains(names.in, name) {
				want = "area: pass inconclusive\n"
			}
			if got := drawn(c.Grid); got != want {
				t.Errorf("%s in %s: %s", value, name, got)
			}
		}
	}
}

// What the filter of a gate leaves out is in no cell, and what is in no cell is said.
func TestStraysOfEveryKind(t *testing.T) {
	judge := func(kind evidence.Kind, f gates.Filter, c gates.Condition, r *evidence.Report) string {
		s := situation{kind: kind, filter: f, conds: []gates.Condition{c}, reports: []*evidence.Report{r}}
		p := s.policy()
		p.Gates[0].Matrix = areas("cinema", "hotel")
		return answer(gates.Judge(p, s.input()).Gates[0].Checks[0])
	}
	lines := map[string][2]uint64{"src/cinema/a.go": {9, 10}, "src/hotel/a.go": {8, 10}, "src/other/a.go": {1, 10}, "lib/other/b.go": {1, 10}}
	bench := func(name string, ms float64, o evidence.Outcome) measured {
		return measured{bench: name, unit: "ms", samples: []float64{ms}, outcome: o}
	}
	list := benches("b", nil, bench("cinema", 3, 0), bench("hotel", 5, 0), bench("lobby", 9, evidence.Failed), bench("attic", 9, 0))
	two := ranAs("a.xml", "cinema passed, hotel passed, cinema late failed")
	counted := headers("a.xml", evidence.Counts{Passed: 2, Failed: 1})
	counted.Unlisted[0].Suite = "all"
	counted.Unlisted = append(counted.Unlisted, evidence.Unlisted{Suite: "cinema", Counts: evidence.Counts{Passed: 1}}, evidence.Unlisted{Suite: "hotel", Counts: evidence.Counts{Passed: 1}})
	least := "pass: all 2 cells hold; the least is hotel, where "
	for name, x := range map[string]struct{ have, want string }{
		"coverage": {judge(evidence.Coverage, gates.Filter{}, require("every.lines", ">=", "80%"), shares("c", evidence.Lines, lines)),
			least + "80% (8/10) of the lines are covered; at least 80% must be (2 files fit no cell (one is \"lib/other/b.go\"))\n- src/cinema/a.go cinema: 1 of 10 lines not covered\n- src/hotel/a.go hotel: 2 of 10 lines not covered"},
		"coverage of some": {judge(evidence.Coverage, gates.Filter{Paths: []string{"src/**"}}, require("every.lines", ">=", "80%"), shares("c", evidence.Lines, lines)),
			least + "80% (8/10) of the lines are covered; at least 80% must be (1 file fits no cell (one is \"src/other/a.go\"))\n- src/cinema/a.go cinema: 1 of 10 lines not covered\n- src/hotel/a.go hotel: 2 of 10 lines not covered"},
		"benchmarks": {judge(evidence.Benchmarks, gates.Filter{}, require("every.p95", "<=", "9ms"), list),
			least + "the p95 is 5ms, of ms in hotel of shop; at most 9ms is allowed (2 benchmarks fit no cell (one is \"attic\"), 1 of them failed)"},
		"some benchmarks": {judge(evidence.Benchmarks, gates.Filter{Benchmarks: []string{"!lobby"}}, require("every.p95", "<=", "9ms"), list),
			least + "the p95 is 5ms, of ms in hotel of shop; at most 9ms is allowed (1 benchmark fits no cell (one is \"attic\"))"},
		"some tests": {judge(evidence.Tests, gates.Filter{Names: []string{"!*late"}}, require("every.failed", "=", "0"), two),
			"pass: all 2 cells hold; the least is cinema, where none of 1 test that ran failed; none is allowed"},
		"suites that are only counted": {judge(evidence.Tests, gates.Filter{}, require("every.failed", "=", "0"), counted),
			"inconclusive: none of 2 cells holds; none can be believed, because 3 tests are counted and not listed, and the suite does not say in which cell\n> have the test runner list every test"},
		"some suites that are only counted": {judge(evidence.Tests, gates.Filter{Suites: []string{"!all"}}, require("every.failed", "=", "0"), counted),
			"pass: all 2 cells hold; the least is cinema, where none of 1 test that ran failed; none is allowed"},
	} {
		if x.have != x.want {
			t.Errorf("%s: have %s\nwant %s", name, x.have, x.want)
		}
	}
}
