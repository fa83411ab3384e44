package main

var (
	onePass  = r(junit(passes(1)))
	oneFails = r(junit(passes(1) + fails))
)

const evidenceOfTests = "version: 1\nevidence: {e: {tests: [\"r/*\"]}}\n"

const qualityMonitor = "uhafner/quality-monitor"

var policyWays = []way{
	{"a key of a gate that is mistyped", qualityMonitor, "`treshold` is not known and the threshold 0, which holds for ever", "its source", evidenceOfTests + "gates: {g: {from: e, requires: [failed = 0]}}\n", onePass, nil, nil, 2},
	{"the key of all gates is mistyped", qualityMonitor, "no gates, success", "its source", evidenceOfTests + "gatess: {g: {from: e, require: [failed = 0]}}\n", onePass, nil, nil, 2},
	{"no gates", "keptn/keptn", "nothing weighs: 100 points, pass", "its source", evidenceOfTests + "gates: {}\n", onePass, nil, nil, 2},
	{"a gate without conditions", qualityMonitor, "nothing to fail", "its source", evidenceOfTests + "gates: {g: {from: e}}\n", onePass, nil, nil, 2},
	{"an empty list of conditions", "keptn/keptn", "nothing weighs", "its source", evidenceOfTests + "gates: {g: {from: e, require: []}}\n", onePass, nil, nil, 2},
	{"a metric that does not exist", qualityMonitor, "what is not registered is judged smaller-is-better", "its source", tests("passrate > 90%"), onePass, nil, nil, 2},
	{"a number that is none", "jenkinsci/xunit-plugin", "the gate is skipped", "its source", tests("pass-rate > 90.5.1%"), onePass, nil, nil, 2},
	{"a share without its unit", "jenkinsci/xunit-plugin", "90 of what", "its source", tests("pass-rate > 90"), onePass, nil, nil, 2},
	{"a condition that always holds", qualityMonitor, "`line >= 0`", "its source", coverage("lines >= 0%"), r(lcov(1, 10)), nil, nil, 2},
	{"an operator that is none", "jenkinsci/xunit-plugin", "what cannot be read switches the gate off", "its source", tests("failed => 0"), onePass, nil, nil, 2},
	{"no operator", "jenkinsci/xunit-plugin", "what cannot be read switches the gate off", "its source", tests("failed 0"), onePass, nil, nil, 2},
	{"one key twice", "YAML readers", "the last one wins", "YAML 1.1 readers", evidenceOfTests + "gates: {g: {from: e, require: [failed = 0]}, g: {from: e, require: [failed <= 99]}}\n", oneFails, nil, nil, 2},
	{"an empty policy", qualityMonitor, "no gates, success", "its source", "\n", oneFails, nil, nil, 2},
	{"no policy", "allure-framework/allure3", "`generate` does not look at the gates", "allure-framework/allure3 discussion 3441", "", oneFails, nil, nil, 2},
	{"YAML that is broken", qualityMonitor, "logged, and the step ends with 0", "its source", "version: 1\nevidence: {e: {tests: [\n", oneFails, nil, nil, 2},
	{"a gate on a source that is not declared", "DataDog/datadog-ci", "no rule matches: exit 0", "its source", evidenceOfTests + "gates: {g: {from: unit, require: [failed = 0]}}\n", onePass, nil, nil, 2},
	{"conditions in shadow alone", "keptn/keptn", "objectives that only inform: 100 points, pass", "its source", evidenceOfTests + "gates: {g: {from: e, shadow: [failed = 0]}}\n", oneFails, nil, nil, 3},
	{"no version", qualityMonitor, "keys that are not known are left out", "its source", "evidence: {e: {tests: [\"r/*\"]}}\ngates: {g: {from: e, require: [failed = 0]}}\n", onePass, nil, nil, 2},
	{"a flag that is mistyped", "shell recipes", "unknown words are taken for files", enricoMi + "#671", tests("failed = 0"), onePass, nil, []string{"--polcy", "x.yml"}, 2},
	{"a directory that does not exist", "loops over files", "nothing matches, exit 0", "SharpLsp#91", tests("failed = 0"), onePass, nil, []string{"-C", "nowhere"}, 2},
	{"a base that does not exist", "k1LoW/octocov", "no previous report: 0", "its source", tests("new.failures = 0"), onePass, nil, []string{"--base-reports", "nowhere"}, 2},
	{"a phase that does not exist", "GitHub", "a job that is skipped reports success", "GitHub's documentation of required checks", tests("failed = 0"), oneFails, nil, []string{"--phase", "Reveiw"}, 2},
}
