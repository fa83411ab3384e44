package testresult

import "bytes"

// sniffGoTestJSON claims a file in which a line is an event. Before Go 1.24 a
// package that did not compile left only the compiler's text, which go test
// prints alike with and without -json: that is claimed too, unless lines that
// only go test without -json prints stand beside it.
func sniffGoTestJSON(_ string, head []byte) bool {
	var plain, header, failed bool
	for first := true; len(head) > 0; {
		line, rest, whole := bytes.Cut(head, []byte{'\n'})
		head = rest
		line = bytes.TrimRight(line, " \t\r")
		if len(line) == 0 {
			continue
		}
		switch {
		case line[0] == '{' && isGoEvent(line, whole):
			return true
		case first && (line[0] == '<' || line[0] == '[' || string(line) == "{"),
			bytes.HasPrefix(line, []byte("=== RUN ")):
			return false
		case string(line) == "FAIL", bytes.HasPrefix(line, []byte("--- ")),
			bytes.HasPrefix(line, []byte("ok  \t")), bytes.HasPrefix(line, []byte("?   \t")):
			plain = true
		case bytes.HasPrefix(line, []byte("# ")):
			header = true
		case header && isCompilerError(line), bytes.HasPrefix(line, []byte("FAIL\t")) && failureName(string(line)) != "[package]":
			failed = true
		}
		first = false
	}
	return failed && !plain
}

// isGoEvent reports whether a line, or the beginning of one, is an event.
func isGoEvent(line []byte, whole bool) bool {
	var e goEvent
	if whole {
		if ok, _ := e.read(line, nil, nil); !ok {
			return false
		}
	} else {
		e.scan(line, nil, nil)
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
