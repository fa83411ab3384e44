package gates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// shop is the matrix of two industries and two validations, with a cell of its own
// for one of them.
func shop(by ...string) gates.Matrix {
	return gates.Matrix{
		Dimensions: []gates.Dimension{{Name: "industry", Values: []string{"cinema", "b2b"}, PlacedBy: by}, {Name: "validation", Values: []string{"isolation", "rate limits"}}},
		Rows:       []gates.MatrixRow{{Name: "cinema", Cells: []string{"booking"}}},
	}
}

// whole are tests of all five cells of shop, in the ways in which people write names.
const whole = "cinema_tenant_isolation passed, TestCinemaRateLimits passed, cinema/booking passed, B2B-isolation passed, testB2BRateLimits passed"

// ranAs is run for names with spaces in them.
func ranAs(file, cases string) *evidence.Report {
	r := caseReport(file)
	for _, text := range strings.Split(cases, ", ") {
		i := strings.LastIndexByte(text, ' ')
		c := named("x" + text[i:])
		c.Name = text[:i]
		r.Cases.AppendCase(c)
	}
	return r
}

// inCells judges one condition on the cells of a matrix.
func inCells(t *testing.T, m gates.Matrix, c gates.Condition, reports ...*evidence.Report) gates.Check {
	t.Helper()
	s := tests(c, reports...)
	p := s.policy()
	p.Gates[0].Matrix = m
	return gates.Judge(p, s.input()).Gates[0].Checks[0]
}

// drawn writes a grid as lines of outcomes, - for no cell.
func drawn(g *gates.Grid) string {
	var b strings.Builder
	for _, r := range g.Rows {
		b.WriteString(r.Name + ":")
		for _, c := range r.Cells {
			word := "-"
			if c.Asked {
				word = c.Outcome.String()
			}
			b.WriteString(" " + word)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// R15: every cell needs evidence of its own. Each row says what ran, what the whole
// comes to, how it is drawn and what the sentence says.
func TestEveryCellOfAMatrix(t *testing.T) {
	broken := ranAs("half.xml", whole)
	broken.Complain(evidence.Unsound, 3, 1, "the file ends inside an element")
	with := func(more string) *evidence.Report { return ranAs("a.xml", whole+", "+more) }
	without := func(name string) *evidence.Report {
		var kept []string
		for _, text := range strings.Split(whole, ", ") {
			if !strings.HasPrefix(text, name) {
				kept = append(kept, text)
			}
		}
		return ranAs("a.xml", strings.Join(kept, ", "))
	}
	const green = "cinema: pass pass pass\nb2b: pass pass -\n"
	for _, x := range []struct {
		name   string
		report *evidence.Report
		want   gates.Status
		grid   string
		why    string
	}{
		{"all cells hold", ranAs("a.xml", whole), gates.Pass, green, "all 5 cells hold; the least is cinema × isolation, where 100% (1/1) of the tests that ran passed; exactly 100% must"},
		{"one cell fails", with("cinema booking of two failed"), gates.Fail, "cinema: pass pass fail\nb2b: pass pass -\n",
			"4 of 5 cells hold; cinema × booking: 50% (1/2) of the tests that ran passed; exactly 100% must"},
		{"a cell without a test", without("B2B-isolation"), gates.Inconclusive, "cinema: pass pass pass\nb2b: inconclusive pass -\n",
			"4 of 5 cells hold; b2b × isolation: no test is in this cell"},
		{"a cell whose only test was skipped", ranAs("a.xml", strings.Replace(whole, "B2B-isolation passed", "B2B-isolation skipped", 1)), gates.Inconclusive, "cinema: pass pass pass\nb2b: inconclusive pass -\n",
			"b2b × isolation: none of its 1 test ran (skipped)"},
		{"half a report", broken, gates.Inconclusive, "cinema: inconclusive inconclusive inconclusive\nb2b: inconclusive inconclusive -\n",
			"none of 5 cells holds; none can be believed, because half.xml:3:1: the file ends inside an element"},
		{"no report", nil, gates.Inconclusive, "cinema: inconclusive inconclusive inconclusive\nb2b: inconclusive inconclusive -\n", "source src has no report"},
		{"a test between two cells", with("cinema and b2b isolation passed"), gates.Inconclusive, "cinema: inconclusive inconclusive inconclusive\nb2b: inconclusive inconclusive -\n",
			`1 test fits more than one cell of the matrix, and it is not known which is meant (one is "shop cinema and b2b isolation")`},
		{"a test that only one row has a cell for", with("b2b booking rate-limits passed"), gates.Pass, green, "all 5 cells hold"},
		{"tests in no cell", with("b2b booking failed, health passed"), gates.Pass, green, `(2 tests fit no cell (one is "shop b2b booking"), 1 of them failed)`},
		{"a word within a word", with("corporatelimits cinemas failed"), gates.Pass, green, "all 5 cells hold"},
	} {
		t.Run(x.name, func(t *testing.T) {
			var reports []*evidence.Report
			if x.report != nil {
				reports = append(reports, x.report)
			}
			c := inCells(t, shop(), require("every.pass-rate", "=", "100%"), reports...)
			if c.Outcome != x.want || c.Status != x.want || !strings.Contains(c.Why, x.why) {
				t.Errorf("%s: %s\nwant %s: %s", c.Outcome, c.Why, x.want, x.why)
			}
			if got := drawn(c.Grid); got != x.grid {
				t.Errorf("drawn\n%swant\n%s", got, x.grid)
			}
			if x.want != gates.Pass && c.Remedy == "" {
				t.Error("no remedy")
			}
		})
	}
}

// A failure in a cell and a cell without a test are both said, the failure first, and
// each says what would make it pass.
func TestCellsThatFailAndCellsThatLack(t *testing.T) {
	c := inCells(t, shop("suites", "names"), require("every.failed", "=", "0"), ranAs("a.xml", "cinema isolation failed, cinema rate_limits passed, cinema booking passed"))
	want := "2 of 5 cells hold; cinema × isolation: 1 of 1 test that ran failed; none is allowed; b2b × isolation and b2b × rate limits: no test is in this cell"
	if c.Outcome != gates.Fail || c.Why != want || !c.Partial {
		t.Errorf("%s: %s", c.Outcome, c.Why)
	}
	remedy := "cinema × isolation: fix this test; b2b × isolation and b2b × rate limits: run a test that is named for it (industry by suites and names)"
	if c.Remedy != remedy {
		t.Errorf("remedy %s", c.Remedy)
	}
	if c.Actual.String() != "1" || len(c.Refs) != 1 || !strings.HasPrefix(c.Refs[0].Text, "cinema × isolation: shop cinema isolation failed") {
		t.Errorf("actual %s, refs %v", c.Actual, c.Refs)
	}
}

// What tells where a test is: any of its names, one that is named, or a property.
func TestPlacesInAMatrix(t *testing.T) {
	one := func(by ...string) gates.Matrix {
		return gates.Matrix{Dimensions: []gates.Dimension{{Name: "industry", Values: []string{"cinema", "hotel"}, PlacedBy: by}}}
	}
	prop := func(name, value string) evidence.Detail {
		return evidence.Detail{Properties: []evidence.Property{{Name: name, Value: value}}}
	}
	for _, x := range []struct {
		name string
		m    gates.Matrix
		c    evidence.Case
		want string // the one row: cinema, hotel
	}{
		{"by suite", one(), evidence.Case{Suite: "Cinema"}, "pass inconclusive"},
		{"by class", one(), evidence.Case{Class: "com.acme.HotelTest"}, "inconclusive pass"},
		{"by name", one(), evidence.Case{Name: "keeps HOTEL apart"}, "inconclusive pass"},
		{"by source file", one(), evidence.Case{Detail: evidence.Detail{File: "it/cinema/pay_test.go"}}, "pass inconclusive"},
		{"a property comes before names", one(), evidence.Case{Name: "cinema against hotel", Detail: prop("Industry", "hotel")}, "inconclusive pass"},
		{"a property of another value keeps it out of the cell of its name", one(), evidence.Case{Name: "cinema", Detail: prop("industry", "spa")}, "inconclusive inconclusive"},
		{"an empty property says nothing", one(), evidence.Case{Name: "cinema", Detail: prop("industry", " ")}, "pass inconclusive"},
		{"another property says nothing", one(), evidence.Case{Name: "cinema", Detail: prop("guest", "hotel")}, "pass inconclusive"},
		{"two properties", one(), evidence.Case{Detail: evidence.Detail{Properties: []evidence.Property{{Name: "industry", Value: "hotel"}, {Name: "industry", Value: "cinema"}}}}, "inconclusive inconclusive"},
		{"named witness against the others", one("names"), evidence.Case{Suite: "hotel", Name: "cinema"}, "pass inconclusive"},
		{"two witnesses at odds", one("names", "suites"), evidence.Case{Suite: "hotel", Name: "cinema"}, "inconclusive inconclusive"},
		{"only properties", one("properties"), evidence.Case{Name: "cinema"}, "inconclusive inconclusive"},
		{"a report's path", one("reports"), evidence.Case{Name: "a"}, "inconclusive pass"},
	} {
		t.Run(x.name, func(t *testing.T) {
			x.c.Outcome = evidence.Passed
			file := "a.xml"
			if strings.Contains(x.name, "report") {
				file = "reports/hotel.xml"
			}
			c := inCells(t, x.m, require("every.failed", "=", "0"), caseReport(file, x.c))
			if got := strings.TrimSuffix(drawn(c.Grid), "\n"); got != "industry: "+x.want {
				t.Errorf("%s, want %s: %s", got, x.want, c.Why)
			}
		})
	}
}

// The longer value is meant where the shorter is a part of it.
func TestAValueWithinAValue(t *testing.T) {
	m := gates.Matrix{Dimensions: []gates.Dimension{{Name: "validation", Values: []string{"isolation", "performance isolation"}}}}
	c := inCells(t, m, require("every.tests", ">=", "1"), ranAs("a.xml", "tenant isolation passed, PerformanceIsolation passed"))
	if got := drawn(c.Grid); got != "validation: pass pass\n" {
		t.Errorf("%s%s", got, c.Why)
	}
	c = inCells(t, m, require("every.tests", ">=", "1"), ranAs("a.xml", "PerformanceIsolation passed"))
	if got := drawn(c.Grid); got != "validation: inconclusive pass\n" {
		t.Errorf("%s%s", got, c.Why)
	}
}

// A dimension of rows alone: each row has nothing but its own cells.
func TestRowsWithCellsOfTheirOwn(t *testing.T) {
	m := gates.Matrix{
		Dimensions: []gates.Dimension{{Name: "row"}, {Name: "cell"}},
		Rows:       []gates.MatrixRow{{Name: "cinema", Cells: []string{"booking"}}, {Name: "hotel", Cells: []string{"pms"}}},
	}
	c := inCells(t, m, require("every.pass-rate", "=", "100%"), ranAs("a.xml", "cinema booking passed, hotel PMS passed, hotel booking failed"))
	if got := drawn(c.Grid); got != "cinema: pass -\nhotel: - pass\n" || c.Outcome != gates.Pass {
		t.Errorf("%s%s", got, c.Why)
	}
}

// Tests that a report counts and does not list are where their suite says, or nobody
// knows where they are.
func TestUnlistedTestsInCells(t *testing.T) {
	m := gates.Matrix{Dimensions: []gates.Dimension{{Name: "area", Values: []string{"shop", "desk"}}}}
	r := headers("a.xml", evidence.Counts{Passed: 2, Failed: 1})
	c := inCells(t, m, require("every.failed", "=", "0"), r, caseReport("b.xml", evidence.Case{Suite: "desk", Name: "a", Outcome: evidence.Passed}))
	if c.Outcome != gates.Fail || !strings.Contains(c.Why, "shop: 1 of the 3 tests that ran failed") {
		t.Errorf("%s: %s", c.Outcome, c.Why)
	}
	r.Unlisted[0].Suite = "all"
	c = inCells(t, m, require("every.failed", "=", "0"), r, ranAs("b.xml", "a passed, desk passed"))
	if c.Outcome == gates.Pass || !strings.Contains(c.Why, "3 tests are counted and not listed, and the suite does not say in which cell") {
		t.Errorf("%s: %s", c.Outcome, c.Why)
	}
}

// Failures in quarantine are left out in their cell, and a cell with nothing else in
// it has no evidence. R17
func TestQuarantineInACell(t *testing.T) {
	c := require("every.failed", "=", "0")
	s := tests(c, ranAs("a.xml", whole+", cinema booking late failed"))
	p, in := s.policy(), s.input()
	p.Gates[0].Matrix = shop()
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	in.Now = day.Add(12 * time.Hour)
	in.Waivers = []gates.Waiver{{Test: &gates.WaivedTest{Name: "cinema booking late"}, Reason: "late", Owner: "@ann", ApprovedBy: "@bob", Created: day, Expires: day.AddDate(0, 0, 7)}}
	got := gates.Judge(p, in).Gates[0].Checks[0]
	if drawn(got.Grid) != "cinema: pass pass waived\nb2b: pass pass -\n" || got.Outcome != gates.Waived || len(got.Waivers) != 1 || got.Waivers[0].N != 1 {
		t.Errorf("%s%s: %s %v", drawn(got.Grid), got.Outcome, got.Why, got.Waivers)
	}
	in.Waivers[0].Test.Name = "cinema/booking"
	in.Evidence["src"] = evidence.SetOf(evidence.PartKey{}, ranAs("a.xml", strings.Replace(whole, "cinema/booking passed", "cinema/booking failed", 1)))
	got = gates.Judge(p, in).Gates[0].Checks[0]
	if got.Outcome != gates.Inconclusive || !strings.Contains(got.Why, "cinema × booking: 1 of 1 test that ran is in quarantine, and nothing else ran") {
		t.Errorf("%s: %s", got.Outcome, got.Why)
	}
}

// Failures that persist are looked for in the cell in which they were. R9
func TestPersistentFailuresInCells(t *testing.T) {
	c := require("every.persistent-failures", "=", "0")
	s := tests(c, ranAs("a.xml", "cinema failed, hotel failed"))
	p, in := s.policy(), s.input()
	p.Gates[0].Matrix = gates.Matrix{Dimensions: []gates.Dimension{{Name: "industry", Values: []string{"cinema", "hotel"}}}}
	in.Cycle = map[string]evidence.Set{"src": evidence.SetOf(evidence.PartKey{}, ranAs("a.xml", "cinema failed, hotel passed"))}
	got := gates.Judge(p, in).Gates[0].Checks[0]
	if drawn(got.Grid) != "industry: fail pass\n" || got.Outcome != gates.Fail {
		t.Errorf("%s%s", drawn(got.Grid), got.Why)
	}
	in.Cycle["src"] = evidence.SetOf(evidence.PartKey{}, ranAs("a.xml", "cinema passed"))
	got = gates.Judge(p, in).Gates[0].Checks[0]
	if drawn(got.Grid) != "industry: pass inconclusive\n" || !strings.Contains(got.Why, "hotel: the start of the cycle: no test is in this cell") {
		t.Errorf("%s%s", drawn(got.Grid), got.Why)
	}
}

// R5, R13: the limits of a load test hold for each industry profile by itself.
func TestALimitForEachProfile(t *testing.T) {
	r := &evidence.Report{Source: "load.json", Format: "k6", Kinds: evidence.Benchmarks}
	for name, ms := range map[string]float64{"cinema": 180, "hotel": 260} {
		bm, _ := r.Benchmarks.Find(nil, []byte("GET /rooms"), []evidence.Property{{Name: "industry", Value: name}}, nil, evidence.Pos{Line: 1})
		m := r.Benchmarks.Metric(bm, []byte("elapsed"), []byte("ms"))
		for range 20 {
			r.Benchmarks.Sample(m, ms)
		}
	}
	p := gates.Policy{
		Sources: []gates.Source{{Name: "load", Patterns: []string{"load.json"}, Kinds: evidence.Benchmarks}},
		Gates: []gates.Gate{{
			Name: "speed", From: []string{"load"}, Conditions: []gates.Condition{require("every.p95", "<=", "200ms")},
			Matrix: gates.Matrix{Dimensions: []gates.Dimension{{Name: "industry", Values: []string{"cinema", "hotel", "gym"}}}},
		}},
	}
	c := gates.Judge(p, gates.Input{Evidence: map[string]evidence.Set{"load": evidence.SetOf(evidence.PartKey{}, r)}}).Gates[0].Checks[0]
	if got := drawn(c.Grid); got != "industry: pass fail inconclusive\n" || !strings.Contains(c.Why, "hotel: the p95 is 260ms") || !strings.Contains(c.Why, "gym: no benchmark is in this cell") {
		t.Errorf("%s%s", got, c.Why)
	}
}

// Coverage is told apart by the paths of its files.
func TestCoverageInCells(t *testing.T) {
	r := shares("c.info", evidence.Lines, map[string][2]uint64{"src/cinema/a.go": {9, 10}, "src/hotel/a.go": {4, 10}, "src/hotel/b.go": {4, 10}})
	p := gates.Policy{
		Sources: []gates.Source{{Name: "cov", Patterns: []string{"c.info"}, Kinds: evidence.Coverage}},
		Gates: []gates.Gate{{
			Name: "covered", From: []string{"cov"}, Conditions: []gates.Condition{require("every.lines", ">=", "80%")},
			Matrix: gates.Matrix{Dimensions: []gates.Dimension{{Name: "industry", Values: []string{"cinema", "hotel"}}}},
		}},
	}
	c := gates.Judge(p, gates.Input{Evidence: map[string]evidence.Set{"cov": evidence.SetOf(evidence.PartKey{}, r)}}).Gates[0].Checks[0]
	if got := drawn(c.Grid); got != "industry: pass fail\n" || !strings.Contains(c.Why, "hotel: 40% (8/20) of the lines are covered; at least 80% must be") || c.Actual.Ratio().Num != 8 {
		t.Errorf("%s%s", got, c.Why)
	}
}

// What a policy should have refused is never green: no matrix, a metric that cannot
// be told apart by cells, a matrix without a cell.
func TestNoMatrixIsInconclusive(t *testing.T) {
	for name, x := range map[string]struct {
		m      gates.Matrix
		metric string
		why    string
	}{
		"no matrix":          {gates.Matrix{}, "every.failed", "gate gate has no matrix in whose cells every.failed could be measured"},
		"a matrix of no row": {gates.Matrix{Dimensions: []gates.Dimension{{Name: "a"}}}, "every.failed", "has no matrix"},
		"findings":           {shop(), "every.findings", `there is no metric "every.findings"`},
	} {
		c := inCells(t, x.m, require(x.metric, "=", "0"), ranAs("a.xml", whole))
		if c.Outcome != gates.Inconclusive || !strings.Contains(c.Why, x.why) {
			t.Errorf("%s: %s: %s", name, c.Outcome, c.Why)
		}
	}
}

// A matrix of 100 cells walks over a million tests once more, not 100 times.
func BenchmarkMatrix(b *testing.B) {
	m := gates.Matrix{Dimensions: []gates.Dimension{{Name: "x"}, {Name: "y"}}}
	for i := range 10 {
		m.Dimensions[0].Values = append(m.Dimensions[0].Values, fmt.Sprintf("row%c", 'a'+i))
		m.Dimensions[1].Values = append(m.Dimensions[1].Values, fmt.Sprintf("col%c", 'a'+i))
	}
	r := caseReport("a.xml")
	for i := range 1_000_000 {
		r.Cases.AppendCase(evidence.Case{Suite: fmt.Sprintf("row%c", 'a'+i/100_000), Name: fmt.Sprintf("TestThing%d/col%c", i, 'a'+i%10), Outcome: evidence.Passed})
	}
	s := tests(require("every.pass-rate", "=", "100%"), r)
	p := s.policy()
	p.Gates[0].Matrix = m
	for b.Loop() {
		if v := gates.Judge(p, s.input()); v.Status != gates.Pass {
			b.Fatal(v.Gates[0].Checks[0].Why)
		}
	}
}
