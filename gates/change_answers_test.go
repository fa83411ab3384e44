package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers on what a change touches. R6, R12
func TestAnswersOnTheChange(t *testing.T) {
	pairs := func(n int) (g gates.Gate, files []evidence.FileChange) {
		for i := range n {
			g.Change.Pairs = append(g.Change.Pairs, gates.ChangePair{If: []string{fmt.Sprintf("a%d/**", i)}, Then: []string{fmt.Sprintf("d%d/**", i)}})
			files = append(files, touched(fmt.Sprintf("a%d/x", i), 1))
		}
		return g, files
	}
	broken := func(from, to int) string {
		var out []string
		for i := from; i < to; i++ {
			out = append(out, fmt.Sprintf(`1 file was changed under "a%d/**" and nothing under "d%d/**"`, i, i))
		}
		return strings.Join(out, "; ")
	}
	places := func(n int) (out string) {
		for i := range n {
			out += fmt.Sprintf("\n- a%d/x modified, and nothing under \"d%d/**\"", i, i)
		}
		return out
	}
	five, fiveFiles := pairs(5)
	six, sixFiles := pairs(6)
	docs := gates.Gate{Change: gates.ChangeRules{Pairs: []gates.ChangePair{{If: []string{"api/**"}, Then: []string{"docs/**"}}}}}
	never := func(patterns ...string) gates.Gate { return gates.Gate{Change: gates.ChangeRules{Never: patterns}} }
	on := func(paths ...string) gates.Gate { return gates.Gate{Filter: gates.Filter{Paths: paths}} }
	written := with(touched("g.go", 9), func(f *evidence.FileChange) { f.Generated = true })
	mix := []evidence.FileChange{touched("a", 3), {Path: "b.png", How: evidence.Added, Binary: true}, {Path: "e", How: evidence.Added}, {Path: "n", Old: "o", How: evidence.Renamed}, written}
	cut := with(touched("a", 3), func(f *evidence.FileChange) { f.Cut = true })
	moved := evidence.FileChange{Path: "web/a", Old: "db/a", How: evidence.Renamed}
	for name, x := range map[string]struct {
		gate   gates.Gate
		cond   gates.Condition
		files  []evidence.FileChange
		want   string
		change func(*evidence.Diff)
	}{
		"not documented": {gate: docs, cond: require("unaccompanied", "=", "0"), files: []evidence.FileChange{touched("api/b.go", 3), touched("api/a.go", 3)},
			want: `fail: 1 rule is broken: 2 files were changed under "api/**" and nothing under "docs/**"; none is allowed
- api/a.go modified, and nothing under "docs/**"
- api/b.go modified, and nothing under "docs/**"
> change a file under "docs/**", or take what calls for it out of the change`},
		"five rules": {gate: five, cond: require("unaccompanied", "<=", "4"), files: fiveFiles,
			want: "fail: 5 rules are broken: " + broken(0, 5) + "; at most 4 are allowed" + places(5) +
				`
> change a file under "d0/**", change a file under "d1/**", change a file under "d2/**", change a file under "d3/**" and change a file under "d4/**", or take what calls for it out of the change`},
		"six rules": {gate: six, cond: require("unaccompanied", "<=", "4"), files: sixFiles,
			want: "fail: 6 rules are broken: " + broken(0, 5) + "; and 1 more; at most 4 are allowed" + places(6) +
				`
> change a file under "d0/**", change a file under "d1/**", change a file under "d2/**", change a file under "d3/**", change a file under "d4/**" and 1 more, or take what calls for it out of the change`},
		"no rule": {cond: require("unaccompanied", "=", "0"), files: mix,
			want: "inconclusive: the gate has no rule that says what changes together\n> add `if-changed` and `then-changed`"},

		"one side alone": {gate: never("db/**", "web/**"), cond: require("mixed", "=", "0"), files: []evidence.FileChange{touched("db/a", 1), touched("db/b", 1)},
			want: `pass: no two of "db/**" and "web/**" were changed together; none is allowed`},
		"both sides": {gate: never("db/**", "web/**", "ops/**"), cond: require("mixed", "=", "0"), files: []evidence.FileChange{touched("web/a", 1), touched("db/a", 1)},
			want: `fail: "db/**" and "web/**" were changed together; none is allowed
- db/a modified, under "db/**"
- web/a modified, under "web/**"
> split the change, so that each part is in one of them`},
		"three sides are two too many": {gate: never("db/**", "web/**", "ops/**"), cond: require("mixed", "<=", "1"), files: []evidence.FileChange{touched("web/a", 1), touched("db/a", 1), touched("ops/a", 1)},
			want: `fail: "db/**", "web/**" and "ops/**" were changed together; at most 1 is allowed
- db/a modified, under "db/**"
- ops/a modified, under "ops/**"
- web/a modified, under "web/**"
> split the change, so that each part is in one of them`},
		"a file that goes from side to side": {gate: never("db/**", "web/**"), cond: require("mixed", "<=", "1"), files: []evidence.FileChange{moved},
			want: `pass: "db/**" and "web/**" were changed together; at most 1 is allowed
- web/a renamed, under "db/**"
- web/a renamed, under "web/**"`},
		"one pattern is no two": {gate: never("db/**"), cond: require("mixed", "=", "0"), files: mix,
			want: "inconclusive: the gate does not say what must not change together\n> add `never-together` with two patterns or more"},

		"files": {cond: require("changed-files", "<=", "1"), files: mix,
			want: `fail: the change touches 4 files; at most 1 is allowed (1 generated file with 10 lines is not counted: g.go)
- a modified, 4 lines
- b.png added, binary
- e added
- n renamed
> take 3 files out of the change`},
		"lines": {cond: require("changed-lines", "<=", "3"), files: mix,
			want: `fail: the change adds and removes 4 lines; at most 3 are allowed (1 generated file with 10 lines is not counted: g.go; 1 binary file has no lines)
- a modified, 4 lines
> take 1 line out of the change`},
		"one line": {cond: require("changed-lines", "=", "0"), files: []evidence.FileChange{touched("a", 0)},
			want: "fail: the change adds and removes 1 line; none is allowed\n- a modified, 1 line\n> take 1 line out of the change"},
		"the largest first": {cond: require("changed-files", "=", "0"), files: []evidence.FileChange{touched("a", 1), touched("b", 5)},
			want: "fail: the change touches 2 files; none is allowed\n- b modified, 6 lines\n- a modified, 2 lines\n> take 2 files out of the change"},
		"lines that are not all known": {cond: require("changed-lines", "<=", "9"), files: []evidence.FileChange{cut},
			want: "inconclusive: a: the changed lines are not all known; what there is says: the change adds and removes 4 lines; at most 9 are allowed\n- a the changed lines are not all known\n- a modified, 4 lines\n> check the whole history out, so that git reads them: actions/checkout with `fetch-depth: 0`"},
		"by the old name":                    {gate: on("o"), cond: require("changed-files", "<=", "9"), files: mix, want: "pass: the change touches 1 file; at most 9 are allowed\n- n renamed"},
		"not by an old name that is another": {gate: on("a", "z"), cond: require("changed-files", "<=", "9"), files: mix, want: "pass: the change touches 1 file; at most 9 are allowed (no changed file matches z)\n- a modified, 4 lines"},
		"no file of those":                   {gate: on("x/**"), cond: require("changed-files", "<=", "9"), files: mix, want: `pass: no changed file matches paths "x/**"; at most 9 are allowed`},
		"no line of those":                   {gate: on("x/**"), cond: require("changed-lines", "<=", "9"), files: mix, want: `pass: no changed file matches paths "x/**"; at most 9 are allowed`},
		"no file at all":                     {gate: on("x/**"), cond: require("changed-lines", "<=", "9"), want: "pass: the change touches no file; at most 9 are allowed"},
		"what it touches is not known": {cond: require("changed-files", "<=", "9"), change: func(d *evidence.Diff) { *d = evidence.Diff{Unknown: "no git\nat all"} },
			want: "inconclusive: what the change touches is not known: no git\n> judge a change whose files can be read"},
		"nor how to know it": {cond: require("changed-files", "<=", "9"), change: func(d *evidence.Diff) { *d = evidence.Diff{Remedy: "install git"} },
			want: "inconclusive: what the change touches is not known\n> install git"},
	} {
		t.Run(name, func(t *testing.T) {
			d := diffOf(x.files...)
			if x.change != nil {
				x.change(&d)
			}
			c, _ := judgeChange(x.gate, d, evidence.Facts{}, x.cond)
			if have := answer(c); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// Whole answers on the owners of what a change touches. R12
func TestAnswersOnOwners(t *testing.T) {
	file := func(path string, owners ...string) evidence.FileChange {
		return evidence.FileChange{Path: path, How: evidence.Modified, Owners: owners}
	}
	approve := func(who, commit string) evidence.Review {
		return evidence.Review{ID: 1, Author: who, State: evidence.ReviewApproved, Commit: commit, At: hour(10)}
	}
	three := []evidence.FileChange{file("b", "@ann", "@bob"), file("a", "@ann"), file("c", "@bob", "@ann"), file("d")}
	var many []evidence.FileChange
	for i := range 22 {
		many = append(many, file(fmt.Sprintf("f%02d", i), fmt.Sprintf("@p%02d", i)))
	}
	var notes, refs []string
	for i := range 20 {
		notes = append(notes, fmt.Sprintf("1 changed file of @p%02d", i))
		refs = append(refs, fmt.Sprintf("\n- f%02d needs the approval of @p%02d", i, i))
	}
	var stale []evidence.Review
	for i := range 22 {
		stale = append(stale, approve(fmt.Sprintf("q%02d", i), older))
	}
	var staleNotes []string
	for i := range 20 {
		staleNotes = append(staleNotes, fmt.Sprintf("@q%02d approved 1111111, which is not the head", i))
	}
	for name, x := range map[string]struct {
		files   []evidence.FileChange
		owners  []string
		reviews []evidence.Review
		want    string
	}{
		"nobody approved": {files: three,
			want: `fail: 2 of 2 lists of owners of changed files have not approved 1234567; none is allowed (2 changed files of @ann or @bob; 1 changed file of @ann; 1 changed file has no owner)
- a needs the approval of @ann
- b needs the approval of @ann or @bob
- c needs the approval of @ann or @bob
> ask for an approval of 1234567 by @ann or @bob and @ann`},
		"who owns all approved": {files: three, reviews: []evidence.Review{approve("Ann", headCommit)},
			want: "pass: the owners of 3 changed files have approved 1234567; none is allowed (1 changed file has no owner)"},
		"who owns some approved": {files: three, reviews: []evidence.Review{approve("bob", headCommit)},
			want: `fail: 1 of 2 lists of owners of changed files has not approved 1234567; none is allowed (1 changed file of @ann; 1 changed file has no owner)
- a needs the approval of @ann
> ask for an approval of 1234567 by @ann`},
		"of an older commit": {files: []evidence.FileChange{file("a", "@ann")}, reviews: []evidence.Review{approve("ann", older)},
			want: `fail: 1 of 1 list of owners of changed files has not approved 1234567; none is allowed (1 changed file of @ann; @ann approved 1111111, which is not the head)
- a needs the approval of @ann
> ask for an approval of 1234567 by @ann`},
		"a renamed file of the same owner": {files: []evidence.FileChange{{Path: "n", Old: "o", How: evidence.Renamed, Owners: []string{"@ann"}, OldOwners: []string{"@Ann"}}},
			want: `fail: 1 of 1 list of owners of changed files has not approved 1234567; none is allowed (1 changed file of @ann)
- n needs the approval of @ann
> ask for an approval of 1234567 by @ann`},
		"a renamed file that had an owner": {files: []evidence.FileChange{{Path: "n", Old: "o", How: evidence.Renamed, OldOwners: []string{"@ann"}}}, reviews: []evidence.Review{approve("ann", headCommit)},
			want: "pass: the owners of 1 changed file have approved 1234567; none is allowed"},
		"owners of the policy": {files: []evidence.FileChange{file("a", "@ann"), file("b")}, owners: []string{"@cleo"},
			want: `fail: 1 of 1 list of owners of changed files has not approved 1234567; none is allowed (2 changed files of @cleo)
- a needs the approval of @cleo
- b needs the approval of @cleo
> ask for an approval of 1234567 by @cleo`},
		"no owner": {files: []evidence.FileChange{file("a"), file("b")}, want: "not applicable: none of the 2 changed files has an owner"},
		"no file":  {want: "not applicable: the change touches no file"},
		"22 lists": {files: many,
			want: "fail: 22 of 22 lists of owners of changed files have not approved 1234567; none is allowed (" + strings.Join(notes, "; ") + "; and 2 more)" + strings.Join(refs, "") +
				"\n- and 2 more\n> ask for an approval of 1234567 by @p00, @p01, @p02, @p03, @p04 and 17 more"},
		"20 lists": {files: many[:20],
			want: "fail: 20 of 20 lists of owners of changed files have not approved 1234567; none is allowed (" + strings.Join(notes, "; ") + ")" + strings.Join(refs, "") +
				"\n> ask for an approval of 1234567 by @p00, @p01, @p02, @p03, @p04 and 15 more"},
		"22 older approvals": {files: []evidence.FileChange{file("a", "@ann")}, reviews: append(stale, approve("ann", headCommit)),
			want: "pass: the owners of 1 changed file have approved 1234567; none is allowed (" + strings.Join(staleNotes, "; ") + "; and 2 more)"},
		"20 older approvals": {files: []evidence.FileChange{file("a", "@ann")}, reviews: append(stale[:20:20], approve("ann", headCommit)),
			want: "pass: the owners of 1 changed file have approved 1234567; none is allowed (" + strings.Join(staleNotes, "; ") + ")"},
	} {
		t.Run(name, func(t *testing.T) {
			d := diffOf(x.files...)
			d.Codeowners = ".github/CODEOWNERS"
			c, _ := judgeChange(gates.Gate{Change: gates.ChangeRules{Owners: x.owners}}, d, facts(func(f *evidence.Facts) { f.Reviews = x.reviews }), require("unapproved-owners", "=", "0"))
			if have := answer(c); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}
