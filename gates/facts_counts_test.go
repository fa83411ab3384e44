package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// bothOf judges two conditions of one gate on what GitHub holds, and gives both answers.
func bothOf(from string, g gates.Gate, f evidence.Facts, conds ...gates.Condition) (all []string) {
	g.Name, g.From, g.Conditions = "gate", []string{from}, conds
	v := gates.Judge(gates.Policy{Gates: []gates.Gate{g}}, gates.Input{Facts: f, Diff: evidence.Diff{Head: head}, Now: hour(18)})
	for _, c := range v.Gates[0].Checks {
		all = append(all, answer(c))
	}
	return all
}

// What is read once serves every condition of the gate.
func TestTwoConditionsOnOneReading(t *testing.T) {
	f := facts(func(f *evidence.Facts) {
		f.Checks = []evidence.CheckRun{{ID: 1, Name: "build", App: "ci", Conclusion: "failure", Commit: head, At: hour(10)}}
		f.Reviews = []evidence.Review{{ID: 1, Author: "ann", State: evidence.ReviewApproved, Commit: head, At: hour(10)}}
	})
	have := bothOf("checks", gates.Gate{Checks: []gates.NamedCheck{{Name: "build"}}}, f, require("checks-missing", "=", "0"), require("checks-failed", "=", "0"))
	want := []string{"pass: none of the 1 named check did not run on 2222222; none is allowed",
		"fail: 1 of the 1 named check ended without success on 2222222; none is allowed\n- build of ci failed\n> mend this check"}
	if strings.Join(have, "\n") != strings.Join(want, "\n") {
		t.Errorf("have %s\nwant %s", have, want)
	}
	have = bothOf("reviews", gates.Gate{}, f, require("approvals", ">=", "1"), require("reviewers", ">=", "1"))
	want = []string{"pass: pull request #34 has 1 approval that counts, of @ann; at least 1 is needed", "pass: 1 person has reviewed pull request #34; at least 1 is needed"}
	if strings.Join(have, "\n") != strings.Join(want, "\n") {
		t.Errorf("have %s\nwant %s", have, want)
	}
}

// How many checks are named, and in which order. R7
func TestAnswersOnManyChecks(t *testing.T) {
	run := func(app, name, conclusion string) evidence.CheckRun {
		return evidence.CheckRun{ID: 1, Name: name, App: app, Conclusion: conclusion, Commit: head, At: hour(10)}
	}
	var gaps, waits []string
	var six []evidence.CheckRun
	for i := range 6 {
		name := fmt.Sprintf("p%d", i)
		six = append(six, run("ci", name, ""))
		gaps = append(gaps, name+" of ci has not finished")
		waits = append(waits, "wait for "+name)
	}
	others := func(n int) (all []evidence.CheckRun, apps []string) {
		for i := range n {
			all = append(all, run(fmt.Sprintf("app%02d", i), "build", "success"))
			apps = append(apps, fmt.Sprintf("app%02d", i))
		}
		return all, apps
	}
	twenty, apps := others(20)
	more, _ := others(22)
	absent := func(apps string) string {
		return "inconclusive: build of ci (there is one of " + apps + ", which does not count) has not run on 2222222; what there is says: none of the 1 named check ended without success on 2222222; none is allowed\n> run build of ci on 2222222, or correct its name in the policy"
	}
	one := []gates.NamedCheck{{Name: "build", App: "ci"}}
	for name, x := range map[string]struct {
		named  []gates.NamedCheck
		checks []evidence.CheckRun
		want   string
	}{
		"six that have not finished": {[]gates.NamedCheck{{Name: "p*"}}, six,
			"inconclusive: " + strings.Join(gaps, "; ") + "; what there is says: none of the 6 named checks ended without success on 2222222; none is allowed\n> " + strings.Join(waits, "; ")},
		"two of another app":    {[]gates.NamedCheck{{Name: "build*", App: "ci"}}, []evidence.CheckRun{run("evil", "build1", "success"), run("evil", "build2", "success"), run("ci", "build3", "success")}, "pass: none of the 1 named check ended without success on 2222222; none is allowed (build* of evil does not count)"},
		"of 20 other apps":      {one, twenty, absent(strings.Join(apps[:19], ", ") + " and app19")},
		"of 22 other apps":      {one, more, absent(strings.Join(apps, ", ") + " and others")},
		"of the same app twice": {one, []evidence.CheckRun{run("CI", "build", "success")}, "pass: none of the 1 named check ended without success on 2222222; none is allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			f := facts(func(f *evidence.Facts) { f.Checks = x.checks })
			if have := answer(judgeFacts("checks", gates.Gate{Checks: x.named}, require("checks-failed", "=", "0"), f, head)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// Of whom it is said that they count, or might. R7, R16
func TestAnswersOnPeople(t *testing.T) {
	approve := func(names ...string) func(*evidence.Facts) {
		return func(f *evidence.Facts) {
			for i, who := range names {
				f.Reviews = append(f.Reviews, evidence.Review{ID: int64(i + 1), Author: who, State: evidence.ReviewApproved, Commit: head, At: hour(10)})
			}
		}
	}
	by := func(names ...string) gates.Gate { return gates.Gate{Reviewers: gates.Reviewers{By: names}} }
	one, permission := require("approvals", ">=", "1"), "\n> name in the gate whose word counts, or give Tollgate a token that may read the repository's collaborators"
	noApproval := "what there is says: pull request #34 has no approvals that count; at least 1 is needed"
	token := "\n> run `tollgate handoff` with a token that has the permissions pull-requests: read, or with --snapshot"
	for name, x := range map[string]struct {
		gate  gates.Gate
		cond  gates.Condition
		facts evidence.Facts
		want  string
	}{
		"five strangers": {gates.Gate{}, one, facts(approve("s1", "s2", "s3", "s4", "s5")),
			"inconclusive: it is not known what @s1, @s2, @s3, @s4 and @s5 may do in the repository; " + noApproval + permission},
		"seven strangers": {gates.Gate{}, one, facts(approve("s1", "s2", "s3", "s4", "s5", "s6", "s7")),
			"inconclusive: it is not known what @s1, @s2, @s3, @s4, @s5 and 2 more may do in the repository; " + noApproval + permission},
		"a person and a team that nobody could read": {by("@bob", "@acme/ops"), one, facts(approve("ann")),
			"inconclusive: the members of @acme/ops are not known, so it is open whether @ann is one; " + noApproval + "\n> give Tollgate a token that may read the members of @acme/ops"},
		"one who is not the one named": {by("@bob"), one, facts(approve("ann")),
			"fail: pull request #34 has no approvals that count; at least 1 is needed (that of @ann, who is not among those named, does not count)\n> 1 more approval of 2222222 by @bob"},
		"a review that nobody has sent": {gates.Gate{}, require("reviewers", ">=", "1"), facts(func(f *evidence.Facts) {
			f.Reviews = []evidence.Review{{ID: 1, Author: "ann", State: evidence.ReviewPending, Commit: head, At: hour(10)}}
		}), "fail: nobody has reviewed pull request #34; at least 1 is needed\n> a review by 1 more person"},
		"one reviewer and one who might be": {gates.Gate{}, require("reviewers", "<=", "1"), facts(approve("ann", "eve")),
			"inconclusive: it is not known what @eve may do in the repository; what there is says: 1 person has reviewed pull request #34; at most 1 is allowed" + permission},
		"threads that nobody read": {gates.Gate{}, require("unresolved-threads", "=", "0"), facts(unreadParts(evidence.ThreadsPart)),
			"inconclusive: GitHub's review threads were not read: 403 Resource not accessible by integration" + token},
		"no pull request for an issue": {gates.Gate{}, one, facts(func(f *evidence.Facts) { f.Pull = nil }),
			"inconclusive: there is no pull request\n> open one that names the issue: Fixes #12"},
		"no pull request, and no issue": {gates.Gate{}, one, facts(func(f *evidence.Facts) { f.Pull, f.Issue = nil, evidence.Post{} }),
			"inconclusive: there is no pull request\n> open one that names an issue, as in Fixes #12"},
	} {
		t.Run(name, func(t *testing.T) {
			if have := answer(judgeFacts("reviews", x.gate, x.cond, x.facts, head)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// The change: what is missing is the whole answer, in the order of the files.
func TestAnswersOnAChangeInPart(t *testing.T) {
	cut := func(path string) evidence.FileChange {
		return with(touched(path, 3), func(f *evidence.FileChange) { f.Cut = true })
	}
	docs := gates.Gate{Change: gates.ChangeRules{Pairs: []gates.ChangePair{{If: []string{"API/**"}, Then: []string{"Docs/**"}}}}}
	history := "check the whole history out, so that git reads them: actions/checkout with `fetch-depth: 0`"
	lost := "the changed lines are not all known"
	for name, x := range map[string]struct {
		gate  gates.Gate
		cond  gates.Condition
		files []evidence.FileChange
		want  string
	}{
		"one file that does not match": {gates.Gate{Filter: gates.Filter{Paths: []string{"x/**"}}}, require("changed-lines", "<=", "9"), []evidence.FileChange{touched("a", 1)},
			`pass: no changed file matches paths "x/**"; at most 9 are allowed`},
		"lines of two files that are not all known": {gates.Gate{}, require("changed-lines", "<=", "9"), []evidence.FileChange{cut("b"), cut("a")},
			"inconclusive: a: " + lost + "; b: " + lost + "; what there is says: the change adds and removes 8 lines; at most 9 are allowed\n- a " + lost + "\n- b " + lost +
				"\n- a modified, 4 lines\n- b modified, 4 lines\n> " + history},
		"a capital makes another folder": {docs, require("unaccompanied", "=", "0"), []evidence.FileChange{touched("api/a", 1)},
			`not applicable: no changed file matches "API/**"`},
		"on the other side as well": {docs, require("unaccompanied", "=", "0"), []evidence.FileChange{touched("API/a", 1), touched("docs/a", 1)},
			"fail: 1 rule is broken: 1 file was changed under \"API/**\" and nothing under \"Docs/**\"; none is allowed\n- API/a modified, and nothing under \"Docs/**\"\n> change a file under \"Docs/**\", or take what calls for it out of the change"},
		"nor do sides of other letters mix": {gates.Gate{Change: gates.ChangeRules{Never: []string{"DB/**", "web/**"}}}, require("mixed", "=", "0"), []evidence.FileChange{touched("db/a", 1), touched("web/a", 1)},
			`pass: no two of "DB/**" and "web/**" were changed together; none is allowed`},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := judgeChange(x.gate, diffOf(x.files...), evidence.Facts{}, x.cond)
			if have := answer(c); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
	for _, metric := range []string{"unaccompanied", "mixed"} { // without a rule nothing is measured
		if c, _ := judgeChange(gates.Gate{}, diffOf(touched("a", 1)), evidence.Facts{}, require(metric, "=", "0")); c.Outcome != gates.Inconclusive || c.Actual.Measured() {
			t.Errorf("%s: %s, %s", metric, c.Actual, answer(c))
		}
	}
	d := diffOf(evidence.FileChange{Path: "a", How: evidence.Modified, Owners: []string{"@acme/z"}}, evidence.FileChange{Path: "b", How: evidence.Modified, Owners: []string{"@acme/b"}})
	d.Codeowners = ".github/CODEOWNERS"
	ann := facts(func(f *evidence.Facts) {
		f.Reviews = []evidence.Review{{ID: 1, Author: "ann", State: evidence.ReviewApproved, Commit: headCommit, At: hour(10)}}
	})
	c, _ := judgeChange(gates.Gate{}, d, ann, require("unapproved-owners", "=", "0"))
	if first, second := strings.Index(c.Why, "@acme/b"), strings.Index(c.Why, "@acme/z"); first < 0 || second < first {
		t.Errorf("teams that nobody could read, by their names: %s", answer(c))
	}
	for _, files := range [][]evidence.FileChange{nil, {touched("a", 1)}} { // no file, and none that has an owner
		d := diffOf(files...)
		d.Codeowners = ".github/CODEOWNERS"
		if c, _ := judgeChange(gates.Gate{}, d, facts(), require("unapproved-owners", "=", "0")); c.Actual != evidence.CountOf(0) || c.Outcome != gates.NotApplicable {
			t.Errorf("%d files: %s, %s", len(files), c.Actual, answer(c))
		}
	}
}

// What comes from a report is cut to a line of 200 bytes, and never in a letter.
func TestALongMessageIsCut(t *testing.T) {
	a := strings.Repeat("a", 198)
	for name, x := range map[string]struct{ message, want string }{
		"200 bytes":                      {a + "bc", a + "bc"},
		"201 bytes":                      {a + "bcd", a + "bc…"},
		"a letter of two bytes at 199":   {a + "bé!", a + "b…"},
		"a letter of two bytes at 198":   {a + "é!", a + "é…"},
		"a letter of four bytes at 198":  {a + "😀", a + "…"},
		"a line end first":               {"\n\n why\r\nnot", "why"},
		"a second line after one letter": {"a\nb", "a"},
	} {
		failed := evidence.Case{Suite: "s", Name: "T", Outcome: evidence.Failed}
		failed.Message = x.message
		c := tests(require("failed", "=", "0"), caseReport("u.xml", failed)).check(t)
		if want := "s T failed: " + x.want; len(c.Refs) != 1 || c.Refs[0].Text != want {
			t.Errorf("%s: have %v\nwant %s", name, c.Refs, want)
		}
	}
}
