// Package orders is a program for a report.
package orders

// Total adds prices.
func Total(prices []int) int {
	sum := 0
	for _, p := range prices {
		sum += p
	}
	return sum
}

// Discount is for many.
func Discount(n int) int {
	if n > 100 {
		return 0
	}
	if n > 10 {
		return 50
	}
	return 100
}

// Ship is never called.
func Ship(n int) bool {
	ok := n > 0
	return ok
}
