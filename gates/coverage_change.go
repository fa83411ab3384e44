package gates

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// PatchRules say which changed files the metrics of the change look at, and when
// there are enough of them. Its zero value leaves out what programs wrote.
type PatchRules struct {
	Generated bool // look at generated files too
	// MinLines is what a change must hold for a share of it to mean anything: fewer
	// coverable lines, or statements, are not judged.
	MinLines uint64
}

// patchFile is a changed file that the reports speak of.
type patchFile struct {
	evidence.FileChange
	covered pathCoverage
}

// sortedPatch is what the change touches, as the coverage gate sees it.
type sortedPatch struct {
	measured          []patchFile
	generated, tested []string // left out, and why
	looked            int      // files that were looked at
	gaps              []gap
}

// patchFiles sorts the changed files that the filter admits and wanted asks for into
// those that the reports speak of, those that they should speak of, and the rest.
func (b *body) patchFiles(wanted func(evidence.FileChange) bool) sortedPatch {
	var out sortedPatch
	in := b.judge.in
	if !in.Diff.Known {
		out.gaps = append(out.gaps, unknownChange(in.Diff))
	}
	if !in.Tree.Known {
		out.gaps = append(out.gaps, b.judge.unlistedGap())
	}
	if len(out.gaps) > 0 {
		return out
	}
	files := b.covered()
	here, anywhere := extensionsOf(b.reports), b.judge.extensions()
	for _, f := range in.Diff.Files {
		if f.How == evidence.Deleted || f.Binary || !wanted(f) || !b.filter.paths.admits(f.Path) {
			continue
		}
		out.looked++
		at, measured := files.at[f.Path]
		ext := strings.ToLower(path.Ext(f.Path))
		source := measured || here[ext] || f.Parsed && !anywhere[ext]
		if f.Cut && f.How == evidence.Added { // all of its lines are new
			f.Added, f.Cut = []evidence.LineRange{{First: 1, Last: evidence.MaxLine}}, false
		}
		switch {
		case !source:
		case f.Generated && !b.gate.Patch.Generated:
			out.generated = append(out.generated, f.Path)
		case f.Cut:
			out.gaps = append(out.gaps, gap{evidence.Pos{File: f.Path}, "its changed lines are not all known", mergeBase})
		case files.unsureOf(f.Path) != "":
			out.gaps = append(out.gaps, ambiguousGap(files.unsureOf(f.Path)))
		case measured:
			out.measured = append(out.measured, patchFile{f, files.list[at]})
		case len(f.Added) == 0 || f.Parsed && len(f.Coverable) == 0:
		case isTest(f.Path):
			out.tested = append(out.tested, f.Path)
		default:
			out.gaps = append(out.gaps, neverCovered(f))
		}
	}
	return out
}

const mergeBase = "run in a clone that has the merge base of the change"

func unknownChange(d evidence.Diff) gap {
	g := gap{text: "what the change touches is not known", remedy: cmp.Or(d.Remedy, mergeBase)}
	if d.Unknown != "" {
		g.text += ": " + firstLine(d.Unknown)
	}
	return g
}

// neverCovered says that code was changed of which no report knows.
func neverCovered(f evidence.FileChange) gap {
	lines := f.Added
	if f.Parsed {
		lines = f.Coverable
	}
	return gap{evidence.Pos{File: f.Path, Line: lines[0].First}, "it is changed and in no coverage report",
		"measure " + f.Path + ", or take it out by `paths` of the gate"}
}

// notes say what of the change was left out.
func (c sortedPatch) notes() []string {
	var notes []string
	leave := func(files []string, one, many string) {
		if n := uint64(len(files)); n > 0 {
			notes = append(notes, fmt.Sprintf("%d changed %s not in this: %s", n, plural(n, one, many), someOf(files)))
		}
	}
	leave(c.generated, "file is generated and", "files are generated and")
	leave(c.tested, "test is", "tests are")
	return notes
}

// someOf lists the first names.
func someOf(names []string) string {
	const most = 5
	if rest := len(names) - most; rest > 0 {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", rest)
	}
	return some(names)
}

// unsureOf gives a path of a report that could be the file or another one.
func (c *coveredFiles) unsureOf(file string) string {
	if len(c.unsure) == 0 {
		return ""
	}
	for rest := file; ; {
		if written := c.unsure[rest]; written != "" {
			return written
		}
		_, after, more := strings.Cut(rest, "/")
		if !more {
			return ""
		}
		rest = after
	}
}

// extensionsOf gives what the names of the files in coverage reports end in. A
// changed file of another sort is nothing that the tool would measure.
func extensionsOf(reports []*evidence.Report) map[string]bool {
	all := map[string]bool{}
	for _, r := range reports {
		for i := range r.Coverage {
			if ext := path.Ext(slashed(r.Coverage[i].Path)); ext != "" {
				all[strings.ToLower(ext)] = true
			}
		}
	}
	return all
}

// extensions are those of all coverage reports of the run.
func (j *judge) extensions() map[string]bool {
	if j.sorts == nil {
		var all []*evidence.Report
		for _, src := range j.declared {
			if src.Kinds&evidence.Coverage != 0 {
				all = append(all, j.source(src).reports...)
			}
		}
		j.sorts = extensionsOf(all)
	}
	return j.sorts
}

// testFolders and testEnds are what the folders and files of tests are called, by
// the conventions of their runners. Case is as they write it.
var (
	testFolders = map[string]bool{"test": true, "tests": true, "__tests__": true, "spec": true, "specs": true, "testdata": true}
	testEnds    = []string{"_test", ".test", ".spec", "_spec", "Test", "Tests"}
)

// isTest reports whether a file is of tests by its name. Tools do not measure those.
func isTest(file string) bool {
	folders := strings.Split(file, "/")
	name := folders[len(folders)-1]
	for _, f := range folders[:len(folders)-1] {
		if testFolders[f] {
			return true
		}
	}
	stem := strings.TrimSuffix(name, path.Ext(name))
	if strings.HasPrefix(stem, "test_") || stem == "conftest" {
		return true
	}
	for _, end := range testEnds {
		if len(stem) > len(end) && strings.HasSuffix(stem, end) {
			return true
		}
	}
	return false
}
