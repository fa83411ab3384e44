// Package orders sums the prices of an order.
package orders

// Total sums prices.
func Total(prices []int) int {
	sum := 0
	for _, p := range prices {
		sum += p
	}
	return sum
}
