// Package stats compares samples. It is pure and deterministic, and where a
// probability is a fraction of countable cases it is that fraction, exactly.
package stats
