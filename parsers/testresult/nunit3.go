package testresult

import (
	"bytes"
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// NUnit3 is what nunit3-console, NUnitLite, the NunitXml loggers of dotnet test
// and Unity write: NUnit's page "Test Result XML Format", and files of theirs.
var NUnit3 = format.Format{
	Name:   "nunit3-xml",
	Kinds:  evidence.Tests,
	Begins: "<",
	Roots:  []string{"test-run", "test-suite"},
	Title:  "NUnit 3 XML (nunit3-console, NUnitLite, NunitXml.TestLogger, Unity)",
	Doc: `Every <test-case> is one case. Its suite is the assembly around it, its class the attribute classname, or what stands
before its name in fullname. Its properties are those that it states, Category among them, and those of the suites around it, but for NUnit's own, which begin with
an underscore. A file may begin with <test-run> or with the <test-suite> of one assembly.

Passed passed. Failed failed if it has no label; with one (Error, an exception; Invalid, a test that cannot be run; Cancelled;
a timeout) it is errored. Skipped and Inconclusive are skipped, but for the label Invalid, which is errored. Warning is
neither passed nor failed to NUnit and counts as skipped, which cannot raise a verdict. A case with a <failure> that says
that it passed or was skipped has failed. Another result, and none, is errored, and the report inconclusive.

A one-time set-up that failed fails every case in its suite (site="Parent") and is counted by them. A suite that failed with
nothing bad in it, and one whose one-time tear-down failed, is one errored case named [suite]; a run that failed with nothing
bad in it is one named [run]. A suite or run that was cancelled makes the report inconclusive.

total, passed, failed, inconclusive and skipped of the run and of each suite are a second witness: failures that they
count and that are not listed count as errored; cases that they count and that are missing make the report inconclusive, and
so do fewer passed than are listed. A file that was cut is always recognised: the tags no longer match.`,
	Times: "`start-time` and `end-time` of the run and of suites",
	Sniff: sniffNUnit3,
	Parse: func(ctx context.Context, src format.Source, r *evidence.Report) error {
		return parseNUnit(ctx, src, r, nunitDialect{nunit3Case, nunit3Suite, nunit3Header, nunit3Compare})
	},
}

// sniffNUnit3 claims a root of test-run, and one of test-suite as NUnit 3 writes it.
func sniffNUnit3(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok {
		return false
	}
	switch string(s.Name()) {
	case "test-run":
		return true
	case "test-suite":
		for _, a := range []string{"fullname", "runstate", "testcasecount"} {
			if _, ok := s.Attr(a); ok {
				return true
			}
		}
	}
	return false
}

// nunit3Result splits "Failed:Error(SetUp)", as a ResultState prints itself, into
// the result and the label.
func (w *nunitWords) nunit3Result() (result, label string) {
	result, _, _ = strings.Cut(w.result, "(")
	result, label, _ = strings.Cut(result, ":")
	if w.label != "" {
		label = w.label
	}
	return result, label
}

func nunit3Case(n *nunitReader, c nunitCase) evidence.Outcome {
	result, label := c.nunit3Result()
	o := evidence.Skipped
	switch result {
	case "Passed":
		o = evidence.Passed
	case "Failed":
		if label != "" {
			return evidence.Errored
		}
		return evidence.Failed
	case "Skipped":
		if label == "Invalid" {
			return evidence.Errored
		}
	case "Inconclusive":
	case "Warning":
		n.once(nunitWarning, c.line, c.col, "a case has the result Warning, which is neither passed nor failed; it counts as skipped")
		return evidence.Skipped
	default:
		return n.unknown(&c, "result", c.result)
	}
	if c.bad {
		return n.mismatch(&c, evidence.Failed)
	}
	return o
}

func nunit3Suite(su *nunitSuite) bool {
	switch result, label := su.nunit3Result(); result {
	case "Passed", "Inconclusive", "Warning", "":
		return false
	case "Skipped":
		return label == "Invalid"
	}
	return true
}

func nunit3Header(n *nunitReader, su *nunitSuite, name string, v []byte) {
	t := &su.totals
	switch name {
	case "total":
		t.number(n.r, name, v, &t.tests)
	case "passed":
		t.number(n.r, name, v, &t.passed)
	case "failed":
		t.number(n.r, name, v, &t.bad)
	case "skipped", "inconclusive", "warnings":
		if len(bytes.TrimSpace(v)) > 0 {
			t.number(n.r, name, v, &t.skipped)
		}
	}
}

// nunit3Compare holds the totals of a suite against what it lists. Suites that
// never began because their parent's set-up failed count 0 and list what failed.
func nunit3Compare(n *nunitReader, su *nunitSuite) {
	if su.totals.compare(n.r, &su.tally, n.odd&nunitLess != 0 || su.site == "Parent") && su.site != "Parent" {
		n.odd |= nunitLess
	}
}
