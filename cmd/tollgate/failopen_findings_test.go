package main

import (
	"fmt"
	"strings"
)

// sarif is a run of one tool with two rules, of which the first is an error.
func sarif(members string) string {
	return `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scan", "rules": [{"id": "E1", "defaultConfiguration": {"level": "error"}}, {"id": "N1", "defaultConfiguration": {"level": "note"}}]}}, ` + members + `}]}`
}

// found is one result with further members.
func found(members string) string {
	return sarif(`"results": [` + aResult(members) + `]`)
}

func aResult(members string) string {
	return `{"message": {"text": "bad"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.go"}, "region": {"startLine": 3}}}], ` + members + `}`
}

const anError = `"results": [{"ruleId": "E1", "level": "error", "message": {"text": "bad"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.go"}, "region": {"startLine": 3}}}]}]`

const (
	goSarif    = "owenrumney/go-sarif"
	reviewdog  = "reviewdog/reviewdog"
	defectDojo = "DefectDojo"
	sarifTools = "microsoft/sarif-tools"
)

var noErrors = findings("error = 0")

var findingWays = []way{
	{"no file", "n8n-io/n8n", "the gate on the file passes", "n8n-io/n8n#38018", noErrors, r(), nil, nil, 3},
	{"no file, and the loop over files never runs", "SharpLsp", "nullglob: exit 0", "SharpLsp#91", findings("findings = 0"), r(), nil, nil, 3},
	{"an empty file", sarifTools, "a warning and exit 0", "running it", noErrors, r(""), nil, nil, 3},
	{"an empty object", reviewdog, "no runs, no problem", "its source", noErrors, r("{}"), nil, nil, 3},
	{"no runs", "n8n-io/n8n", "no runs, no findings", "n8n-io/n8n#38517", noErrors, r(`{"version": "2.1.0", "runs": []}`), nil, nil, 3},
	{"runs that are null", goSarif, "opens without an error", "running it", noErrors, r(`{"version": "2.1.0", "runs": null}`), nil, nil, 3},
	{"results that are null", goSarif, "not told from none, though null says that it never began", "running it", noErrors, r(sarif(`"results": null`)), nil, nil, 3},
	{"results that are absent", goSarif, "not told from none", "running it", noErrors, r(sarif(`"columnKind": "utf16CodeUnits"`)), nil, nil, 3},
	{"a file that is cut off", "local-deep-research", "a placeholder closes every alert", "local-deep-research#4818", noErrors, r(sarif(`"results": []`)[:90]), nil, nil, 3},
	{"a comma too many", "gates on files", "a log that cannot be read is left out", "5 reports of BinSkim", noErrors, r(`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [],}]}`), nil, nil, 3},
	{"the run did not succeed", "github/codeql-action", "refusing it was rolled back", "github/codeql-action#1316", noErrors, r(sarif(`"invocations": [{"executionSuccessful": false}], "results": []`)), nil, nil, 3},
	{"the run was killed, and says that it succeeded", "every gate on files that was read", "the signal that ended the tool is not looked at", "SARIF 2.1.0 §3.20.11", noErrors, r(sarif(`"invocations": [{"executionSuccessful": true, "exitSignalName": "SIGKILL"}], "results": []`)), nil, nil, 3},
	{"the tool tells of an error while it ran", "semgrep", "errors stand in notifications alone, and success is hard-coded", "its source", noErrors,
		r(sarif(`"invocations": [{"executionSuccessful": true, "toolExecutionNotifications": [{"level": "error", "message": {"text": "timeout"}}]}], "results": []`)), nil, nil, 3},
	{"the tool tells of an error in its configuration", "every gate on files that was read", "notifications are not looked at", "SARIF 2.1.0 §3.20.22", noErrors,
		r(sarif(`"invocations": [{"executionSuccessful": true, "toolConfigurationNotifications": [{"level": "error", "message": {"text": "no such rule"}}]}], "results": []`)), nil, nil, 3},
	{"an error by the default of its rule", "trailofbits/skills", "`result.level` alone is read, and CodeQL leaves it out: exit 0 on a repository full of errors", "trailofbits/skills#262", noErrors, r(found(`"ruleId": "E1"`)), nil, nil, 1},
	{"the same, by the index of its rule", "gates in jq and Python", "the same", "trailofbits/skills#262", noErrors, r(found(`"ruleIndex": 0`)), nil, nil, 1},
	{"an index of -1", "trailofbits/skills", "`rules[-1]` is the last rule, a note", "trailofbits/skills#271", noErrors, r(found(`"ruleId": "E1", "ruleIndex": -1`)), nil, nil, 1},
	{"no index", goSarif, "version 3 reads it as 0: errors became notes in 9 files", "running it", findings("note = 0"), r(found(`"ruleId": "N1"`)), nil, nil, 1},
	{"an index that is wrong", "securego/gosec", "3 of 4 indexes are wrong, and the index decides", "securego/gosec#933", noErrors, r(found(`"ruleId": "E1", "ruleIndex": 1`)), nil, nil, 1},
	{"a kind that is null", "trailofbits/skills", "null is not `fail`, and the error is hidden", "trailofbits/skills#271", noErrors, r(found(`"ruleId": "E1", "level": "error", "kind": null`)), nil, nil, 1},
	{"a level that the invocation overrides", "gates on files", "overrides are not read", "SARIF 2.1.0 §3.20.5", noErrors,
		r(sarif(`"invocations": [{"executionSuccessful": true, "ruleConfigurationOverrides": [{"descriptor": {"index": 1}, "configuration": {"level": "error"}}]}], "results": [` + aResult(`"ruleId": "N1", "ruleIndex": 1, "provenance": {"invocationIndex": 0}`) + `]`)), nil, nil, 1},
	{"a rule of an extension", sarifTools, "rules of the driver alone are looked at", "its source", noErrors,
		r(`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}, "extensions": [{"name": "pack", "rules": [{"id": "X1", "defaultConfiguration": {"level": "error"}}]}]}, "results": [` + aResult(`"ruleId": "X1", "rule": {"index": 0, "toolComponent": {"index": 0}}`) + `]}]}`), nil, nil, 1},
	{"a suppression that was rejected", defectDojo, "any entry suppresses", "its source", noErrors, r(found(`"ruleId": "E1", "suppressions": [{"kind": "external", "status": "rejected"}]`)), nil, nil, 1},
	{"a suppression under review", defectDojo, "any entry suppresses", "its source", noErrors, r(found(`"ruleId": "E1", "suppressions": [{"kind": "external", "status": "underReview"}]`)), nil, nil, 1},
	{"a suppression that was accepted and one that was rejected", reviewdog, "any that is accepted suppresses", "its source", noErrors, r(found(`"ruleId": "E1", "suppressions": [{"kind": "external", "status": "accepted"}, {"kind": "external", "status": "rejected"}]`)), nil, nil, 1},
	{"an empty list of suppressions", goSarif, "not told from none given", "its source", noErrors, r(found(`"ruleId": "E1", "suppressions": []`)), nil, nil, 1},
	{"version 2.0.0", goSarif, "opens without an error, and finds nothing", "running it", noErrors, r(`{"version": "2.0.0", "runs": [{"tool": {"name": "x"}, "results": []}]}`), nil, nil, 3},
	{"results twice, and the second are none", goSarif, "the last one wins: 0 findings", "running it", noErrors, r(sarif(anError + `, "results": []`)), nil, nil, 1},
	{"members in capitals", goSarif, "opens without an error", "running it", noErrors, r(`{"Version": "2.1.0", "Runs": [{"Tool": {"Driver": {"Name": "x"}}, "Results": []}]}`), nil, nil, 3},
	{"an error in the second run", "Qodana", "the first run alone is read", "its source", noErrors,
		r(`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}, {"tool": {"driver": {"name": "y"}}, "results": [` + aResult(`"ruleId": "E1", "level": "error"`) + `]}]}`), nil, nil, 1},
	{"results before the tool that has their rules", "readers in one pass", "the level is not known yet; 66 files of 267 are so", "a corpus of 267 files", noErrors,
		r(`{"version": "2.1.0", "runs": [{"results": [` + aResult(`"ruleId": "E1"`) + `], "tool": {"driver": {"name": "x", "rules": [{"id": "E1", "defaultConfiguration": {"level": "error"}}]}}}]}`), nil, nil, 1},
	{"a mark of byte order", goSarif, "not opened, in both versions", "running it", noErrors, r("\ufeff" + sarif(anError)), nil, nil, 1},
	{"no critical ones, of a tool that gives no scores", "anchore/scan-action", "the gate can never fire", "anchore/scan-action#116", findings("critical = 0"), r(sarif(anError)), nil, nil, 3},
	{"a score of exactly 9.0", "GitHub's documentation", "\"over 9.0\" is critical", "github/docs#21221", findings("critical = 0"),
		r(`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": [{"id": "S1", "properties": {"security-severity": "9.0"}}]}}, "results": [` + aResult(`"ruleId": "S1"`) + `]}]}`), nil, nil, 1},
	{"a score in words, of a tool whose other rules have numbers", "gates on scores", "what is no number is no score, and nothing is critical", "files of scanners that say `CRITICAL`", findings("critical = 0"),
		r(`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": [{"id": "S1", "properties": {"security-severity": "CRITICAL"}}, {"id": "S2", "properties": {"security-severity": "5.0"}}]}}, "results": [` + aResult(`"ruleId": "S1"`) + `]}]}`), nil, nil, 3},
	{"256 errors", sarifTools, "the exit status is their number, and 256 of them are 0", "running it", noErrors, r(sarif(`"results": [` + strings.TrimSuffix(strings.Repeat(aResult(`"ruleId": "E1"`)+",", 256), ",") + `]`)), nil, nil, 1},
	{"a tool that was to run did not", "every gate on files that was read", "a scanner that vanished finds nothing", "UnitOneAI/SecuritySkills#2278", "version: 1\nevidence: {e: {findings: [\"r/*\"], expect: {tools: [CodeQL]}}}\ngates: {g: {from: e, require: [error = 0]}}\n", r(sarif(`"results": []`)), nil, nil, 3},
	{"a tool that ran with no rules", "every gate on files that was read", "no rules, no findings", "SharpLsp#91", "version: 1\nevidence: {e: {findings: [\"r/*\"], expect: {rules: 1..}}}\ngates: {g: {from: e, require: [error = 0]}}\n",
		r(`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": []}}, "results": []}]}`), nil, nil, 3},
	{"a filter on a tool of another name", "DataDog/datadog-ci", "no rule matches: exit 0", "its source", "version: 1\nevidence: {e: {findings: [\"r/*\"]}}\ngates: {g: {from: e, tools: [gosecc], require: [error = 0]}}\n", r(sarif(`"results": []`)), nil, nil, 3},
	{"a report of tests where findings should be", "gates on files", "no results, no findings", "n8n-io/n8n#38018", noErrors, r(sarif(`"results": []`), junit(passes(1))), nil, nil, 3},
}

// waived is a policy of no errors with a file of waivers beside it.
func waived(entry string) map[string]string {
	return map[string]string{"r/r": sarif(anError), ".tollgate-waivers.yml": fmt.Sprintf("version: 1\nwaivers:\n  - {finding: {rule: E1}, reason: known, %s}\n", entry)}
}

const withWaivers = "version: 1\nevidence: {e: {findings: [\"r/*\"]}}\ngates: {g: {from: e, require: [error = 0]}}\nwaivers: {file: .tollgate-waivers.yml, max-days: {default: 90}}\n"

var findingBaseWays = []way{
	{"no base, and new findings are limited", octocov, "what is missing is 0", "its source", findings("new.error = 0"), r(sarif(`"results": []`)), nil, nil, 3},
	{"one error is mended, and one of the same rule is new", sarifTools, "the difference of counts by rule is 0", "its source", findings("new.error = 0"),
		based(sarif(anError), sarif(strings.ReplaceAll(anError, "a.go", "b.go"))), nil, againstBase, 1},
	{"another bug where one was, by the same rule", "microsoft/sarif-sdk", "the same place is the same finding, whatever it says", "its source", findings("new.error = 0"),
		based(sarif(strings.ReplaceAll(anError, "bad", "worse")), sarif(anError)), nil, againstBase, 1},
	{"two where there was one", "microsoft/sarif-sdk", "a finding of the base may stand for several", "its source", findings("new.error = 0"),
		based(sarif(`"results": [`+aResult(`"ruleId": "E1"`)+","+aResult(`"ruleId": "E1"`)+`]`), sarif(anError)), nil, againstBase, 1},
	{"the report says itself that its error is old", "sarif gates by `baselineState`", "nobody knows against what", "SARIF 2.1.0 §3.27.24", findings("new.error = 0"),
		based(found(`"ruleId": "E1", "baselineState": "unchanged"`), sarif(`"results": []`)), nil, againstBase, 1},
	{"a base of another tool", "baselines by file", "its findings are all new, or none is", "opencode-swarm#2302", findings("new.error = 0"),
		based(sarif(anError), strings.ReplaceAll(sarif(`"results": []`), "scan", "other")), nil, againstBase, 3},
	{"a waiver until a day that does not exist", "snyk/policy", "ignored for ever", "snyk/policy#203", withWaivers, waived(`owner: "@ann", approved-by: "@bob", created: 2026-11-01, expires: 2027-02-30`), nil, nil, 2},
	{"a waiver that never ends", "cargo-deny", "an exception has no end", "anchore/grype#452", withWaivers, waived(`owner: "@ann", approved-by: "@bob", created: 2026-11-01`), nil, nil, 2},
	{"a waiver that has ended", "DependencyCheck", "the build stayed green", "DependencyCheck#6394", withWaivers, waived(`owner: "@ann", approved-by: "@bob", created: 2020-01-01, expires: 2020-02-01`), nil, nil, 1},
	{"a waiver that somebody approved who may not", "anchore/grype", "nobody has to approve an exception", "anchore/grype#3031", strings.Replace(withWaivers, "waivers: {", "waivers: {approvers: [\"@sec\"], ", 1), waived(`owner: "@ann", approved-by: "@bob", created: 2026-11-01, expires: 2027-01-02`), nil, nil, 2},
	{"a waiver that a member of an unread team approved", "anchore/grype", "nobody has to approve an exception", "anchore/grype#3031", strings.Replace(withWaivers, "waivers: {", "waivers: {approvers: [\"@acme/sec\"], ", 1), waived(`owner: "@ann", approved-by: "@bob", created: 2026-11-01, expires: 2027-01-02`), nil, nil, 1},
	{"a waiver of nobody", "anchore/grype", "no owner", "anchore/grype#3031", withWaivers, waived(`approved-by: "@bob", created: 2026-11-01, expires: 2026-12-01`), nil, nil, 2},
}
