package plan_test

import (
	"errors"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// into is a pull request into a branch.
func into(number int, branch string) plan.Snapshot {
	return plan.Snapshot{Pull: number, Facts: evidence.Facts{Pull: &evidence.Pull{Base: branch, Open: true}}}
}

// closed is the same, closed.
func closed(s plan.Snapshot) plan.Snapshot {
	s.Facts.Pull.Open = false
	return s
}

// Which branch's pull requests move an issue: those into the default one, which is main,
// and else those into the branch of the open one with the lowest number. R19
func TestTheBranchThatLeads(t *testing.T) {
	for _, tt := range []struct {
		name   string
		own    plan.Snapshot
		beside []plan.Snapshot
		lead   string
		leads  bool // its own does
		asked  bool // for the default branch
	}{
		{"one alone", into(36, "release/1"), nil, "", true, false},
		{"all into one branch", into(36, "release/1"), []plan.Snapshot{into(37, "release/1")}, "", true, false},
		{"into main, and a later one elsewhere", into(34, "main"), []plan.Snapshot{into(36, "release/1")}, "main", true, true},
		{"into main, and an earlier one elsewhere", into(36, "main"), []plan.Snapshot{into(34, "release/1")}, "main", true, true},
		{"elsewhere and earlier than that into main", into(34, "release/1"), []plan.Snapshot{into(36, "main")}, "main", false, true},
		{"none into main: the lowest", into(34, "release/1"), []plan.Snapshot{into(36, "release/2")}, "release/1", true, true},
		{"none into main: not the lowest", into(36, "release/1"), []plan.Snapshot{into(35, "release/3"), into(34, "release/2")}, "release/2", false, true},
		{"elsewhere and closed, with one into main", closed(into(34, "release/1")), []plan.Snapshot{into(36, "main")}, "main", false, true},
		{"elsewhere and closed, with one into a third branch", closed(into(34, "release/1")), []plan.Snapshot{into(36, "release/2")}, "release/2", false, true},
		{"into main and closed, with one elsewhere", closed(into(36, "main")), []plan.Snapshot{into(34, "release/1")}, "main", true, true},
		{"one of which the branch is not known", plan.Snapshot{Pull: 34}, []plan.Snapshot{into(36, "main")}, "", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := false
			s, err := tt.own.With(tt.beside).Led(func() (string, error) { asked = true; return "main", nil })
			if err != nil || s.Lead != tt.lead || s.Leads(s) != tt.leads || asked != tt.asked {
				t.Errorf("%q leads, its own %t, asked %t, %v; want %q, %t, %t", s.Lead, s.Leads(s), asked, err, tt.lead, tt.leads, tt.asked)
			}
		})
	}
	broken := errors.New("no answer")
	if _, err := into(34, "main").With([]plan.Snapshot{into(36, "release/1")}).Led(func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Errorf("that nobody tells the default branch is lost: %v", err)
	}
	if s, err := into(36, "main").With([]plan.Snapshot{into(34, "release/1")}).Led(func() (string, error) { return "", nil }); err != nil || s.Lead != "release/1" {
		t.Errorf("where GitHub does not tell the default branch, %q leads, %v", s.Lead, err)
	}
}
