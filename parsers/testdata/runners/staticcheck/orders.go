// Package orders is a program for a report.
package orders

import (
	"fmt"
	"regexp"
	"time"
)

// Total has an argument that is never used again.
func Total(prices []int) int {
	sum := 0
	for _, p := range prices {
		sum += p
	}
	sum = sum // SA4018
	return sum
}

func unused() {} // U1000

// Wait sleeps for 5 nanoseconds.
func Wait() { time.Sleep(5) } // SA1004

// Match has a pattern that does not compile.
func Match(s string) bool { return regexp.MustCompile("(").MatchString(s) } // SA1000

// Say has more arguments than verbs.
func Say() string {
	//lint:ignore SA5009 this is known
	return fmt.Sprintf("%d", 1, 2)
}
