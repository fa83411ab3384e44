package main

import "fmt"

// aged is a policy that wants its tests to be a day old at most.
const aged = "version: 1\nevidence: {e: {tests: [\"r/*\"], expect: {age: 24h}}}\ngates: {g: {from: e, require: [failed = 0]}}\n"

// ofHead is a policy that wants the evidence to be of the commit that is judged.
const ofHead = "version: 1\nevidence: {e: {tests: [\"r/*\"], expect: {commit: head}}}\ngates: {g: {from: e, require: [failed = 0]}}\n"

func writtenAt(when string) string {
	return fmt.Sprintf(`<testsuite name="s" tests="1"%s><testcase name="a"/></testsuite>`, when)
}

const leftBehind = "a stale report, of another commit, is taken for that of this run"

var staleWays = []way{
	{"a report of another year", "UnitOneAI/SecuritySkills", leftBehind, "UnitOneAI/SecuritySkills#2278", aged, r(writtenAt(` timestamp="2020-05-01T08:00:00Z"`)), nil, nil, 3},
	{"a fresh report, and one of another year", "UnitOneAI/SecuritySkills", leftBehind, "UnitOneAI/SecuritySkills#2278", aged,
		r(writtenAt(` timestamp="2026-05-01T08:00:00Z"`), writtenAt(` timestamp="2026-04-01T08:00:00Z"`)), nil, []string{"--at", "2026-05-01T09:00:00Z"}, 3},
	{"a report that states no time", "UnitOneAI/SecuritySkills", leftBehind, "UnitOneAI/SecuritySkills#2278", aged, r(writtenAt("")), nil, nil, 3},
	{"a report of tomorrow", "gates on age", "less than nothing is not too old", "Tollgate itself, until it was tried", aged, r(writtenAt(` timestamp="2026-05-02T08:00:00Z"`)), nil, []string{"--at", "2026-05-01T08:00:00Z"}, 3},
	{"nobody says of which commit the evidence is", "SonarSource/sonarqube-quality-gate-action", "the result of an older commit is taken for this one", "MetaMask/metamask-extension#35000", ofHead, onePass, nil, nil, 3},
}

// judgedChecks is a saved state of GitHub in which the head has these checks.
func judgedChecks(checks string) map[string]string {
	return map[string]string{"r/r": junit(passes(1)), "github.json": fmt.Sprintf(`{"repo": "acme/shop", "issue": 12, "open": true, "labels": ["Doing"], "assignees": [], "pull": 34, "head": "c0ffee",
		"facts": {"read": ["checks", "comments", "edits", "issue", "pull", "reviews", "threads"], "issue": {"number": 12, "author": "pia", "created": "2026-03-02T08:00:00Z", "body": ""},
		"pull": {"number": 34, "author": "dev", "base": "main", "head": "c0ffee", "open": true}, "checks": [%s]}}`, checks)}
}

func aCheck(id int, conclusion, workflow string) string {
	return fmt.Sprintf(`{"id": %d, "name": "build", "app": "github-actions", "conclusion": %q, "commit": "c0ffee", "at": "2026-03-02T1%d:00:00Z", "suite": %d%s}`, id, conclusion, id, id, workflow)
}

const (
	wantsBuild = "version: 1\nevidence: {e: {tests: [\"r/*\"]}}\ngates: {g: {from: checks, checks: [{name: build, app: github-actions%s}], require: [checks-failed = 0]}, t: {from: e, require: [failed = 0]}}\nphases: [{name: Doing, owner: \"@a\", exit: [g, t]}, {name: Done, owner: \"@b\"}]\n"
	ofCI       = `, "workflow": "ci.yml", "event": "push"`
	ofDocs     = `, "workflow": "docs.yml", "event": "push"`
)

var (
	fromSnapshot = []string{"handoff", "--dry-run", "--snapshot", "github.json"}
	everyBuild   = fmt.Sprintf(wantsBuild, "")
)

const requiredChecks = "GitHub's documentation of required checks"

var otherCheckWays = []way{
	{"build of one workflow failed, and later build of another is green", "GitHub's required checks", "one name is one check, whichever workflow ran last", requiredChecks, everyBuild, judgedChecks(aCheck(1, "failure", ofCI) + "," + aCheck(2, "success", ofDocs)), nil, fromSnapshot, 1},
	{"the same, and nobody knows of which workflow they are", "GitHub's required checks", "one name is one check", requiredChecks, everyBuild, judgedChecks(aCheck(1, "failure", "") + "," + aCheck(2, "success", "")), nil, fromSnapshot, 1},
	{"build is wanted of ci.yml, and only docs.yml has one", "GitHub's required checks", "whoever posts the name is believed", requiredChecks, fmt.Sprintf(wantsBuild, ", workflow: ci.yml"), judgedChecks(aCheck(1, "success", ofDocs)), nil, fromSnapshot, 3},
	{"build is wanted of ci.yml, and of which workflow it is nobody knows", "GitHub's required checks", "whoever posts the name is believed", requiredChecks, fmt.Sprintf(wantsBuild, ", workflow: ci.yml"), judgedChecks(aCheck(1, "success", "")), nil, fromSnapshot, 3},
	{"build was skipped", "GitHub's required checks", "a job that is skipped reports success", requiredChecks, everyBuild, judgedChecks(aCheck(1, "skipped", ofCI)), nil, fromSnapshot, 1},
}
