package gates_test

import (
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Which finding of the base one of this run is: of several that it could be, and
// through the lines and names that the change moves. R4 R10
func TestWhichFindingIsTheOldOne(t *testing.T) {
	type list = []evidence.Finding
	low := func(path string, line int) evidence.Finding {
		return finding("R", evidence.Low, evidence.LevelError, path, line)
	}
	fp := func(f evidence.Finding, value string) evidence.Finding { return printed(f, "h", value) }
	mod := func(path string, added, removed []int) evidence.FileChange {
		return evidence.FileChange{Path: path, How: evidence.Modified, Added: lines(added...), Removed: lines(removed...)}
	}
	renamed := func(from, to string) evidence.FileChange {
		return evidence.FileChange{Path: to, Old: from, How: evidence.Renamed}
	}
	newFile := evidence.FileChange{Path: "a.go", How: evidence.Added, Added: lines(1, 9)}
	gone3, here3 := list{fp(bug("a.go", 3), "X")}, list{fp(bug("a.go", 3), "Y")}
	cut, binary := mod("a.go", nil, []int{3, 3}), mod("a.go", nil, []int{3, 3})
	cut.Cut, binary.Binary = true, true
	column := func(col int, message string) evidence.Finding {
		f := saying(bug("a.go", 0), message)
		f.Col = col
		return f
	}
	for name, x := range map[string]struct {
		base, now list
		diff      evidence.Diff
		metric    string
		fresh     uint64
	}{
		"the least grave is old":                    {list{bug("a.go", 20)}, list{bug("a.go", 1), low("a.go", 9)}, evidence.Diff{}, "new.high", 1},
		"the least grave is old, listed first":      {list{bug("a.go", 20)}, list{low("a.go", 9), bug("a.go", 1)}, evidence.Diff{}, "new.high", 1},
		"a suppressed one is that of a suppressed":  {list{silenced(bug("a.go", 1)), bug("a.go", 2)}, list{silenced(bug("a.go", 5)), bug("a.go", 9)}, evidence.Diff{}, "new.high", 0},
		"a suppressed one takes what is open first": {list{bug("a.go", 2)}, list{silenced(bug("a.go", 5)), low("a.go", 9)}, evidence.Diff{}, "new.low", 1},
		"names that end in a number":                {list{printed(bug("a.go", 1), "h1", "X", "h2", "Y")}, list{printed(bug("a.go", 9), "h1", "X", "h2", "Z")}, evidence.Diff{}, "new.high", 1},
		"one version in two ways":                   {list{printed(bug("a.go", 1), "h/v01", "X", "h/v1", "Y")}, list{printed(bug("a.go", 9), "h/v01", "Z", "h/v1", "Y")}, evidence.Diff{}, "new.high", 0},
		"no message is no message of the rule's":    {list{saying(bug("a.go", 1), "")}, list{saying(bug("a.go", 1), "R")}, evidence.Diff{}, "new.high", 1},

		"the number of its line":            {list{saying(bug("a.go", 10), "leak of line 10")}, list{saying(bug("a.go", 20), "leak of line 20")}, evidence.Diff{}, "new.high", 0},
		"the number of the first line":      {list{saying(bug("a.go", 1), "leak of line 1")}, list{saying(bug("a.go", 2), "leak of line 2")}, evidence.Diff{}, "new.high", 0},
		"another number":                    {list{saying(bug("a.go", 10), "leak of 3")}, list{saying(bug("a.go", 20), "leak of 4")}, evidence.Diff{}, "new.high", 1},
		"a number is not nothing":           {list{saying(bug("a.go", 1), "v1")}, list{saying(bug("a.go", 2), "v")}, evidence.Diff{}, "new.high", 1},
		"without a line a column is none":   {list{column(5, "5 uses")}, list{column(7, "7 uses")}, evidence.Diff{}, "new.high", 1},
		"the same column on another line":   {list{saying(bug("a.go", 8), "at 8")}, list{saying(bug("a.go", 9), "at 9")}, evidence.Diff{}, "new.high", 0},
		"a path of the machine, renamed":    {list{bug("/r/pkg/a.go", 3)}, list{bug("/r/pkg/b.go", 3)}, changed(renamed("pkg/a.go", "pkg/b.go"), newFile), "new.high", 0},
		"a path of the package, renamed":    {list{bug("a.go", 3)}, list{bug("b.go", 3)}, changed(renamed("pkg/a.go", "pkg/b.go")), "new.high", 0},
		"renamed, and not said from what":   {list{bug("n.go", 3)}, list{bug("n.go", 3)}, changed(evidence.FileChange{Path: "n.go", How: evidence.Renamed, Added: lines(3, 3), Removed: lines(3, 3)}), "new.high", 0},
		"another fingerprint, on its line":  {gone3, here3, evidence.Diff{}, "new.high", 0},
		"another one, its line taken away":  {gone3, here3, changed(mod("a.go", nil, []int{3, 3})), "new.high", 1},
		"its line, perhaps taken away":      {gone3, here3, changed(cut), "new.high", 0},
		"nor of a binary file is it known":  {gone3, here3, changed(binary), "new.high", 0},
		"the first line taken away":         {list{fp(bug("a.go", 1), "X")}, list{fp(bug("a.go", 1), "Y")}, changed(mod("a.go", nil, []int{1, 1})), "new.high", 1},
		"two lines above it taken away":     {list{fp(bug("a.go", 9), "X")}, list{fp(bug("a.go", 7), "Y")}, changed(mod("a.go", nil, []int{1, 2})), "new.high", 0},
		"the line above it taken away":      {list{fp(bug("a.go", 9), "X")}, list{fp(bug("a.go", 8), "Y")}, changed(mod("a.go", nil, []int{8, 8})), "new.high", 0},
		"two lines added where it was":      {list{fp(bug("a.go", 5), "X")}, list{fp(bug("a.go", 7), "Y")}, changed(mod("a.go", []int{5, 6}, nil)), "new.high", 0},
		"two lines added after it":          {list{fp(bug("a.go", 5), "X")}, list{fp(bug("a.go", 5), "Y")}, changed(mod("a.go", []int{6, 7}, nil)), "new.high", 0},
		"on an added line":                  {list{bug("/r/a.go", 9)}, list{bug("/r/a.go", 3)}, changed(mod("a.go", []int{3, 3}, nil), mod("x/a.go", []int{3, 3}, nil)), "new.high", 1},
		"on a line of another file's":       {list{bug("/r/a.go", 9)}, list{bug("/r/a.go", 3)}, changed(mod("x/a.go", []int{3, 3}, nil)), "new.high", 0},
		"on an added line, for a lost one":  {list{bug("a.go", 9)}, list{bug("a.go", 3)}, changed(mod("a.go", []int{3, 3}, []int{9, 9})), "new.high", 0},
		"on an added line, for a kept one":  {list{bug("a.go", 9)}, list{bug("a.go", 3)}, changed(mod("a.go", []int{3, 3}, []int{8, 8})), "new.high", 1},
		"of a tool that another way writes": {list{bug("a.go", 9)}, list{bug("a.go", 3)}, evidence.Diff{}, "new.findings", 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, x.now...)}, base: []*evidence.Report{scan("b.sarif", []string{"gosec"}, x.base...)}, diff: x.diff}
			if c := a.check(require(x.metric, "=", "0")); c.Actual != evidence.CountOf(x.fresh) {
				t.Errorf("%s new, want %d: %s", c.Actual, x.fresh, answer(c))
			}
		})
	}
}

// Whole answers on new findings, and on the age that the base tells. R10
func TestAnswersOnNewFindings(t *testing.T) {
	const day = 24 * time.Hour
	old := func(line, days int, message string) evidence.Finding {
		return since(saying(bug("a.go", line), message), time.Duration(days)*day)
	}
	h := func(f evidence.Finding) evidence.Finding { return printed(f, "h", "X") }
	sarif := func(name string, tools []string, found ...evidence.Finding) []*evidence.Report {
		return []*evidence.Report{scan(name, tools, found...)}
	}
	gosec := []string{"gosec"}
	fix, noBase := "\n> fix or waive this finding", "inconclusive: the baseline: source src has no report there\n> have reports/**/*.xml there, in the reports of the base (--base-reports or --store)"
	ran := func(tool string) string {
		return tool + " ran in the base and did not run now, so nobody can tell what it would find"
	}
	again := func(tool string) string { return "run " + tool + ", or record a base without it" }
	for name, x := range map[string]struct {
		metric, bound string
		now, base     []*evidence.Report
		want          string
	}{
		"no base": {"new.high", "0", sarif("n", gosec, bug("a.go", 1)), nil, noBase},
		"one that is new": {"new.high", "0", sarif("n", gosec, bug("a.go", 1)), sarif("b", gosec),
			"fail: there is 1 new high finding; none is allowed\n- a.go:1 gosec R: look here" + fix},
		"one that the report calls new": {"new.high", "0", sarif("n", gosec, stated(bug("a.go", 1), evidence.BaselineNew)), sarif("b", gosec),
			"fail: there is 1 new high finding; none is allowed\n- a.go:1 gosec R: look here" + fix},
		"one that the report calls updated": {"new.high", "0", sarif("n", gosec, stated(bug("a.go", 1), evidence.BaselineUpdated)), sarif("b", gosec),
			"fail: there is 1 new high finding; none is allowed (the report itself calls 1 of them old, which does not count)\n- a.go:1 gosec R: look here" + fix},
		"the first by its line is the old one": {"new.high", "0", sarif("n", gosec, bug("a.go", 9), bug("a.go", 5)), sarif("b", gosec, bug("a.go", 1)),
			"fail: there is 1 new high finding among 2; none is allowed\n- a.go:9 gosec R: look here" + fix},
		"two tools that did not run now": {"new.high", "0", sarif("n", gosec), sarif("b", []string{"zap", "gosec", "trivy"}, bug("a.go", 1)),
			"inconclusive: " + ran("trivy") + "; " + ran("zap") + "; what there is says: there are no new high findings; none is allowed\n> " + again("trivy") + "; " + again("zap")},
		"a tool that did not run then, in two ways to write it": {"new.high", "0", sarif("n", []string{"gosec", "GoSec"}, bug("a.go", 1)), sarif("b", []string{"zap"}),
			"inconclusive: GoSec did not run in the base, so nobody can tell whether 1 finding of it is new; " + ran("zap") + "; what there is says: there are no new high findings among 1; none is allowed\n> give the report of GoSec on the base (--base-reports or --store); " + again("zap")},

		"the base, which the first one by its line is of": {"oldest.high", "30d", sarif("n", gosec, bug("a.go", 7)), sarif("b", gosec, old(9, 2, "look here"), old(5, 40, "look here")),
			"fail: the one high finding was first detected 40d ago; at most 30d is allowed\n- a.go:7 40d old: gosec R: look here" + fix},
		"the one of the same message": {"oldest.high", "30d", sarif("n", gosec, h(saying(bug("a.go", 6), "two"))), sarif("b", gosec, h(old(5, 40, "one")), h(old(9, 2, "two"))),
			"pass: the one high finding was first detected 2d ago; at most 30d is allowed"},
		"half a base says nothing of what is new": {"oldest.high", "30d", sarif("n", gosec, bug("a.go", 7)), []*evidence.Report{unsound(scan("b", gosec))},
			"inconclusive: a.go:7: nobody says when 1 finding was first detected\n- a.go:7 nobody says when 1 finding was first detected\n> have the tool write provenance.firstDetectionTimeUtc, or give a base that does not have them (--base-reports or --store)"},
		"the base does not say, and the report does": {"oldest.high", "30d", sarif("n", gosec, old(7, 31, "look here")), sarif("b", gosec, bug("a.go", 7)),
			"fail: the one high finding was first detected 31d ago; at most 30d is allowed\n- a.go:7 31d old: gosec R: look here" + fix},
	} {
		t.Run(name, func(t *testing.T) {
			op := map[bool]string{true: "=", false: "<="}[x.bound == "0"]
			if have := answer(againstBase{now: x.now, base: x.base, at: noon}.check(require(x.metric, op, x.bound))); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// Whole answers on findings where the evidence of them is missing in part. R4
func TestAnswersOnFindingsInPart(t *testing.T) {
	high := func(metric string) gates.Condition { return require(metric, "=", "0") }
	where := waiveFinding(gates.WaivedFinding{Rule: "R"})
	lost := func(why string) string { return "nobody can tell whether 1 finding is in the change: " + why }
	noTools := scan("n", nil)
	untold := &evidence.Report{Source: "n", Format: "sarif", Kinds: evidence.Findings}
	untold.Findings.AppendFinding(bug("a.go", 1))
	twice := &evidence.Report{Source: "n", Format: "sarif", Kinds: evidence.Findings}
	twice.Findings.AppendFinding(bug("a.go", 1))
	twice.Findings.AppendFinding(finding("Q", evidence.High, evidence.LevelError, "b.go", 2))
	five := []evidence.FileChange{{Path: "d.go", How: evidence.Deleted}, {Path: "c.go", How: evidence.Modified, Cut: true}, {Path: "b.go", How: evidence.Modified, Binary: true},
		{Path: "a.go", How: evidence.Modified, Added: lines(1, 1)}, {Path: "x\ny/e.go", How: evidence.Modified, Added: lines(1, 1)}}
	in5 := scan("n", []string{"gosec"}, bug("d.go", 1), bug("c.go", 1), bug("b.go", 1), bug("a.go", 0), bug("e.go", 1))
	for name, x := range map[string]struct {
		a    againstBase
		cond gates.Condition
		want string
	}{
		"no report, and a filter on tools": {againstBase{filter: gates.Filter{Tools: []string{"gosec"}}}, high("high"), "inconclusive: source src has no report: no file matches reports/**/*.xml\n> write the report reports/**/*.xml; no file matches"},
		"no tool, and a filter on tools": {againstBase{now: []*evidence.Report{noTools}, filter: gates.Filter{Tools: []string{"gosec"}}}, high("high"),
			"inconclusive: n: no tool ran; gosec did not run (none did)\n- n no tool ran\n> run the tool that writes n; run gosec, or correct the filter of the gate"},
		"no tool, and a finding": {againstBase{now: []*evidence.Report{untold}}, high("findings"),
			"fail: there is 1 finding; none is allowed; besides, n: no tool ran\n- a.go:1 R: look here\n> fix or waive this finding; run the tool that writes n"},
		"no tool, one finding, and one that is waived": {againstBase{now: []*evidence.Report{twice}, waivers: []gates.Waiver{where}, at: noon}, high("findings"),
			"fail: there is 1 finding; none is allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01); besides, n: no tool ran\n- b.go:2 Q: look here\n> fix or waive this finding; run the tool that writes n"},
		"one that names no file": {againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, bug("", 0))}, filter: gates.Filter{Paths: []string{"src/**"}}}, high("high"),
			`inconclusive: 1 finding names no file of the repository, so paths "src/**" cannot place it; what there is says: there are no high findings among 1; none is allowed (no finding's path matches src/**)` + "\n> have the tool write paths from the root of the repository, or filter by rules or tools"},
		"waived, where as much is allowed": {againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, bug("a.go", 1))}, waivers: []gates.Waiver{where}, at: noon}, require("high", "<=", "5"),
			"pass: there are no high findings; at most 5 are allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"an old one that is waived": {againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, since(bug("a.go", 1), 960*time.Hour))}, waivers: []gates.Waiver{where}, at: noon}, require("oldest.high", "<=", "30d"),
			"waived: there is no high finding; at most 30d is allowed (1 waived by w.yml:4:5 of @ann until 2026-12-01)"},
		"the oldest of none":               {againstBase{now: []*evidence.Report{scan("n", []string{"gosec"})}, at: noon}, require("oldest.high", "=", "0s"), "pass: there is no high finding; exactly 0s is expected"},
		"the oldest, of one second":        {againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, since(bug("a.go", 1), 2*time.Second))}, at: noon}, require("oldest.high", "=", "1s"), "fail: the one high finding was first detected 2s ago; exactly 1s is expected\n- a.go:1 2s old: gosec R: look here\n> " + unmendable},
		"the oldest of a tool that is off": {againstBase{now: []*evidence.Report{scan("n", []string{"gosec"})}, filter: gates.Filter{Tools: []string{"zap"}}, at: noon}, require("oldest.high", "<=", "30d"), "inconclusive: zap did not run (gosec did)\n> run zap, or correct the filter of the gate"},
		"in a change that nobody knows": {againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, bug("a.go", 1))}, diff: evidence.Diff{Unknown: "no git", Remedy: "check it out"}}, high("changed.high"),
			"inconclusive: what the change touches is not known: no git\n> check it out"},
		"in five places that nobody knows": {againstBase{now: []*evidence.Report{in5}, diff: changed(five...)}, high("changed.high"),
			"inconclusive: b.go:1: " + lost("b.go is a binary file that the change alters") + "; e.go:1: " + lost("e.go may be x of the change, or a file elsewhere of it") + "; a.go: " + lost("no line of a.go is named, and the change alters some") +
				"; c.go:1: " + lost("not all changed lines of c.go are known") + "; d.go:1: " + lost("the change deletes d.go") + "; what there is says: there are no high findings among 5 in the change; none is allowed" +
				"\n- a.go " + lost("no line of a.go is named, and the change alters some") + "\n- b.go:1 " + lost("b.go is a binary file that the change alters") + "\n- c.go:1 " + lost("not all changed lines of c.go are known") +
				"\n- d.go:1 " + lost("the change deletes d.go") + "\n- e.go:1 " + lost("e.go may be x of the change, or a file elsewhere of it") +
				"\n> filter it out by paths; have the tool write paths from the root of the repository; have the tool name the line, or filter by rules; judge where the repository is checked out with its history; run the tool on the head of the change"},
	} {
		t.Run(name, func(t *testing.T) {
			if have := answer(x.a.check(x.cond)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
	a := againstBase{now: []*evidence.Report{scan("n", []string{"gosec"}, bug("a.go", 1))}, waivers: []gates.Waiver{expired(where)}, at: noon}
	if w := a.check(high("high")).Waivers; len(w) != 1 || w[0].N != 1 || len(w[0].Refs) != 1 || w[0].Refs[0].Pos.String() != "a.go:1" {
		t.Errorf("the waiver that ended is of %+v", w)
	}
}

// Runs that list another number of rules than is expected, in the order of places.
func TestAnswersOnExpectedRules(t *testing.T) {
	r := scan("n", []string{"zap", "gosec"})
	r.ToolRuns[0].Rules, r.ToolRuns[0].At = -1, evidence.Pos{Line: 9}
	r.ToolRuns[1].Rules, r.ToolRuns[1].At = 1, evidence.Pos{Line: 2}
	a := againstBase{now: []*evidence.Report{r}, expect: gates.Expect{Rules: gates.Range{Min: 2}}}
	want := "inconclusive: n:2: the run of gosec lists 1 rule; 2 or more are expected; n:9: the run of zap lists 0 rules; 2 or more are expected; what there is says: there are no findings; none is allowed" +
		"\n- n:2 the run of gosec lists 1 rule; 2 or more are expected\n- n:9 the run of zap lists 0 rules; 2 or more are expected" +
		"\n> see which rules gosec is set to run, or change `expect` of source src; see which rules zap is set to run, or change `expect` of source src"
	if have := answer(a.check(require("findings", "=", "0"))); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
}
