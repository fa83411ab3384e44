package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// judgeFacts judges one condition on what GitHub holds, of a commit.
func judgeFacts(from string, g gates.Gate, c gates.Condition, f evidence.Facts, commit string) gates.Check {
	g.Name, g.From, g.Conditions, g.At = "gate", []string{from}, []gates.Condition{c}, evidence.Pos{File: ".tollgate.yml", Line: 8, Col: 3}
	return gates.Judge(gates.Policy{Gates: []gates.Gate{g}}, gates.Input{Facts: f, Diff: evidence.Diff{Head: commit}, Now: hour(18)}).Gates[0].Checks[0]
}

// Whole answers on the checks of others. R7
func TestAnswersOnChecks(t *testing.T) {
	run := func(app, name, conclusion string, id int64, h int) evidence.CheckRun {
		return evidence.CheckRun{ID: id, Name: name, App: app, Conclusion: conclusion, Commit: head, At: hour(h)}
	}
	named := func(names ...string) (g gates.Gate) {
		for _, n := range names {
			n, app, _ := strings.Cut(n, "/")
			g.Checks = append(g.Checks, gates.NamedCheck{Name: n, App: app})
		}
		return g
	}
	four := []evidence.CheckRun{run("ci", "build", "failure", 1, 10), run("ci", "lint", "success", 2, 10), run("ci", "e2e", "", 3, 10)}
	all := named("build", "lint", "e2e", "docs")
	for name, x := range map[string]struct {
		metric string
		gate   gates.Gate
		checks []evidence.CheckRun
		commit string
		change func(*evidence.Facts)
		want   string
	}{
		"failed": {metric: "checks-failed", gate: all, checks: four, commit: head,
			want: "fail: 1 of the 4 named checks ended without success on 2222222; none is allowed; besides, docs has not run on 2222222; e2e of ci has not finished\n- build of ci failed" +
				"\n> mend this check; run docs on 2222222, or correct its name in the policy; wait for e2e"},
		"missing": {metric: "checks-missing", gate: all, checks: four, commit: head,
			want: "fail: 1 of the 4 named checks did not run on 2222222; none is allowed\n- docs\n> run this check on 2222222"},
		"pending": {metric: "checks-pending", gate: all, checks: four, commit: head,
			want: "fail: 1 of the 4 named checks did not finish on 2222222; none is allowed; besides, docs has not run on 2222222\n- e2e of ci has not finished" +
				"\n> wait for this check; run docs on 2222222, or correct its name in the policy"},
		"one that is green": {metric: "checks-failed", gate: named("lint"), checks: four, commit: head,
			want: "pass: none of the 1 named check ended without success on 2222222; none is allowed"},
		"a later attempt": {metric: "checks-failed", gate: named("build"), checks: []evidence.CheckRun{run("ci", "build", "success", 1, 11), run("CI", "build", "failure", 2, 10)}, commit: head,
			want: "pass: none of the 1 named check ended without success on 2222222; none is allowed"},
		"an attempt of a higher number": {metric: "checks-failed", gate: named("build"), checks: []evidence.CheckRun{run("ci", "build", "failure", 1, 10), run("ci", "build", "success", 2, 10)}, commit: head,
			want: "pass: none of the 1 named check ended without success on 2222222; none is allowed"},
		"an attempt of a lower number": {metric: "checks-failed", gate: named("build"), checks: []evidence.CheckRun{run("ci", "build", "failure", 2, 10), run("ci", "build", "success", 1, 10)}, commit: head,
			want: "fail: 1 of the 1 named check ended without success on 2222222; none is allowed\n- build of ci failed\n> mend this check"},
		"of another app": {metric: "checks-failed", gate: named("build/ci"), checks: []evidence.CheckRun{run("evil", "build", "success", 1, 10), run("bad", "build", "success", 2, 10)}, commit: head,
			want: "inconclusive: build of ci (there is one of bad and evil, which does not count) has not run on 2222222; what there is says: none of the 1 named check ended without success on 2222222; none is allowed" +
				"\n> run build of ci on 2222222, or correct its name in the policy"},
		"of another app as well": {metric: "checks-failed", gate: named("build/ci"), checks: []evidence.CheckRun{run("evil", "build", "success", 1, 10), run("ci", "build", "failure", 2, 10)}, commit: head,
			want: "fail: 1 of the 1 named check ended without success on 2222222; none is allowed (build of evil does not count)\n- build of ci failed\n> mend this check"},
		"of two apps": {metric: "checks-failed", gate: named("build"), checks: []evidence.CheckRun{run("b", "build", "failure", 1, 10), run("a", "build", "error", 2, 10)}, commit: head,
			want: "fail: 2 of the 2 named checks ended without success on 2222222; none is allowed\n- build of a failed (error)\n- build of b failed\n> mend these 2 checks"},
		"the head of the pull request": {metric: "checks-failed", gate: named("lint"), checks: four,
			want: "pass: none of the 1 named check ended without success on 2222222; none is allowed"},
		"no head": {metric: "checks-failed", gate: named("lint"), checks: four, change: func(f *evidence.Facts) { f.Pull = nil },
			want: "inconclusive: the head commit is not known\n> give --head"},
		"none named": {metric: "checks-failed", checks: four, commit: head,
			want: "inconclusive: .tollgate.yml:8:3: gate gate names no checks\n- .tollgate.yml:8:3 gate gate names no checks\n> name them under checks"},
	} {
		t.Run(name, func(t *testing.T) {
			f := facts(func(f *evidence.Facts) { f.Checks = x.checks })
			if x.change != nil {
				x.change(&f)
			}
			if have := answer(judgeFacts("checks", x.gate, require(x.metric, "=", "0"), f, x.commit)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// Whole answers on reviews. R7, R16
func TestAnswersOnReviews(t *testing.T) {
	review := func(who string, state evidence.ReviewState, id int64, h int) evidence.Review {
		return evidence.Review{ID: id, Author: who, State: state, Commit: head, At: hour(h)}
	}
	yes, no, said := evidence.ReviewApproved, evidence.ReviewRequested, evidence.ReviewCommented
	stale := func(n int) (all []evidence.Review) {
		for i := range n {
			v := review(fmt.Sprintf("q%02d", i), yes, int64(i), 10)
			v.Commit = older
			all = append(all, v)
		}
		return all
	}
	staleNotes := func() string {
		var out []string
		for i := range 20 {
			out = append(out, fmt.Sprintf("that of @q%02d is of 1111111, and the head is 2222222", i))
		}
		return strings.Join(out, "; ")
	}
	by := func(names ...string) gates.Gate { return gates.Gate{Reviewers: gates.Reviewers{By: names}} }
	thread := func(body string) evidence.Thread {
		return evidence.Thread{Path: "a.go", Line: 7, Comments: []evidence.Comment{{Author: "ann", Body: body}}}
	}
	var qs []string
	for i := range 21 {
		qs = append(qs, fmt.Sprintf("@q%02d", i))
	}
	for name, x := range map[string]struct {
		gate    gates.Gate
		cond    gates.Condition
		reviews []evidence.Review
		threads []evidence.Thread
		want    string
	}{
		"two approvals of three": {cond: require("approvals", ">=", "3"), reviews: []evidence.Review{review("bob", yes, 1, 10), review("ann", yes, 2, 10)},
			want: "fail: pull request #34 has 2 approvals that count, of @ann and @bob; at least 3 are needed\n> 1 more approval of 2222222"},
		"none of two": {gate: by("@ann", "@bob"), cond: require("approvals", ">=", "2"),
			want: "fail: pull request #34 has no approvals that count; at least 2 are needed\n> 2 more approvals of 2222222 by @ann or @bob"},
		"none of the policy's, of any commit": {gate: gates.Gate{Reviewers: gates.Reviewers{Stale: true}}, cond: require("approvals", ">=", "1"),
			want: "fail: pull request #34 has no approvals that count; at least 1 is needed\n> 1 more approval"},
		"in the order of their numbers": {cond: require("approvals", ">=", "1"), reviews: []evidence.Review{review("ann", no, 2, 10), review("ann", yes, 1, 10)},
			want: "fail: pull request #34 has no approvals that count; at least 1 is needed\n> 1 more approval of 2222222"},
		"20 that do not count": {gate: by(qs...), cond: require("approvals", "=", "0"), reviews: stale(20),
			want: "pass: pull request #34 has no approvals that count; none is allowed (" + staleNotes() + ")"},
		"21 that do not count": {gate: by(qs...), cond: require("approvals", "=", "0"), reviews: stale(21),
			want: "pass: pull request #34 has no approvals that count; none is allowed (" + staleNotes() + "; and 1 more do not)"},
		"one who may and one of whom that is not known": {cond: require("approvals", ">=", "2"), reviews: []evidence.Review{review("ann", yes, 1, 10), review("eve", yes, 2, 10)},
			want: "inconclusive: it is not known what @eve may do in the repository; what there is says: pull request #34 has 1 approval that counts, of @ann; at least 2 are needed" +
				"\n> name in the gate whose word counts, or give Tollgate a token that may read the repository's collaborators"},

		"two reviewers": {cond: require("reviewers", ">=", "3"), reviews: []evidence.Review{review("ann", said, 1, 10), review("bob", no, 2, 10), review("dev", said, 3, 10)},
			want: "fail: 2 people have reviewed pull request #34; at least 3 are needed\n> a review by 1 more person"},
		"a reviewer of those named": {gate: by("@ann", "@bob"), cond: require("reviewers", ">=", "3"), reviews: []evidence.Review{review("ann", said, 1, 10)},
			want: "fail: 1 person has reviewed pull request #34; at least 3 are needed\n> a review by 2 more people of @ann or @bob"},
		"a reviewer, perhaps": {cond: require("reviewers", ">=", "1"), reviews: []evidence.Review{review("eve", said, 1, 10)},
			want: "inconclusive: it is not known what @eve may do in the repository; what there is says: nobody has reviewed pull request #34; at least 1 is needed" +
				"\n> name in the gate whose word counts, or give Tollgate a token that may read the repository's collaborators"},
		"two against": {cond: require("changes-requested", "=", "0"), reviews: []evidence.Review{review("bob", no, 1, 10), review("ann", no, 2, 10)},
			want: "fail: 2 people ask for changes of pull request #34; none is allowed\n- @ann asks for changes of 2222222\n- @bob asks for changes of 2222222" +
				"\n> make the changes and have these 2 people review again, or dismiss the reviews"},

		"two threads": {cond: require("unresolved-threads", "<=", "1"), threads: []evidence.Thread{thread("why?"), thread("")},
			want: "fail: 2 threads on pull request #34 are not resolved; at most 1 is allowed\n- a.go:7 @ann\n- a.go:7 @ann: why?\n> settle and resolve 1 of these 2 threads"},
		"a thread of each class": {gate: gates.Gate{Reviewers: gates.Reviewers{Classes: []string{"architecture", "issue"}}}, cond: require("unresolved-threads", "=", "0"), threads: []evidence.Thread{thread("issue: a"), thread("nitpick: b")},
			want: "fail: 1 thread of class architecture or issue on pull request #34 is not resolved, of 2 that are not; none is allowed\n- a.go:7 @ann: issue: a\n> settle and resolve this thread"},
		"two that say no class": {gate: gates.Gate{Reviewers: gates.Reviewers{Classes: []string{"architecture"}}}, cond: require("unresolved-threads", "=", "0"), threads: []evidence.Thread{thread("why?"), thread("how?")},
			want: "pass: no threads of class architecture on pull request #34 are not resolved, of 2 that are not; none is allowed (2 say no class and are not counted here)"},
	} {
		t.Run(name, func(t *testing.T) {
			f := facts(func(f *evidence.Facts) {
				f.Reviews, f.Threads = x.reviews, x.threads
				for i := range 21 {
					f.Permissions[fmt.Sprintf("q%02d", i)] = "write"
				}
			})
			if have := answer(judgeFacts("reviews", x.gate, x.cond, f, head)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}
