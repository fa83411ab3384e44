package policy_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

func TestTheBoardOfAPolicy(t *testing.T) {
	const head = "version: 1\nevidence: {unit: {tests: a.xml}}\ngates: {unit: {from: unit, require: failed = 0}}\n"
	for rest, want := range map[string]plan.Project{
		"":                              {},
		"workflow: {check-run: true}\n": {},
		"workflow: {project: {owner: acme, number: 3}}\n":                {Owner: "acme", Number: 3, Field: "Status"},
		"workflow: {project: {owner: ann, number: 12, field: \"Gate\"}}": {Owner: "ann", Number: 12, Field: "Gate"},
	} {
		p, err := policy.Load("p.yml", []byte(head+rest))
		if err != nil {
			t.Errorf("%q: %v", rest, err)
			continue
		}
		if p.Rules.Project != want {
			t.Errorf("%q: %+v, want %+v", rest, p.Rules.Project, want)
		}
	}
}
