package policy

import (
	"slices"
	"testing"
)

// TestTeamsNamedAnywhere has one team in each place where a policy can name one.
func TestTeamsNamedAnywhere(t *testing.T) {
	p, err := Load("p.yml", []byte(`version: 1
evidence: {t: {tests: a.xml}}
gates:
  t: {from: t, require: failed = 0}
  list: {from: issue, checklist: Done, ticked-by: "@o/ticked", require: unticked = 0}
  polls: {from: reviews, by: ["@ann", "@o/by"], require: approvals > 0}
  own: {from: change, owners: "@o/owners", require: unapproved-owners = 0}
phases:
  - {name: A, owner: "@o/phase", exit: t, reviewers: "@o/reviewers"}
  - {name: B, owner: "@O/Phase"}
escalation:
  to: "@o/to"
  matrix: [{category: a, to: "@o/row", owners: "@o/files"}]
workflow: {commands: {tick: ["@o/command", write]}}
policy-owners: "@o/policy"
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"@o/by", "@o/command", "@o/files", "@o/owners", "@o/phase", "@o/policy", "@o/reviewers", "@o/row", "@o/ticked", "@o/to"}
	if got := p.Teams(); !slices.Equal(got, want) {
		t.Errorf("the teams are %q, want %q", got, want)
	}
}
