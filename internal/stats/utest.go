package stats

import (
	"math"
	"math/big"
	"slices"
)

// Rank is the outcome of a Mann-Whitney U test of two samples.
type Rank struct {
	// U2 is twice the U of the first sample: twice the number of pairs in which its
	// value is the higher one, a tie being half a pair.
	U2 uint64
	// P is the probability of ranks at least as uneven, in either direction, if both
	// samples are of one distribution.
	P *big.Rat
	// Exact says that P was counted. Otherwise it is the normal approximation.
	Exact bool
}

// ExactUpTo is the size of both samples together up to which all ways to deal the
// ranks are counted: 25 and 25 have 1.3e14. Beyond it P is approximated.
const ExactUpTo = 50

// MannWhitney tests whether values of one sample tend to be higher than those of
// the other. P is two-sided: twice the smaller tail, at most 1. Ties get the mean
// of the ranks that they share, and are dealt as they are in the exact count
// (Lehmann, Nonparametrics, 1975, §1.4); the approximation corrects its variance for
// them and is corrected for continuity, as R's wilcox.test and SciPy's
// mannwhitneyu are. compare orders two values; neither sample may be empty.
func MannWhitney[T any](a, b []T, compare func(x, y T) int) Rank {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		panic("stats: an empty sample")
	}
	type from struct {
		value T
		first bool
	}
	all := make([]from, 0, n+m)
	for _, v := range a {
		all = append(all, from{v, true})
	}
	for _, v := range b {
		all = append(all, from{v, false})
	}
	slices.SortStableFunc(all, func(x, y from) int { return compare(x.value, y.value) })
	// ties are the sizes of groups of equal values, in order; sum is twice the sum of
	// the first sample's ranks, because the mean of two ranks may end in a half.
	var ties []int
	sum := uint64(0)
	for i := 0; i < len(all); {
		j, mine := i, uint64(0)
		for ; j < len(all) && compare(all[i].value, all[j].value) == 0; j++ {
			if all[j].first {
				mine++
			}
		}
		sum += mine * uint64(i+1+j) // ranks i+1 to j
		ties = append(ties, j-i)
		i = j
	}
	r := Rank{U2: sum - uint64(n)*uint64(n+1)}
	if n+m <= ExactUpTo {
		r.P, r.Exact = counted(n, ties, sum), true
	} else {
		r.P = approximated(n, m, ties, r.U2)
	}
	return r
}

// counted deals the ranks to the first sample in every way and counts those whose
// sum is as low or as high as the one that was seen. With 50 values there are at
// most 1.3e14 ways, which 64 bits hold.
func counted(n int, ties []int, sum uint64) *big.Rat {
	total := 0
	for _, t := range ties {
		total += t
	}
	most := uint64(n) * uint64(2*total-n+1) // twice the sum of the n highest ranks
	ways := make([][]uint64, n+1)
	for k := range ways {
		ways[k] = make([]uint64, most+1)
	}
	ways[0][0] = 1
	before := 0
	for _, t := range ties {
		rank := uint64(2*before + t + 1) // twice the mean of before+1 to before+t
		for k := min(n, before+t); k >= 1; k-- {
			for take := 1; take <= min(k, t); take++ {
				by, choices := uint64(take)*rank, choose(t, take)
				from, to := ways[k-take], ways[k]
				for s := by; s <= most; s++ {
					if w := from[s-by]; w != 0 {
						to[s] += choices * w
					}
				}
			}
		}
		before += t
	}
	low, high := uint64(0), uint64(0)
	for s, w := range ways[n] {
		if uint64(s) <= sum {
			low += w
		}
		if uint64(s) >= sum {
			high += w
		}
	}
	return atMostOne(new(big.Rat).SetFrac(
		new(big.Int).SetUint64(2*min(low, high)), new(big.Int).SetUint64(choose(total, n))))
}

// choose is the binomial coefficient; every intermediate value is one, too.
func choose(n, k int) uint64 {
	c := uint64(1)
	for i := 1; i <= min(k, n-k); i++ {
		c = c * uint64(n-min(k, n-k)+i) / uint64(i)
	}
	return c
}

// approximated is the normal approximation. Products are rounded one by one, so
// that no machine fuses them and the result is the same on all.
func approximated(n, m int, ties []int, u2 uint64) *big.Rat {
	a, b, total := float64(n), float64(m), float64(n+m)
	correction := 0.0
	for _, t := range ties {
		f := float64(t)
		correction += float64(f*f*f) - f
	}
	spread := total + 1 - correction/float64(total*(total-1))
	sigma := math.Sqrt(float64(float64(a*b)/12) * spread)
	off := max(0, math.Abs(float64(u2)/2-float64(a*b)/2)-0.5)
	if sigma == 0 { // all values are equal
		return big.NewRat(1, 1)
	}
	p := new(big.Rat).SetFloat64(math.Erfc(off / sigma / math.Sqrt2))
	return atMostOne(p)
}

func atMostOne(p *big.Rat) *big.Rat {
	if one := big.NewRat(1, 1); p.Cmp(one) > 0 {
		return one
	}
	return p
}

// LeastP is the smallest two-sided P that samples of n and m values can have:
// where every value of one is above every value of the other.
func LeastP(n, m int) *big.Rat {
	if n+m > ExactUpTo {
		return approximated(n, m, nil, 0)
	}
	return atMostOne(new(big.Rat).SetFrac(big.NewInt(2), new(big.Int).SetUint64(choose(n+m, n))))
}

// Needed is the least number of values that each of two samples needs for their P
// to be able to reach alpha; 0 if no number up to half of ExactUpTo does.
func Needed(alpha *big.Rat) int {
	for n := 1; 2*n <= ExactUpTo; n++ {
		if LeastP(n, n).Cmp(alpha) <= 0 {
			return n
		}
	}
	return 0
}
