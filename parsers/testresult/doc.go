// Package testresult reads test reports, one file a format, with what is shared
// by a dialect beside it.
package testresult
