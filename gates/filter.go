package gates

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tollgate-ci/tollgate/evidence"
)

// filter is a Filter made ready, with a memory of which patterns matched anything.
type filter struct {
	paths, suites, rules, tools, benchmarks, measures globs
	classes, names                                    globs
	properties                                        []propertyGlobs
	cwes                                              []string
	// files gives those of the repository, nil if nobody knows them.
	files func() *repository
}

// globs is a list of patterns of a Filter.
type globs struct {
	key  string // as the policy names the list
	list []glob
	fold bool // compare without case
	// last remembers one answer, because equal suites and rules come in runs.
	last     string
	admitted bool
	asked    bool
}

type glob struct {
	written string
	pattern string
	away    bool // begins with !
	used    bool
}

// newFilter makes a gate's filter ready. A pattern that cannot be read is a gap.
func (j *judge) newFilter(g Gate) (filter, []gap) {
	f := filter{
		files:  j.repository,
		paths:  newGlobs("paths", g.Filter.Paths, false),
		suites: newGlobs("suites", g.Filter.Suites, false),
		rules:  newGlobs("rules", g.Filter.Rules, false),
		tools:  newGlobs("tools", g.Filter.Tools, true),
		cwes:   g.Filter.CWEs,

		benchmarks: newGlobs("benchmarks", g.Filter.Benchmarks, false),
		measures:   newGlobs("measures", g.Filter.Measures, false),

		classes:    newGlobs("classes", g.Filter.Classes, false),
		names:      newGlobs("names", g.Filter.Names, false),
		properties: newPropertyGlobs(g.Filter.Properties),
	}
	var gaps []gap
	lists := []globs{f.paths, f.suites, f.rules, f.tools, f.benchmarks, f.measures, f.classes, f.names}
	for _, p := range f.properties {
		lists = append(lists, p.globs)
	}
	for _, l := range lists {
		for _, p := range l.list {
			if !doublestar.ValidatePattern(p.pattern) {
				gaps = append(gaps, gap{g.At, "the pattern " + quoted(p.written) + " under " + l.key + " cannot be read", "correct the pattern"})
			}
		}
	}
	return f, gaps
}

func newGlobs(key string, patterns []string, fold bool) globs {
	l := globs{key: key, fold: fold}
	for _, p := range patterns {
		rest, away := strings.CutPrefix(p, "!")
		if fold {
			rest = strings.ToLower(rest)
		}
		l.list = append(l.list, glob{written: p, pattern: rest, away: away})
	}
	return l
}

// given reports whether there is anything to match.
func (l *globs) given() bool { return len(l.list) > 0 }

// admits applies the patterns in order; the last that matches decides.
func (l *globs) admits(name string) bool { return l.admitsTitled(name, name) }

// admitsTitled is admits for a name that has a longer form, with parameters after
// a space: a pattern with a space in it is on that form.
func (l *globs) admitsTitled(name, title string) bool {
	if len(l.list) == 0 {
		return true
	}
	if l.asked && title == l.last {
		return l.admitted
	}
	l.last, l.asked = title, true
	if l.fold {
		name, title = strings.ToLower(name), strings.ToLower(title)
	}
	ok := l.list[0].away
	for i := range l.list {
		g := &l.list[i]
		whole := name
		if strings.Contains(g.pattern, " ") {
			whole = title
		}
		if hit, _ := doublestar.Match(g.pattern, whole); hit {
			g.used, ok = true, !g.away
		}
	}
	l.admitted = ok
	return ok
}

// String gives the patterns as the policy writes them, for messages.
func (l *globs) String() string {
	texts := make([]string, len(l.list))
	for i, g := range l.list {
		texts[i] = quoted(g.written)
	}
	return l.key + " " + strings.Join(texts, ", ")
}

// unused lists the patterns that should have matched something and did not.
func (l *globs) unused() []string {
	var out []string
	for _, g := range l.list {
		if !g.away && !g.used {
			out = append(out, g.written)
		}
	}
	return out
}

// unusedNotes says which patterns matched nothing, where others did.
func (l *globs) unusedNotes(what string) []string {
	if names := l.unused(); len(names) > 0 {
		return []string{"no " + what + " matches " + some(names)}
	}
	return nil
}

// unread says which lists of a filter nothing reads, given the kinds of evidence
// that the gate's conditions measure. To ignore one would judge something else
// than the policy says.
func (f Filter) unread(kinds evidence.Kind, at evidence.Pos) []gap {
	var gaps []gap
	refuse := func(key string, patterns []string, applies evidence.Kind) {
		if len(patterns) > 0 && kinds&applies == 0 {
			gaps = append(gaps, gap{at, "the filter " + key + " applies to " + kindNames(applies) + " alone", "take it out of the gate"})
		}
	}
	refuse("paths", f.Paths, evidence.Tests|evidence.Coverage|evidence.Findings|evidence.Change)
	refuse("suites", f.Suites, evidence.Tests|evidence.Benchmarks)
	refuse("rules", f.Rules, evidence.Findings)
	refuse("tools", f.Tools, evidence.Findings)
	refuse("cwes", f.CWEs, evidence.Findings)
	refuse("benchmarks", f.Benchmarks, evidence.Benchmarks)
	refuse("measures", f.Measures, evidence.Benchmarks)
	refuse("classes", f.Classes, evidence.Tests)
	refuse("names", f.Names, evidence.Tests)
	for _, p := range f.Properties {
		refuse("properties", p.Patterns, evidence.Tests)
	}
	return gaps
}

// slashed writes a path of a report as patterns write it.
func slashed(path string) string {
	return strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "./")
}
