package benchmark

import (
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/decimal"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// JMeterXML reads the JTL files that JMeter writes as XML.
var JMeterXML = format.Format{
	Name:   "jmeter-xml",
	Kinds:  evidence.Benchmarks,
	Begins: "<",
	Roots:  []string{"testResults"},
	Title:  "JMeter JTL as XML (jmeter.save.saveservice.output_format=xml)",
	Doc: `Every element in testResults, be it httpSample, sample or another, is one request of the benchmark that its lb names: t is its time in milliseconds, ts its begin, and it has
failed if s is false (SampleResultConverter of JMeter). What is counted, and the limit, are as in jmeter-csv. Samples inside a sample, which are its redirects, embedded resources or
the parts of a transaction, are in the time and the success of the one around them and do not count.

A sample that succeeded and has an assertionResult whose failure or error is true counts as failed, and is shown. A sample with an sc other than 1 is a sum whose times are not
known, and makes the report inconclusive, as do a sample without lb, a t that is no whole number and an s that is neither true nor false. A file that was cut is always
recognised: the tags no longer match.`,
	Times: "the end of the last sample",
	Sniff: func(_ string, head []byte) bool {
		s, ok := xmlscan.Root(head)
		return ok && string(s.Name()) == "testResults"
	},
	Parse: parseJMeterXML,
}

type jtlXML struct {
	loadTest
	s     *xmlscan.Scanner
	label []byte
	text  []byte
	said  bool
}

func parseJMeterXML(ctx context.Context, src format.Source, r *evidence.Report) error {
	j := jtlXML{loadTest: newLoadTest(r), s: xmlscan.New(ctx, src)}
	err := j.s.Walk(func() error {
		if j.s.Depth() == 1 {
			return nil
		}
		return j.sample()
	}, func() {})
	j.finish()
	return xmlscan.Blame(r, err)
}

func (j *jtlXML) sample() error {
	line, col := j.s.Pos()
	q := request{count: 1, pos: evidence.Pos{File: j.r.Source, Line: line, Col: col}}
	var hasTime, hasLabel, hasSuccess bool
	for i := range j.s.NumAttrs() {
		v := j.s.AttrValue(i)
		ok := true
		switch string(j.s.AttrName(i)) {
		case "t":
			q.elapsed, ok = decimal.Whole(v)
			hasTime = ok
		case "ts":
			if at, ok := decimal.Whole(v); ok && at < 1<<50 {
				q.at = at
			}
		case "lb":
			j.label, hasLabel = append(j.label[:0], v...), true
		case "s":
			q.failed, ok = string(v) == "false", isBool(v)
			hasSuccess = ok
		case "sc":
			q.count, ok = decimal.Whole(v)
		case "ec":
			q.errors, ok = decimal.Whole(v)
		case "rm":
			q.transaction = len(v) > 32 && string(v[:32]) == "Number of samples in transaction"
		}
		if !ok {
			j.r.Complain(evidence.Unsound, line, col, "%s=%.100q of a sample is not what it should be", j.s.AttrName(i), v)
		}
	}
	for depth := j.s.Depth(); j.s.Depth() >= depth; {
		k, err := j.s.Next()
		if err != nil {
			return err
		}
		if k != xmlscan.Start {
			continue
		}
		if string(j.s.Name()) == "assertionResult" {
			err = j.assertion(&q)
		} else {
			err = j.s.Skip()
		}
		if err != nil {
			return err
		}
	}
	if !hasTime || !hasLabel || !hasSuccess {
		j.r.Complain(evidence.Unsound, line, col, "a sample without its label (lb), its time (t) or its success (s)")
		if !hasLabel {
			return nil
		}
		q.failed = q.failed || !hasSuccess
		if !hasTime {
			return nil
		}
	}
	q.label = j.label
	j.add(&q)
	return nil
}

// assertion reads an assertionResult.
func (j *jtlXML) assertion(q *request) error {
	for depth := j.s.Depth(); j.s.Depth() >= depth; {
		k, err := j.s.Next()
		if err != nil {
			return err
		}
		if k != xmlscan.Start {
			continue
		}
		name := string(j.s.Name())
		if name != "failure" && name != "error" {
			if err := j.s.Skip(); err != nil {
				return err
			}
			continue
		}
		if j.text, err = j.s.AppendText(j.text[:0], 16); err != nil {
			return err
		}
		if string(j.text) != "true" || q.failed {
			continue
		}
		q.failed = true
		if !j.said {
			j.said = true
			j.r.Complain(evidence.Quirk, q.pos.Line, q.pos.Col, "this sample succeeded, and an assertion in it failed; it counts as failed, as all such do")
		}
	}
	return nil
}
