package gates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// changed gives the files of the change that the gate looks at. A gap says that
// they are not all known.
func (b *body) changed() ([]*evidence.FileChange, []gap) {
	d := &b.judge.in.Diff
	if !d.Known {
		g := gap{text: "what the change touches is not known", remedy: d.Remedy}
		if d.Unknown != "" {
			g.text += ": " + firstLine(d.Unknown)
		}
		if g.remedy == "" {
			g.remedy = "judge a change whose files can be read"
		}
		return nil, []gap{g}
	}
	var files []*evidence.FileChange
	for i := range d.Files {
		f := &d.Files[i]
		// A file that leaves the paths is a change to them as well. Both names are
		// asked for, so that each pattern is seen to match.
		here := b.filter.paths.admits(f.Path)
		if f.Old != "" && b.filter.paths.admits(f.Old) {
			here = true
		}
		if here {
			files = append(files, f)
		}
	}
	return files, nil
}

// untouched says that the gate has nothing to look at.
func (b *body) untouched() string {
	if b.filter.paths.given() && len(b.judge.in.Diff.Files) > 0 {
		return "no changed file matches " + b.filter.paths.String()
	}
	return "the change touches no file"
}

// touching gives the files that patterns match, by either name.
func touching(files []*evidence.FileChange, patterns *globs) (out []*evidence.FileChange) {
	for _, f := range files {
		if patterns.admits(f.Path) || f.Old != "" && patterns.admits(f.Old) {
			out = append(out, f)
		}
	}
	return out
}

// readUnaccompanied counts the rules of which one side alone was changed.
func (b *body) readUnaccompanied() reading {
	files, gaps := b.changed()
	r := reading{gaps: gaps}
	if len(b.gate.Change.Pairs) == 0 {
		r.gaps = append(r.gaps, gap{text: "the gate has no rule that says what changes together", remedy: "add `if-changed` and `then-changed`"})
	}
	if len(r.gaps) > 0 {
		return r
	}
	var broken, mend, sides []string
	asked := false
	for _, p := range b.gate.Change.Pairs {
		sides = append(sides, quotedAll(p.If)...)
		first, second := newGlobs("if-changed", p.If, false), newGlobs("then-changed", p.Then, false)
		touched := touching(files, &first)
		if len(touched) == 0 {
			continue
		}
		asked = true
		if len(touching(files, &second)) > 0 {
			continue
		}
		then := some(quotedAll(p.Then))
		n := uint64(len(touched))
		broken = append(broken, fmt.Sprintf("%s %s under %s and nothing under %s", manyOf(n, "file"), plural(n, "was changed", "were changed"), some(quotedAll(p.If)), then))
		mend = append(mend, "change a file under "+then)
		for _, f := range touched {
			r.refs.add(1, evidence.Pos{File: f.Path}, func() string { return f.How.String() + ", and nothing under " + then })
		}
	}
	n := uint64(len(broken))
	r.value = evidence.CountOf(n)
	r.says = "what must change together was changed together"
	if n > 0 {
		r.says = fmt.Sprintf("%s %s broken: %s", manyOf(n, "rule"), plural(n, "is", "are"), clauses(broken))
	}
	r.mend = func(uint64) string { return few(mend) + ", or take what calls for it out of the change" }
	if !asked {
		r.moot = "no changed file matches " + few(distinct(sides))
	}
	return r
}

// clauses lists up to five of what has commas of its own.
func clauses(texts []string) string {
	const most = 5
	if more := len(texts) - most; more > 0 {
		texts = append(slices.Clone(texts[:most]), fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, "; ")
}

// readMixed counts the patterns that were changed and should not have been with
// others.
func (b *body) readMixed() reading {
	files, gaps := b.changed()
	r := reading{gaps: gaps}
	if len(b.gate.Change.Never) < 2 {
		r.gaps = append(r.gaps, gap{text: "the gate does not say what must not change together", remedy: "add `never-together` with two patterns or more"})
	}
	if len(r.gaps) > 0 {
		return r
	}
	var hit []string
	for _, pattern := range b.gate.Change.Never {
		one := newGlobs("never-together", []string{pattern}, false)
		touched := touching(files, &one)
		if len(touched) == 0 {
			continue
		}
		hit = append(hit, quoted(pattern))
		for _, f := range touched {
			r.refs.add(1, evidence.Pos{File: f.Path}, func() string { return f.How.String() + ", under " + quoted(pattern) })
		}
	}
	switch len(hit) {
	case 0:
		r.moot = "no changed file matches " + some(quotedAll(b.gate.Change.Never))
		fallthrough
	case 1:
		r.value = evidence.CountOf(0)
		r.says = "no two of " + some(quotedAll(b.gate.Change.Never)) + " were changed together"
		r.refs = refList{}
	default:
		r.value = evidence.CountOf(uint64(len(hit) - 1))
		r.says = some(hit) + " were changed together"
	}
	r.mend = func(uint64) string { return "split the change, so that each part is in one of them" }
	return r
}

// readChangedFiles counts the files of the change.
func (b *body) readChangedFiles() reading {
	files, gaps := b.changed()
	if gaps != nil {
		return reading{gaps: gaps}
	}
	var r reading
	var n uint64
	own, generated := written(files)
	for _, f := range own {
		n++
		r.refs.add(countLines(f), evidence.Pos{File: f.Path}, func() string { return f.How.String() + sizeOf(f) })
	}
	r.value = evidence.CountOf(n)
	r.says = fmt.Sprintf("the change touches %s", manyOf(n, "file"))
	r.notes = append(generatedNotes(generated), b.filter.paths.unusedNotes("changed file")...)
	r.mend = func(k uint64) string { return fmt.Sprintf("take %s out of the change", manyOf(k, "file")) }
	if len(files) == 0 {
		r.says, r.notes = b.untouched(), nil
	}
	return r
}

// readChangedLines counts the lines of the change.
func (b *body) readChangedLines() reading {
	files, gaps := b.changed()
	if gaps != nil {
		return reading{gaps: gaps}
	}
	var r reading
	var n, binary uint64
	own, generated := written(files)
	for _, f := range own {
		if f.Binary {
			binary++
		}
		if f.Cut {
			r.gaps = append(r.gaps, gap{evidence.Pos{File: f.Path}, "the changed lines are not all known", "check the whole history out, so that git reads them: actions/checkout with `fetch-depth: 0`"})
		}
		if lines := countLines(f); lines > 0 {
			n += lines
			r.refs.add(lines, evidence.Pos{File: f.Path}, func() string { return f.How.String() + sizeOf(f) })
		}
	}
	sortGaps(r.gaps)
	r.value = evidence.CountOf(n)
	r.says = fmt.Sprintf("the change adds and removes %s", manyOf(n, "line"))
	r.notes = append(generatedNotes(generated), b.filter.paths.unusedNotes("changed file")...)
	if binary > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%s %s no lines", manyOf(binary, "binary file"), plural(binary, "has", "have")))
	}
	r.mend = func(k uint64) string { return fmt.Sprintf("take %s out of the change", manyOf(k, "line")) }
	if len(files) == 0 {
		r.says, r.notes = b.untouched(), nil
	}
	return r
}

// written tells files that people wrote from those that a program did.
func written(files []*evidence.FileChange) (own, generated []*evidence.FileChange) {
	for _, f := range files {
		if f.Generated {
			generated = append(generated, f)
		} else {
			own = append(own, f)
		}
	}
	return own, generated
}

// generatedNotes says what was left out because a program wrote it.
func generatedNotes(files []*evidence.FileChange) []string {
	if len(files) == 0 {
		return nil
	}
	var lines uint64
	names := make([]string, len(files))
	for i, f := range files {
		lines += countLines(f)
		names[i] = firstLine(f.Path)
	}
	n := uint64(len(files))
	return []string{fmt.Sprintf("%s with %s %s not counted: %s", manyOf(n, "generated file"), manyOf(lines, "line"), plural(n, "is", "are"), few(names))}
}

// countLines is how many lines of a file were added and removed.
func countLines(f *evidence.FileChange) (n uint64) {
	for _, ranges := range [][]evidence.LineRange{f.Added, f.Removed} {
		for _, l := range ranges {
			n += uint64(l.Len())
		}
	}
	return n
}

func sizeOf(f *evidence.FileChange) string {
	switch n := countLines(f); {
	case f.Binary:
		return ", binary"
	case n == 0:
		return ""
	default:
		return ", " + manyOf(n, "line")
	}
}

// manyOf is a number and what there is of it: "1 file", "3 files".
func manyOf(n uint64, one string) string { return number(n) + " " + plural(n, one, one+"s") }

func quotedAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = quoted(t)
	}
	return out
}
