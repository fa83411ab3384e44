package plan_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

func TestProposalsStandAtTheEndOfTheirList(t *testing.T) {
	p := plan.Proposal{
		Branch: "b", Base: "main", Path: "w.yml", List: "waivers", Title: "t", Start: "version: 1\n",
		Entry: "- finding: {rule: G1}\n  owner: \"@ann\"\n",
	}
	for name, c := range map[string]struct{ file, want, err string }{
		"no file":              {"", "version: 1\nwaivers:\n  - finding: {rule: G1}\n    owner: \"@ann\"\n", ""},
		"no list":              {"version: 1\n", "version: 1\nwaivers:\n  - finding: {rule: G1}\n    owner: \"@ann\"\n", ""},
		"an empty list":        {"version: 1\nwaivers: [] # none\n", "version: 1\nwaivers:\n  - finding: {rule: G1}\n    owner: \"@ann\"\n", ""},
		"a list":               {"version: 1\nwaivers:\n- a: 1\n  b: 2\n", "version: 1\nwaivers:\n- a: 1\n  b: 2\n- finding: {rule: G1}\n  owner: \"@ann\"\n", ""},
		"an indented list":     {"version: 1\nwaivers:\n    - {a: 1}", "version: 1\nwaivers:\n    - {a: 1}\n    - finding: {rule: G1}\n      owner: \"@ann\"\n", ""},
		"a remark at the end":  {"version: 1\nwaivers:\n  - {a: 1}\n# the end\n", "version: 1\nwaivers:\n  - {a: 1}\n# the end\n  - finding: {rule: G1}\n    owner: \"@ann\"\n", ""},
		"another key after it": {"waivers:\n  - {a: 1}\nversion: 1\n", "", "waivers to be the last key of w.yml"},
		"one line":             {"waivers: [{a: 1}]\n", "", "waivers of w.yml to be a list of one item on a line"},
	} {
		got, err := p.Into(c.file)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
