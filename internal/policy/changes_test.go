package policy

import (
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const changeBase = `version: 1
evidence:
  unit: {tests: a.xml, expect: {files: 2.., tests: 50.., tools: []}}
  cov: {coverage: cover.out}
  scan: {findings: "*.sarif", expect: {tools: [gosec, CodeQL], rules: 5..}}
  bench: {benchmarks: b.txt, expect: {shards: 2, commit: head, age: 1d}}
gates:
  unit: {from: unit, require: [failed = 0, pass-rate > 90%], warn: skipped <= 3, shadow: flaky = 0}
  cov: {from: cov, paths: ["pay/**"], require: statements >= 80%}
  scan: {from: scan, require: critical = 0}
  bench: {from: bench, compare: {alpha: 1%, effect: 5%}, require: regressions = 0}
profiles:
  - {name: release, when: {branches: main}, gates: {cov: {require: statements >= 90%}}}
  - {name: hotfix, when: {labels: hotfix}, may-relax: true, gates: {cov: {require: statements >= 50%}}}
phases:
  - {name: Doing, owner: "@a", exit: [unit, cov]}
  - {name: Review, owner: "@b", exit: [scan], manual: true}
  - {name: Done, owner: "@c"}
escalation: {to: "@x", matrix: [{category: security, on: fail, gates: scan}]}
waivers: {max-days: {critical: 14, default: 60}}
policy-owners: ["@o/leads", "@ann"]
`

const changeWaivers = `version: 1
waivers:
  - {test: {name: b}, reason: r, owner: "@a", approved-by: "@l", created: 2026-11-01, expires: 2026-11-30}
`

// TestCompare changes one thing at a time. What cannot be shown to ask for as much
// is looser.
func TestCompare(t *testing.T) {
	base := strings.Replace(changeBase, ", tools: []", "", 1)
	load := func(data, waivers string) *Policy {
		p, err := Load("p.yml", []byte(data))
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if err := p.ReadWaivers("w.yml", []byte(waivers)); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, tt := range []struct {
		about, old, new string
		want            []string
	}{
		{"nothing", "", "", nil},
		{"a comment, and lines between", "evidence:", "\n# why\n\nevidence:", nil},
		{"a lower threshold", "statements >= 80%", "statements >= 70%", []string{"looser gate cov: statements >= 80% → statements >= 70%"}},
		{"a higher threshold", "statements >= 80%", "statements >= 80.5%", []string{"stricter gate cov: statements >= 80% → statements >= 80.5%"}},
		{"the same threshold in other words", "statements >= 80%", "statements >= 80.0%", nil},
		{"more of what is bad", "skipped <= 3", "skipped <= 4", []string{"looser gate unit: skipped <= 3 → skipped <= 4"}},
		{"less of what is bad", "skipped <= 3", "skipped < 3", []string{"stricter gate unit: skipped <= 3 → skipped < 3"}},
		{"at least, not more than", "pass-rate > 90%", "pass-rate >= 90%", []string{"looser gate unit: pass-rate > 90% → pass-rate >= 90%"}},
		{"another count exactly", "critical = 0", "critical = 1", []string{"looser gate scan: critical = 0 → critical = 1"}},
		{"at most that count", "critical = 0", "critical <= 0", []string{"looser gate scan: critical = 0 → critical <= 0"}},
		{"backwards", "critical = 0", "critical >= 1", []string{"looser gate scan: critical = 0 → critical >= 1"}},
		{"another metric", "critical = 0", "high = 0", []string{"looser gate scan: without require critical = 0", "stricter gate scan: with require high = 0"}},
		{"a condition less", "[failed = 0, pass-rate > 90%]", "failed = 0", []string{"looser gate unit: without require pass-rate > 90%"}},
		{"a condition more", "[failed = 0, ", "[failed = 0, errored = 0, ", []string{"stricter gate unit: with require errored = 0"}},
		{"no shadow", ", shadow: flaky = 0", "", []string{"other gate unit: without shadow flaky = 0"}},
		{"out of the shadow", "warn: skipped <= 3, shadow: flaky = 0", "warn: [skipped <= 3, flaky = 0]", []string{"stricter gate unit: shadow flaky = 0 → warn flaky = 0"}},
		{"a warning, no longer required", "require: critical = 0", "warn: critical = 0", []string{"looser gate scan: require critical = 0 → warn critical = 0"}},
		{"a warning that asks for more", "require: statements >= 80%}\n  scan", "warn: statements >= 90%}\n  scan", []string{"looser gate cov: require statements >= 80% → warn statements >= 90%"}},
		{"from a day on", "require: critical = 0", "require: {condition: critical = 0, from: 2027-01-01}", []string{"looser gate scan: critical = 0 → critical = 0 (it counts from 2027-01-01)"}},
		{"a ramp", "require: statements >= 80%}\n", "require: {condition: statements >= 80%, ramp: {from: 1%, start: 2027-01-01, end: 2027-02-01}}}\n", []string{"looser gate cov: statements >= 80% → statements >= 80% (it goes from 1% on 2027-01-01 to 80% on 2027-02-01)"}},
		{"a gate less", "  bench: {from: bench, compare: {alpha: 1%, effect: 5%}, require: regressions = 0}\n", "", []string{"looser gate bench is gone"}},
		{"a gate in shadow more", "  scan: {from", "  new: {from: cov, shadow: lines >= 1%}\n  scan: {from", []string{"other gate new is new"}},
		{"a wider filter", `paths: ["pay/**"]`, `paths: ["pay/**", "!pay/gen/**"]`, []string{"looser gate cov, paths: pay/** → pay/** !pay/gen/**"}},
		{"no filter", `paths: ["pay/**"], `, "", []string{"looser gate cov, paths: pay/** → none"}},
		{"other evidence", "from: cov,", "from: [cov, unit], shadow: tests >= 1,", []string{"looser gate cov, from: cov → cov, unit", "other gate cov: with shadow tests >= 1"}},
		{"more chance of false alarms", "alpha: 1%", "alpha: 2%", []string{"stricter gate bench, alpha: 1% → 2%"}},
		{"slower by more", "effect: 5%", "effect: 10%", []string{"looser gate bench, effect: 5% → 10%"}},
		{"slower by what is usual", ", effect: 5%", "", nil},
		{"counts may grow", "effect: 5%", "effect: 5%, counts: 1%", []string{"looser gate bench, counts: 0% → 1%"}},
		{"fewer files", "files: 2..", "files: 1..", []string{"looser source unit, expected files: 2.. → 1.."}},
		{"not above", "files: 2..", "files: 2..9", []string{"stricter source unit, expected files: 2.. → 2..9"}},
		{"more tests", "tests: 50..", "tests: 60..", []string{"stricter source unit, expected tests: 50.. → 60.."}},
		{"older evidence", "files: 2..", "files: 2.., age: 7d", []string{"stricter source unit, age: any → 168h0m0s"}},
		{"as many shards", "files: 2..", "files: 2.., shards: 3", []string{"stricter source unit, expected shards: any number → 3"}},
		{"the head commit", "files: 2..", "files: 2.., commit: head", []string{"stricter source unit: must be of the head commit: false → true"}},
		{"any age", ", age: 1d}", "}", []string{"looser source bench, age: 24h0m0s → any"}},
		{"a longer age", "age: 1d", "age: 2d", []string{"looser source bench, age: 24h0m0s → 48h0m0s"}},
		{"a shorter age", "age: 1d", "age: 90m", []string{"stricter source bench, age: 24h0m0s → 1h30m0s"}},
		{"any shards", "shards: 2, ", "", []string{"looser source bench, expected shards: 2 → any number"}},
		{"other shards", "shards: 2,", "shards: 1,", []string{"looser source bench, expected shards: 2 → 1"}},
		{"of any commit", "commit: head, ", "", []string{"looser source bench: must be of the head commit: true → false"}},
		{"fewer rules", "rules: 5..", "rules: 4..", []string{"looser source scan, expected rules: 5.. → 4.."}},
		{"nothing expected", ", expect: {tools: [gosec, CodeQL], rules: 5..}", "", []string{"looser source scan, expected tools: without gosec", "looser source scan, expected tools: without CodeQL", "looser source scan, expected rules: 5.. → any"}},
		{"other files", "cover.out", "other.out", []string{"looser source cov, files: coverage cover.out → coverage other.out"}},
		{"names counted as retries", "tests: a.xml,", "tests: a.xml, reruns: duplicates,", []string{"looser source unit: reruns are duplicates: false → true"}},
		{"severity elsewhere", `findings: "*.sarif",`, `findings: "*.sarif", severity-from: level,`, []string{"looser source scan, severity-from: none → level"}},
		{"a profile less", `  - {name: release, when: {branches: main}, gates: {cov: {require: statements >= 90%}}}` + "\n", "", []string{"looser profile release is gone"}},
		{"a profile that relaxes less", `  - {name: hotfix, when: {labels: hotfix}, may-relax: true, gates: {cov: {require: statements >= 50%}}}` + "\n", "", []string{"stricter profile hotfix, which may relax, is gone"}},
		{"another profile", "labels: hotfix}", "labels: bug}", []string{"looser profile hotfix is another"}},
		{"a profile that may relax", "profiles:\n", "profiles:\n  - {name: x, when: {labels: x}, may-relax: true, gates: {cov: {require: lines >= 1%}}}\n", []string{"looser profile x, which may relax, is new"}},
		{"a profile that adds", "profiles:\n", "profiles:\n  - {name: x, when: {labels: x}, gates: {cov: {require: lines >= 1%}}}\n", []string{"stricter profile x is new"}},
		{"a guard less", "exit: [unit, cov]", "exit: [unit]", []string{"looser phase Doing, exit: without cov"}},
		{"a guard later", "exit: [unit, cov]}\n  - {name: Review, owner: \"@b\", exit: [scan]", "exit: [unit]}\n  - {name: Review, owner: \"@b\", exit: [scan, cov]", []string{"looser phase Doing, exit: without cov", "looser phase Doing: gate cov is not due there any longer", "stricter phase Review, exit: with cov"}},
		{"by itself", ", manual: true", "", []string{"looser phase Review: manual: true → false"}},
		{"a phase less", "  - {name: Review, owner: \"@b\", exit: [scan], manual: true}\n", "", []string{"looser phase Review is gone"}},
		{"another owner", `owner: "@c"`, `owner: "@d"`, []string{"other phase Done, owner: @c → @d"}},
		{"a phase more", "phases:\n", "phases:\n  - {name: Triage, owner: \"@a\", manual: true}\n", []string{"looser phase Triage is new: the gates of later exits are due later"}},
		{"escalated to another", `to: "@x"`, `to: "@y"`, []string{"other escalation, to: @x → @y"}},
		{"waivers for longer", "critical: 14", "critical: 15", []string{"looser waivers, max-days, critical: 14 → 15"}},
		{"waivers for less long", "critical: 14", "critical: 13", []string{"stricter waivers, max-days, critical: 14 → 13"}},
		{"another owner of the policy", `"@ann"]`, `"@eve"]`, []string{"looser policy-owners: without @ann", "looser policy-owners: with @eve"}},
	} {
		if tt.old != "" && strings.Count(base, tt.old) != 1 {
			t.Fatalf("%s: %q stands %d times in the policy", tt.about, tt.old, strings.Count(base, tt.old))
		}
		if diff := gocmp.Diff(tt.want, said(Compare(load(base, changeWaivers), load(strings.Replace(base, tt.old, tt.new, 1), changeWaivers)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.about, diff)
		}
	}
	more := changeWaivers + `  - {test: {name: c}, reason: r, owner: "@a", approved-by: "@l", created: 2026-11-01, expires: 2026-11-30}` + "\n"
	const c = "tests of name c, from 2026-11-01 to 2026-11-30, owner @a, approved by @l"
	if got := said(Compare(load(base, changeWaivers), load(base, more))); len(got) != 1 || got[0] != "looser waiver of "+c {
		t.Errorf("a waiver more: %q", got)
	}
	if got := said(Compare(load(base, more), load(base, changeWaivers))); len(got) != 1 || got[0] != "stricter no waiver any longer of "+c {
		t.Errorf("a waiver less: %q", got)
	}
}

func said(changes []Change) (out []string) {
	for _, c := range changes {
		out = append(out, c.Effect.String()+" "+c.What)
	}
	return out
}
