package render

import (
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// factFilters says which part of GitHub's own evidence a gate looks at, for a metric
// of a kind.
func factFilters(g gates.Gate, k evidence.Kind) (out []string) {
	say := func(what string, names []string) {
		if len(names) > 0 {
			out = append(out, what+" "+strings.Join(names, ", "))
		}
	}
	switch k {
	case evidence.Issue:
		where := "the issue"
		if g.Checklist.Pull {
			where = "the pull request"
		}
		if g.Checklist.Heading != "" {
			where = "the list " + g.Checklist.Heading + " of " + where
		} else {
			where = "every task of " + where
		}
		out = append(out, where)
		say("ticks by", g.Checklist.TickedBy)
	case evidence.Reviews:
		say("approvals by", g.Reviewers.By)
		say("threads of class", g.Reviewers.Classes)
	case evidence.Checks:
		for _, c := range g.Checks {
			out = append(out, "check "+c.String())
		}
	}
	return out
}
