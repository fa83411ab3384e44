package gates

import (
	"fmt"
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
	a := approval(&in.Facts, in.Diff.Head, owners)
	change := number(n) + plural(n, " change of the policy asks for less", " changes of the policy ask for less")
	switch {
	case n == 0:
		check.conclude(Pass)
		check.Why = "the change takes nothing away from the policy"
	case a.by != "":
		check.conclude(Pass)
		check.Why = fmt.Sprintf("%s, and %s has approved this head", change, a.by)
		check.Notes = []string{check.Why}
	default:
		check.Actual = evidence.CountOf(n)
		check.Refs, check.MoreRefs = looser[:min(len(looser), MaxRefs)], max(0, len(looser)-MaxRefs)
		check.Remedy = "have " + strings.Join(owners, " or ") + " approve this head, or take the changes back"
		check.Why = change + ", and no owner of the policy has approved this head"
		check.conclude(Fail)
		if a.unknown != "" {
			check.conclude(Inconclusive)
			check.Partial = true
			check.Why = change + ", and whether an owner of the policy approves is not known: " + a.unknown
		}
	}
	v.Gates = append(slices.Clip(v.Gates), GateResult{Name: PolicyChange, Status: check.Status, Checks: []Check{check}})
	return v.DueAt(in.Due)
}

// approving is who has approved a head, or why that is not known. Both are empty
// where everything is known and nobody has.
type approving struct{ by, unknown string }

// approval finds an approval of a head by one of some people or a member of one of
// some teams. The last review that approves or asks for changes is what a person
// thinks, and who wrote the change approves nothing.
func approval(f *evidence.Facts, head string, owners []string) approving {
	switch {
	case !f.Has(evidence.ReviewsPart) || !f.Has(evidence.PullPart) || f.Pull == nil:
		return approving{unknown: "the reviews of the pull request were not read"}
	case head == "" || f.Pull.Head != head:
		return approving{unknown: "the reviews are of another head than is judged"}
	}
	last := map[string]evidence.Review{}
	var people []string
	for _, r := range f.Reviews {
		login := strings.ToLower(r.Author)
		switch r.State {
		case evidence.ReviewApproved, evidence.ReviewRequested, evidence.ReviewDismissed:
			if _, known := last[login]; !known {
				people = append(people, login)
			}
			last[login] = r
		}
	}
	var unread []string
	for _, owner := range owners {
		members := []string{strings.TrimPrefix(owner, "@")}
		if strings.Contains(owner, "/") {
			var read bool
			if members, read = f.Teams[owner]; !read {
				unread = append(unread, owner)
			}
		}
		for _, login := range people {
			r := last[login]
			is := func(m string) bool { return strings.EqualFold(m, login) }
			if r.State == evidence.ReviewApproved && r.Commit == head && !strings.EqualFold(login, f.Pull.Author) && slices.ContainsFunc(members, is) {
				if !strings.EqualFold(owner, "@"+r.Author) {
					return approving{by: "@" + r.Author + " of " + owner}
				}
				return approving{by: owner}
			}
		}
	}
	if unread != nil {
		return approving{unknown: "the members of " + some(unread) + " could not be read"}
	}
	return approving{}
}
