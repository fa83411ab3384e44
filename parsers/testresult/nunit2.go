package testresult

import (
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// NUnit2 is what NUnit 2 wrote and others still do: by the sources of its
// ResultSummarizer, which makes the totals, and files of theirs.
var NUnit2 = format.Format{
	Name:   "nunit-xml",
	Kinds:  evidence.Tests,
	Begins: "<",
	Roots:  []string{"test-results"},
	Title:  "NUnit 2 XML (nunit-console, nunit3-console --result=…;format=nunit2, Pester)",
	Doc: `Every <test-case> is one case. Its suite is the assembly around it, its class what stands before the last point of its name. Its
properties are those that it and the suites around it state, and their categories, named Category as in NUnit 3.

Success passed, Failure failed; Error, Cancelled and NotRunnable are errored, as NUnit's exit code counts them; Inconclusive,
Ignored and Skipped are skipped. NUnit before 2.5 has no result: then executed="False" is skipped, success="False" failed and
success="True" passed. Where result, executed, success and a <failure> contradict each other the worse counts. Another word
is errored, and the report inconclusive.

A suite that failed with nothing bad in it is one errored case named [suite]: its set-up or tear-down failed. One
that was cancelled makes the report inconclusive.

total, errors, failures, invalid, inconclusive, ignored, skipped and not-run of the root are a second witness: failures
that they count and that are not listed count as errored; cases that they count and that are missing make the report
inconclusive. A file that was cut is always recognised: the tags no longer match.`,
	Times: "`date` and `time` of the root",
	Sniff: func(_ string, head []byte) bool {
		s, ok := xmlscan.Root(head)
		return ok && string(s.Name()) == "test-results"
	},
	Parse: func(ctx context.Context, src format.Source, r *evidence.Report) error {
		return parseNUnit(ctx, src, r, nunitDialect{nunit2Case, nunit2Suite, nunit2Header, nunit2Compare})
	},
}

// nunitTruth reads a boolean of NUnit 2, which is written in any case.
func nunitTruth(v string) (is, known bool) {
	switch {
	case strings.EqualFold(v, "true"):
		return true, true
	case strings.EqualFold(v, "false"):
		return false, true
	}
	return false, v == ""
}

func nunit2Case(n *nunitReader, c nunitCase) evidence.Outcome {
	executed, ok := nunitTruth(c.executed)
	if !ok {
		return n.unknown(&c, "executed", c.executed)
	}
	success, ok := nunitTruth(c.success)
	if !ok {
		return n.unknown(&c, "success", c.success)
	}
	var o evidence.Outcome
	switch c.result {
	case "Success":
		o = evidence.Passed
		switch {
		case c.executed != "" && !executed:
			o = n.mismatch(&c, evidence.Skipped)
		case c.success != "" && !success:
			o = n.mismatch(&c, evidence.Failed)
		}
	case "Failure":
		return evidence.Failed
	case "Error", "Cancelled", "NotRunnable":
		return evidence.Errored
	case "Inconclusive", "Ignored", "Skipped":
		o = evidence.Skipped
	case "":
		switch {
		case c.executed != "" && !executed:
			o = evidence.Skipped
		case c.success == "":
			return n.unknown(&c, "", "")
		case success:
			o = evidence.Passed
		default:
			return evidence.Failed
		}
	default:
		return n.unknown(&c, "result", c.result)
	}
	if c.bad {
		return n.mismatch(&c, evidence.Failed)
	}
	return o
}

// nunit2Suite reads result where there is one: a suite of ignored tests has
// success="False" too.
func nunit2Suite(su *nunitSuite) bool {
	switch su.result {
	case "Success", "Inconclusive", "Ignored", "Skipped":
		return false
	case "":
		executed, _ := nunitTruth(su.executed)
		success, known := nunitTruth(su.success)
		return su.success != "" && (!success || !known) && (su.executed == "" || executed)
	}
	return true
}

func nunit2Header(n *nunitReader, su *nunitSuite, name string, v []byte) {
	if su.element != "test-results" {
		return
	}
	t := &su.totals
	switch name {
	case "total":
		t.number(n.r, name, v, &t.tests)
	case "errors", "failures", "invalid":
		t.number(n.r, name, v, &t.bad)
	case "inconclusive", "ignored", "skipped":
		t.number(n.r, name, v, &t.skipped)
	case "not-run":
		t.number(n.r, name, v, &su.notRun)
	}
}

// nunit2Compare holds the root's totals against what is listed. NUnit's total
// leaves out what did not run, Pester's has it: what is listed tells which.
func nunit2Compare(n *nunitReader, su *nunitSuite) {
	if su.element != "test-results" {
		return
	}
	total, listed := &su.totals.tests, su.tally.cases
	if with := total.n + su.notRun.n; total.has && total.n < listed.lo && with >= listed.lo {
		total.n = with
	}
	su.totals.compare(n.r, &su.tally, false)
}
