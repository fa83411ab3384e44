// Package benchmark reads what benchmark runners and load-test tools write. What Go's
// benchmarks print is read with go test's text, in package testresult.
package benchmark
