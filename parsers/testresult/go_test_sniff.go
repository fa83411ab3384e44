package testresult

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/parsers/internal/gobench"
)

// goDialect is what go test was asked to write.
type goDialect uint8

const (
	goNeither goDialect = iota
	goEvents
	goPlainText
	goBenchmarks // text too, that begins with them
)

func sniffGoTestJSON(_ string, head []byte) bool { return goDialectOf(head) == goEvents }

func sniffGoTestText(_ string, head []byte) bool { return goDialectOf(head) == goPlainText }

// goDialectOf tells events by a line that is one, and text by the lines around
// tests or packages. Before Go 1.24 a package that did not compile left only the
// compiler's text, which go test prints alike with and without -json: that is
// taken for events, unless lines that only go test without -json prints stand
// beside it.
func goDialectOf(head []byte) goDialect {
	var plain, header, failed, pkg, test, bench bool
	var machine int
	for first := true; len(head) > 0; {
		line, rest, whole := bytes.Cut(head, []byte{'\n'})
		head = rest
		line = bytes.TrimPrefix(bytes.TrimRight(line, " \r"), []byte{0x16})
		begun := bytes.HasSuffix(line, []byte("\t")) && gobench.IsResult(line)
		line = bytes.TrimRight(line, " \t\r")
		if len(line) == 0 {
			continue
		}
		res, isResult := parseGoResult(line)
		switch {
		case line[0] == '{' && isGoEvent(line, whole):
			return goEvents
		case first && (line[0] == '<' || line[0] == '[' || string(line) == "{"):
			return goNeither
		case bytes.HasPrefix(line, []byte("=== RUN ")):
			return goPlainText
		case isResult && res.name != "[package]":
			failed = true
		case isResult && !isTAPNumber(res.pkg), bytes.HasPrefix(line, []byte("?   \t")):
			pkg = true
		case isGoMark(line):
			pkg, test = true, test || !bytes.Contains(line, []byte(": Benchmark"))
		case begun, gobench.IsResult(line):
			bench = true
		case bytes.HasPrefix(line, []byte("goos: ")), bytes.HasPrefix(line, []byte("goarch: ")), bytes.HasPrefix(line, []byte("pkg: ")):
			machine++
		case string(line) == "FAIL":
			plain = true
		case bytes.HasPrefix(line, []byte("# ")):
			header = true
		case header && isCompilerError(line):
			failed = true
		}
		first = false
	}
	switch {
	case (bench || machine > 1) && !test:
		return goBenchmarks
	case pkg, failed && plain:
		return goPlainText
	case failed:
		return goEvents
	default:
		return goNeither
	}
}

// isTAPNumber tells "ok 1 2s", a point of TAP, from a package.
func isTAPNumber(pkg []byte) bool {
	_, rest, ok := tapNumber(pkg)
	return ok && len(rest) == 0
}

func isGoMark(line []byte) bool {
	line = bytes.TrimLeft(line, " ")
	if !bytes.HasPrefix(line, []byte("--- ")) {
		return false
	}
	_, _, _, ok := parseGoMark(line)
	return ok
}

// isGoEvent reports whether a line, or the beginning of one, is an event. Others have an
// Action too, such as Docker's: theirs have members that test2json does not write.
func isGoEvent(line []byte, whole bool) bool {
	var e goEvent
	if whole {
		if ok, _ := e.read(line, nil); !ok {
			return false
		}
	} else {
		e.scan(line)
	}
	if e.foreign && (e.pkg == nil || e.test == nil && e.output == nil && e.elapsed == nil) {
		return false
	}
	switch string(e.action) {
	case "start", "run", "pause", "cont", "pass", "bench", "fail", "output", "skip", "attr", "artifacts", "build-output", "build-fail":
		return true
	default:
		return e.action != nil && (e.pkg != nil || e.importPath != nil)
	}
}

// isCompilerError tells "./main.go:4:6: undefined: x".
func isCompilerError(line []byte) bool {
	place, _, ok := bytes.Cut(line, []byte(": "))
	file, after, found := bytes.Cut(place, []byte(".go:"))
	return ok && found && len(file) > 0 && len(after) > 0 && after[0] >= '0' && after[0] <= '9'
}
