package evidence_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

func TestRatioComparesExactly(t *testing.T) {
	ninety := evidence.Ratio{Num: 90, Den: 100}
	for _, c := range []struct {
		r    evidence.Ratio
		want int
	}{{evidence.Ratio{Num: 90, Den: 100}, 0}, {evidence.Ratio{Num: 9, Den: 10}, 0}, {evidence.Ratio{Num: 91, Den: 100}, 1},
		{evidence.Ratio{Num: 2249, Den: 2500}, -1}, {evidence.Ratio{Num: 1<<64 - 1, Den: 1<<64 - 1}, 1}} {
		if got := c.r.Cmp(ninety); got != c.want {
			t.Errorf("%s against 90%%: %d, want %d", c.r.Fraction(), got, c.want)
		}
	}
}

// TestRatioAgreesWithBigRationals compares at random and at the extremes of 64 bits.
func TestRatioAgreesWithBigRationals(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func() uint64 {
		switch rng.IntN(4) {
		case 0:
			return rng.Uint64()
		case 1:
			return ^uint64(0) - rng.Uint64N(4)
		default:
			return rng.Uint64N(2000)
		}
	}
	rat := func(r evidence.Ratio) *big.Rat {
		return new(big.Rat).SetFrac(new(big.Int).SetUint64(r.Num), new(big.Int).SetUint64(r.Den))
	}
	for range 100_000 {
		a, b := evidence.Ratio{Num: pick(), Den: pick() | 1}, evidence.Ratio{Num: pick(), Den: pick() | 1}
		if got, want := a.Cmp(b), rat(a).Cmp(rat(b)); got != want {
			t.Fatalf("%s against %s: %d, want %d", a.Fraction(), b.Fraction(), got, want)
		}
	}
}

func TestPercentRoundsAwayFromPassing(t *testing.T) {
	ninety := evidence.Ratio{Num: 90, Den: 100}
	for _, c := range []struct {
		r, against evidence.Ratio
		want       string
	}{
		{evidence.Ratio{Num: 1999, Den: 2000}, evidence.Ratio{}, "99.95%"},
		{evidence.Ratio{Num: 199_999, Den: 200_000}, evidence.Ratio{}, "99.99%"},
		{evidence.Ratio{Num: 1, Den: 1}, evidence.Ratio{}, "100%"},
		{evidence.Ratio{Num: 0, Den: 7}, evidence.Ratio{}, "0%"},
		{evidence.Ratio{Num: 1, Den: 100_000}, evidence.Ratio{}, "<0.01%"},
		{evidence.Ratio{Num: 1, Den: 3}, evidence.Ratio{}, "33.33%"},
		{evidence.Ratio{Num: 9, Den: 10}, evidence.Ratio{}, "90%"},
		{evidence.Ratio{Num: 181, Den: 200}, evidence.Ratio{}, "90.5%"},
		{evidence.Ratio{Num: 22499, Den: 25000}, ninety, "89.99%"}, // 89.996
		{evidence.Ratio{Num: 900_001, Den: 1_000_000}, ninety, "90.0001%"},
		{evidence.Ratio{}, evidence.Ratio{}, "not measured"},
	} {
		if got := c.r.PercentAgainst(c.against); got != c.want {
			t.Errorf("%s reads %s, want %s", c.r.Fraction(), got, c.want)
		}
	}
	for den := uint64(1); den <= 2000; den++ {
		if got := (evidence.Ratio{Num: den - 1, Den: den}).Percent(); got == "100%" {
			t.Fatalf("%d/%d reads 100%%", den-1, den)
		}
	}
}

func TestValuesOfThresholds(t *testing.T) {
	for text, want := range map[string]string{
		"90%": "90%", "90.5%": "90.5%", " 0 ": "0", "3": "3", "250ms": "250ms", "2s": "2s", "1.5m": "90s", "1h": "3600s", "30d": "30d", "36h": "1.5d", "23.9h": "86040s",
		"1.5us": "1.5µs", "800 ns": "800ns", "1000/s": "1000/s", "90/m": "1.5/s", "20MB/s": "20000000/s", "2KiB": "2048B", "1.5MB": "1500000B",
		"99.9999%": "99.9999%", "0.000001%": "0.000001%",
	} {
		v, err := evidence.ParseValue(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := v.Against(v); v.Kind != evidence.Share && got != want {
			t.Errorf("%q reads back as %q, want %q", text, got, want)
		}
		if got := v.String(); v.Kind == evidence.Share && got != want {
			t.Errorf("%q reads back as %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"", "%", "90.5.1", "90,5%", "1e3", "-1", "+1", "0x10", "90 %%", "ninety", "90.5", "99999999999999999999", "1.1234567%", "90%90", "٩٠%", "3ks", "3/", "3/day", "ms", "3 allocs", "4503599627370496GiB"} {
		if v, err := evidence.ParseValue(text); err == nil {
			t.Errorf("%q is taken for %s", text, v)
		}
	}
}

func randomCases(rng *rand.Rand, n int) []evidence.Case {
	var cs []evidence.Case
	for i := range n {
		c := evidence.Case{
			Suite: fmt.Sprint("suite", rng.IntN(4)), Class: fmt.Sprint("class", rng.IntN(3)), Name: fmt.Sprint("Test/", i, strings.Repeat("é", rng.IntN(40))),
			Outcome: evidence.Outcome(1 + rng.IntN(4)), Duration: time.Duration(rng.IntN(1e6)) * time.Microsecond,
			At: evidence.Pos{Line: rng.IntN(1e6)},
		}
		if rng.IntN(3) == 0 {
			c.Detail = evidence.Detail{Message: "boom", File: "a.go", Line: 3, Attempts: []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: c.Outcome}}}
		}
		cs = append(cs, c)
	}
	return cs
}

func TestCasesGiveBackWhatWasAppended(t *testing.T) {
	want := randomCases(rand.New(rand.NewPCG(3, 4)), 20_000)
	var cases evidence.Cases
	var counts evidence.Counts
	flaky := 0
	for _, c := range want {
		cases.AppendCase(c)
		counts.Add(c.Outcome)
		if c.Flaky() {
			flaky++
		}
	}
	for i, got := range cases.All() {
		if !reflect.DeepEqual(got, want[i]) {
			t.Fatalf("case %d is %+v, want %+v", i, got, want[i])
		}
	}
	if cases.Len() != len(want) || cases.Counts() != counts || cases.Flaky() != flaky {
		t.Errorf("%d cases %+v %d flaky, want %d %+v %d", cases.Len(), cases.Counts(), cases.Flaky(), len(want), counts, flaky)
	}
}

func TestTwoLongNamesStayTwo(t *testing.T) {
	var cases evidence.Cases
	long := strings.Repeat("x", evidence.MaxName+100)
	cases.AppendCase(evidence.Case{Name: long + "a", Outcome: evidence.Passed})
	cases.AppendCase(evidence.Case{Name: long + "b", Outcome: evidence.Passed})
	a, b := cases.At(0).Name, cases.At(1).Name
	if a == b || len(a) > evidence.MaxName || len(b) > evidence.MaxName {
		t.Errorf("names of %d and %d bytes, equal: %t", len(a), len(b), a == b)
	}
}

// TestACaseCostsItsNameAndAFewBytes measures what the documentation promises.
func TestACaseCostsItsNameAndAFewBytes(t *testing.T) {
	const n = 200_000
	name := []byte("TestSomethingOfTheUsualLength/with_a_subtest_00000000")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var cases evidence.Cases
	suite := cases.Suite([]byte("example.com/shop/price"))
	for range n {
		cases.Append(suite, 0, name, evidence.Passed, time.Millisecond, 1, nil)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	per := float64(after.HeapAlloc-before.HeapAlloc)/n - float64(len(name))
	if per > 34 {
		t.Errorf("a case costs %.1f bytes beside its name", per)
	}
	runtime.KeepAlive(&cases)
}

func TestDuplicatesFoldIntoAttempts(t *testing.T) {
	r := &evidence.Report{}
	add := func(name string, o evidence.Outcome) {
		r.Cases.AppendCase(evidence.Case{Suite: "s", Name: name, Outcome: o})
	}
	add("fails then passes", evidence.Failed)
	add("fails twice", evidence.Failed)
	add("once", evidence.Passed)
	add("fails then passes", evidence.Passed)
	add("fails twice", evidence.Errored)
	add("passes then fails", evidence.Passed)
	add("passes then fails", evidence.Failed)
	r.FoldDuplicates()
	want := map[string]struct {
		o     evidence.Outcome
		flaky bool
		n     int
	}{
		"fails then passes": {evidence.Passed, true, 2}, "fails twice": {evidence.Errored, false, 2},
		"once": {evidence.Passed, false, 0}, "passes then fails": {evidence.Passed, true, 2},
	}
	if r.Cases.Len() != len(want) || r.Cases.Flaky() != 2 {
		t.Fatalf("%d cases, %d flaky", r.Cases.Len(), r.Cases.Flaky())
	}
	for _, c := range r.Cases.All() {
		w := want[c.Name]
		if c.Outcome != w.o || c.Flaky() != w.flaky || len(c.Attempts) != w.n {
			t.Errorf("%s: %s flaky=%t attempts=%d, want %+v", c.Name, c.Outcome, c.Flaky(), len(c.Attempts), w)
		}
	}
}

func TestAnUnsoundProblemIsNeverLostAmongQuirks(t *testing.T) {
	r := &evidence.Report{}
	for range 3 * evidence.MaxProblems {
		r.Complain(evidence.Quirk, 1, 1, "odd")
	}
	if !r.Conclusive() {
		t.Fatal("quirks make it inconclusive")
	}
	r.Complain(evidence.Unsound, 7, 1, "cut")
	if r.Conclusive() || len(r.Problems) != evidence.MaxProblems {
		t.Errorf("conclusive=%t with %d problems", r.Conclusive(), len(r.Problems))
	}
}

func TestMergeHasNoOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var parts []evidence.Set
		for i := range 1 + rng.IntN(6) {
			key := evidence.PartKey{Commit: "c", Job: fmt.Sprint(rng.IntN(2)), Shard: fmt.Sprint(rng.IntN(3)), Attempt: rng.IntN(3), Digest: fmt.Sprint(rng.IntN(2))}
			parts = append(parts, evidence.SetOf(key, &evidence.Report{Source: key.Job + key.Shard + key.Digest + fmt.Sprint(key.Attempt)}))
			_ = i
		}
		fold := func(order []int) evidence.Set {
			var s evidence.Set
			for _, i := range order {
				s = evidence.Merge(s, parts[i])
			}
			return s
		}
		keys := func(s evidence.Set) (out []evidence.PartKey) {
			for _, p := range s.Parts {
				out = append(out, p.Key)
			}
			return out
		}
		want := fold(rng.Perm(len(parts)))
		got := fold(rng.Perm(len(parts)))
		if !reflect.DeepEqual(keys(got), keys(want)) {
			t.Fatalf("%v and %v", keys(got), keys(want))
		}
		if again := evidence.Merge(want, got); !reflect.DeepEqual(keys(again), keys(want)) {
			t.Fatalf("merging again changes %v to %v", keys(want), keys(again))
		}
		half := len(parts) / 2
		var left, right evidence.Set
		for i := range parts {
			if i < half {
				left = evidence.Merge(left, parts[i])
			} else {
				right = evidence.Merge(right, parts[i])
			}
		}
		if joined := evidence.Merge(right, left); !reflect.DeepEqual(keys(joined), keys(want)) {
			t.Fatalf("in two halves %v, want %v", keys(joined), keys(want))
		}
	}
}

func TestALaterAttemptSupersedesAndTwoContentsContradict(t *testing.T) {
	part := func(attempt int, digest string) evidence.Set {
		return evidence.SetOf(evidence.PartKey{Job: "unit", Attempt: attempt, Digest: digest})
	}
	s := evidence.Merge(part(1, "a"), part(2, "b"))
	if len(s.Parts) != 1 || s.Parts[0].Key.Attempt != 2 || len(s.Contradictions()) != 0 {
		t.Errorf("%+v, contradictions %v", s.Parts, s.Contradictions())
	}
	s = evidence.Merge(part(1, "a"), part(1, "b"))
	if len(s.Parts) != 2 || len(s.Contradictions()) != 1 {
		t.Errorf("%+v, contradictions %v", s.Parts, s.Contradictions())
	}
}

func TestBlocksMergeByExtentAndSaturate(t *testing.T) {
	block := func(line uint32, stmts uint32, count uint64) evidence.Block {
		return evidence.Block{StartLine: line, StartCol: 1, EndLine: line + 1, EndCol: 2, Stmts: stmts, Count: count}
	}
	var f evidence.FileCoverage
	f.SetBlocks([]evidence.Block{block(3, 2, 0), block(1, 5, 1), block(3, 2, 1<<64-1), block(1, 5, 0), block(3, 2, 9)})
	r, ok := f.Unit(evidence.Statements)
	if !ok || r != (evidence.Ratio{Num: 7, Den: 7}) || len(f.Blocks) != 2 || f.Blocks[1].Count != 1<<64-1 {
		t.Errorf("%v %t %+v", r, ok, f.Blocks)
	}
	if _, ok := f.Unit(evidence.Lines); ok {
		t.Error("lines are measured, and nobody measured them")
	}
}

// TestLineSetsAgreeWithAMap marks at random and counts by hand.
func TestLineSetsAgreeWithAMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		var a, b evidence.LineSet
		want := map[int]bool{}
		for range rng.IntN(300) {
			line, ran := 1+rng.IntN(1<<rng.IntN(20)), rng.IntN(2) == 0
			set := &a
			if rng.IntN(2) == 0 {
				set = &b
			}
			if !set.Mark(line, ran) {
				t.Fatalf("line %d is refused", line)
			}
			want[line] = want[line] || ran
		}
		a.Or(&b)
		var r evidence.Ratio
		for line, ran := range want {
			r.Den++
			if ran {
				r.Num++
			}
			if c, got := a.Line(line); !c || got != ran {
				t.Fatalf("line %d: coverable %t, ran %t, want %t", line, c, got, ran)
			}
		}
		if a.Ratio() != r {
			t.Fatalf("%s, want %s", a.Ratio().Fraction(), r.Fraction())
		}
	}
	var s evidence.LineSet
	for _, line := range []int{0, -1, evidence.MaxLine + 1} {
		if s.Mark(line, true) {
			t.Errorf("line %d is kept", line)
		}
	}
	if c, ran := s.Line(1 << 40); c || ran {
		t.Error("a line that nobody marked is coverable")
	}
}
