// Package price says what an order costs. Amounts are cents.
package price

import (
	"errors"
	"fmt"
)

// Line is one position of an order.
type Line struct {
	SKU   string
	Count int
	Each  int64
}

// Total is what the customer pays, and how it came about.
type Total struct {
	Net, Discount, Tax, Gross int64
}

// taxPerMille is the rate by country.
var taxPerMille = map[string]int64{"de": 190, "es": 210, "fr": 200, "lu": 170}

// ErrEmpty is the answer to an order of nothing.
var ErrEmpty = errors.New("the order has no lines")

// Quote prices an order: volume discount first, then tax on what is left.
func Quote(lines []Line, country string) (Total, error) {
	if len(lines) == 0 {
		return Total{}, ErrEmpty
	}
	rate, ok := taxPerMille[country]
	if !ok {
		return Total{}, fmt.Errorf("no tax rate for country %q", country)
	}
	var t Total
	for _, l := range lines {
		if l.Count < 1 {
			return Total{}, fmt.Errorf("count %d of %s: at least 1 is needed", l.Count, l.SKU)
		}
		net := int64(l.Count) * l.Each
		t.Net += net
		t.Discount += share(net, volumePerMille(l.Count))
	}
	t.Tax = share(t.Net-t.Discount, rate)
	t.Gross = t.Net - t.Discount + t.Tax
	return t, nil
}

// volumePerMille is the discount for buying many of one thing.
func volumePerMille(count int) int64 {
	switch {
	case count >= 100:
		return 150
	case count >= 10:
		return 50
	default:
		return 0
	}
}

// share takes a part of an amount, rounded half up.
func share(amount, perMille int64) int64 {
	return (amount*perMille + 500) / 1000
}
