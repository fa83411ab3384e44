package stats

import (
	"math/big"
	"slices"
)

// Holm adjusts the P of a family of tests so that a result below alpha is, with
// probability 1-alpha at least, not one false alarm among all of them (Holm, A
// simple sequentially rejective multiple test procedure, 1979). The lowest is
// multiplied by the number of tests, the next by one less, and so on; none is
// below the one before it, and none above 1. The order is that of ps.
func Holm(ps []*big.Rat) []*big.Rat {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return ps[i].Cmp(ps[j]) })
	out := make([]*big.Rat, len(ps))
	least := new(big.Rat)
	for rank, i := range order {
		p := atMostOne(new(big.Rat).Mul(ps[i], big.NewRat(int64(len(ps)-rank), 1)))
		if p.Cmp(least) < 0 {
			p = least
		}
		out[i], least = p, p
	}
	return out
}
