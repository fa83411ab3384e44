package gates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

const headCommit = "1234567890123456789012345678901234567890"

// diffOf makes a change of modified files, each with so many lines added and one
// removed.
func diffOf(files ...evidence.FileChange) evidence.Diff {
	return evidence.Diff{Base: strings.Repeat("b", 40), Head: headCommit, Known: true, Files: files}
}

func touched(path string, lines int) evidence.FileChange {
	f := evidence.FileChange{Path: path, How: evidence.Modified, Removed: []evidence.LineRange{{First: 1, Last: 1}}}
	if lines > 0 {
		f.Added = []evidence.LineRange{{First: 1, Last: lines}}
	}
	return f
}

// judgeChange judges one condition of a gate on a change.
func judgeChange(g gates.Gate, d evidence.Diff, facts evidence.Facts, c gates.Condition) (gates.Check, gates.Status) {
	g.Name, g.From, g.Conditions = "change", []string{"change"}, []gates.Condition{c}
	v := gates.Judge(gates.Policy{Gates: []gates.Gate{g}}, gates.Input{Diff: d, Facts: facts, Now: time.Unix(1e9, 0)})
	return v.Gates[0].Checks[0], v.Status
}

// R6, R12
func TestWhatChangesTogether(t *testing.T) {
	docs := gates.Gate{Change: gates.ChangeRules{Pairs: []gates.ChangePair{{If: []string{"api/**", "!**/*_test.go"}, Then: []string{"docs/**"}}}}}
	lock := gates.Gate{Change: gates.ChangeRules{Pairs: gates.Together([]string{"go.mod", "go.sum", "vendor/**"})}}
	split := gates.Gate{Change: gates.ChangeRules{Never: []string{"db/**", "web/**", "ops/**"}}}
	moved := evidence.FileChange{Path: "old/a.go", Old: "api/a.go", How: evidence.Renamed}
	gone := evidence.FileChange{Path: "api/a.go", How: evidence.Deleted}
	for name, x := range map[string]struct {
		gate   gates.Gate
		metric string
		files  []evidence.FileChange
		want   gates.Status
		says   string
	}{
		"documented":                        {docs, "unaccompanied", []evidence.FileChange{touched("api/a.go", 3), touched("docs/api.md", 1)}, gates.Pass, "what must change together was changed together; none is allowed"},
		"not documented":                    {docs, "unaccompanied", []evidence.FileChange{touched("api/a.go", 3), touched("api/b.go", 3), touched("x/docs/a.md", 1)}, gates.Fail, `1 rule is broken: 2 files were changed under "api/**" and "!**/*_test.go" and nothing under "docs/**"; none is allowed`},
		"tests call for no documents":       {docs, "unaccompanied", []evidence.FileChange{touched("api/a_test.go", 3)}, gates.NotApplicable, `no changed file matches "api/**" and "!**/*_test.go"`},
		"nothing changed":                   {docs, "unaccompanied", nil, gates.NotApplicable, `no changed file matches "api/**"`},
		"a file that leaves the folder":     {docs, "unaccompanied", []evidence.FileChange{moved}, gates.Fail, "1 file was changed under"},
		"a file that is deleted":            {docs, "unaccompanied", []evidence.FileChange{gone}, gates.Fail, "1 file was changed under"},
		"all of a lock":                     {lock, "unaccompanied", []evidence.FileChange{touched("go.mod", 1), touched("go.sum", 1), touched("vendor/a.go", 1)}, gates.Pass, "changed together"},
		"one of a lock":                     {lock, "unaccompanied", []evidence.FileChange{touched("go.mod", 1)}, gates.Fail, `2 rules are broken: 1 file was changed under "go.mod" and "go.sum" and nothing under "vendor/**"; 1 file was changed under "go.mod" and "vendor/**" and nothing under "go.sum"; none`},
		"two of a lock":                     {lock, "unaccompanied", []evidence.FileChange{touched("go.mod", 1), touched("go.sum", 1)}, gates.Fail, `nothing under "vendor/**"`},
		"none of a lock":                    {lock, "unaccompanied", []evidence.FileChange{touched("a.go", 1)}, gates.NotApplicable, "no changed file matches"},
		"one side":                          {split, "mixed", []evidence.FileChange{touched("db/a.sql", 1), touched("db/b.sql", 1), touched("c", 1)}, gates.Pass, `no two of "db/**", "web/**" and "ops/**" were changed together`},
		"two sides":                         {split, "mixed", []evidence.FileChange{touched("db/a.sql", 1), touched("ops/b", 1)}, gates.Fail, `"db/**" and "ops/**" were changed together; none is allowed`},
		"moved from one side to the other":  {split, "mixed", []evidence.FileChange{{Path: "web/a", Old: "db/a", How: evidence.Renamed}}, gates.Fail, `"db/**" and "web/**" were changed together`},
		"neither side":                      {split, "mixed", []evidence.FileChange{touched("c", 1)}, gates.NotApplicable, "no changed file matches"},
		"a gate without rules is no pass":   {gates.Gate{}, "unaccompanied", nil, gates.Inconclusive, "the gate has no rule that says what changes together"},
		"a gate without sides is no pass":   {gates.Gate{}, "mixed", nil, gates.Inconclusive, "the gate does not say what must not change together"},
		"one side that nothing is held to":  {gates.Gate{Change: gates.ChangeRules{Never: []string{"a"}}}, "mixed", nil, gates.Inconclusive, "does not say"},
		"rules apply to what paths let see": {gates.Gate{Change: docs.Change, Filter: gates.Filter{Paths: []string{"api/**"}}}, "unaccompanied", []evidence.FileChange{touched("api/a.go", 3), touched("docs/api.md", 1)}, gates.Fail, "nothing under"},
	} {
		t.Run(name, func(t *testing.T) {
			check, _ := judgeChange(x.gate, diffOf(x.files...), evidence.Facts{}, require(x.metric, "=", "0"))
			if check.Outcome != x.want || !strings.Contains(check.Why, x.says) {
				t.Errorf("%v: %s; want %v: %s", check.Outcome, check.Why, x.want, x.says)
			}
			if x.want == gates.Fail && (check.Remedy == "" || len(check.Refs) == 0) {
				t.Errorf("remedy %q, %d references", check.Remedy, len(check.Refs))
			}
		})
	}
}

// R6
func TestSizeOfTheChange(t *testing.T) {
	generated := touched("gen/a.pb.go", 5000)
	generated.Generated = true
	picture := evidence.FileChange{Path: "a.png", How: evidence.Modified, Binary: true}
	cut := evidence.FileChange{Path: "big.sql", How: evidence.Modified, Cut: true}
	added := evidence.FileChange{Path: "n.go", How: evidence.Added, Added: []evidence.LineRange{{First: 1, Last: 7}, {First: 9, Last: 9}}}
	d := diffOf(touched("a.go", 3), picture, generated, added)
	api := gates.Gate{Filter: gates.Filter{Paths: []string{"api/**"}}}
	for name, x := range map[string]struct {
		gate gates.Gate
		d    evidence.Diff
		c    gates.Condition
		want gates.Status
		says string
	}{
		"as many lines as are allowed":  {gates.Gate{}, d, require("changed-lines", "<=", "12"), gates.Pass, "the change adds and removes 12 lines; at most 12 are allowed (1 generated file with 5001 lines is not counted: gen/a.pb.go; 1 binary file has no lines)"},
		"one line more":                 {gates.Gate{}, d, require("changed-lines", "<=", "11"), gates.Fail, "the change adds and removes 12 lines; at most 11 are allowed"},
		"as many files as are allowed":  {gates.Gate{}, d, require("changed-files", "<=", "3"), gates.Pass, "the change touches 3 files; at most 3 are allowed (1 generated file"},
		"one file more":                 {gates.Gate{}, d, require("changed-files", "<", "3"), gates.Fail, "fewer than 3"},
		"nothing under the paths":       {api, d, require("changed-files", "=", "0"), gates.Pass, `no changed file matches paths "api/**"; none is allowed`},
		"nothing where there must be":   {api, d, require("changed-files", ">=", "1"), gates.Fail, `no changed file matches paths "api/**"; at least 1 is needed`},
		"a frozen folder":               {api, diffOf(evidence.FileChange{Path: "b", Old: "api/a", How: evidence.Renamed}), require("changed-files", "=", "0"), gates.Fail, "the change touches 1 file; none is allowed"},
		"lines that were left out":      {gates.Gate{}, diffOf(touched("a.go", 3), cut), require("changed-lines", "<=", "10"), gates.Inconclusive, "big.sql: the changed lines are not all known; what there is says: the change adds and removes 4 lines"},
		"too many besides those":        {gates.Gate{}, diffOf(touched("a.go", 30), cut), require("changed-lines", "<=", "10"), gates.Fail, "besides, big.sql"},
		"files are known without lines": {gates.Gate{}, diffOf(touched("a.go", 3), cut), require("changed-files", "<=", "2"), gates.Pass, "2 files"},
		"a change that touches nothing": {gates.Gate{}, diffOf(), require("changed-lines", "<=", "10"), gates.Pass, "the change touches no file; at most 10"},
	} {
		t.Run(name, func(t *testing.T) {
			check, _ := judgeChange(x.gate, x.d, evidence.Facts{}, x.c)
			if check.Outcome != x.want || !strings.Contains(check.Why, x.says) {
				t.Errorf("%v: %s; want %v: %s", check.Outcome, check.Why, x.want, x.says)
			}
		})
	}
}

// A change that nobody could read is none that touches nothing, whatever is asked
// of it.
func TestAChangeThatIsNotKnownIsNeverGreen(t *testing.T) {
	rules := gates.Gate{Change: gates.ChangeRules{Pairs: gates.Together([]string{"a", "b"}), Never: []string{"a", "b"}, Owners: []string{"@ann"}}}
	for _, d := range []evidence.Diff{
		{},
		{Head: headCommit, Unknown: "the checkout is shallow", Remedy: "fetch-depth: 0"},
		{Head: headCommit, Files: []evidence.FileChange{touched("a.go", 1)}},
	} {
		for _, metric := range []string{"unaccompanied", "mixed", "changed-files", "changed-lines", "unapproved-owners"} {
			check, verdict := judgeChange(rules, d, approvedBy("ann"), require(metric, "=", "0"))
			if check.Outcome != gates.Inconclusive || verdict != gates.Inconclusive || check.Remedy == "" {
				t.Errorf("%s of %+v: %v, %v: %s", metric, d, check.Outcome, verdict, check.Why)
			}
			if !strings.Contains(check.Why, "what the change touches is not known") || !strings.Contains(check.Why, d.Unknown) {
				t.Errorf("%s: %s", metric, check.Why)
			}
		}
	}
}

func approvedBy(logins ...string) evidence.Facts {
	f := evidence.Facts{Read: []evidence.FactPart{evidence.PullPart, evidence.ReviewsPart}, Pull: &evidence.Pull{Post: evidence.Post{Author: "author"}}}
	for i, l := range logins {
		f.Reviews = append(f.Reviews, review(l, evidence.ReviewApproved, headCommit, i))
	}
	return f
}

func review(by string, state evidence.ReviewState, commit string, at int) evidence.Review {
	return evidence.Review{ID: int64(at), Author: by, State: state, Commit: commit, At: time.Unix(int64(1e9+at), 0)}
}

// R6
func TestOwnersApprove(t *testing.T) {
	file := func(path string, owners ...string) evidence.FileChange {
		f := touched(path, 1)
		f.Owners = owners
		return f
	}
	with := func(f evidence.Facts, change func(*evidence.Facts)) evidence.Facts { change(&f); return f }
	reviews := func(rs ...evidence.Review) evidence.Facts {
		return with(approvedBy(), func(f *evidence.Facts) { f.Reviews = rs })
	}
	team := map[string][]string{"@Acme/db": {"Dora", "dan"}}
	d := diffOf(file("a.go", "@ann", "@bob"), file("b.go", "@ann", "@bob"), file("db/a.sql", "@acme/db"), file("c.go"))
	old := strings.Repeat("0", 40)
	alone := diffOf(file("a.go", "@ann"))
	moved := file("x/a.go")
	moved.Old, moved.OldOwners, moved.How = "a.go", []string{"@ann"}, evidence.Renamed
	for name, x := range map[string]struct {
		d     evidence.Diff
		facts evidence.Facts
		want  gates.Status
		says  string
	}{
		"one of each":                      {d, with(approvedBy("Bob", "dora"), func(f *evidence.Facts) { f.Teams = team }), gates.Pass, "the owners of 3 changed files have approved 1234567; none is allowed (1 changed file has no owner)"},
		"one list is missing":              {d, with(approvedBy("ann"), func(f *evidence.Facts) { f.Teams = team }), gates.Fail, "1 of 2 lists of owners of changed files has not approved 1234567; none is allowed (1 changed file of @acme/db"},
		"nobody":                           {d, with(approvedBy(), func(f *evidence.Facts) { f.Teams = team }), gates.Fail, "2 of 2 lists"},
		"somebody else":                    {alone, approvedBy("eve"), gates.Fail, "1 of 1 list of owners"},
		"a team that could not be read":    {d, approvedBy("ann"), gates.Inconclusive, "who is in @acme/db is not known"},
		"an older commit":                  {alone, reviews(review("ann", evidence.ReviewApproved, old, 1)), gates.Fail, "@ann approved 0000000, which is not the head"},
		"changes requested since":          {alone, reviews(review("ann", evidence.ReviewApproved, headCommit, 1), review("ann", evidence.ReviewRequested, headCommit, 2)), gates.Fail, "has not approved"},
		"dismissed since":                  {alone, reviews(review("ann", evidence.ReviewDismissed, headCommit, 2), review("ann", evidence.ReviewApproved, headCommit, 1)), gates.Fail, "has not approved"},
		"approved after changes requested": {alone, reviews(review("ANN", evidence.ReviewApproved, headCommit, 2), review("ann", evidence.ReviewRequested, headCommit, 1)), gates.Pass, "have approved"},
		"commented since":                  {alone, reviews(review("ann", evidence.ReviewApproved, headCommit, 1), review("ann", evidence.ReviewCommented, headCommit, 2)), gates.Pass, "have approved"},
		"the author":                       {diffOf(file("a.go", "@author")), approvedBy("author"), gates.Fail, "has not approved"},
		"an address":                       {diffOf(file("a.go", "ann@example.com")), approvedBy("ann"), gates.Inconclusive, "GitHub does not say whose address that is"},
		"an address besides a login":       {diffOf(file("a.go", "x@example.com", "@ann")), approvedBy("ann"), gates.Pass, "have approved"},
		"a file that was moved away":       {diffOf(moved), approvedBy("eve"), gates.Fail, "has not approved"},
		"nothing owned":                    {diffOf(file("a.go"), file("b.go")), evidence.Facts{}, gates.NotApplicable, "none of the 2 changed files has an owner"},
		"nothing changed":                  {diffOf(), evidence.Facts{}, gates.NotApplicable, "the change touches no file"},
		"reviews that were not read":       {alone, with(evidence.Facts{}, func(f *evidence.Facts) { f.Unread = map[evidence.FactPart]string{evidence.ReviewsPart: "no token"} }), gates.Inconclusive, "the reviews of the pull request were not read: no token"},
		"a head that is not known":         {withDiff(alone, func(d *evidence.Diff) { d.Head = "" }), approvedBy("ann"), gates.Inconclusive, "which commit is judged is not known"},
		"no CODEOWNERS":                    {withDiff(alone, func(d *evidence.Diff) { d.Codeowners = "none" }), approvedBy("ann"), gates.Inconclusive, "there is no CODEOWNERS"},
		"no CODEOWNERS, so nothing owned":  {withDiff(diffOf(file("a.go")), func(d *evidence.Diff) { d.Codeowners = "none" }), approvedBy("ann"), gates.Inconclusive, "there is no CODEOWNERS"},
		"a line that says nothing": {withDiff(alone, func(d *evidence.Diff) {
			d.OwnerProblems = []evidence.Problem{{Pos: evidence.Pos{File: "CODEOWNERS", Line: 3}, Message: "a pattern that begins with !"}}
		}), approvedBy("ann"), gates.Inconclusive, "CODEOWNERS:3: a pattern that begins with !"},
	} {
		t.Run(name, func(t *testing.T) {
			switch x.d.Codeowners {
			case "":
				x.d.Codeowners = ".github/CODEOWNERS"
			case "none":
				x.d.Codeowners = ""
			}
			check, _ := judgeChange(gates.Gate{}, x.d, x.facts, require("unapproved-owners", "=", "0"))
			if check.Outcome != x.want || !strings.Contains(check.Why, x.says) {
				t.Errorf("%v: %s; want %v: %s", check.Outcome, check.Why, x.want, x.says)
			}
			if !check.Status.Green() && check.Remedy == "" {
				t.Error("no remedy")
			}
		})
	}
}

func withDiff(d evidence.Diff, change func(*evidence.Diff)) evidence.Diff { change(&d); return d }

// The owners that a gate names stand in for CODEOWNERS.
func TestOwnersOfTheGate(t *testing.T) {
	g := gates.Gate{Filter: gates.Filter{Paths: []string{"crypto/**"}}, Change: gates.ChangeRules{Owners: []string{"@acme/security", "@ann"}}}
	d := diffOf(touched("crypto/a.go", 1), touched("b.go", 1))
	for logins, want := range map[string]gates.Status{"eve": gates.Fail, "ann": gates.Pass, "sam": gates.Pass} {
		facts := approvedBy(logins)
		facts.Teams = map[string][]string{"@acme/security": {"sam"}}
		check, _ := judgeChange(g, d, facts, require("unapproved-owners", "=", "0"))
		if check.Outcome != want {
			t.Errorf("approved by %s: %v: %s", logins, check.Outcome, check.Why)
		}
		if want == gates.Fail && (fmt.Sprint(check.Refs) != "[{crypto/a.go needs the approval of @acme/security or @ann}]" || check.Remedy != "ask for an approval of 1234567 by @acme/security or @ann") {
			t.Errorf("%v; %s", check.Refs, check.Remedy)
		}
	}
	if check, _ := judgeChange(g, diffOf(touched("b.go", 1)), evidence.Facts{}, require("unapproved-owners", "=", "0")); check.Outcome != gates.NotApplicable {
		t.Errorf("nothing under the paths: %v: %s", check.Outcome, check.Why)
	}
}
