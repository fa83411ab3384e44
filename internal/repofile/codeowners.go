// Package repofile says what the files of a repository say of themselves and of
// each other: who owns one, whether a program wrote it, and where in it code
// stands that runs.
package repofile

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// OwnerFiles are the places of CODEOWNERS; the first that is there counts alone, as
// GitHub has it.
var OwnerFiles = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// MaxOwners is how large a CODEOWNERS GitHub takes, in bytes.
const MaxOwners = 3 << 20

// Owners is a CODEOWNERS.
type Owners struct {
	rules []ownerRule
	// Problems are the lines that are no rule. GitHub passes over them, so that what
	// they were meant for has other owners, or none.
	Problems []evidence.Problem
}

type ownerRule struct {
	pattern pattern
	owners  []string
}

var ownerForm = regexp.MustCompile(`^(@[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9._-]+)?|[^@\s]+@[^@\s]+)$`)

// ParseOwners reads a CODEOWNERS by GitHub's rules: those of .gitignore, but that
// nothing is negated by !, no class of characters is meant by [, and no \ makes a
// pattern of a comment.
func ParseOwners(name string, data []byte) *Owners {
	o := &Owners{}
	text := strings.TrimPrefix(string(data), "\ufeff")
	for n, line := range strings.Split(text, "\n") {
		fields := words(line)
		if len(fields) == 0 {
			continue
		}
		say := func(format string, args ...any) {
			o.Problems = append(o.Problems, evidence.Problem{Pos: evidence.Pos{File: name, Line: n + 1, Col: 1}, Gravity: evidence.Unsound, Message: fmt.Sprintf(format, args...)})
		}
		p, why := newPattern(fields[0])
		bad := ""
		for _, owner := range fields[1:] {
			if !ownerForm.MatchString(owner) {
				bad = owner
			}
		}
		switch {
		case why != "":
			say("the pattern %q %s", fields[0], why)
		case bad != "":
			say("%q is no owner: write @user, @org/team or an address", bad)
		default:
			o.rules = append(o.rules, ownerRule{p, fields[1:]})
		}
	}
	return o
}

// words splits a line at white space that no \ stands before, up to a comment.
func words(line string) (out []string) {
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line):
			b.WriteString(line[i : i+2])
			i++
		case c == ' ' || c == '\t' || c == '\r':
			flush()
		case c == '#' && b.Len() == 0:
			return out
		default:
			b.WriteByte(c)
		}
	}
	flush()
	return out
}

// Of gives the owners of a path: those of the last rule that matches, which may
// say that there are none.
func (o *Owners) Of(path string) []string {
	if o == nil || path == "" {
		return nil
	}
	names := strings.Split(path, "/")
	for i := len(o.rules) - 1; i >= 0; i-- {
		if o.rules[i].pattern.matches(names) {
			return o.rules[i].owners
		}
	}
	return nil
}

// pattern is one of CODEOWNERS, taken apart at its slashes.
type pattern struct {
	segments []string // "**" is any number of folders
	below    bool     // what it matches may be a folder, and then all below it is meant
	folder   bool     // it must be one
}

// newPattern takes a pattern apart, or says why it is none.
func newPattern(text string) (p pattern, why string) {
	switch {
	case strings.HasPrefix(text, "!"):
		return p, "begins with !, which takes nothing away in CODEOWNERS"
	case strings.HasPrefix(text, `\#`):
		return p, `begins with \#, which GitHub takes for a comment`
	case strings.ContainsAny(text, "[]"):
		return p, "has a [ or ], which mean nothing in CODEOWNERS"
	case strings.Contains(text, "//"):
		return p, "has an empty element"
	}
	p.folder = strings.HasSuffix(text, "/")
	rest := strings.TrimSuffix(text, "/")
	anchored := strings.Contains(rest, "/")
	rest = strings.TrimPrefix(rest, "/")
	if rest == "" {
		return p, "names nothing"
	}
	if !anchored {
		p.segments = []string{"**"}
	}
	p.segments = append(p.segments, strings.Split(rest, "/")...)
	// `docs/*` is what lies in docs and not what lies below that; `*` is everything.
	last := p.segments[len(p.segments)-1]
	p.below = last != "*" || !anchored || p.folder
	return p, ""
}

// matches goes through the segments of pattern and path at once: at[i] says that
// the first i names of the path are matched. It takes at most as many steps as both
// have names, multiplied.
func (p pattern) matches(names []string) bool {
	at := make([]bool, len(names)+1)
	at[0] = true
	for k, s := range p.segments {
		next := make([]bool, len(names)+1)
		reached := false
		for i := range at {
			switch {
			case s == "**" && k == len(p.segments)-1: // dir/** is what is in dir, not dir
				next[i] = reached
				reached = reached || at[i]
			case s == "**":
				reached = reached || at[i]
				next[i] = reached
			case i > 0 && at[i-1]:
				next[i] = wild(s, names[i-1])
			}
		}
		at = next
	}
	if at[len(names)] && !p.folder {
		return true
	}
	for i := 1; i < len(names); i++ { // a folder above the file
		if at[i] && p.below {
			return true
		}
	}
	return false
}

// wild matches one name with * for any characters and ? for one, in at most as many
// steps as both are long, multiplied.
func wild(pattern, name string) bool {
	p, n, star, mark := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
			continue
		case p+1 < len(pattern) && pattern[p] == '\\' && pattern[p+1] == name[n]:
			p, n = p+2, n+1
			continue
		case p < len(pattern) && pattern[p] != '\\' && (pattern[p] == '?' || pattern[p] == name[n]):
			p, n = p+1, n+1
			continue
		case star < 0:
			return false
		}
		mark++
		p, n = star+1, mark
	}
	return strings.Trim(pattern[p:], "*") == ""
}
