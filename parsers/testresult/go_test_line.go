package testresult

import "bytes"

// goRunLine reads "=== RUN   TestA". It may follow what a test printed without a
// newline.
func goRunLine(line []byte) ([]byte, bool) {
	if rest, ok := bytes.CutPrefix(line, []byte("=== RUN ")); ok {
		name := bytes.TrimSpace(rest)
		return name, len(name) > 0
	}
	i := bytes.Index(line, []byte("=== RUN   "))
	if i < 0 {
		return nil, false
	}
	name := line[i+len("=== RUN   "):]
	return name, len(name) > 0 && bytes.IndexByte(name, ' ') < 0
}

// isLogged reports whether what stands before a mark shows that t.Log wrote the
// line: "    a_test.go:12: ", or more blanks than testing indents a subtest by, which
// are those of the further lines of a text.
func isLogged(before, name []byte) bool {
	text := bytes.TrimLeft(before, " ")
	indent := len(before) - len(text)
	if len(text) == 0 {
		return indent > 4*bytes.Count(name, []byte{'/'})
	}
	_, place, ok := bytes.Cut(text, []byte(".go:"))
	number, _, colon := bytes.Cut(place, []byte(": "))
	return ok && colon && indent >= 4 && len(number) > 0 && len(bytes.Trim(number, "0123456789")) == 0
}

var goMarks = [...]struct{ word, action string }{{"PASS: ", "pass"}, {"FAIL: ", "fail"}, {"SKIP: ", "skip"}, {"BENCH: ", "bench"}}

// parseGoMark reads "--- FAIL: TestA (0.01s)". A benchmark's has no time, and Go
// before 1.5 wrote "seconds".
func parseGoMark(mark []byte) (action string, name, elapsed []byte, ok bool) {
	rest := mark[len("--- "):]
	for _, m := range goMarks {
		after, found := bytes.CutPrefix(rest, []byte(m.word))
		if !found {
			continue
		}
		after = bytes.TrimRight(after, " \t")
		if i := bytes.LastIndex(after, []byte(" (")); i > 0 {
			time, closed := bytes.CutSuffix(after[i+2:], []byte(" seconds)"))
			if !closed {
				time, closed = bytes.CutSuffix(after[i+2:], []byte("s)"))
			}
			if closed && len(time) > 0 && numberEnd(time) == len(time) {
				return m.action, after[:i], time, true
			}
		}
		return m.action, after, nil, isBenchmark(string(after)) && bytes.IndexByte(after, ' ') < 0
	}
	return "", nil, nil, false
}

// goResult is the line that ends a package.
type goResult struct {
	pkg, elapsed []byte
	failed       bool
	name         string // of the case, if the package failed without a failed test
}

// parseGoResult reads "ok  	example.com/a	0.1s	coverage: …", "FAIL	example.com/a	0.1s" and
// "FAIL	example.com/a [build failed]", the tabs being spaces in what was copied. A
// package without test files has nothing to end.
func parseGoResult(line []byte) (goResult, bool) {
	res := goResult{name: "[package]"}
	rest, ok := bytes.CutPrefix(line, []byte("ok"))
	if !ok {
		if rest, ok = bytes.CutPrefix(line, []byte("FAIL")); !ok {
			return res, false
		}
		res.failed = true
	}
	after := bytes.TrimLeft(rest, " \t")
	if len(after) == len(rest) {
		return res, false
	}
	end := bytes.IndexAny(after, " \t")
	if end < 0 {
		return res, false
	}
	res.pkg = after[:end]
	after = bytes.TrimSpace(after[end:])
	if res.failed && len(after) > 0 && after[0] == '[' {
		res.name = failureName(string(after))
		return res, after[len(after)-1] == ']'
	}
	if i := bytes.IndexAny(after, " \t"); i >= 0 {
		after = after[:i]
	}
	if string(after) == "(cached)" {
		return res, true
	}
	time, ok := bytes.CutSuffix(after, []byte("s"))
	res.elapsed = time
	return res, ok && len(time) > 0 && time[0] >= '0' && time[0] <= '9' && numberEnd(time) == len(time)
}
