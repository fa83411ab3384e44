package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Where a value is found in a name: which of two cells a test is in. R15
func TestValuesInNames(t *testing.T) {
	for name, x := range map[string]struct {
		first, second string // the values
		test          string
		want          string // of the two cells
	}{
		"the longer of two that begin alike":         {"rate", "rate limits", "rate limits", "inconclusive pass"},
		"and not at the beginning":                   {"rate", "rate limits", "of rate limits", "inconclusive pass"},
		"the shorter of two that begin alike":        {"rate", "rate limits", "rate of limits", "pass inconclusive"},
		"both, apart":                                {"rate", "limits", "limits and rate", "inconclusive inconclusive"},
		"from A":                                     {"apple", "zoo", "APPLE", "pass inconclusive"},
		"to Z":                                       {"apple", "zoo", "Zoo", "inconclusive pass"},
		"no word begins within capitals":             {"nema", "zoo", "CINEMA zoo", "inconclusive pass"},
		"a word begins at a capital after a number":  {"cinema", "zoo", "Step2Cinema", "pass inconclusive"},
		"a value without a letter is found nowhere":  {"-", "zoo", "- zoo", "inconclusive pass"},
		"letters that are not of ASCII":              {"éclair", "zoo", "ÉclairTest", "pass inconclusive"},
		"the end of the name within the value":       {"zoo keeper", "zoo", "zoo", "inconclusive pass"},
		"another letter within the value":            {"zoo keeper", "zoo", "zoo kettle", "inconclusive pass"},
		"a value that goes on within a word":         {"zoo", "book", "bookings of the zoo", "pass inconclusive"},
		"a small value within a longer one, and out": {"isolation", "performance isolation", "performance isolation and isolation", "inconclusive inconclusive"},
	} {
		t.Run(name, func(t *testing.T) {
			m := gates.Matrix{Dimensions: []gates.Dimension{{Name: "area", Values: []string{x.first, x.second}, PlacedBy: []string{"names"}}}}
			c := inCells(t, m, require("every.failed", "=", "0"), ranAs("a.xml", x.test+" passed"))
			if have := drawn(c.Grid); have != "area: "+x.want+"\n" {
				t.Errorf("%s%s", have, c.Why)
			}
		})
	}
}

// Whole answers on a matrix in which something is doubtful. R15
func TestAnswersOnDoubtfulCells(t *testing.T) {
	none := require("every.failed", "=", "0")
	ran := func(cases string) *evidence.Report { return ranAs("a.xml", cases) }
	two := areas("va", "vb")
	byNames := areas("va", "vb")
	byNames.Dimensions[0].PlacedBy = []string{"names"}
	half := "a.xml:3:1: the file ends inside an element"
	one := ran("va passed, vb passed")
	one.Unlisted = []evidence.Unlisted{{Suite: "x", Counts: evidence.Counts{Passed: 1}}}
	listed := "1 test is counted and not listed, and the suite does not say in which cell"
	for name, x := range map[string]struct {
		m      gates.Matrix
		cond   gates.Condition
		report *evidence.Report
		filter gates.Filter
		want   string
		notes  int
	}{
		"half a report": {two, none, unsound(ran("va failed, vb passed")), gates.Filter{},
			"fail: none of 2 cells holds; none can be believed, because " + half + "; va: 1 of 1 test that ran failed; none is allowed" +
				"\n- a.xml:3:1 the file ends inside an element\n- a.xml va: shop va failed\n> write a.xml again, whole; va: fix this test", 0},
		"one that is not listed": {two, none, one, gates.Filter{},
			"inconclusive: none of 2 cells holds; none can be believed, because " + listed + "\n> have the test runner list every test", 0},
		"a pattern that is idle": {two, none, ran("va passed, vb passed"), gates.Filter{Names: []string{"v*", "zz*"}},
			"pass: all 2 cells hold; the least is va, where none of 1 test that ran failed; none is allowed (no name of a test matches zz*)", 1},
		"one in no cell": {two, none, ran("va passed, vb passed, other passed"), gates.Filter{},
			"pass: all 2 cells hold; the least is va, where none of 1 test that ran failed; none is allowed (1 test fits no cell (one is \"shop other\"))", 1},
		"what failed, the graver first": {two, require("every.pass-rate", "=", "100%"), ran("va x failed, va y errored, vb passed, vb z failed"), gates.Filter{},
			"fail: none of 2 cells holds; va: 0% (0/2) of the tests that ran passed; exactly 100% must; vb: 50% (1/2) of the tests that ran passed; exactly 100% must" +
				"\n- a.xml va: shop va y errored\n- a.xml vb: shop vb z failed\n- a.xml va: shop va x failed\n> va: 2 more passing tests of the 2 that failed; vb: 1 more passing test of the 1 that failed", 0},
		"a cell that is said to be of names": {byNames, none, ran("va passed"), gates.Filter{},
			"inconclusive: 1 of 2 cells holds; vb: no test is in this cell\n> vb: run a test that is named for it (area by names)", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := tests(x.cond, x.report)
			p := s.policy()
			p.Gates[0].Matrix, p.Gates[0].Filter = x.m, x.filter
			c := gates.Judge(p, s.input()).Gates[0].Checks[0]
			if have := answer(c); have != x.want || len(c.Notes) != x.notes {
				t.Errorf("have %s\nwant %s\nnotes %q", have, x.want, c.Notes)
			}
		})
	}
}

// What one waiver did in several cells is told once, with the first of what it names. R17
func TestOneWaiverInSeveralCells(t *testing.T) {
	var names []string
	for i := range 30 {
		names = append(names, fmt.Sprintf("v%c late%02d failed", 'a'+i%2, i))
	}
	s := tests(require("every.failed", "=", "0"), ranAs("a.xml", "va passed, vb passed, "+strings.Join(names, ", ")))
	var all []gates.Waiver
	for i := range 30 {
		w := waiveTest(gates.WaivedTest{Name: fmt.Sprintf("v%c late%02d", 'a'+i%2, i)})
		all = append(all, w) // of one place, as one waiver of several tests would be
	}
	p, in := s.policy(), s.input()
	p.Gates[0].Matrix = areas("va", "vb")
	in.Now, in.Waivers = noon, all
	c := gates.Judge(p, in).Gates[0].Checks[0]
	if c.Outcome != gates.Waived || len(c.Waivers) == 0 {
		t.Fatalf("have %s, %d waivers", answer(c), len(c.Waivers))
	}
	n := 0
	for _, w := range c.Waivers {
		n += int(w.N)
		if len(w.Refs) > gates.MaxRefs {
			t.Errorf("%d references of one waiver", len(w.Refs))
		}
	}
	if n != 30 || len(c.Waivers) != 1 || len(c.Waivers[0].Refs) != gates.MaxRefs {
		t.Errorf("%d waived by %d waivers, with %d references", n, len(c.Waivers), len(c.Waivers[0].Refs))
	}
}

// A cell of a row's own that is in the product already is one cell.
func TestACellThatIsThereAlready(t *testing.T) {
	m := shop()
	m.Rows[0].Cells = []string{"isolation", "booking"}
	if have := len(m.Cells()); have != 5 {
		t.Errorf("%d cells, want 5: %v", have, m.Cells())
	}
	if m, ok := gates.MetricNamed("every.failed"); !ok || !strings.HasPrefix(m.Doc, "In each cell of the matrix by itself") {
		t.Errorf("every.failed is said to be %q", m.Doc)
	}
	byProperty := gates.Matrix{Dimensions: []gates.Dimension{{Name: "industry", Values: []string{"cinema", "hotel"}, PlacedBy: []string{"properties"}}}}
	in := evidence.Case{Name: "hotel", Outcome: evidence.Passed, Detail: evidence.Detail{Properties: []evidence.Property{{Name: "industry", Value: "cinema"}}}}
	if have := drawn(inCells(t, byProperty, require("every.failed", "=", "0"), caseReport("a.xml", in)).Grid); have != "industry: pass inconclusive\n" {
		t.Errorf("by its property alone: %s", have)
	}
}

// As many cells as a matrix may have are judged, and one more is not. R15
func TestTheLargestMatrix(t *testing.T) {
	values := func(prefix string, n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf("%s%03dx", prefix, i))
		}
		return out
	}
	m := gates.Matrix{Dimensions: []gates.Dimension{{Name: "row", Values: values("r", gates.MaxCells/100)}, {Name: "cell", Values: values("c", 100)}}}
	if c := inCells(t, m, require("every.tests", ">=", "1"), ranAs("a.xml", "r000x c000x passed")); c.Grid == nil {
		t.Errorf("%d cells: %s", len(m.Cells()), c.Why)
	}
	m.Rows = []gates.MatrixRow{{Name: "r000x", Cells: []string{"more"}}}
	if c := inCells(t, m, require("every.tests", ">=", "1"), ranAs("a.xml", "r000x c000x passed")); c.Grid != nil || c.Outcome != gates.Inconclusive {
		t.Errorf("%d cells: %s", len(m.Cells()), c.Why)
	}
}
