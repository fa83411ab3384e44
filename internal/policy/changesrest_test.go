package policy

import (
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestCompareTheRest changes what has no order of its own: none of it goes unseen.
func TestCompareTheRest(t *testing.T) {
	const base = `version: 1
evidence: {t: {tests: a.xml}}
gates:
  t: {from: t, names: [A*], require: failed = 0}
  polls: {from: reviews, by: ["@ann"], require: approvals > 0}
phases:
  - {name: A, owner: "@a", exit: [t, polls], reviewers: "@r"}
  - {name: B, owner: "@b", on: {minor: A}}
escalation:
  to: "@x"
  matrix: [{category: security, comments: [issue security]}, {category: style, route: correct, comments: [nit]}]
workflow: {moved: revert, commands: {tick: [write]}}
`
	for _, tt := range []struct {
		about, old, new string
		want            []string
	}{
		{"tests that are not looked at", "A*", "B*", []string{"looser gate t, names: A* → B*"}},
		{"another reviewer counts", `"@ann"`, `"@eve"`, []string{"looser gate polls, by: @ann → @eve"}},
		{"an old approval counts", `by: ["@ann"],`, `by: ["@ann"], stale: allowed,`, []string{"looser gate polls, stale: none → allowed"}},
		{"nobody is asked", `, reviewers: "@r"`, "", []string{"looser phase A, reviewers: @r → none"}},
		{"changes lead nowhere", ", on: {minor: A}", "", []string{"looser phase B, on: {minor: A} → none"}},
		{"a failure is held", "exit: [t, polls],", "exit: [t, polls], lost: hold,", []string{"looser phase A, lost: none → hold"}},
		{"a trigger less", "issue security", "issue secure", []string{"looser escalation: without {category: security, comments: issue security}", "stricter escalation: with {category: security, comments: issue secure}"}},
		{"a gate that waits", "  to: \"@x\"\n", "  to: \"@x\"\n  after: {redesign: [t]}\n", []string{"looser phase A: gate t is not due there any longer", "looser phase B: gate t is not due there any longer", "looser escalation, after: none → {redesign: t}"}},
		{"labels may be moved", "moved: revert", "moved: accept", []string{"looser workflow, moved: revert → accept"}},
		{"others may tick", "tick: [write]", "tick: [author]", []string{"looser workflow, commands: {tick: write} → {tick: author}"}},
		{"clocks", "workflow:", "clocks: {calendar: {tz: UTC, hours: \"09:00-17:00\"}}\nworkflow:", []string{"stricter clocks are new"}},
	} {
		text := strings.Replace(base, tt.old, tt.new, 1)
		b, err := Load("b.yml", []byte(base))
		if err != nil {
			t.Fatal(err)
		}
		h, err := Load("h.yml", []byte(text))
		if err != nil {
			t.Fatalf("%s: %v", tt.about, err)
		}
		if diff := gocmp.Diff(tt.want, said(Compare(b, h))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.about, diff)
		}
	}
}
