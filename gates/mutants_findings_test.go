package gates_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// toolScan makes a report of findings, each of its own tool and category: "gosec", "gosec/x".
func toolScan(name string, ran []string, found ...evidence.Finding) *evidence.Report {
	r := &evidence.Report{Source: name, Format: "sarif", Kinds: evidence.Findings}
	for _, one := range ran {
		tool, category, _ := strings.Cut(one, "/")
		r.ToolRuns = append(r.ToolRuns, evidence.ToolRun{Tool: tool, Category: category, Rules: 10, Scales: []string{gates.SecuritySeverity}})
	}
	for _, f := range found {
		r.Findings.AppendFinding(f)
	}
	return r
}

func foundBy(tool string, f evidence.Finding) evidence.Finding {
	f.Tool, f.Category, _ = strings.Cut(tool, "/")
	return f
}

// Findings of one report are those of its tools and categories, each compared with its
// own. R4 R10
func TestNewFindingsOfSeveralToolsInOneReport(t *testing.T) {
	for name, x := range map[string]struct {
		ran       []string
		base, now []evidence.Finding
		fresh     uint64
	}{
		"another tool":     {[]string{"gosec", "zap"}, []evidence.Finding{foundBy("gosec", bug("a.go", 1)), foundBy("gosec", bug("a.go", 3))}, []evidence.Finding{foundBy("gosec", bug("a.go", 1)), foundBy("zap", bug("a.go", 3))}, 1},
		"another category": {[]string{"gosec/x", "gosec/y"}, []evidence.Finding{foundBy("gosec/x", bug("a.go", 1)), foundBy("gosec/x", bug("a.go", 3))}, []evidence.Finding{foundBy("gosec/x", bug("a.go", 1)), foundBy("gosec/y", bug("a.go", 3))}, 1},
		"each as before":   {[]string{"gosec", "zap"}, []evidence.Finding{foundBy("zap", bug("a.go", 3)), foundBy("gosec", bug("a.go", 3))}, []evidence.Finding{foundBy("gosec", bug("a.go", 3)), foundBy("zap", bug("a.go", 3))}, 0},
		"of no tool":       {[]string{"gosec"}, []evidence.Finding{bug("a.go", 1)}, []evidence.Finding{bug("a.go", 1)}, 0},
	} {
		c := againstBase{now: []*evidence.Report{toolScan("n", x.ran, x.now...)}, base: []*evidence.Report{toolScan("b", x.ran, x.base...)}}.check(require("new.findings", "=", "0"))
		if c.Actual != evidence.CountOf(x.fresh) {
			t.Errorf("%s: %s new, want %d: %s", name, c.Actual, x.fresh, answer(c))
		}
	}
}

// Which of several is the old one does not depend on how they are listed. R4 R10
func TestWhichOfSeveralIsOldInEitherOrder(t *testing.T) {
	h := func(line int, message string) evidence.Finding {
		return printed(saying(bug("a.go", line), message), "h", "X")
	}
	low := finding("R", evidence.Low, evidence.LevelError, "a.go", 5)
	for name, x := range map[string]struct {
		base evidence.Finding
		now  []evidence.Finding
		want string // what is new
	}{
		"by line":                     {bug("a.go", 1), []evidence.Finding{bug("a.go", 5), bug("a.go", 9)}, "a.go:9 gosec R: look here"},
		"by line, with other words":   {h(1, "q"), []evidence.Finding{h(5, "z"), h(9, "a")}, "a.go:9 gosec R: a"},
		"by words on one line":        {h(1, "q"), []evidence.Finding{h(5, "z"), h(5, "a")}, "a.go:5 gosec R: z"},
		"the least grave on one line": {bug("a.go", 1), []evidence.Finding{bug("a.go", 5), low}, "a.go:5 gosec R: look here"},
	} {
		for range 2 {
			c := againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, x.now...)}, base: []*evidence.Report{scan("b", []string{"gosec"}, x.base)}}.check(require("new.high", "=", "0"))
			if len(c.Refs) != 1 || c.Refs[0].Pos.String()+" "+c.Refs[0].Text != x.want {
				t.Errorf("%s: have %s\nwant %s", name, answer(c), x.want)
			}
			slices.Reverse(x.now)
		}
	}
}

// Of several of the base the one that comes first in the file is the origin, however
// grave it was.
func TestTheOriginIsTheFirstInTheFile(t *testing.T) {
	const day = 24 * time.Hour
	base := scan("b", []string{"gosec"}, since(finding("R", evidence.High, evidence.LevelWarning, "a.go", 5), 40*day), since(finding("R", evidence.Low, evidence.LevelError, "a.go", 9), 2*day))
	c := againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, bug("a.go", 7))}, base: []*evidence.Report{base}, at: noon}.check(require("oldest.high", "<=", "30d"))
	if c.Outcome != gates.Fail || !strings.Contains(c.Why, "was first detected 40d ago") {
		t.Errorf("have %s", answer(c))
	}
}

// What the change did to lines, for findings beside each other. R10
func TestNewFindingsThroughAChange(t *testing.T) {
	fp := func(f evidence.Finding, value string) evidence.Finding { return printed(f, "h", value) }
	mod := func(path string, added, removed []evidence.LineRange) evidence.FileChange {
		return evidence.FileChange{Path: path, How: evidence.Modified, Added: added, Removed: removed}
	}
	for name, x := range map[string]struct {
		base, now []evidence.Finding
		diff      evidence.Diff
		fresh     uint64
	}{
		"one on an old line, one on an added line": {[]evidence.Finding{fp(bug("a.go", 3), "X")}, []evidence.Finding{fp(bug("a.go", 3), "Y"), bug("b.go", 4)},
			changed(mod("a.go", nil, lines(3, 3)), mod("b.go", lines(4, 4), nil)), 2},
		"of no line, in a file that is deleted": {[]evidence.Finding{fp(bug("a.go", 0), "X")}, []evidence.Finding{fp(bug("a.go", 0), "Y")},
			changed(evidence.FileChange{Path: "a.go", How: evidence.Deleted, Removed: lines(1, 9)}), 0},
	} {
		c := againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, x.now...)}, base: []*evidence.Report{scan("b", []string{"gosec"}, x.base...)}, diff: x.diff}.check(require("new.high", "=", "0"))
		if c.Actual != evidence.CountOf(x.fresh) {
			t.Errorf("%s: %s new, want %d: %s", name, c.Actual, x.fresh, answer(c))
		}
	}
}

// A finding of the base that a filter cannot place is not called gone.
func TestWhatCannotBePlacedIsNotGone(t *testing.T) {
	c := againstBase{now: []*evidence.Report{scan("n", []string{"gosec"})}, base: []*evidence.Report{scan("b", []string{"gosec"}, bug("src/a.go", 1), bug("", 0))},
		filter: gates.Filter{Paths: []string{"src/**"}}}.check(require("new.high", "=", "0"))
	if !strings.Contains(c.Why, "1 that the base has is gone") {
		t.Errorf("have %s", answer(c))
	}
}

// Where a finding is that may be in several files of the change, or in several places. R10
func TestPlacesBesideTheChange(t *testing.T) {
	mod := edited("pkg/a.go", 10, 12)
	two := bug("pkg/a.go", 10)
	two.Also = []evidence.Place{{Path: "a.go", Line: 10}}
	cut := func(path string) evidence.FileChange {
		return evidence.FileChange{Path: path, How: evidence.Modified, Cut: true}
	}
	for name, x := range map[string]struct {
		found evidence.Finding
		diff  evidence.Diff
		want  gates.Status
		says  string
	}{
		"in it, and a second place cannot be told":  {two, changed(mod), gates.Fail, "there is 1 high finding"},
		"the end of the name of a deleted file":     {bug("a.go", 1), changed(evidence.FileChange{Path: "pkg/a.go", How: evidence.Deleted}), gates.Pass, "no high findings"},
		"two of which not all lines are known":      {bug("/w/x/a.go", 1), changed(cut("a.go"), cut("x/a.go")), gates.Inconclusive, "not all changed lines of x/a.go are known"},
		"the same two, in another order of changes": {bug("/w/x/a.go", 1), changed(cut("x/a.go"), cut("a.go")), gates.Inconclusive, "not all changed lines of a.go are known"},
	} {
		c := againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, x.found)}, diff: x.diff}.check(require("changed.high", "=", "0"))
		if c.Outcome != x.want || !strings.Contains(c.Why, x.says) {
			t.Errorf("%s: want %s, have %s", name, x.want, answer(c))
		}
	}
}

// The oldest findings are listed by age, place and words, and of more than a check lists
// the others are counted.
func TestWhichOfManyOldFindingsAreListed(t *testing.T) {
	const day = 24 * time.Hour
	listed := func(found []evidence.Finding) (out []string, more int) {
		c := againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, found...)}, at: noon}.check(require("oldest.high", "<=", "30d"))
		for _, r := range c.Refs {
			out = append(out, r.Pos.String()+" "+r.Text)
		}
		return out, c.MoreRefs
	}
	alike := []evidence.Finding{since(saying(bug("a.go", 1), "z"), 40*day), since(saying(bug("a.go", 2), "a"), 40*day), since(saying(bug("a.go", 2), "b"), 40*day)}
	var many []evidence.Finding
	var oldest []string
	for i := range 25 {
		many = append(many, since(bug("a.go", 1+i), time.Duration(60-i)*day))
		oldest = append(oldest, fmt.Sprintf("a.go:%d %dd old: gosec R: look here", 1+i, 60-i))
	}
	for range 2 {
		if have, more := listed(alike); !slices.Equal(have, []string{"a.go:1 40d old: gosec R: z", "a.go:2 40d old: gosec R: a", "a.go:2 40d old: gosec R: b"}) || more != 0 {
			t.Errorf("have %q and %d more", have, more)
		}
		slices.Reverse(alike)
	}
	backwards := slices.Clone(many)
	slices.Reverse(backwards)
	last := gates.MaxRefs - 1 // of those that are listed
	for _, order := range [][]evidence.Finding{many, backwards, append(slices.Concat(many[:last], many[last+1:]), many[last])} {
		if have, more := listed(order); !slices.Equal(have, oldest[:gates.MaxRefs]) || more != 5 {
			t.Errorf("have %q and %d more", have, more)
		}
	}
}

// Two conditions on one metric are each noted with their own day.
func TestNotesOfTwoConditionsOnOneMetric(t *testing.T) {
	s := findings(require("findings", "=", "0"), scan("n", []string{"gosec"}, bug("a.go", 1), silenced(bug("a.go", 2))))
	s.filter = gates.Filter{Rules: []string{"R", "S"}, Paths: []string{"a.go", "docs/**"}}
	s.conds = append(s.conds, require("findings", "=", "0"))
	days := []string{"2027-03-01", "2027-04-01"}
	for i, day := range days {
		s.conds[i].From = theDay(t, day)
	}
	in := s.input()
	in.Now = theDay(t, "2027-02-01")
	for i, c := range gates.Judge(s.policy(), in).Gates[0].Checks {
		if notes := strings.Join(c.Notes, "; "); len(c.Notes) != 4 || !strings.Contains(notes, "it counts from "+days[i]) {
			t.Errorf("condition %d: %s", i, notes)
		}
	}
}
