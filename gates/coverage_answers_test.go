package gates_test

import (
	"path"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Which changed files are of tests by their names, which no tool measures.
func TestWhichFilesAreOfTests(t *testing.T) {
	for file, want := range map[string]bool{
		"test/a.js": true, "tests/a.js": true, "x/__tests__/a.js": true, "spec/a.rb": true, "specs/a.rb": true, "x/testdata/y/a.go": true,
		"test_a.py": true, "conftest.py": true, "a_test.go": true, "a.test.js": true, "a.spec.ts": true, "a_spec.rb": true, "ATest.java": true, "ATests.java": true,
		"latest.js": false, "_test.js": false, "Test.java": false, "Tests.java": false, "testing/a.js": false, "Spec/a.js": false, "atest_a.py": false, "myconftest.py": false, "test.js": false,
	} {
		x := change{cond: require("patch.lines", ">=", "80%"), files: []evidence.FileChange{edited(file, 1, 1)}, tree: []string{"z" + path.Ext(file)}, reports: []*evidence.Report{lined("l", "z"+path.Ext(file), "+")}}
		c := x.check(t)
		if is := strings.Contains(c.Why, "1 changed test is not in this: "+file); is != want {
			t.Errorf("%s: %s", file, c.Why)
		}
	}
}

// Whole answers on coverage. R11
func TestAnswersOnCoverage(t *testing.T) {
	type report = map[string][2]uint64
	st := func(name string, files report) *evidence.Report { return shares(name, evidence.Statements, files) }
	ln := func(name string, files report) *evidence.Report { return shares(name, evidence.Lines, files) }
	added := func(p string) evidence.FileChange {
		return evidence.FileChange{Path: p, How: evidence.Added, Added: lines(1, 9)}
	}
	tested := func(n int) (files []evidence.FileChange) {
		for i := range n {
			files = append(files, edited(string(rune('a'+i))+"_test.js", 1, 1))
		}
		return append(files, edited("z.js", 1, 1))
	}
	go1 := func(p string, coverable ...int) evidence.FileChange {
		return with(edited(p, 1, 9), func(f *evidence.FileChange) { f.Parsed, f.Coverable = true, lines(coverable...) })
	}
	patch, fresh, lowest := require("patch.lines", ">=", "80%"), require("new-files.statements", ">=", "80%"), require("lowest.statements", ">=", "50%")
	seven := report{"a.go": {0, 1}, "b.go": {0, 1}, "c.go": {0, 1}, "d.go": {0, 1}, "e.go": {0, 1}, "f.go": {0, 1}, "g.go": {0, 1}, "h.go": {1, 1}}
	refs := ""
	for _, f := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		refs += "\n- " + f + ".go 0% (0/1) of its statements are covered"
	}
	cover5 := "\n> cover 1 more statement of a.go, 1 more statement of b.go, 1 more statement of c.go, 1 more statement of d.go, 1 more statement of e.go"
	six := report{"a.go": {0, 1}, "b.go": {0, 1}, "c.go": {0, 1}, "d.go": {0, 1}, "e.go": {0, 1}, "f.go": {0, 1}}
	five := report{"a.go": {0, 1}, "b.go": {0, 1}, "c.go": {0, 1}, "d.go": {0, 1}, "e.go": {0, 1}}
	first := func(n int) string {
		parts := strings.Split(refs, "\n")
		return "\n" + strings.Join(parts[1:n+1], "\n")
	}
	for name, x := range map[string]struct {
		change change
		want   string
	}{
		"five tests": {change{cond: patch, files: tested(5), reports: []*evidence.Report{lined("l", "z.js", "+")}}, "pass: 100% (1/1) of the changed lines are covered; at least 80% must be (5 changed tests are not in this: a_test.js, b_test.js, c_test.js, d_test.js and e_test.js)"},
		"six tests":  {change{cond: patch, files: tested(6), reports: []*evidence.Report{lined("l", "z.js", "+")}}, "pass: 100% (1/1) of the changed lines are covered; at least 80% must be (6 changed tests are not in this: a_test.js, b_test.js, c_test.js, d_test.js, e_test.js and 1 more)"},
		"new files": {change{cond: fresh, files: []evidence.FileChange{added("n.go"), added("m.go"), added("full.go"), edited("a.go", 1, 2)}, reports: []*evidence.Report{st("c", report{"n.go": {7, 10}, "m.go": {0, 1}, "full.go": {2, 2}, "a.go": {0, 9}})}},
			"fail: 69.23% (9/13) of the statements of new files are covered; at least 80% must be\n- n.go 3 of 10 statements not covered\n- m.go 1 of 1 statement not covered\n> cover 2 more statements in new files"},
		"new files under a filter of others": {change{cond: fresh, paths: []string{"pay/**"}, files: []evidence.FileChange{added("n.go")}, reports: []*evidence.Report{st("c", report{"n.go": {7, 10}})}},
			"inconclusive: no file matches paths \"pay/**\" (one file is \"n.go\")\n> correct the filter of the gate, or measure the files that it means"},
		"a new file that cannot be": {change{cond: fresh, files: []evidence.FileChange{added("n.go")}, reports: []*evidence.Report{st("c", report{"n.go": {9, 5}})}},
			"inconclusive: c: n.go: 9/5 statements covered, which cannot be; what there is says: 100% (5/5) of the statements of new files are covered; at least 80% must be\n- c n.go: 9/5 statements covered, which cannot be\n> write c again"},
		"no report, new files": {change{cond: fresh, files: []evidence.FileChange{added("n.go")}}, "inconclusive: source src has no report: no file matches reports/**/*.xml\n> write the report reports/**/*.xml; no file matches"},
		"seven below":          {change{cond: lowest, reports: []*evidence.Report{st("c", seven)}}, "fail: 0% (0/1) of the statements of a.go are covered, the least of 8 files; at least 50% must be" + refs + cover5 + " and likewise in 2 other files"},
		"six below":            {change{cond: lowest, reports: []*evidence.Report{st("c", six)}}, "fail: 0% (0/1) of the statements of a.go are covered, the least of 6 files; at least 50% must be" + first(6) + cover5 + " and likewise in 1 other file"},
		"five below":           {change{cond: lowest, reports: []*evidence.Report{st("c", five)}}, "fail: 0% (0/1) of the statements of a.go are covered, the least of 5 files; at least 50% must be" + first(5) + strings.Replace(cover5, ", 1 more statement of e.go", " and 1 more statement of e.go", 1)},
		"two, the larger gap first": {change{cond: lowest, reports: []*evidence.Report{st("c", report{"a.go": {0, 1}, "b.go": {0, 4}})}},
			"fail: 0% (0/4) of the statements of b.go are covered, the least of 2 files; at least 50% must be\n- b.go 0% (0/4) of its statements are covered\n- a.go 0% (0/1) of its statements are covered\n> cover 2 more statements of b.go and 1 more statement of a.go"},
		"too much": {change{cond: require("lowest.statements", "<=", "50%"), reports: []*evidence.Report{st("c", report{"a.go": {1, 1}})}},
			"fail: 100% (1/1) of the statements of a.go are covered; at most 50% may be\n- a.go 100% (1/1) of its statements are covered\n> " + unmendable},

		"one file of two measures it": {change{cond: require("statements", ">=", "50%"), reports: []*evidence.Report{st("c", report{"a.go": {1, 2}}), ln("d", report{"b.js": {1, 2}})}},
			"pass: 50% (1/2) of the statements are covered; at least 50% must be (1 of 2 files do not measure statements and are not in this)\n- a.go 1 of 2 statements not covered"},
		"two reports of one file": {change{cond: require("statements", ">=", "50%"), tree: []string{"a.go"}, reports: []*evidence.Report{st("c", report{"a.go": {3, 4}}), st("d", report{"a.go": {2, 3}})}},
			"pass: 66.66% (2/3) of the statements are covered; at least 50% must be (1 file is in several reports that cannot be joined exactly; of each number the worse was taken)\n- a.go 1 of 3 statements not covered"},
		"two files, each in two reports": {change{cond: require("statements", ">=", "50%"), tree: []string{"a.go", "b.go"}, reports: []*evidence.Report{st("c", report{"a.go": {3, 4}, "b.go": {1, 1}}), st("d", report{"a.go": {1, 1}, "b.go": {1, 1}})}},
			"pass: 66.66% (2/3) of the statements are covered; at least 50% must be (2 files are in several reports that cannot be joined exactly; of each number the worse was taken)\n- a.go 1 of 2 statements not covered"},
		"a pattern that matches nothing": {change{cond: require("statements", ">=", "50%"), paths: []string{"*.go", "*.js"}, reports: []*evidence.Report{st("c", report{"a.go": {1, 1}})}},
			"pass: 100% (1/1) of the statements are covered; at least 50% must be (no file matches *.js)"},
		"no file of the filter": {change{cond: require("statements", ">=", "50%"), paths: []string{"*.js"}, reports: []*evidence.Report{st("c", report{"b.go": {1, 1}, "a.go": {1, 1}, "c.go": {1, 1}})}},
			"inconclusive: no file matches paths \"*.js\" (one file is \"a.go\")\n> correct the filter of the gate, or measure the files that it means"},

		"joined, of the filter": {change{cond: require("joined", "=", "100%"), paths: []string{"x/**"}, tree: []string{"x/a.go"}, reports: []*evidence.Report{st("c", report{"x/a.go": {1, 2}, "b.go": {1, 2}})}},
			"pass: 100% (1/1) of the files in the reports are files of the repository; exactly 100% must be"},
		"none of the filter is joined": {change{cond: require("joined", "=", "100%"), paths: []string{"y/**"}, tree: []string{"x/a.go"}, reports: []*evidence.Report{st("c", report{"x/a.go": {1, 2}})}},
			"inconclusive: no file matches paths \"y/**\" (one file is \"x/a.go\")\n> correct the filter of the gate, or measure the files that it means"},
		"two are not joined": {change{cond: require("joined", "=", "100%"), tree: []string{"a.go"}, reports: []*evidence.Report{st("c", report{"a.go": {1, 2}, "y.go": {1, 2}, "z.go": {1, 2}})}},
			"fail: 33.33% (1/3) of the files in the reports are files of the repository; exactly 100% must be\n- c \"y.go\" is no file of the repository\n- c \"z.go\" is no file of the repository\n> have the tool write 2 more paths as the repository does, or leave out what is not in it"},
		"no report to join": {change{cond: require("joined", "=", "100%"), tree: []string{"a.go"}}, "inconclusive: source src has no report: no file matches reports/**/*.xml\n> write the report reports/**/*.xml; no file matches"},

		"code that a report of lines does not know, in Go": {change{cond: require("patch.statements", ">=", "80%"), files: []evidence.FileChange{go1("a.go", 4, 4)}, reports: []*evidence.Report{lined("l", "a.go", "+++++++++")}},
			"inconclusive: a.go:1: it is changed, and no report measures its statements\n- a.go:1 it is changed, and no report measures its statements\n> use a metric that the tool measures, for other files in a gate of their own by `paths`"},
		"no code by the source": {change{cond: require("patch.statements", ">=", "80%"), files: []evidence.FileChange{go1("a.go")}, reports: []*evidence.Report{lined("l", "a.go", "+++++++++")}},
			"not applicable: nothing coverable changed: no statements in 1 changed file"},
		"no code by the blocks": {change{cond: patch, files: []evidence.FileChange{edited("a.go", 9, 9)}, reports: []*evidence.Report{profile("c", "a.go", block(3, 1, 1))}},
			"not applicable: nothing coverable changed: no lines in 1 changed file"},
		"blocks that did not run": {change{cond: require("patch.statements", ">=", "80%"), files: []evidence.FileChange{edited("a.go", 1, 20)}, reports: []*evidence.Report{profile("c", "a.go", block(3, 1, 0), block(8, 4, 0), block(14, 1, 2))}},
			"fail: 16.66% (1/6) of the changed statements are covered; at least 80% must be\n- a.go:8 4 changed statements not covered\n- a.go:3 1 changed statement not covered\n> cover 4 more changed statements"},
		"two changed files in no report": {change{cond: patch, files: []evidence.FileChange{edited("c.js", 7, 7), edited("b.js", 5, 5)}, tree: []string{"a.js"}, reports: []*evidence.Report{lined("l", "a.js", "+")}},
			"inconclusive: b.js:5: it is changed and in no coverage report; c.js:7: it is changed and in no coverage report\n- b.js:5 it is changed and in no coverage report\n- c.js:7 it is changed and in no coverage report" +
				"\n> measure b.js, or take it out by `paths` of the gate; measure c.js, or take it out by `paths` of the gate"},
	} {
		t.Run(name, func(t *testing.T) {
			if have := answer(x.change.check(t)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// Where a path of a report is in the repository, by the rules that its other paths
// prove.
func TestWherePathsAreJoined(t *testing.T) {
	for name, x := range map[string]struct {
		tree, paths []string
		found       string // of the paths, y or n each
	}{
		"as they are":                                 {[]string{"a.go", "x/b.go"}, []string{"a.go", "x/b.go"}, "yy"},
		"by the path of a module":                     {[]string{"pay/a.go", "pay/b.go"}, []string{"ex.com/s/pay/a.go", "ex.com/s/pay/b.go"}, "yy"},
		"from a package of it":                        {[]string{"web/src/a.js", "web/src/b.js"}, []string{"src/a.js", "src/b.js"}, "yy"},
		"a name alone, where nothing is better":       {[]string{"web/a.js"}, []string{"a.js"}, "y"},
		"a name alone beside what is":                 {[]string{"web/a.js", "lib/src/b.js"}, []string{"a.js", "src/b.js"}, "ny"},
		"a name of another place":                     {[]string{"web/a.js"}, []string{"/usr/include/a.js"}, "n"},
		"two beginnings, proved by two":               {[]string{"web/src/a.js", "web/src/b.js"}, []string{"/app/src/a.js", "/app/src/b.js"}, "yy"},
		"two beginnings, of one, and nothing else":    {[]string{"web/src/a.js"}, []string{"/app/src/a.js"}, "y"},
		"two beginnings, of one, beside what is sure": {[]string{"web/src/a.js", "x/y.js"}, []string{"/app/src/a.js", "x/y.js"}, "ny"},
		"two of one name, in the rule of the rest":    {[]string{"web/a/index.js", "web/b/index.js", "web/a/x.js"}, []string{"a/index.js", "a/x.js"}, "yy"},
		"one written twice is one voice":              {[]string{"web/src/a.js", "x/y.js"}, []string{"/app/src/a.js", "/app/src/a.js", "x/y.js"}, "nny"},
		"with backslashes":                            {[]string{"x/b.go"}, []string{`.\x\b.go`}, "y"},
	} {
		r := &evidence.Report{Source: "c", Format: "lcov", Kinds: evidence.Coverage}
		for _, p := range x.paths {
			f := evidence.FileCoverage{Path: p}
			f.Set(evidence.Lines, evidence.Ratio{Num: 1, Den: 1})
			r.Coverage = append(r.Coverage, f)
		}
		for i, p := range x.paths {
			one := change{cond: require("joined", "=", "100%"), tree: x.tree, reports: []*evidence.Report{r}}
			c := one.check(t)
			lost := false
			for _, ref := range c.Refs {
				lost = lost || strings.Contains(ref.Text, `"`+strings.TrimPrefix(strings.ReplaceAll(p, `\`, "/"), "./")+`"`)
			}
			if lost != (x.found[i] == 'n') {
				t.Errorf("%s: %s: %v %s", name, p, c.Refs, c.Why)
			}
		}
	}
}
