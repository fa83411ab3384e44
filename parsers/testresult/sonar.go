package testresult

import (
	"bytes"
	"context"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// SonarTests reads the generic test execution format of SonarQube: its
// documentation, and its GenericTestExecutionReportParser.
var SonarTests = format.Format{
	Name:   "sonar-tests",
	Kinds:  evidence.Tests,
	Begins: "<",
	Roots:  []string{"testExecutions", "unitTest"},
	Title:  "SonarQube generic test execution (reporters for Jest, Vitest, Mocha, Karma, Cypress and others)",
	Doc: `Every <testCase> is one case; its suite is the path of its <file>. With an <error> in it it is errored, with a <failure> failed, with
<skipped> skipped, with none of them it has passed; with several the gravest counts, where SonarQube takes the first. duration is in milliseconds.

A case without a name, an element that the format does not have, and another version than 1 make the report inconclusive. The format
states no totals, so a report without a case is inconclusive too. A file that was cut is always recognised: the tags no longer match.`,
	Sniff: sniffSonarTests,
	Parse: parseSonarTests,
}

// sniffSonarTests claims the root of the format, also the one of its first days.
func sniffSonarTests(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok {
		return false
	}
	switch string(s.Name()) {
	case "testExecutions":
		return true
	case "unitTest":
		v, _ := s.Attr("version")
		return string(v) == "1"
	}
	return false
}

// sonarReader is the state of one reading.
type sonarReader struct {
	s     *xmlscan.Scanner
	r     *evidence.Report
	suite evidence.SuiteID
	path  string
	depth int  // of the open file, or 0
	odd   bool // a duration was complained of
	name  []byte
	text  []byte
}

func parseSonarTests(ctx context.Context, src format.Source, r *evidence.Report) error {
	t := sonarReader{s: xmlscan.New(ctx, src), r: r}
	err := t.s.Walk(t.start, func() {
		if t.s.Depth() < t.depth {
			t.depth, t.suite, t.path = 0, 0, ""
		}
	})
	if err == nil && r.Cases.Len() == 0 {
		r.Complain(evidence.Unsound, 1, 1, "the report has no test case; see that the run finished")
	}
	return xmlscan.Blame(r, err)
}

func (t *sonarReader) complain(g evidence.Gravity, msg string, args ...any) {
	line, col := t.s.Pos()
	t.r.Complain(g, line, col, msg, args...)
}

// start reads an element outside of cases.
func (t *sonarReader) start() error {
	s := t.s
	switch string(s.Name()) {
	case "testCase":
		return t.readCase()
	case "file":
		path, ok := s.Attr("path")
		if !ok || len(path) == 0 {
			t.complain(evidence.Unsound, "the file has no path")
		}
		t.depth, t.path = s.Depth(), string(cutAtRune(path, evidence.MaxMessage))
		t.suite = t.r.Cases.Suite(path)
		t.r.Suites++
	case "testExecutions", "unitTest":
		if v, ok := s.Attr("version"); !ok {
			t.complain(evidence.Quirk, "<%s> has no version; it is read as version 1", s.Name())
		} else if string(v) != "1" {
			t.complain(evidence.Unsound, "the version is %.40q; this format has version 1 only", v)
		}
	default:
		t.complain(evidence.Unsound, "the format has no element <%.64s> here", s.Name())
	}
	return nil
}

// readCase reads one case.
func (t *sonarReader) readCase() error {
	s := t.s
	line, col := s.Pos()
	name, ok := s.Attr("name")
	t.name = append(t.name[:0], name...)
	if !ok || t.depth == 0 {
		t.complain(evidence.Unsound, "the test case has no name, or no file around it")
	}
	var took time.Duration
	v, _ := s.Attr("duration")
	if ms, ok := parseSeconds(v); ok { // of milliseconds: some writers give fractions
		took = ms / 1000
	} else if !t.odd {
		t.odd = true
		t.complain(evidence.Quirk, "duration=%.64q is not a number of milliseconds; such durations are unknown", v)
	}
	o := evidence.Passed
	skipped := false
	var d evidence.Detail
	for {
		k, err := s.Next()
		if err != nil && o == evidence.Passed {
			return err // cut before its outcome was known
		}
		if err != nil || k == xmlscan.End {
			if o.Bad() && skipped {
				t.r.Complain(evidence.Quirk, line, col, "case %.200q is marked both skipped and %s; it counts as %s", t.name, o, o)
			}
			d.File = t.path
			t.r.Cases.Append(t.suite, 0, t.name, o, took, line, &d)
			return err
		}
		said := evidence.Passed
		switch string(s.Name()) {
		case "skipped":
			said, skipped = evidence.Skipped, true
		case "failure":
			said = evidence.Failed
		case "error":
			said = evidence.Errored
		default:
			t.complain(evidence.Unsound, "the format has no element <%.64s> in a test case", s.Name())
		}
		if said == evidence.Passed || o.Bad() && said <= o {
			_ = s.Skip() // Next gives its error again
			continue
		}
		o = said
		d.Message = t.readMessage()
	}
}

// readMessage gives the attribute message, or the text where it is empty.
func (t *sonarReader) readMessage() string {
	v, _ := t.s.Attr("message")
	said := firstLines(bytes.TrimSpace(v))
	t.text, _ = t.s.AppendText(t.text[:0], evidence.MaxMessage) // Next gives its error again
	if said == "" {
		said = firstLines(bytes.TrimSpace(t.text))
	}
	return said
}
