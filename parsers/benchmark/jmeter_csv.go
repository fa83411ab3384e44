package benchmark

import (
	"bytes"
	"context"
	"errors"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/decimal"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// JMeterCSV reads the JTL files that JMeter writes as CSV.
var JMeterCSV = format.Format{
	Name:  "jmeter-csv",
	Kinds: evidence.Benchmarks,
	Title: "JMeter JTL as CSV (jmeter -l results.jtl, Taurus, Gatling exporters)",
	Doc: `Every label is one benchmark. Its metric elapsed counts how often each whole millisecond was met, exactly and in memory that does not grow with the file, up to 4194304
distinct times; its errors are the rows whose success is false; throughput is the number of rows over the time from the begin of the first to the end of the last, where timeStamp is in
milliseconds. Columns are found by the header, in any order; a file without one is read in the order of JMeter's defaults (CSVSaveService: timeStamp, elapsed,
label, responseCode, responseMessage, threadName, dataType, success). The delimiter is what follows the first name of the header: a comma, semicolon, tab or bar.

A row of a transaction ("Number of samples in transaction : …") sums rows that stand in the file as well: it is a benchmark of its own, with the parameter
sampler=transaction. A row with a SampleCount other than 1 is a sum whose times are not known, and makes the report inconclusive, as do a row with
too few or too many fields, an elapsed that is no whole number, a success that is neither true nor false, and a last row without a newline. A file that is cut between two rows
cannot be seen: state how many requests are expected.`,
	Times: "the end of the last sample",
	Sniff: func(_ string, head []byte) bool {
		line, _, _ := bytes.Cut(head, []byte("\n"))
		_, ok := jtlColumns(bytes.TrimSuffix(line, []byte("\r")))
		return ok
	},
	Parse: parseJMeterCSV,
}

// The columns that are read.
const (
	jtlTime = iota
	jtlElapsed
	jtlLabel
	jtlSuccess
	jtlMessage
	jtlCount
	jtlErrors
	jtlWanted
)

var jtlNames = [jtlWanted]string{"timeStamp", "elapsed", "label", "success", "responseMessage", "SampleCount", "ErrorCount"}

// maxField bounds what is kept of a field in quotes.
const maxField = 2 * maxLabel

// jtlHeader says where the columns are.
type jtlHeader struct {
	comma   byte
	wanted  []int // by column: which it is, -1 if it is not read
	present [jtlWanted]bool
	own     bool // the first line is a header
}

// jtlColumns reads the first line: a header, or a row in the order of the defaults.
func jtlColumns(line []byte) (h jtlHeader, ok bool) {
	name := 0
	for name < len(line) && (line[name]|0x20 >= 'a' && line[name]|0x20 <= 'z' || line[name] == '"') {
		name++
	}
	if name > 0 && name < len(line) {
		h.comma, h.own = line[name], true
	} else {
		h.comma = ','
	}
	switch h.comma {
	case ',', ';', '\t', '|':
	default:
		return h, false
	}
	fields := bytes.Split(line, []byte{h.comma})
	if !h.own {
		return h.defaults(fields)
	}
	if len(fields) > 1000 {
		return h, false
	}
	for _, f := range fields {
		which := -1
		for i, name := range jtlNames {
			if string(bytes.Trim(f, `" `)) == name && !h.present[i] {
				which, h.present[i] = i, true
			}
		}
		h.wanted = append(h.wanted, which)
	}
	return h, h.present[jtlElapsed] && h.present[jtlLabel] && h.present[jtlSuccess]
}

// defaults tells a row by its time stamp, its elapsed and its success.
func (h jtlHeader) defaults(fields [][]byte) (jtlHeader, bool) {
	if len(fields) < 8 || len(fields) > 1000 {
		return h, false
	}
	at, ok := decimal.Whole(fields[0])
	_, isTime := decimal.Whole(fields[1])
	success := false
	for i := 7; i < len(fields); i++ { // a comma in quotes may push it back
		success = success || isBool(fields[i])
	}
	h.wanted = []int{jtlTime, jtlElapsed, jtlLabel, -1, jtlMessage, -1, -1, jtlSuccess}
	for _, i := range h.wanted {
		if i >= 0 {
			h.present[i] = true
		}
	}
	return h, ok && isTime && success && at > 1e11 && at < 1e14
}

func isBool(f []byte) bool { return string(f) == "true" || string(f) == "false" }

type jtlReader struct {
	loadTest
	h     jtlHeader
	lines *linescan.Scanner

	values [jtlWanted][]byte
	kept   [jtlWanted][]byte // room for what must be copied
	fields int               // of a row, by the first
	line   int               // where the row begins
}

func parseJMeterCSV(ctx context.Context, src format.Source, r *evidence.Report) error {
	j := jtlReader{loadTest: newLoadTest(r), lines: linescan.New(ctx, src.Reader)}
	for first := true; j.lines.Next(); first = false {
		if first {
			j.h, _ = jtlColumns(j.lines.Bytes())
			if j.h.own {
				j.fields = len(j.h.wanted)
				continue
			}
		}
		if len(j.lines.Bytes()) == 0 {
			continue
		}
		j.row()
	}
	err := j.lines.Err()
	var tooLong *linescan.TooLong
	if errors.As(err, &tooLong) {
		r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		err = nil
	} else if err == nil && !j.lines.Ended() {
		r.Complain(evidence.Unsound, j.lines.Line(), 0, "the file ends without a newline, so that its last row may be cut")
	}
	j.finish()
	return err
}

// bad complains of a row.
func (j *jtlReader) bad(format string, args ...any) {
	j.r.Complain(evidence.Unsound, j.line, 0, format, args...)
}

func (j *jtlReader) row() {
	j.line = j.lines.Line()
	clear(j.values[:])
	n, ok := j.split()
	if !ok {
		return
	}
	if j.fields == 0 {
		j.fields = n
	}
	if n != j.fields || n < len(j.h.wanted) {
		j.bad("a row of %d fields, where %d are expected", n, max(j.fields, len(j.h.wanted)))
		return
	}
	q := request{label: j.values[jtlLabel], count: 1, pos: evidence.Pos{File: j.r.Source, Line: j.line}}
	if q.elapsed, ok = decimal.Whole(j.values[jtlElapsed]); !ok {
		j.bad("elapsed %.100q is no number of milliseconds", j.values[jtlElapsed])
		return
	}
	switch success := j.values[jtlSuccess]; {
	case string(success) == "true":
	case string(success) == "false":
		q.failed = true
	default:
		j.bad("success %.100q is neither true nor false", success)
		q.failed = true
	}
	if at, ok := decimal.Whole(j.values[jtlTime]); ok && at < 1<<50 {
		q.at = at
	}
	q.transaction = bytes.HasPrefix(j.values[jtlMessage], []byte("Number of samples in transaction"))
	if j.h.present[jtlCount] {
		if q.count, ok = decimal.Whole(j.values[jtlCount]); !ok {
			j.bad("SampleCount %.100q is no count", j.values[jtlCount])
			q.count = 1
		}
		q.errors, _ = decimal.Whole(j.values[jtlErrors])
	}
	j.add(&q)
}

// split finds the fields of the row that begins with the line. Nearly all rows have
// no quote, and their fields are views of the line.
func (j *jtlReader) split() (n int, ok bool) {
	line := j.lines.Bytes()
	if bytes.IndexByte(line, '"') >= 0 {
		return j.splitQuoted(line)
	}
	for {
		i := bytes.IndexByte(line, j.h.comma)
		f := line
		if i >= 0 {
			f = line[:i]
		}
		if n < len(j.h.wanted) && j.h.wanted[n] >= 0 {
			j.values[j.h.wanted[n]] = f
		}
		n++
		if i < 0 {
			return n, true
		}
		line = line[i+1:]
	}
}

// splitQuoted does the same where a field has quotes, in which delimiters and newlines
// are part of it and a quote is written twice (CSVSaveService.quoteDelimiters).
func (j *jtlReader) splitQuoted(line []byte) (n int, ok bool) {
	for {
		which := -1
		if n < len(j.h.wanted) {
			which = j.h.wanted[n]
		}
		n++
		if len(line) == 0 || line[0] != '"' {
			i := bytes.IndexByte(line, j.h.comma)
			f := line
			if i >= 0 {
				f = line[:i]
			}
			if which >= 0 {
				j.keep(which, f, true)
			}
			if i < 0 {
				return n, true
			}
			line = line[i+1:]
			continue
		}
		if line, ok = j.quoted(line[1:], which); !ok {
			return n, false
		}
		if len(line) == 0 {
			return n, true
		}
		if line[0] != j.h.comma {
			j.bad("text after a field in quotes")
			return n, false
		}
		line = line[1:]
	}
}

// quoted reads a field up to its closing quote, and gives what follows that in its line.
func (j *jtlReader) quoted(line []byte, which int) (rest []byte, ok bool) {
	for first := true; ; {
		i := bytes.IndexByte(line, '"')
		part := line
		if i >= 0 {
			part = line[:i]
		}
		if which >= 0 {
			j.keep(which, part, first)
		}
		first = false
		switch {
		case i < 0:
			if which >= 0 {
				j.keep(which, []byte("\n"), false)
			}
			if !j.lines.Next() {
				j.bad("a field in quotes does not end; the file is cut")
				return nil, false
			}
			line = j.lines.Bytes()
		case i+1 < len(line) && line[i+1] == '"':
			if which >= 0 {
				j.keep(which, []byte(`"`), false)
			}
			line = line[i+2:]
		default:
			return line[i+1:], true
		}
	}
}

// keep copies a part of a field, because the line that it is in may be left.
func (j *jtlReader) keep(which int, part []byte, first bool) {
	if first {
		j.kept[which] = j.kept[which][:0]
	}
	j.kept[which] = append(j.kept[which], part[:min(len(part), maxField-min(len(j.kept[which]), maxField))]...)
	j.values[which] = j.kept[which]
}
