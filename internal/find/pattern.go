package find

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Limits of one pattern.
const (
	MaxPattern      = 4096 // bytes
	MaxAlternatives = 1000 // that its braces multiply to
)

// PatternError says what is wrong with a pattern, and where in it.
type PatternError struct {
	Pattern string
	Col     int // in bytes from 1; 0 if it is about the whole
	Why     string
}

func (e *PatternError) Error() string {
	if e.Col == 0 {
		return fmt.Sprintf("the pattern %q %s", e.Pattern, e.Why)
	}
	return fmt.Sprintf("the pattern %q, column %d: %s", e.Pattern, e.Col, e.Why)
}

// segment is what one name of a path must match.
type segment struct {
	any  bool   // **: any number of folders
	name string // the name itself, if there is no wildcard in it
	glob string // otherwise
	tail string // what the name ends in, if glob is a star before that
}

func (s segment) literal() bool { return !s.any && s.glob == "" }

func (s segment) match(name string) bool {
	switch {
	case s.any:
		return true
	case s.glob == "":
		return s.name == name
	case s.tail != "":
		return strings.HasSuffix(name, s.tail)
	default:
		return doublestar.MatchUnvalidated(s.glob, name)
	}
}

// compile gives the alternatives of a pattern, each as its segments.
func compile(pattern string) ([][]segment, error) {
	if len(pattern) > MaxPattern {
		return nil, &PatternError{pattern[:40] + "…", 0, fmt.Sprintf("is longer than %d bytes", MaxPattern)}
	}
	if col, why := fault(pattern); why != "" {
		return nil, &PatternError{pattern, col, why}
	}
	expanded, ok := expand(pattern, nil)
	if !ok {
		return nil, &PatternError{pattern, 0, fmt.Sprintf("has braces that stand for more than %d alternatives; write fewer", MaxAlternatives)}
	}
	var out [][]segment
	for _, alternative := range expanded {
		var segments []segment
		for text := range strings.SplitSeq(alternative, "/") {
			s := segment{}
			switch {
			case text == "" || text == "." || text == "..":
				return nil, &PatternError{pattern, 0, fmt.Sprintf("stands for %q, which has an element that is empty or dots; name folders and files below the root", alternative)}
			case text == "**":
				if n := len(segments); n > 0 && segments[n-1].any {
					continue // two in a row say what one says
				}
				s.any = true
			case strings.ContainsAny(text, "*?["):
				s.glob = text
				if tail := text[1:]; text[0] == '*' && !strings.ContainsAny(tail, `*?[\\`) {
					s.tail = tail
				}
			default:
				s.name = unescape(text)
			}
			if !doublestar.ValidatePattern(text) {
				return nil, &PatternError{pattern, 0, fmt.Sprintf("stands for %q, whose element %q is no pattern; a class holds no /", alternative, text)}
			}
			segments = append(segments, s)
		}
		out = append(out, segments)
	}
	return out, nil
}

// unescape takes away the backslashes of a segment without wildcards. One that
// has an escaped wildcard is left to doublestar, which costs a listing.
func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// fault gives the place of the first thing that makes no pattern.
func fault(p string) (col int, why string) {
	var open []int
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			if i++; i == len(p) {
				return i, `a \ at the end escapes nothing; write \\ for the character itself`
			}
		case '{':
			open = append(open, i)
		case '}':
			if len(open) == 0 {
				return i + 1, `a } without its {; write \} for the character itself`
			}
			open = open[:len(open)-1]
		case '[':
			end, ok := class(p, i)
			if !ok {
				return i + 1, `a [ without its ], or with nothing in it; write \[ for the character itself`
			}
			i = end
		}
	}
	if len(open) > 0 {
		return open[0] + 1, `a { without its }; write \{ for the character itself`
	}
	if !doublestar.ValidatePattern(p) {
		return 0, "is no pattern"
	}
	return 0, ""
}

// class gives the end of the class that begins at p[i].
func class(p string, i int) (end int, ok bool) {
	i++
	if i < len(p) && (p[i] == '!' || p[i] == '^') {
		i++
	}
	for first := i; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case ']':
			return i, i > first
		}
	}
	return 0, false
}

// expand writes out the first braces and then what comes of it. False means that
// there are too many alternatives.
func expand(p string, out []string) ([]string, bool) {
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '[':
			if end, ok := class(p, i); ok {
				i = end
			}
		case '{':
			parts, end := braces(p, i)
			if end < 0 {
				return append(out, p), len(out) < MaxAlternatives
			}
			for _, part := range parts {
				var ok bool
				if out, ok = expand(p[:i]+part+p[end+1:], out); !ok {
					return out, false
				}
			}
			return out, true
		}
	}
	return append(out, p), len(out) < MaxAlternatives
}

// braces gives the alternatives of the { at p[i], and where its } is.
func braces(p string, i int) (parts []string, end int) {
	depth, from := 0, i+1
	for ; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '{':
			depth++
		case ',':
			if depth == 1 {
				parts = append(parts, p[from:i])
				from = i + 1
			}
		case '}':
			if depth--; depth == 0 {
				return append(parts, p[from:i]), i
			}
		}
	}
	return nil, -1
}
