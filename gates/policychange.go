package gates

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// PolicyChange is the name of the gate on what a change does to the policy itself.
// No gate of a policy can bear it: names have no spaces.
const PolicyChange = "policy change"

// WithPolicyChange gives the verdict with a gate more: what a change takes away from
// the policy needs the approval of one of the owners that the policy names. looser
// are those changes; where nobody is named as owner, nobody can be asked.
func (v Verdict) WithPolicyChange(looser []Ref, owners []string, in Input) Verdict {
	if len(owners) == 0 {
		return v
	}
	check := Check{
		Condition: Condition{Metric: "unapproved", Op: Equal, Want: evidence.CountOf(0), Mode: Require},
		Actual:    evidence.CountOf(0),
	}
	n := uint64(len(looser))
	unknown := reviewsUnread(&in)
	if p := in.Facts.Pull; p == nil || in.Diff.Head != "" && p.Head != in.Diff.Head {
		unknown = append(unknown, gap{text: "the reviews are not of the head that is judged", remedy: "judge the head of the pull request"})
	}
	approved := false
	if unknown == nil {
		approved, unknown = owned{owners: owners}.standing(&in.Facts, approvals(&in.Facts, in.Diff.Head))
	}
	change := number(n) + plural(n, " change of the policy asks for less", " changes of the policy ask for less")
	switch {
	case n == 0:
		check.conclude(Pass)
		check.Why = "the change takes nothing away from the policy"
	case approved:
		check.conclude(Pass)
		check.Why = change + ", and an owner of the policy has approved this head: one of " + anyOf(owners)
		check.Notes = []string{check.Why}
	default:
		check.Actual = evidence.CountOf(n)
		check.Refs, check.MoreRefs = looser[:min(len(looser), MaxRefs)], max(0, len(looser)-MaxRefs)
		check.Remedy = "have " + strings.Join(owners, " or ") + " approve this head, or take the changes back"
		check.Why = change + ", and no owner of the policy has approved this head"
		check.conclude(Fail)
		if len(unknown) > 0 {
			check.conclude(Inconclusive)
			check.Partial = true
			check.Why = change + ", and whether an owner of the policy approves is not known: " + listGaps(unknown)
			check.Remedy = joinSentences(append([]string{check.Remedy}, remedies(unknown)...))
		}
	}
	v.Gates = append(slices.Clip(v.Gates), GateResult{Name: PolicyChange, Status: check.Status, Checks: []Check{check}})
	return v.DueAt(in.Due)
}
