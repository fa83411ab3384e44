package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// permissionsOf is what a job that runs a policy says of its token, to be pasted: all
// that the policy needs, because what a job does not name it has not. What was lost
// for want of a permission is in it whatever the policy says.
func permissionsOf(p *policy.Policy, lost []plan.Lost) string {
	need := map[string]string{"contents": "read", "issues": "write", "pull-requests": "read", "statuses": "write", "checks": "read"}
	if p.Rules.CheckRun {
		need["checks"] = "write"
	}
	if p.Rules.Waive.Propose {
		need["contents"], need["pull-requests"] = "write", "write"
	}
	for _, phase := range p.Rules.Phases {
		if len(phase.Reviewers) > 0 {
			need["pull-requests"] = "write"
		}
	}
	for _, l := range lost {
		// What no workflow can have, "organization members: read", is no word.
		if scope, level, ok := strings.Cut(l.Permission, ": "); ok && !strings.ContainsAny(scope, " ,") && (level == "read" || level == "write") {
			if need[scope] != "write" {
				need[scope] = level
			}
		}
	}
	var parts []string
	for _, scope := range slices.Sorted(maps.Keys(need)) {
		parts = append(parts, scope+": "+need[scope])
	}
	return "permissions: {" + strings.Join(parts, ", ") + "}"
}

// lostChannels says of a receipt what was lost and what would bring it back, a note
// for each reason.
func lostChannels(p *policy.Policy, lost []plan.Lost) []string {
	var notes, permissions, reasons []string
	for _, l := range lost {
		switch {
		case l.Permission == "" && !slices.Contains(reasons, l.Needs):
			reasons = append(reasons, l.Needs)
		case l.Permission != "" && !slices.Contains(permissions, l.Permission):
			permissions = append(permissions, l.Permission)
		}
	}
	if len(permissions) > 0 {
		// The block is a note of its own, so that it can be pasted; where it is broken over
		// two lines it is the same YAML.
		notes = append(notes, fmt.Sprintf("the token may not make every change: it lacks %s; the job should say", strings.Join(permissions, ", ")), permissionsOf(p, lost))
	}
	for _, r := range reasons {
		var keys []string
		for _, l := range lost {
			if l.Permission == "" && l.Needs == r {
				keys = append(keys, l.Change.Key)
			}
		}
		notes = append(notes, fmt.Sprintf("%s was not delivered: it needs %s", strings.Join(keys, ", "), r))
	}
	return notes
}
