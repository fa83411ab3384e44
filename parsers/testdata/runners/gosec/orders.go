// Package orders is a program for a report.
package orders

import (
	"crypto/md5" // G501
	"math/rand"
	"os"
)

// Sum is weak.
func Sum(b []byte) [16]byte { return md5.Sum(b) } // G401

// Number is not random enough.
func Number() int { return rand.Int() } // G404

// Write makes a file that all may read.
func Write(b []byte) error {
	return os.WriteFile("orders.txt", b, 0o644) // #nosec G306 -- this is known
}
