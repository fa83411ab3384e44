// Package evidence is the vocabulary that the rest of Tollgate speaks: what the
// reports of a commit said, as values. It reads no file and judges nothing.
//
// A Report is one file, a Part is what one job contributed, a Set is all of it.
// The package is importable because parsers and gates are; versions of the
// module are versions of the tool, not promises about this API.
package evidence
