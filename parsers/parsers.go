// Package parsers turns the bytes of a report into evidence. Which format it is
// is told by its contents. Adding a format is one file that declares a
// format.Format, one line in Formats and one testdata folder.
package parsers

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/benchmark"
	"github.com/tollgate-ci/tollgate/parsers/coverage"
	"github.com/tollgate-ci/tollgate/parsers/findings"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/testresult"
)

// Format and Source are the shapes of package format, for callers.
type (
	Format = format.Format
	Source = format.Source
)

// Formats are all formats, by name within their kind. A file is claimed by one
// format of a kind; a test holds us to that.
var Formats = []Format{
	testresult.CTRF,
	testresult.CucumberJSON,
	testresult.CucumberMessages,
	testresult.DartJSON,
	testresult.GoBenchText,
	testresult.GoTestJSON,
	testresult.GoTestText,
	testresult.JestJSON,
	testresult.JUnit,
	testresult.MochaJSON,
	testresult.NUnit2,
	testresult.NUnit3,
	testresult.PlaywrightJSON,
	testresult.Robot,
	testresult.RSpecJSON,
	testresult.SonarTests,
	testresult.TAP,
	testresult.TestNG,
	testresult.TRX,
	testresult.VitestJSON,
	testresult.XUnit,
	coverage.Clover,
	coverage.Cobertura,
	coverage.CoveragePy,
	coverage.CoverallsJSON,
	coverage.DotCover,
	coverage.GcovJSON,
	coverage.GcovrJSON,
	coverage.GoProfile,
	coverage.IstanbulFinal,
	coverage.IstanbulSummary,
	coverage.JaCoCo,
	coverage.LCOV,
	coverage.LLVMCov,
	coverage.OpenCover,
	coverage.SimpleCov,
	coverage.SonarGeneric,
	findings.SARIF,
	benchmark.BenchmarkDotNet,
	benchmark.Criterion,
	benchmark.Google,
	benchmark.Hyperfine,
	benchmark.JMeterCSV,
	benchmark.JMeterXML,
	benchmark.JMH,
	benchmark.K6,
	benchmark.Pytest,
}

// Fingerprint gives the findings of a report that have none the fingerprint that
// GitHub's upload would give them, and tells how many. open gives the contents of a
// source file; the workspace is the caller's.
func Fingerprint(r *evidence.Report, open func(path string) ([]byte, error)) int {
	return findings.Fingerprint(r, open)
}

// Parse reads one report. What is wrong with the input is in the report's
// Problems and makes it inconclusive; an error means that reading was stopped.
// Gzip is undone, UTF-16 is turned into UTF-8, a byte order mark is dropped.
func Parse(ctx context.Context, src Source) (*evidence.Report, error) {
	r := &evidence.Report{Source: src.Name}
	plain, err := decode(&src)
	if err != nil {
		r.Complain(evidence.Unsound, 1, 1, "not readable as gzip: %v", err)
		return r, nil
	}
	br := bufio.NewReaderSize(src.Reader, format.SniffLen)
	head, err := br.Peek(format.SniffLen)
	if err != nil && err != io.EOF {
		if isInput(err) {
			r.Complain(evidence.Unsound, 0, 0, "%v", err)
			return r, nil
		}
		return r, fmt.Errorf("reading %s: %w", src.Name, err)
	}
	if len(bytes.TrimSpace(head)) == 0 && len(head) < format.SniffLen {
		r.Complain(evidence.Unsound, 1, 1, "the file is empty; the tool that should write it did not")
		return r, nil
	}
	claimed := Sniff(src.Name, head)
	switch len(claimed) {
	case 0:
		r.Complain(evidence.Unsound, 1, 1, "no known report format %s", strange(head))
		return r, nil
	case 1:
	default:
		names := make([]string, len(claimed))
		for i, f := range claimed {
			names[i] = f.Name
		}
		r.Complain(evidence.Unsound, 1, 1, "claimed by several formats: %s; two reports belong into two files, and if this is one, it is a defect of Tollgate, please report it", strings.Join(names, ", "))
		return r, nil
	}
	f := claimed[0]
	r.Format, r.Kinds = f.Name, f.Kinds
	src.Reader = br
	if !plain {
		src.At, src.Size = nil, 0
	}
	if err := f.Parse(ctx, src, r); err != nil {
		if !isInput(err) {
			return r, fmt.Errorf("reading %s: %w", src.Name, err)
		}
		r.Complain(evidence.Unsound, 0, 0, "%v", err)
	}
	if n := r.Benchmarks.Dropped(); n > 0 {
		r.Complain(evidence.Unsound, 0, 0, "%d benchmarks, metrics or samples exceed the limits of a report and were not read", n)
	}
	return r, nil
}

// decode undoes compression and UTF-16, and says whether the bytes are those of
// the file itself.
func decode(src *Source) (plain bool, err error) {
	br := bufio.NewReaderSize(src.Reader, format.SniffLen) // readers have windows of their own
	src.Reader = br
	head, _ := br.Peek(3)
	plain = true
	if len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b {
		counted := &countingReader{r: br}
		zr, err := gzip.NewReader(bufio.NewReader(counted))
		if err != nil {
			return false, err
		}
		br = bufio.NewReaderSize(&bomb{r: zr, in: counted}, 64<<10)
		src.Reader = br
		plain = false
		head, _ = br.Peek(3)
	}
	switch {
	case len(head) >= 3 && head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF:
		br.Discard(3)
		plain = false
	case len(head) >= 2 && (head[0] == 0xFE && head[1] == 0xFF || head[0] == 0xFF && head[1] == 0xFE):
		src.Reader = transform.NewReader(br, unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder())
		plain = false
	}
	return plain, nil
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bomb stops a compressed file that expands beyond the limits.
type bomb struct {
	r   io.Reader
	in  *countingReader
	out int64
}

var errBomb = errors.New("the compressed report expands beyond the limit; unpack it and look at what is in it")

func (b *bomb) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.out += int64(n)
	if b.out > format.MaxExpanded || b.out > 1<<20 && b.out > (b.in.n+1)*ratioUpTo(b.out) {
		return 0, errBomb
	}
	return n, err
}

// ratioUpTo is how many times as long as it was compressed a report of so many bytes
// may be. That of a large one is less: reading it to the end would take long, and a real
// one has more to say.
func ratioUpTo(out int64) int64 {
	if out > format.MaxPacked {
		return format.MaxLargeRatio
	}
	return format.MaxRatio
}

// isInput tells an error that the bytes cause from one that the machine causes.
func isInput(err error) bool {
	return errors.Is(err, errBomb) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) ||
		errors.Is(err, io.ErrUnexpectedEOF) || strings.HasPrefix(err.Error(), "flate: ")
}
