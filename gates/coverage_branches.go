package gates

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// patchBranches measures the branches that begin on changed lines of one file. Of one
// line in several reports the best counts, if they list as many branches; which of them
// ran they do not say.
func (f patchFile) patchBranches(b *body) (out patched) {
	var lines []evidence.LineBranches
	counted, told := false, false
	for _, in := range f.covered.of {
		switch ratio, ok := in.file.Unit(evidence.Branches); {
		case in.file.BranchLines != nil:
			lines, told = slices.AppendSeq(lines, in.file.BranchLines.All()), true
		case in.file.LineSet != nil && ratio.Den == 0 && b.branching(in):
			told = true
		default:
			counted = counted || ok && ratio.Den > 0
		}
	}
	if !told {
		if f.mayHoldCode() {
			out.gaps = []gap{f.unlistedBranches(counted)}
		}
		return out
	}
	changed := f.Added
	for l := range evidence.SameBranches(lines).All() {
		for len(changed) > 0 && changed[0].Last < int(l.Line) {
			changed = changed[1:]
		}
		if len(changed) == 0 {
			break
		}
		if int(l.Line) < changed[0].First {
			continue
		}
		out.ratio = out.ratio.Add(evidence.Ratio{Num: uint64(l.Covered), Den: uint64(l.Total)})
		if n := l.Total - l.Covered; n > 0 {
			out.missed = append(out.missed, missed{int(l.Line), uint64(n)})
		}
	}
	return out
}

// unlistedBranches says that the reports do not tell which branches ran, and which
// formats they are of.
func (f patchFile) unlistedBranches(counted bool) gap {
	var formats []string
	for _, in := range f.covered.of {
		formats = append(formats, in.report.Format)
	}
	slices.Sort(formats)
	g := gap{pos: evidence.Pos{File: f.Path, Line: f.Added[0].First},
		text:   fmt.Sprintf("it is changed, and no report measures its branches (%s)", some(distinct(formats))),
		remedy: "have the tool measure branches, or use a metric that it measures; for other files in a gate of their own by `paths`"}
	if counted {
		g.text = fmt.Sprintf("the report says how many branches ran, and not on which lines (%s)", some(distinct(formats)))
		g.remedy = "write a report that lists them, such as LCOV, Cobertura or JaCoCo"
	}
	return g
}

// branching reports whether a report lists branches of a file whose name ends as this
// one's. Tools leave branches away where a file has none, and where they measure none
// of the language: that they list some in another file tells the two apart.
func (b *body) branching(in measuredIn) bool {
	ext := func(name string) string { return strings.ToLower(path.Ext(slashed(name))) }
	if b.branched == nil {
		b.branched = map[*evidence.Report]map[string]bool{}
	}
	listed, ok := b.branched[in.report]
	if !ok {
		listed = map[string]bool{}
		for i := range in.report.Coverage {
			if f := &in.report.Coverage[i]; f.BranchLines != nil && !f.BranchLines.Empty() {
				listed[ext(f.Path)] = true
			}
		}
		b.branched[in.report] = listed
	}
	return listed[ext(in.file.Path)]
}
