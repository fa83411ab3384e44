package main

// based are reports of this run and of another, which is in b.
func based(now, then string) map[string]string {
	return map[string]string{"r/r": now, "b/r/r": then}
}

var (
	againstBase  = []string{"--base-reports", "b"}
	againstCycle = []string{"--cycle-reports", "b"}
)

// collected writes parts of the reports in directories: shards of one job.
func collected(shards ...string) (commands [][]string) {
	for _, s := range shards {
		commands = append(commands, []string{"collect", "-C", "m" + s[:1], "--policy", "policy.yml", "--shard", s, "--job", "unit", "--head", "c0ffee", "-o", "parts/" + s[:1] + ".tgpart"})
	}
	return commands
}

func machines(n int) map[string]string {
	files := map[string]string{"policy.yml": tests("failed = 0")}
	for i := range n {
		files["m"+string(rune('1'+i))+"/r/r"] = junit(passes(1 + i))
	}
	files["parts/readme"] = ""
	return files
}

var fromParts = []string{"--parts", "parts/*.tgpart", "--head", "c0ffee"}

var otherRunWays = []way{
	{"3 of 4 shards", "camunda", "merged, and success", "camunda#62965", tests("failed = 0"), machines(3), collected("1/4", "2/4", "3/4"), fromParts, 3},
	{"1 of 2 shards", "positron", "merged, and success", "positron#12108", tests("failed = 0"), machines(1), collected("1/2"), fromParts, 3},
	{"no part at all", "Comfy-Org", "nothing to merge is nothing wrong", "Comfy-Org#16682", tests("failed = 0"), machines(0), nil, fromParts, 3},
	{"parts of another commit", "SonarSource/sonarqube-quality-gate-action", "the result of an older commit is taken for this one", "MetaMask/metamask-extension#35000", tests("failed = 0"), machines(1), collected("1/1"), []string{"--parts", "parts/*.tgpart", "--head", "decaf0"}, 3},
	{"an empty part beside a good one", "getsentry/sentry", "the verdict is made before all uploads are there", "getsentry/sentry#45365", tests("failed = 0"), merged(machines(1), map[string]string{"parts/2.tgpart": ""}), collected("1/1"), fromParts, 3},
	{"a part that is cut off", "codecov", "uploads are dropped and the build stays green", "espnet#6691", tests("failed = 0"), merged(machines(1), map[string]string{"parts/2.tgpart": "tollgate part "}), collected("1/1"), fromParts, 3},
	{"one shard that says i/2, another i/3", "after_n_builds of codecov", "a count that is kept by hand", "codecov/feedback#282", tests("failed = 0"), machines(2), collected("1/2", "2/3"), fromParts, 3},
	{"no base, and new failures are limited", "keptn/keptn", "no history: relative criteria pass", "its specification", tests("new.failures = 0"), r(junit(passes(1))), nil, nil, 3},
	{"a base without tests", "jenkinsci/xunit-plugin", "compared with a build that had no tests", "JENKINS-28471", tests("new.failures = 0"), based(junit(passes(1)), "<testsuites/>"), nil, againstBase, 3},
	{"a base that is cut off", "k1LoW/octocov", "what cannot be read is 0", "its source", tests("lost-tests = 0"), based(junit(passes(1)), `<testsuite name="shop"><testcase name="p0"/>`), nil, againstBase, 3},
	{"a test is gone", "every action that was read", "fewer tests, all green", "wala#1298", tests("lost-tests = 0"), based(junit(passes(1)), junit(passes(2))), nil, againstBase, 1},
	{"a test that failed is skipped now", "every action that was read", "skipped is no failure", "their sources", tests("newly-skipped = 0"), based(junit(passes(1)+`<testcase name="f"><skipped/></testcase>`), junit(passes(1)+`<testcase name="f"/>`)), nil, againstBase, 1},
	{"one failure is mended and another is new", "jenkinsci/xunit-plugin", "new failures are a difference of counts", "its source", tests("new.failures = 0"),
		based(junit(passes(1)+`<testcase name="g"><failure/></testcase><testcase name="f"/>`), junit(passes(1)+`<testcase name="g"/>`+fails)), nil, againstBase, 1},
	{"the failing test is deleted in a correction", "every tool that was read", "nothing fails any more", "wala#1298", tests("persistent-failures = 0"), based(junit(passes(1)), junit(passes(1)+fails)), nil, againstCycle, 3},
	{"a tenth of the tests is gone", "every action that was read", "a drop is no failure", "wala#1298", tests("test-drop < 10%"), based(junit(passes(9)), junit(passes(10))), nil, againstBase, 1},
}

// merged is both.
func merged(a, b map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range []map[string]string{a, b} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}
