package workflow

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// turns are the people whose turn it can be in each phase with a rotation.
type turns struct {
	number  int    // of the issue
	author  string // of the pull request, "" if there is none or it is not known
	members map[string][]string
	unknown map[string]bool // phases of which not everybody is known
}

// turnsOf reads who takes part in the rotations.
func (r Rules) turnsOf(s *plan.Snapshot) turns {
	t := turns{number: s.Issue, members: map[string][]string{}, unknown: map[string]bool{}}
	if s.Facts.Pull != nil {
		t.author = s.Facts.Pull.Author
	}
	for _, p := range r.Phases {
		var all []string
		for _, who := range p.Rotation {
			logins, known := s.Facts.Members(who)
			all = append(all, logins...)
			t.unknown[p.Name] = t.unknown[p.Name] || !known
		}
		slices.SortFunc(all, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
		t.members[p.Name] = slices.CompactFunc(all, plan.SameName)
		// What somebody wrote is not for them to review, and who wrote it must be known.
		if t.unknown[p.Name] = t.unknown[p.Name] || p.reviews() && s.Pull != 0 && !s.Facts.Has(evidence.PullPart); p.reviews() {
			t.members[p.Name] = slices.DeleteFunc(t.members[p.Name], func(m string) bool { return plan.SameName(m, t.author) })
		}
	}
	return t
}

// reviews reports whether a phase is one of review: somebody is asked for one, or
// changes that a review asks for lead out of it.
func (p Phase) reviews() bool { return len(p.Reviewers) > 0 || p.On[OnMinor] != "" }

// turn gives whose turn it is in a phase: who has it already, while they still take
// part, else the one on whom the number of the issue falls. Where not everybody is
// known it stays with whom Tollgate assigned.
func (s State) turn(p Phase) string {
	members := s.turns.members[p.Name]
	stayed := s.Memory.Phase == p.Name
	if stayed && s.Memory.Turn != "" && (s.turns.unknown[p.Name] && len(p.Rotation) > 0 || has(members, s.Memory.Turn)) {
		return s.Memory.Turn
	}
	if s.turns.unknown[p.Name] || len(members) == 0 {
		return ""
	}
	return members[s.turns.number%len(members)]
}
