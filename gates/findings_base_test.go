package gates_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// againstBase judges one condition on findings with a base and a change.
type againstBase struct {
	now, base []*evidence.Report
	diff      evidence.Diff
	filter    gates.Filter
	expect    gates.Expect
	at        time.Time
	waivers   []gates.Waiver
}

func (a againstBase) check(c gates.Condition) gates.Check {
	s := situation{kind: evidence.Findings, conds: []gates.Condition{c}, reports: a.now, filter: a.filter, expect: a.expect}
	in := s.input()
	in.Diff, in.Now, in.Waivers = a.diff, a.at, a.waivers
	if a.base != nil {
		in.Base = map[string]evidence.Set{"src": evidence.SetOf(evidence.PartKey{Job: "base"}, a.base...)}
	}
	return gates.Judge(s.policy(), in).Gates[0].Checks[0]
}

// bug is a high finding of rule R at a line of a file.
func bug(path string, line int) evidence.Finding {
	return finding("R", evidence.High, evidence.LevelError, path, line)
}

// printed gives a finding fingerprints: name, value, …
func printed(f evidence.Finding, pairs ...string) evidence.Finding {
	for i := 0; i < len(pairs); i += 2 {
		f.Fingerprints = append(f.Fingerprints, evidence.Fingerprint{Name: pairs[i], Value: pairs[i+1]})
	}
	return f
}

func saying(f evidence.Finding, message string) evidence.Finding {
	f.Message = message
	return f
}

func silenced(f evidence.Finding) evidence.Finding {
	f.Suppressed = true
	return f
}

func stated(f evidence.Finding, s evidence.BaselineState) evidence.Finding {
	f.Baseline = s
	return f
}

func changed(files ...evidence.FileChange) evidence.Diff {
	return evidence.Diff{Known: true, Files: files}
}

// R4 R10: what is new against the base, and what is not.
func TestNewFindings(t *testing.T) {
	const hash, column = "primaryLocationLineHash", "primaryLocationStartColumnFingerprint"
	type list = []evidence.Finding
	for name, x := range map[string]struct {
		base, now list
		diff      evidence.Diff
		want      int
		says      string
	}{
		"nothing on either side":              {nil, nil, evidence.Diff{}, 0, ""},
		"the same finding":                    {list{bug("a.go", 3)}, list{bug("a.go", 3)}, evidence.Diff{}, 0, ""},
		"another finding":                     {list{bug("a.go", 3)}, list{bug("a.go", 3), bug("b.go", 3)}, evidence.Diff{}, 1, ""},
		"moved down without a fingerprint":    {list{bug("a.go", 3)}, list{bug("a.go", 9)}, evidence.Diff{}, 0, ""},
		"two where there was one":             {list{bug("a.go", 3)}, list{bug("a.go", 3), bug("a.go", 3)}, evidence.Diff{}, 1, ""},
		"one where there were two":            {list{bug("a.go", 3), bug("a.go", 3)}, list{bug("a.go", 3)}, evidence.Diff{}, 0, "1 that the base has is gone"},
		"fixed":                               {list{bug("a.go", 3), bug("b.go", 1)}, nil, evidence.Diff{}, 0, "2 that the base has are gone"},
		"another rule":                        {list{bug("a.go", 3)}, list{finding("Q", evidence.High, evidence.LevelError, "a.go", 3)}, evidence.Diff{}, 1, ""},
		"another message elsewhere":           {list{saying(bug("a.go", 3), "x")}, list{saying(bug("a.go", 9), "y")}, evidence.Diff{}, 1, ""},
		"the message says the line":           {list{saying(bug("a.go", 3), "at line 3 of 80")}, list{saying(bug("a.go", 9), "at line 9 of 80")}, evidence.Diff{}, 0, ""},
		"another number in the message":       {list{saying(bug("a.go", 3), "port 80")}, list{saying(bug("a.go", 9), "port 81")}, evidence.Diff{}, 1, ""},
		"by fingerprint, with other words":    {list{printed(saying(bug("a.go", 3), "x"), hash, "f:1")}, list{printed(saying(bug("a.go", 9), "y"), hash, "f:1")}, evidence.Diff{}, 0, ""},
		"another fingerprint elsewhere":       {list{printed(bug("a.go", 3), hash, "f:1")}, list{printed(bug("a.go", 9), hash, "e:1")}, evidence.Diff{}, 1, ""},
		"another fingerprint, the same line":  {list{printed(bug("a.go", 3), hash, "f:1")}, list{printed(bug("a.go", 3), hash, "e:1")}, evidence.Diff{}, 0, ""},
		"the column is no identity":           {list{printed(bug("a.go", 3), hash, "f:1", column, "4")}, list{printed(bug("a.go", 9), hash, "e:1", column, "4")}, evidence.Diff{}, 1, ""},
		"the column alone, in another file":   {list{printed(bug("a.go", 3), column, "4")}, list{printed(bug("b.go", 9), column, "4")}, evidence.Diff{}, 1, ""},
		"the column moved":                    {list{printed(bug("a.go", 3), hash, "f:1", column, "4")}, list{printed(bug("a.go", 9), hash, "f:1", column, "8")}, evidence.Diff{}, 0, ""},
		"the greatest common version":         {list{printed(bug("a.go", 3), "h/v1", "x", "h/v2", "1")}, list{printed(bug("a.go", 9), "h/v1", "x", "h/v2", "2", "h/v3", "9")}, evidence.Diff{}, 1, ""},
		"a version that the base lacks":       {list{printed(bug("a.go", 3), "h/v1", "x")}, list{printed(bug("a.go", 9), "h/v1", "x", "h/v2", "2")}, evidence.Diff{}, 0, ""},
		"one of two fingerprints differs":     {list{printed(bug("a.go", 3), "p", "1", "q", "1")}, list{printed(bug("a.go", 9), "p", "1", "q", "2")}, evidence.Diff{}, 1, ""},
		"a name that only one run has":        {list{printed(bug("a.go", 3), "p", "1")}, list{printed(bug("a.go", 9), "p", "1", "q", "2")}, evidence.Diff{}, 0, ""},
		"moved to another file":               {list{printed(bug("a.go", 3), hash, "f:1")}, list{printed(bug("b.go", 9), hash, "f:1")}, evidence.Diff{}, 0, ""},
		"copied to another file":              {list{printed(bug("a.go", 3), hash, "f:1")}, list{printed(bug("a.go", 3), hash, "f:1"), printed(bug("b.go", 9), hash, "f:1")}, evidence.Diff{}, 1, ""},
		"moved to two other files":            {list{printed(bug("a.go", 3), hash, "f:1")}, list{printed(bug("b.go", 3), hash, "f:1"), printed(bug("c.go", 9), hash, "f:1")}, evidence.Diff{}, 2, "1 that the base has is gone"},
		"another file without a fingerprint":  {list{bug("a.go", 3)}, list{bug("b.go", 3)}, evidence.Diff{}, 1, ""},
		"the file was renamed":                {list{bug("a.go", 3)}, list{bug("b.go", 3)}, changed(evidence.FileChange{Path: "b.go", Old: "a.go", How: evidence.Renamed}), 0, ""},
		"the file was copied":                 {list{bug("a.go", 3)}, list{bug("a.go", 3), bug("b.go", 3)}, changed(evidence.FileChange{Path: "b.go", Old: "a.go", How: evidence.Copied}), 1, ""},
		"two files changed names":             {list{bug("a.go", 3)}, list{bug("b.go", 3)}, changed(evidence.FileChange{Path: "a.go", Old: "b.go", How: evidence.Renamed}, evidence.FileChange{Path: "b.go", Old: "a.go", How: evidence.Renamed}), 0, ""},
		"renamed, below another root":         {list{bug("/base/src/a.go", 3)}, list{bug("/base/src/b.go", 3)}, changed(evidence.FileChange{Path: "src/b.go", Old: "src/a.go", How: evidence.Renamed}), 0, ""},
		"fixed on one line, made on another":  {list{bug("a.go", 3)}, list{bug("a.go", 40)}, changed(evidence.FileChange{Path: "a.go", How: evidence.Modified, Removed: lines(9, 9), Added: lines(40, 40)}), 1, ""},
		"the line was altered":                {list{bug("a.go", 3)}, list{bug("a.go", 3)}, changed(evidence.FileChange{Path: "a.go", How: evidence.Modified, Removed: lines(3, 3), Added: lines(3, 3)}), 0, ""},
		"the block was moved":                 {list{bug("a.go", 3)}, list{bug("a.go", 40)}, changed(evidence.FileChange{Path: "a.go", How: evidence.Modified, Removed: lines(2, 4), Added: lines(39, 41)}), 0, ""},
		"an altered neighbour":                {list{printed(bug("a.go", 30), hash, "f:1")}, list{printed(bug("a.go", 32), hash, "e:1")}, changed(evidence.FileChange{Path: "a.go", How: evidence.Modified, Removed: lines(31, 31), Added: lines(5, 6, 33, 33)}), 0, ""},
		"a suppression was lifted":            {list{silenced(bug("a.go", 3))}, list{bug("a.go", 3)}, evidence.Diff{}, 1, ""},
		"one was suppressed, one was made":    {list{bug("a.go", 3)}, list{silenced(bug("a.go", 3)), bug("a.go", 9)}, evidence.Diff{}, 1, "1 suppressed"},
		"one was suppressed and moved below":  {list{bug("a.go", 3)}, list{bug("a.go", 5), silenced(bug("a.go", 9))}, evidence.Diff{}, 1, "1 suppressed"},
		"the graver of two is new":            {list{bug("a.go", 3)}, list{bug("a.go", 5), finding("R", evidence.Low, evidence.LevelNote, "a.go", 9)}, evidence.Diff{}, 1, ""},
		"the line hash alone counts":          {list{printed(saying(bug("a.go", 3), "x"), hash, "f:1", "p", "1")}, list{printed(saying(bug("a.go", 9), "y"), hash, "f:1", "p", "2")}, evidence.Diff{}, 0, ""},
		"two of one fingerprint, other words": {list{printed(saying(bug("a.go", 3), "x"), "p", "1"), printed(saying(bug("a.go", 4), "x"), "p", "1")}, list{printed(saying(bug("a.go", 8), "y"), "p", "1"), printed(saying(bug("a.go", 9), "y"), "p", "1")}, evidence.Diff{}, 0, ""},
		"an empty fingerprint is none":        {list{printed(saying(bug("a.go", 3), "x"), "p", "")}, list{printed(saying(bug("a.go", 9), "y"), "p", "")}, evidence.Diff{}, 1, ""},
		"the line and its hash were altered":  {list{printed(bug("a.go", 3), hash, "f:1")}, list{printed(bug("a.go", 3), hash, "e:1")}, changed(evidence.FileChange{Path: "a.go", How: evidence.Modified, Removed: lines(3, 3), Added: lines(3, 3)}), 1, ""},
		"suppressed on both sides":            {list{silenced(bug("a.go", 3)), bug("a.go", 9)}, list{silenced(bug("a.go", 3)), bug("a.go", 9)}, evidence.Diff{}, 0, ""},
		"gone already in the base":            {list{stated(bug("a.go", 3), evidence.BaselineAbsent)}, list{bug("a.go", 3)}, evidence.Diff{}, 1, ""},
		"the report calls it old":             {nil, list{stated(bug("a.go", 3), evidence.BaselineUnchanged)}, evidence.Diff{}, 1, "the report itself calls 1 of them old, which does not count"},
		"the report calls it new":             {list{bug("a.go", 3)}, list{stated(bug("a.go", 3), evidence.BaselineNew)}, evidence.Diff{}, 0, ""},
		"without a place":                     {list{bug("", 0)}, list{bug("", 0)}, evidence.Diff{}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, x.now...)}, base: []*evidence.Report{scan("b.sarif", []string{"GoSec"}, x.base...)}, diff: x.diff}
			for _, metric := range []string{"new.high", "new.error", "new.findings"} {
				c := a.check(require(metric, "=", "0"))
				if c.Actual != evidence.CountOf(uint64(x.want)) || c.Partial || c.Holds != (x.want == 0) || !strings.Contains(c.Why, x.says) {
					t.Errorf("%s: %s: %s", metric, c.Outcome, c.Why)
				}
				if c.Outcome == gates.Fail && (c.Remedy == "" || len(c.Refs) != x.want) {
					t.Errorf("%s: remedy %q, refs %v", metric, c.Remedy, c.Refs)
				}
			}
			if c := a.check(require("new.critical", "=", "0")); !c.Holds || strings.Contains(c.Why, "that the base has") {
				t.Errorf("new.critical: %s", c.Why)
			}
		})
	}
}

// What was not againstBase with anything is not said to be old, nor to be new.
func TestNewFindingsWithoutTheBaseAreInconclusive(t *testing.T) {
	one := []*evidence.Report{scan("n.sarif", []string{"gosec"}, bug("a.go", 3))}
	none := []*evidence.Report{scan("n.sarif", []string{"gosec"})}
	failed := scan("b.sarif", []string{"gosec"})
	failed.ToolRuns[0].Failed = true
	category := func(r *evidence.Report, name string) *evidence.Report {
		r.ToolRuns[0].Category = name
		out := &evidence.Report{Source: r.Source, Format: r.Format, Kinds: r.Kinds, ToolRuns: r.ToolRuns}
		for _, f := range r.Findings.All() {
			f.Category = name
			out.Findings.AppendFinding(f)
		}
		return out
	}
	for name, x := range map[string]struct {
		againstBase
		says, remedy string
	}{
		"no base":                          {againstBase{now: one}, "the baseline: source src has no report there", "--base-reports"},
		"no base, and nothing found":       {againstBase{now: none}, "the baseline: source src has no report there", "--base-reports"},
		"half a base":                      {againstBase{now: one, base: []*evidence.Report{unsound(scan("b.sarif", []string{"gosec"}))}}, "the baseline: b.sarif:3:1: the file ends", "--base-reports"},
		"the tool failed there":            {againstBase{now: one, base: []*evidence.Report{failed}}, "the run of gosec did not succeed", "--base-reports"},
		"the tool did not run there":       {againstBase{now: one, base: []*evidence.Report{scan("b.sarif", []string{"CodeQL"})}}, "gosec did not run in the base, so nobody can tell whether 1 finding of it is new", "give the report of gosec on the base"},
		"the tool does not run any longer": {againstBase{now: none, base: []*evidence.Report{scan("b.sarif", []string{"gosec", "CodeQL"})}}, "CodeQL ran in the base and did not run now", "run CodeQL"},
		"another category": {againstBase{now: []*evidence.Report{category(one[0], "java")}, base: []*evidence.Report{category(scan("b.sarif", []string{"gosec"}), "go")}},
			"gosec (java) did not run in the base", "run gosec (go)"},
	} {
		t.Run(name, func(t *testing.T) {
			c := x.check(require("new.high", "=", "0"))
			if c.Outcome != gates.Inconclusive || !strings.Contains(c.Why, x.says) || !strings.Contains(c.Remedy, x.remedy) {
				t.Errorf("%s: %s\n%s", c.Outcome, c.Why, c.Remedy)
			}
			if strings.Contains(x.says, "the baseline") && c.Actual.Measured() {
				t.Errorf("%s were counted without a base", c.Actual)
			}
		})
	}
	// A tool that is out of the filter is not asked for, and one that is new and found
	// nothing has found nothing new.
	both := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec", "trivy"})}, base: []*evidence.Report{scan("b.sarif", []string{"gosec", "CodeQL"})}, filter: gates.Filter{Tools: []string{"!CodeQL"}}}
	if c := both.check(require("new.high", "=", "0")); !c.Holds {
		t.Errorf("%s: %s", c.Outcome, c.Why)
	}
}

// A file that moved into the filter does not make its findings new.
func TestFilterDoesNotMakeFindingsNew(t *testing.T) {
	a := againstBase{
		base: []*evidence.Report{scan("b.sarif", []string{"gosec"}, bug("old/a.go", 3))}, now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, bug("pay/a.go", 3), bug("x/b.go", 1))},
		diff:   changed(evidence.FileChange{Path: "pay/a.go", Old: "old/a.go", How: evidence.Renamed}),
		filter: gates.Filter{Paths: []string{"pay/**"}},
	}
	if c := a.check(require("new.high", "=", "0")); !c.Holds {
		t.Errorf("%s: %s", c.Outcome, c.Why)
	}
}

// Properties: whatever the order of the evidence, wherever the lines moved to and
// whatever the files are called now, what was there is not new and what is added is.
func TestNewFindingsDoNotDependOnOrderLinesOrNames(t *testing.T) {
	const rounds = 2000
	rng := rand.New(rand.NewPCG(4, 10))
	for round := range rounds {
		prints := rng.IntN(2) == 0
		files, n := 1+rng.IntN(4), rng.IntN(12)
		var base, now []evidence.Finding
		shift := make([]int, files)
		var diff evidence.Diff
		diff.Known = true
		name := make([]string, files)
		for i := range files {
			old := fmt.Sprintf("pkg/f%d.go", i)
			name[i], shift[i] = old, rng.IntN(50)
			f := evidence.FileChange{Path: old, How: evidence.Modified}
			if rng.IntN(2) == 0 {
				name[i] = fmt.Sprintf("new/g%d.go", i)
				f = evidence.FileChange{Path: name[i], Old: old, How: evidence.Renamed}
			}
			if shift[i] > 0 { // so many lines stand before the first
				f.Added = lines(1, shift[i])
			}
			diff.Files = append(diff.Files, f)
		}
		if rng.IntN(3) == 0 {
			for i := range files {
				name[i] = fmt.Sprintf("pkg/f%d.go", i) // nobody knows the change
			}
			diff = evidence.Diff{}
		}
		for i := range n {
			at, line := rng.IntN(files), 1+rng.IntN(20)
			f := saying(bug(fmt.Sprintf("pkg/f%d.go", at), line), fmt.Sprintf("bug %c at line %d", 'a'+rune(rng.IntN(3)), line))
			g := saying(bug(name[at], line+shift[at]), strings.Replace(f.Message, fmt.Sprintf("line %d", line), fmt.Sprintf("line %d", line+shift[at]), 1))
			if prints {
				f, g = printed(f, "p", fmt.Sprint(i)), printed(g, "p", fmt.Sprint(i))
			}
			base, now = append(base, f), append(now, g)
		}
		fixed := 0
		if n > 0 {
			fixed = rng.IntN(n)
			now = now[fixed:]
		}
		added := rng.IntN(4)
		for i := range added {
			f := saying(bug(name[rng.IntN(files)], 1+rng.IntN(90)), "a bug that was not there")
			if prints {
				f = printed(f, "p", fmt.Sprint("added", i))
			}
			now = append(now, f)
		}
		var why string
		for range 3 {
			rng.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
			rng.Shuffle(len(base), func(i, j int) { base[i], base[j] = base[j], base[i] })
			a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, now...)}, base: []*evidence.Report{scan("b.sarif", []string{"gosec"}, base...)}, diff: diff}
			c := a.check(require("new.high", "=", "0"))
			if c.Actual != evidence.CountOf(uint64(added)) {
				t.Fatalf("round %d: %s, want %d new\nbase %+v\nnow %+v\n%+v", round, c.Why, added, base, now, diff)
			}
			if text := fmt.Sprint(c.Why, c.Refs, c.Remedy); why != "" && text != why {
				t.Fatalf("round %d: in another order %s, was %s", round, text, why)
			} else {
				why = text
			}
			if fixed > 0 && !strings.Contains(c.Why, fmt.Sprintf("%d that the base has", fixed)) {
				t.Fatalf("round %d: %d fixed: %s", round, fixed, c.Why)
			}
		}
	}
}
