package gates_test

import (
	"slices"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A check of one workflow does not hide that of another one of the same name and app. R7
func TestChecksOfSeveralWorkflows(t *testing.T) {
	run := func(conclusion string, id int64, h int, suite int64, of ...string) evidence.CheckRun {
		c := evidence.CheckRun{ID: id, Name: "build", App: "github-actions", Conclusion: conclusion, Commit: head, At: hour(h), Suite: suite}
		if len(of) > 0 {
			c.Workflow, c.Event = of[0], of[1]
		}
		return c
	}
	const green, red = "success", "failure"
	of := func(workflow string) gates.Gate {
		return gates.Gate{Checks: []gates.NamedCheck{{Name: "build", App: "github-actions", Workflow: workflow}}}
	}
	for name, x := range map[string]struct {
		gate   gates.Gate
		checks []evidence.CheckRun
		want   string
	}{
		"a failure in another suite, and nobody knows of which workflow": {of(""), []evidence.CheckRun{run(red, 1, 10, 7), run(green, 2, 11, 8)},
			"fail: 1 of the 2 named checks ended without success on 2222222; none is allowed (build of github-actions is in 2 check suites, of which each counts: which of them are of one workflow is not known (actions: read))\n- build of github-actions failed\n> mend this check"},
		"a later attempt in the same suite": {of(""), []evidence.CheckRun{run(red, 1, 10, 7), run(green, 2, 11, 7)},
			"pass: none of the 1 named check ended without success on 2222222; none is allowed"},
		"a failure of another workflow": {of(""), []evidence.CheckRun{run(red, 1, 10, 7, "ci.yml", "push"), run(green, 2, 11, 8, "docs.yml", "push")},
			"fail: 1 of the 2 named checks ended without success on 2222222; none is allowed\n- build of github-actions (ci.yml, push) failed\n> mend this check"},
		"a failure of the same workflow by another event": {of(""), []evidence.CheckRun{run(red, 1, 10, 7, "ci.yml", "push"), run(green, 2, 11, 8, "ci.yml", "pull_request")},
			"fail: 1 of the 2 named checks ended without success on 2222222; none is allowed\n- build of github-actions (ci.yml, push) failed\n> mend this check"},
		"a later run of the same workflow": {of(""), []evidence.CheckRun{run(red, 1, 10, 7, "ci.yml", "push"), run(green, 2, 11, 8, "ci.yml", "push")},
			"pass: none of the 1 named check ended without success on 2222222; none is allowed"},
		"bound to the one that is green": {of("docs.yml"), []evidence.CheckRun{run(red, 1, 10, 7, "ci.yml", "push"), run(green, 2, 11, 8, "docs.yml", "push")},
			"pass: none of the 1 named check ended without success on 2222222; none is allowed (build of ci.yml does not count)"},
		"bound to one that did not run": {of("e2e.yml"), []evidence.CheckRun{run(green, 2, 11, 8, "docs.yml", "push")},
			"inconclusive: build of github-actions of e2e.yml (there is one of docs.yml, which does not count) has not run on 2222222; what there is says: none of the 1 named check ended without success on 2222222; none is allowed" +
				"\n> run build of github-actions of e2e.yml on 2222222, or correct its name in the policy"},
		"bound to one, and a commit status of the name, which is of no workflow": {of("ci.yml"), []evidence.CheckRun{{ID: 1, Name: "build", App: "github-actions", Status: true, Conclusion: green, Commit: head, At: hour(10)}},
			"inconclusive: build of github-actions of ci.yml has not run on 2222222; what there is says: none of the 1 named check ended without success on 2222222; none is allowed" +
				"\n> run build of github-actions of ci.yml on 2222222, or correct its name in the policy"},
		"bound to one, and nobody knows of which workflow it is": {of("ci.yml"), []evidence.CheckRun{run(green, 2, 11, 8)},
			"inconclusive: of which workflow build is a check is not known; build of github-actions of ci.yml has not run on 2222222; what there is says: none of the 1 named check ended without success on 2222222; none is allowed" +
				"\n> give Tollgate a token that has the permission actions: read; run build of github-actions of ci.yml on 2222222, or correct its name in the policy"},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				f := facts(func(f *evidence.Facts) { f.Checks = x.checks })
				if have := answer(judgeFacts("checks", x.gate, require("checks-failed", "=", "0"), f, head)); have != x.want {
					t.Errorf("have %s\nwant %s", have, x.want)
				}
				slices.Reverse(x.checks) // in whatever order GitHub lists them
			}
		})
	}
}
