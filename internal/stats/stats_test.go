package stats_test

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/stats"
)

func repeated(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func ramp(n int, from float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = from + 2*float64(i)
	}
	return out
}

// U and P as others publish them.
func TestMannWhitneyAgreesWithPublishedValues(t *testing.T) {
	// golang.org/x/perf, internal/stats/utest_test.go; its large samples were compared
	// with R's wilcox.test.
	s1, s2, s3 := []float64{2, 1, 3, 5}, []float64{12, 11, 13, 15}, []float64{0, 4, 6, 7}
	l1, l2 := ramp(500, 0), ramp(600, -41)
	l3 := append(append([]float64{}, l1[:30]...), l2[30:]...)
	// ClickHouse, tests/queries/0_stateless/01560_mann_whitney.sql, which is SciPy's
	// approximation with ties and continuity; repeated, so that ours is one as well.
	left := []float64{310, 195, 530, 155, 530, 245, 385, 450, 465, 545, 170, 180, 125, 180, 230, 75, 430, 480, 495, 295}
	right := []float64{116, 171, 176, 421, 111, 326, 481, 111, 346, 441, 261, 411, 206, 521, 456, 446, 296, 51, 426, 261}
	for _, x := range []struct {
		name  string
		a, b  []float64
		u, p  float64
		close float64
	}{
		{"apart", s1, s2, 0, 0.028571428571428577, 1e-12},
		{"apart, the other way", s2, s1, 16, 0.028571428571428577, 1e-12},
		{"interleaved", s1, s3, 5, 0.485714285714285770, 1e-12},
		{"the same", s1, s1, 8, 1, 1e-12},
		{"ties", s1, repeated(2, 4), 10, 0.7142857142857143, 1e-12},
		// golang.org/x/perf says 0 here, and one-sided 0.0476: twice that is right.
		{"many ties", s1, repeated(1, 5), 17.5, 2 * 0.04761904761904767, 1e-12},
		{"large", l1, l2, 135250, 0.0049335360814172224, 1e-12},
		{"large and the same", l1, l1, 125000, 1, 1e-12},
		{"large with ties", l1, l3, 134845, 0.0038703814239617884, 1e-12},
		// SciPy's documentation of mannwhitneyu: the ages of males and females.
		{"SciPy's example", []float64{19, 22, 16, 29, 24}, []float64{20, 11, 17, 12}, 17, 1.0 / 9, 1e-12},
		// The approximation says 0.5427; counting 40 values with ties comes close to it.
		{"ClickHouse's example", left, right, 223, 0.5426959774289482, 0.002},
		{"all equal", repeated(7, 9), repeated(7, 9), 40.5, 1, 0},
		{"all equal and many", repeated(7, 90), repeated(7, 90), 4050, 1, 0},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := stats.MannWhitney(x.a, x.b, cmp.Compare)
			if u := float64(r.U2) / 2; u != x.u {
				t.Errorf("U is %v, want %v", u, x.u)
			}
			if p, _ := r.P.Float64(); math.Abs(p-x.p) > x.close {
				t.Errorf("P is %v, want %v", p, x.p)
			}
		})
	}
}

// Critical values of U, two-sided at 5% and 1% (Mann and Whitney 1947; Siegel,
// Nonparametric Statistics, 1956, table K): at U the P is within alpha, and at U+1
// it is not.
func TestMannWhitneyAgreesWithTheTableOfCriticalValues(t *testing.T) {
	for _, x := range []struct {
		n, m   int
		per100 int64
		u      int
	}{
		{5, 5, 5, 2}, {6, 6, 5, 5}, {8, 8, 5, 13}, {10, 10, 5, 23}, {4, 9, 5, 4}, {12, 12, 5, 37}, {20, 20, 5, 127}, {7, 15, 5, 24},
		{5, 5, 1, 0}, {6, 6, 1, 2}, {8, 8, 1, 7}, {10, 10, 1, 16}, {20, 20, 1, 105},
	} {
		for add, within := range []bool{true, false} {
			a, b := withU(x.n, x.m, x.u+add)
			r := stats.MannWhitney(a, b, cmp.Compare)
			if r.U2 != uint64(2*(x.u+add)) {
				t.Fatalf("the samples have U %d/2, want %d", r.U2, x.u+add)
			}
			if have := r.P.Cmp(big.NewRat(x.per100, 100)) <= 0; have != within {
				t.Errorf("n=%d m=%d U=%d at %d%%: P %s", x.n, x.m, x.u+add, x.per100, r.P.FloatString(6))
			}
		}
	}
}

// withU makes samples without ties in which u pairs have the higher value in the first.
func withU(n, m, u int) (a, b []float64) {
	for j := range m {
		b = append(b, float64(j+1))
	}
	for i := range n {
		above := min(m, u)
		u -= above
		a = append(a, float64(above)+0.5+float64(i)/1000)
	}
	return a, b
}

// Every way to deal the values, one by one: what P means, spelled out.
func TestMannWhitneyIsWhatEnumerationCounts(t *testing.T) {
	w := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for n := 1; n <= 6; n++ {
		for m := 1; m <= 6; m++ {
			for _, values := range []int{2, 4, 100} { // from many ties to few
				a, b := make([]int, n), make([]int, m)
				for i := range a {
					a[i] = w.IntN(values)
				}
				for i := range b {
					b[i] = w.IntN(values)
				}
				r := stats.MannWhitney(a, b, cmp.Compare)
				u2, p := enumerated(a, b)
				if r.U2 != u2 || r.P.Cmp(p) != 0 || !r.Exact {
					t.Errorf("%v and %v: U %d/2, P %s; want %d/2, %s", a, b, r.U2, r.P, u2, p)
				}
				tried++
			}
		}
	}
	if tried != 108 {
		t.Errorf("tried %d", tried)
	}
}

func enumerated(a, b []int) (u2 uint64, p *big.Rat) {
	all := append(append([]int{}, a...), b...)
	pairs := func(mask int) (u2 uint64) {
		for i, x := range all {
			for j, y := range all {
				if mask>>i&1 == 1 && mask>>j&1 == 0 {
					u2 += uint64(1 + cmp.Compare(x, y))
				}
			}
		}
		return u2
	}
	u2 = pairs(1<<len(a) - 1)
	var low, high, ways int64
	for mask := range 1 << len(all) {
		ones := 0
		for i := range all {
			ones += mask >> i & 1
		}
		if ones != len(a) {
			continue
		}
		ways++
		if pairs(mask) <= u2 {
			low++
		}
		if pairs(mask) >= u2 {
			high++
		}
	}
	p = big.NewRat(2*min(low, high), ways)
	if p.Cmp(big.NewRat(1, 1)) > 0 {
		p.SetInt64(1)
	}
	return u2, p
}

// Where counting ends, the approximation goes on without a jump.
func TestTheApproximationContinuesTheCount(t *testing.T) {
	w := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		a, b := make([]float64, 25), make([]float64, 25)
		for i := range a {
			a[i], b[i] = w.NormFloat64(), w.NormFloat64()+w.Float64()
		}
		exact := stats.MannWhitney(a, b, cmp.Compare)
		more := stats.MannWhitney(append(a, 0.2), b, cmp.Compare)
		p, _ := exact.P.Float64()
		q, _ := more.P.Float64()
		if !exact.Exact || more.Exact || math.Abs(p-q) > 0.08 {
			t.Errorf("counted %v, approximated with one value more %v", p, q)
		}
	}
}

// Four tests of the Wikipedia article "Holm–Bonferroni method": 0.01, 0.04, 0.03
// and 0.005 at 0.05 reject the first and the last. Adjusted by hand: 0.005·4,
// 0.01·3, 0.03·2, and 0.04·1 raised to the one before it.
func TestHolmByHand(t *testing.T) {
	have := stats.Holm([]*big.Rat{big.NewRat(1, 100), big.NewRat(4, 100), big.NewRat(3, 100), big.NewRat(5, 1000)})
	want := []*big.Rat{big.NewRat(3, 100), big.NewRat(6, 100), big.NewRat(6, 100), big.NewRat(2, 100)}
	if fmt.Sprint(have) != fmt.Sprint(want) {
		t.Errorf("have %v, want %v", have, want)
	}
	if one := stats.Holm([]*big.Rat{big.NewRat(1, 2), big.NewRat(3, 4)}); one[0].Cmp(big.NewRat(1, 1)) != 0 || one[1].Cmp(big.NewRat(1, 1)) != 0 {
		t.Errorf("more than 1: %v", one)
	}
}

// golang.org/x/perf/benchmath, TestUTestSamples: 4 values each reach 5%, and 5 reach 1%.
func TestNeededSamples(t *testing.T) {
	for _, x := range []struct {
		alpha *big.Rat
		want  int
	}{
		{big.NewRat(1, 1), 1}, {big.NewRat(5, 100), 4}, {big.NewRat(1, 100), 5},
		{big.NewRat(1, 5000), 8}, // 2/C(16,8) = 2/12870 is within, 2/C(14,7) = 2/3432 is not
		{new(big.Rat), 0},
	} {
		if have := stats.Needed(x.alpha); have != x.want {
			t.Errorf("alpha %s: %d, want %d", x.alpha, have, x.want)
		}
	}
}
