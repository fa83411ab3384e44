package testresult

import (
	"bytes"
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// junitOutline gives the suites, outermost first, in which the first case of a file
// stands, or nothing if it is not in its first bytes.
func junitOutline(head []byte) []junitSuite {
	j := newJUnitReader(xmlscan.New(context.Background(), bytes.NewReader(head)), &evidence.Report{})
	for {
		k, err := j.s.Next()
		switch {
		case err != nil || k == xmlscan.Done:
			return nil
		case k == xmlscan.End && j.s.Depth() < j.suite().depth:
			j.closeSuite()
		case k == xmlscan.Start && string(j.s.Name()) == "testcase":
			return j.open[1:]
		case k == xmlscan.Start:
			if err := j.start(); err != nil {
				return nil
			}
		}
	}
}

// resume opens the suites in which a second half begins: like those of the first
// case, but that the innermost may be another one. Its name is the first half's to
// say. join sees whether the others are as they were. It reports whether that is
// enough, which it is not where suites name a file that cases have from them.
func (j *junitReader) resume(outline []junitSuite) bool {
	for i := range outline {
		o := &outline[i]
		inner := i == len(outline)-1
		su := junitSuite{element: o.element, depth: o.depth, dialect: o.dialect, elsewhere: true, unknown: inner}
		if !inner {
			su.path = o.path
		}
		j.open = append(j.open, su)
	}
	return len(outline) > 0 && len(outline[len(outline)-1].file) == 0
}

// join adds what the second half of a file says, and reports whether that is what
// reading it in order would have said. The suites that the halves share end here.
func (j *junitReader) join(o *junitReader) bool {
	if len(o.resumed) != len(j.open)-1 {
		return false
	}
	for i := range o.resumed {
		rest, su := &o.resumed[i], &j.open[len(j.open)-1-i]
		switch {
		case rest.element != su.element, rest.depth != su.depth, rest.dialect != su.dialect,
			!rest.unknown && !bytes.Equal(rest.path, su.path), rest.ownError && su.ownError,
			len(su.file) > 0: // the cases of the second half were given none
			return false
		case rest.unknown && rest.hasID:
			o.r.Cases.NameSuite(rest.id, su.path)
		}
	}
	j.r.Cases.Join(&o.r.Cases, j.s.Line()-1)
	j.r.Suites += o.r.Suites
	for i := range o.resumed {
		rest, su := &o.resumed[i], j.suite()
		su.own.add(rest.own)
		su.inner.add(rest.inner)
		su.suites = su.suites || rest.suites
		su.ownError = su.ownError || rest.ownError
		su.skippedWhole = su.skippedWhole || rest.skippedWhole
		j.closeSuite()
	}
	return len(j.r.Problems) == 0
}
