package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// TestDefault holds the policy that is shipped to what it is said to be: no error and
// no doubt, the five phases, and every row of the matrix. R16 R19 R20 R23 R25 R26
func TestDefault(t *testing.T) {
	p, err := Load(".tollgate.yml", Default)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range Lint(p, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)) {
		t.Error(w)
	}
	var names []string
	for _, ph := range p.Rules.Phases {
		names = append(names, ph.Name)
	}
	if got := strings.Join(names, " > "); got != "In Development > Code Review Ready > In Code Review > QA Validation > Production Ready" {
		t.Errorf("the phases are %s", got)
	}
	review := p.Rules.Phases[2]
	for _, e := range workflow.Events {
		if review.On[e] != "In Development" {
			t.Errorf("on %s a review leads to %q", e, review.On[e])
		}
	}
	routes := map[workflow.Route]int{}
	for _, row := range p.Rules.Escalation.Matrix {
		routes[row.Route]++
	}
	if routes[workflow.Escalate] != 10 || routes[workflow.Correct] != 3 {
		t.Errorf("the rows of the matrix are %v", routes)
	}
	if err := p.ReadCalendar(time.LoadLocation, "", nil); err != nil {
		t.Error(err)
	}
}
