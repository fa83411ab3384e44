package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const (
	shaA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	shaB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// library finds policies by what a policy writes of them.
func library(of map[string]string) Finder {
	return func(r Reference) (Copy, error) {
		text, ok := of[r.String()]
		if !ok {
			return Copy{}, errors.New("there is no " + r.String())
		}
		return Copy{Name: r.Path, Data: []byte(text)}, nil
	}
}

const org = `version: 1
extends: acme/base/root.yml@` + shaB + `
evidence:
  unit: {tests: unit.xml}
  cov: {coverage: cover.out}
gates:
  unit: {from: unit, require: failed = 0}
  cov: {from: cov, require: statements >= 70%}
phases:
  - {name: Doing, owner: "@acme/devs", exit: [unit, cov]}
  - {name: Done, owner: "@acme/ops"}
escalation: {to: "@acme/architects", matrix: {category: security, comments: security}}
`

const root = `version: 1
evidence: {scan: {findings: a.sarif}, unit: {tests: never.xml}}
gates: {scan: {from: scan, require: critical = 0}}
phases: {name: Doing, owner: "@nobody", exit: scan}
waivers: w.yml
`

var acme = library(map[string]string{"acme/org/org.yml@" + shaA: org, "acme/base/root.yml@" + shaB: root})

// TestExtends replaces by name, adds the rest, and keeps the place of every value in
// the file that says it.
func TestExtends(t *testing.T) {
	p, err := LoadExtending("p.yml", []byte(`version: 1
extends: acme/org/org.yml@`+shaA+`
evidence:
  it: {tests: it.xml}
gates:
  cov: {from: cov, require: statements >= 90%}
  it: {from: it, require: failed = 0}
phases:
  - {name: Doing, owner: "@ann", exit: [unit, cov, it]}
`), acme)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	whole := p.Settings()
	whole.eachValue(func(s *Setting) {
		if !s.Default {
			got = append(got, s.Value+" "+s.At.String())
		}
	})
	want := []string{
		"1 p.yml:1:10",
		"a.sarif root.yml:2:29", "unit.xml org.yml:4:17", "cover.out org.yml:5:19", "it.xml p.yml:4:15",
		"scan root.yml:3:22", "critical = 0 root.yml:3:37", "unit org.yml:7:16", "failed = 0 org.yml:7:31",
		"cov p.yml:6:15", "statements >= 90% p.yml:6:29", "it p.yml:7:14", "failed = 0 p.yml:7:27",
		"Doing p.yml:9:12", "@ann p.yml:9:26", "unit p.yml:9:41", "cov p.yml:9:47", "it p.yml:9:52",
		"Done org.yml:11:12", "@acme/ops org.yml:11:25",
		"w.yml root.yml:5:10",
		"@acme/architects org.yml:12:18", "security org.yml:12:57", "security org.yml:12:77",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if c := p.Gates.Gates[2].Conditions[0]; c.At.String() != "p.yml:6:29" || len(p.Extends) != 2 || p.Extends[1].Name != "root.yml" {
		t.Errorf("the condition on coverage is at %s, and the policies are %v", c.At, p.Extends)
	}
}

// TestExtendsIsPinned reads references of which most could become another file.
func TestExtendsIsPinned(t *testing.T) {
	long := map[string]string{}
	for i := range 8 {
		long[fmt.Sprintf("a/b/%d.yml@%s", i, shaA)] = fmt.Sprintf("version: 1\nextends: a/b/%d.yml@%s\n", i+1, shaA)
	}
	for _, tt := range []struct{ about, extends, want string }{
		{"a branch", "a/b/p.yml@main", `p.yml:2:20: "main" is a branch or a tag, and whoever may move it could change what is judged here; write the 40 hexadecimal digits of its commit`},
		{"a tag", "a/b/p.yml@v1.2.0", `p.yml:2:20: "v1.2.0" is a branch or a tag, and whoever may move it could change what is judged here; write the 40 hexadecimal digits of its commit`},
		{"a short commit", "a/b/p.yml@abcdef0", "p.yml:2:20: the commit abcdef0 has 7 digits, and another may come to begin with them; write all 40"},
		{"capitals", "a/b/p.yml@" + strings.ToUpper(shaA), "p.yml:2:20: the commit is written in capitals; write " + shaA},
		{"no commit", "a/b/p.yml", "p.yml:2:10: extends names no commit, and what a/b/p.yml says may be another thing tomorrow; write org/repo/path@ and the 40 hexadecimal digits of a commit"},
		{"no path", "a/b@" + shaA, `p.yml:2:10: extends is "a/b@` + shaA + `"; write org/repo/path@ and the 40 hexadecimal digits of a commit`},
		{"a path that leads out", "a/b/../c/p.yml@" + shaA, `p.yml:2:10: extends is "a/b/../c/p.yml@` + shaA + `", which is no path in a repository; write org/repo/path@ and the 40 hexadecimal digits of a commit`},
		{"a repository that leads out", "a/../p.yml@" + shaA, `p.yml:2:10: extends is "a/../p.yml@` + shaA + `", which is no path in a repository; write org/repo/path@ and the 40 hexadecimal digits of a commit`},
		{"a list", "[a]", "p.yml:2:10: extends must be a text, and this is a list"},
		{"not found", "a/b/none.yml@" + shaA, "p.yml:2:10: there is no a/b/none.yml@" + shaA},
		{"itself", "a/b/self.yml@" + shaA, "self.yml:2:10: a/b/self.yml@" + shaA + " extends itself, by way of the policies between; take one of them out"},
		{"too many", "a/b/0.yml@" + shaA, "4.yml:2:10: this is policy 7 in the row, and at most 6 extend one another; write their contents into fewer"},
		{"another language", "a/b/two.yml@" + shaA, "two.yml:1:10: version 2 of the policy is not known here; this Tollgate reads version 1"},
		{"no version", "a/b/bare.yml@" + shaA, "bare.yml:1:1: a policy that others extend is a mapping with version: 1, and this is none"},
		{"an empty file", "a/b/empty.yml@" + shaA, "empty.yml:1:1: the file is empty; a policy has at least version, evidence and gates"},
		{"half a file", "a/b/half.yml@" + shaA, "half.yml:2:9: not YAML: did not find expected node content"},
		{"an unknown key there", "a/b/typo.yml@" + shaA, `typo.yml:2:1: unknown key "gate" in the policy; did you mean "gates"?`},
		{"a branch there", "a/b/branch.yml@" + shaA, `branch.yml:2:20: "main" is a branch or a tag, and whoever may move it could change what is judged here; write the 40 hexadecimal digits of its commit`},
		{"a label that is shown there", "a/b/label.yml@" + shaA + "\nphases: {name: B, owner: \"@b\", label: one}", "p.yml:3:39: the label \"one\" stands for two phases, first at label.yml:2:39"},
		{"a gate of another file without its source", "a/b/gate.yml@" + shaA, `gate.yml:2:19: gate u reads "nope", which is no source under evidence; there are t, change, issue, reviews, checks`},
	} {
		of := map[string]string{
			"a/b/self.yml@" + shaA: "version: 1\nextends: a/b/self.yml@" + shaA, "a/b/two.yml@" + shaA: "version: 2\n",
			"a/b/bare.yml@" + shaA: "waivers: w.yml\n", "a/b/empty.yml@" + shaA: "", "a/b/half.yml@" + shaA: "version: 1\ngates: {",
			"a/b/typo.yml@" + shaA: "version: 1\ngate: {}\n", "a/b/branch.yml@" + shaA: "version: 1\nextends: a/b/p.yml@main\n",
			"a/b/label.yml@" + shaA: "version: 1\nphases: {name: A, owner: \"@a\", label: one, manual: true}\n",
			"a/b/gate.yml@" + shaA:  "version: 1\ngates: {u: {from: nope, require: failed = 0}}\n",
		}
		for k, v := range long {
			of[k] = v
		}
		_, err := LoadExtending("p.yml", []byte("version: 1\nextends: "+tt.extends+"\nevidence: {t: {tests: a.xml}}\ngates: {t: {from: t, require: failed = 0}}\n"), library(of))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n%v\nwant\n%s", tt.about, err, tt.want)
		}
	}
}

// TestDigestOfAllPolicies changes one byte of the furthest one.
func TestDigestOfAllPolicies(t *testing.T) {
	load := func(root string) string {
		p, err := LoadExtending("p.yml", []byte("version: 1\nextends: acme/org/org.yml@"+shaA+"\n"),
			library(map[string]string{"acme/org/org.yml@" + shaA: org, "acme/base/root.yml@" + shaB: root}))
		if err != nil {
			t.Fatal(err)
		}
		return p.Digest
	}
	if load(root) == load(root+" ") {
		t.Error("two policies have one digest")
	}
}
