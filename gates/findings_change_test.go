package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// R10: findings on lines that the change adds, and those of which nobody can tell.
func TestFindingsInTheChange(t *testing.T) {
	region := func(path string, first, last int) evidence.Finding {
		f := bug(path, first)
		f.EndLine = last
		return f
	}
	also := func(f evidence.Finding, places ...evidence.Place) evidence.Finding {
		f.Also = places
		return f
	}
	modified := evidence.FileChange{Path: "pkg/a.go", How: evidence.Modified, Added: lines(10, 12, 20, 20), Removed: lines(5, 5, 40, 44)}
	for name, x := range map[string]struct {
		found evidence.Finding
		diff  evidence.Diff
		want  int // -1 for inconclusive
		says  string
	}{
		"before the first added line":              {bug("pkg/a.go", 9), changed(modified), 0, ""},
		"the first added line":                     {bug("pkg/a.go", 10), changed(modified), 1, ""},
		"the last added line":                      {bug("pkg/a.go", 12), changed(modified), 1, ""},
		"after the last added line":                {bug("pkg/a.go", 13), changed(modified), 0, ""},
		"a region around added lines":              {region("pkg/a.go", 15, 30), changed(modified), 1, ""},
		"a region that ends on an added line":      {region("pkg/a.go", 13, 20), changed(modified), 1, ""},
		"a region between added lines":             {region("pkg/a.go", 13, 19), changed(modified), 0, ""},
		"next to lines that were taken away":       {bug("pkg/a.go", 38), changed(modified), 0, ""},
		"another file":                             {bug("pkg/b.go", 10), changed(modified), 0, ""},
		"a change of nothing":                      {bug("pkg/a.go", 10), changed(), 0, ""},
		"a new file":                               {bug("n.go", 1), changed(evidence.FileChange{Path: "n.go", How: evidence.Added}), 1, ""},
		"a copied file":                            {bug("n.go", 1), changed(evidence.FileChange{Path: "n.go", Old: "o.go", How: evidence.Copied}), 1, ""},
		"a renamed file":                           {bug("n.go", 1), changed(evidence.FileChange{Path: "n.go", Old: "o.go", How: evidence.Renamed}), 0, ""},
		"a path from the root of the machine":      {bug("/home/ci/repo/pkg/a.go", 10), changed(modified), 1, ""},
		"a URI from the root of the machine":       {bug("file:///home/ci/repo/pkg/a.go", 9), changed(modified), 0, ""},
		"a path of Windows":                        {bug(`C:\ci\repo\pkg\a.go`, 10), changed(modified), 1, ""},
		"a dot before the path":                    {bug("./pkg/a.go", 10), changed(modified), 1, ""},
		"the end of a name is no end of a path":    {bug("/home/ci/xpkg/a.go", 10), changed(modified), 0, ""},
		"a path from within the repository":        {bug("a.go", 10), changed(modified), -1, "a.go may be pkg/a.go of the change, or a file elsewhere of it"},
		"likewise, on a line that is not in it":    {bug("a.go", 9), changed(modified), 0, ""},
		"a path from above the repository":         {bug("repo/pkg/a.go", 10), changed(modified), -1, "repo/pkg/a.go may be pkg/a.go of the change, or a file elsewhere of it"},
		"two files that it may be":                 {bug("/w/pkg/a.go", 10), changed(modified, evidence.FileChange{Path: "a.go", How: evidence.Modified}), -1, "/w/pkg/a.go may be a.go or pkg/a.go"},
		"two files that it may be, in neither":     {bug("/w/pkg/a.go", 9), changed(modified, evidence.FileChange{Path: "a.go", How: evidence.Modified}), 0, ""},
		"two files that it may be, in both":        {bug("/w/pkg/a.go", 10), changed(modified, evidence.FileChange{Path: "a.go", How: evidence.Added}), 1, ""},
		"no file":                                  {bug("", 0), changed(modified), -1, "no file is named"},
		"no line of a changed file":                {bug("pkg/a.go", 0), changed(modified), -1, "no line of pkg/a.go is named"},
		"no line of a file that was renamed":       {bug("n.go", 0), changed(evidence.FileChange{Path: "n.go", Old: "o.go", How: evidence.Renamed}), 0, ""},
		"no line of a new file":                    {bug("n.go", 0), changed(evidence.FileChange{Path: "n.go", How: evidence.Added}), 1, ""},
		"no line of another file":                  {bug("pkg/b.go", 0), changed(modified), 0, ""},
		"a file whose changed lines are not known": {bug("big.go", 7), changed(evidence.FileChange{Path: "big.go", How: evidence.Modified, Cut: true}), -1, "not all changed lines of big.go are known"},
		"a binary file":                            {bug("x.jar", 1), changed(evidence.FileChange{Path: "x.jar", How: evidence.Modified, Binary: true}), -1, "x.jar is a binary file"},
		"a deleted file":                           {bug("gone.go", 1), changed(evidence.FileChange{Path: "gone.go", How: evidence.Deleted, Removed: lines(1, 9)}), -1, "the change deletes gone.go"},
		"its second place":                         {also(bug("pkg/b.go", 1), evidence.Place{Path: "pkg/a.go", Line: 10}), changed(modified), 1, ""},
		"its second place, not on the lines":       {also(bug("pkg/b.go", 1), evidence.Place{Path: "pkg/a.go", Line: 9}), changed(modified), 0, ""},
		"its second place, a region":               {also(bug("pkg/b.go", 1), evidence.Place{Path: "pkg/a.go", Line: 1, EndLine: 10}), changed(modified), 1, ""},
		"its third place cannot be told":           {also(bug("pkg/b.go", 1), evidence.Place{Path: "c.go", Line: 1}, evidence.Place{Path: "a.go", Line: 10}), changed(modified), -1, "a.go may be pkg/a.go"},
		"one place cannot be told, one is in it":   {also(bug("a.go", 10), evidence.Place{Path: "pkg/a.go", Line: 11}), changed(modified), 1, ""},
		"a change that nobody knows":               {bug("pkg/a.go", 10), evidence.Diff{Unknown: "the history is cut", Remedy: "fetch-depth: 0"}, -1, "what the change touches is not known: the history is cut"},
		"no word of the change":                    {bug("pkg/a.go", 10), evidence.Diff{}, -1, "what the change touches is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, x.found)}, diff: x.diff}
			c := a.check(require("changed.high", "=", "0"))
			switch {
			case !strings.Contains(c.Why, x.says):
				t.Errorf("%s: %s", c.Outcome, c.Why)
			case x.want < 0:
				if c.Outcome != gates.Inconclusive || c.Remedy == "" {
					t.Errorf("%s: %s\n%s", c.Outcome, c.Why, c.Remedy)
				}
			case c.Partial || c.Actual != evidence.CountOf(uint64(x.want)) || c.Holds != (x.want == 0):
				t.Errorf("%s: %s", c.Outcome, c.Why)
			}
			if c := a.check(require("changed.critical", "=", "0")); x.diff.Known && !c.Holds { // what is not counted need not be placed
				t.Errorf("changed.critical: %s", c.Why)
			}
		})
	}
}

// A finding that is in the change fails whatever else cannot be placed.
func TestFindingInTheChangeFailsBesidesOneThatIsLost(t *testing.T) {
	a := againstBase{
		now:  []*evidence.Report{scan("n.sarif", []string{"gosec"}, bug("n.go", 1), bug("", 0), bug("", 0), silenced(bug("n.go", 2)))},
		diff: changed(evidence.FileChange{Path: "n.go", How: evidence.Added}),
	}
	c := a.check(require("changed.findings", "=", "0"))
	const want = "there is 1 finding among 3 in the change; none is allowed (1 suppressed); besides, n.sarif: nobody can tell whether 2 findings are in the change: no file is named"
	if c.Outcome != gates.Fail || c.Why != want || !strings.HasPrefix(c.Remedy, "fix or waive this finding; ") {
		t.Errorf("%s: %s\n%s", c.Outcome, c.Why, c.Remedy)
	}
}

// since gives a finding the time of its first detection.
func since(f evidence.Finding, ago time.Duration) evidence.Finding {
	f.FirstSeen = noon.Add(-ago)
	return f
}

// R10: how long a finding may stay.
func TestAgeOfFindings(t *testing.T) {
	const day = 24 * time.Hour
	type list = []evidence.Finding
	for name, x := range map[string]struct {
		base, now list
		noBase    bool
		want      string // of at most 30d
		says      string
	}{
		"none":                            {nil, nil, true, "pass", "there is no high finding; at most 30d is allowed"},
		"exactly as old as it may be":     {nil, list{since(bug("a.go", 1), 30*day)}, true, "pass", "the one high finding was first detected 30d ago"},
		"a second older":                  {nil, list{since(bug("a.go", 1), 30*day+time.Second)}, true, "fail", "was first detected 30.00001d ago; at most 30d is allowed"},
		"the oldest counts":               {nil, list{since(bug("a.go", 1), day), since(bug("b.go", 1), 45*day)}, true, "fail", "the oldest of 2 high findings was first detected 45d ago"},
		"not known":                       {nil, list{bug("a.go", 1)}, true, "inconclusive", "a.go:1: nobody says when 1 finding was first detected"},
		"one is not known":                {nil, list{bug("a.go", 1), since(bug("b.go", 1), day)}, true, "inconclusive", "nobody says when 1 finding was first detected; what there is says: the one high finding"},
		"too old beside one not known":    {nil, list{bug("a.go", 1), since(bug("b.go", 1), 31*day)}, true, "fail", "31d ago"},
		"later than now":                  {nil, list{since(bug("a.go", 1), -day)}, true, "inconclusive", "nobody says"},
		"new since the base":              {nil, list{bug("a.go", 1)}, false, "pass", "first detected 0s ago"},
		"in the base, which does not say": {list{bug("a.go", 1)}, list{bug("a.go", 1)}, false, "inconclusive", "nobody says"},
		"the base says":                   {list{since(bug("a.go", 1), 40*day)}, list{bug("a.go", 5)}, false, "fail", "40d ago"},
		"the earlier of the two":          {list{since(bug("a.go", 1), 40*day)}, list{since(bug("a.go", 5), time.Hour)}, false, "fail", "40d ago"},
		"the earlier is this run's":       {list{since(bug("a.go", 1), time.Hour)}, list{since(bug("a.go", 5), 31*day)}, false, "fail", "31d ago"},
		"suppressed":                      {nil, list{silenced(since(bug("a.go", 1), 90*day))}, true, "pass", "1 suppressed"},
		"another severity":                {nil, list{since(finding("Q", evidence.Low, evidence.LevelNote, "a.go", 1), 90*day)}, true, "pass", "there is no high finding"},
	} {
		t.Run(name, func(t *testing.T) {
			a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, x.now...)}, at: noon}
			if !x.noBase {
				a.base = []*evidence.Report{scan("b.sarif", []string{"gosec"}, x.base...)}
			}
			c := a.check(require("oldest.high", "<=", "30d"))
			if c.Outcome.String() != x.want || !strings.Contains(c.Why, x.says) || c.Outcome > gates.Warned && c.Remedy == "" {
				t.Errorf("%s: %s\n%s", c.Outcome, c.Why, c.Remedy)
			}
			if c.Outcome == gates.Fail && !strings.Contains(c.Remedy, "fix or waive this finding") {
				t.Errorf("remedy: %s, refs %v", c.Remedy, c.Refs)
			}
		})
	}
	// A waiver takes the finding out of account, and the next oldest counts.
	w := gates.Waiver{Finding: &gates.WaivedFinding{Path: "a.go"}, Reason: "r", Owner: "@ann", ApprovedBy: "@bob", Created: noon.Add(-day), Expires: noon.Add(day)}
	a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, since(bug("a.go", 1), 90*day), since(bug("b.go", 1), 2*day))}, at: noon, waivers: []gates.Waiver{w}}
	if c := a.check(require("oldest.high", "<=", "30d")); c.Outcome != gates.Waived || !strings.Contains(c.Why, "the one high finding was first detected 2d ago") {
		t.Errorf("%s: %s", c.Outcome, c.Why)
	}
	if c := a.check(require("oldest.high", ">=", "30d")); c.Outcome != gates.Fail || !strings.Contains(c.Remedy, "no better evidence") {
		t.Errorf("%s: %s %s", c.Outcome, c.Why, c.Remedy)
	}
}

// Findings are chosen by weakness, and one whose tool never names any is not passed
// over in silence.
func TestFilterByWeakness(t *testing.T) {
	weak := func(f evidence.Finding, cwe ...string) evidence.Finding {
		f.CWE = cwe
		return f
	}
	for name, x := range map[string]struct {
		found []evidence.Finding
		want  gates.Status
		says  string
	}{
		"one of those":           {[]evidence.Finding{weak(bug("a.go", 1), "CWE-20", "CWE-79")}, gates.Fail, "there is 1 high finding; none"},
		"another weakness":       {[]evidence.Finding{weak(bug("a.go", 1), "CWE-7", "CWE-790")}, gates.Pass, ""},
		"none, where others are": {[]evidence.Finding{weak(bug("a.go", 1), "CWE-7"), bug("b.go", 1)}, gates.Pass, "1 finding names no weakness and is not counted"},
		"no finding names any":   {[]evidence.Finding{bug("a.go", 1), bug("b.go", 1)}, gates.Inconclusive, "no finding of gosec names a weakness, so nobody can tell which of 2 findings are CWE-79, CWE-89"},
		"no finding at all":      {nil, gates.Pass, "there are no high findings"},
	} {
		t.Run(name, func(t *testing.T) {
			a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, x.found...)}, filter: gates.Filter{CWEs: []string{"CWE-79", "CWE-89"}}}
			if c := a.check(require("high", "=", "0")); c.Outcome != x.want || !strings.Contains(c.Why, x.says) {
				t.Errorf("%s: %s", c.Outcome, c.Why)
			}
		})
	}
}

// A run that lists no rule has proved nothing, where the policy asks for rules.
func TestExpectedRules(t *testing.T) {
	for name, x := range map[string]struct {
		rules int
		want  gates.Status
		says  string
	}{
		"none":   {0, gates.Inconclusive, "n.sarif: the run of gosec lists 0 rules; 1 or more are expected"},
		"enough": {1, gates.Pass, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := scan("n.sarif", []string{"gosec"})
			r.ToolRuns[0].Rules = x.rules
			a := againstBase{now: []*evidence.Report{r}, expect: gates.Expect{Rules: gates.Range{Min: 1}}}
			if c := a.check(require("high", "=", "0")); c.Outcome != x.want || !strings.Contains(c.Why, x.says) {
				t.Errorf("%s: %s", c.Outcome, c.Why)
			}
		})
	}
}
