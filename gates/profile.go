package gates

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Profile is what else holds for some changes: conditions by gate.
type Profile struct {
	Name string
	// Branches are patterns of the branch that the change is for, Labels are of the
	// issue, and Paths patterns of files that the change touches. Of each that is
	// given one at least must be so; one profile has one of them at least.
	Branches, Labels, Paths []string
	// MayRelax says that the conditions take the place of the gate's own on the same
	// metric. Without it they are added to them, so that they can only ask for more.
	MayRelax bool
	Gates    []ProfileGate // in the order of the policy
	At       evidence.Pos
}

// ProfileGate is the conditions that a profile has for one gate.
type ProfileGate struct {
	Gate       string
	Conditions []Condition
}

// For gives the conditions that the profile has for a gate.
func (f Profile) For(gate string) (conditions []Condition) {
	for _, g := range f.Gates {
		if g.Gate == gate {
			conditions = append(conditions, g.Conditions...)
		}
	}
	return conditions
}

// ProfileUse says of a profile whether it applies, and why.
type ProfileUse struct {
	Name    string
	Applies bool
	Relaxes bool   // it put conditions of gates in shadow
	Why     string // "the change is for release/1"
	At      evidence.Pos
}

// profiled gives the policy with the profiles that are for this change. What it is
// not known to be for decides against it: then a profile that adds applies, and one
// that relaxes does not. No condition is taken away: one whose place another takes
// is in shadow, and those of a profile stand behind the gate's own.
func (p Policy) profiled(in Input) (Policy, []ProfileUse) {
	if len(p.Profiles) == 0 {
		return p, nil
	}
	own := make([]int, len(p.Gates)) // how many conditions a gate has of its own
	out := p
	out.Gates = slices.Clone(p.Gates)
	for i, g := range out.Gates {
		own[i] = len(g.Conditions)
		out.Gates[i].Conditions = slices.Clone(g.Conditions)
	}
	var uses []ProfileUse
	for _, f := range p.Profiles {
		met, why := f.met(in)
		use := ProfileUse{Name: f.Name, Applies: met == yes || met == perhaps && !f.MayRelax, Why: why, At: f.At}
		for _, pg := range f.Gates {
			i := slices.IndexFunc(out.Gates, func(g Gate) bool { return g.Name == pg.Gate })
			if !use.Applies || i < 0 {
				continue
			}
			g := &out.Gates[i]
			for _, c := range pg.Conditions {
				if f.MayRelax && !c.Coming(in.Now) {
					use.Relaxes = true
					for k := range g.Conditions[:own[i]] {
						if old := &g.Conditions[k]; old.Metric == c.Metric {
							old.Mode, old.Profile = Shadow, "in shadow by profile "+f.Name
						}
					}
				}
				c.Profile = "asked by profile " + f.Name
				g.Conditions = append(g.Conditions, c)
			}
		}
		uses = append(uses, use)
	}
	return out, uses
}

// met reports whether the change is one of those that the profile is for.
func (f Profile) met(in Input) (sure, string) {
	all, whys := yes, []string(nil)
	for _, part := range []func(Input) (sure, string){f.onBranch, f.labelled, f.touched} {
		is, why := part(in)
		if why == "" {
			continue // not asked
		}
		all = min(all, is)
		whys = append(whys, why)
	}
	if whys == nil { // a policy should have refused it
		return perhaps, "it does not say when"
	}
	return all, strings.Join(whys, ", and ")
}

func (f Profile) onBranch(in Input) (sure, string) {
	branches := newGlobs("branches", f.Branches, false)
	switch {
	case !branches.given():
		return no, ""
	case in.Branch == "":
		return perhaps, "which branch the change is for is not known"
	case branches.admits(in.Branch):
		return yes, "the change is for the branch " + in.Branch
	default:
		return no, "the change is for the branch " + in.Branch
	}
}

// labelled asks for a label of the issue, which GitHub compares without case.
func (f Profile) labelled(in Input) (sure, string) {
	if len(f.Labels) == 0 {
		return no, ""
	}
	for _, l := range f.Labels {
		if slices.ContainsFunc(in.Labels, func(have string) bool { return strings.EqualFold(have, l) }) {
			return yes, "it bears the label " + l
		}
	}
	if !in.LabelsKnown {
		return perhaps, "which labels it bears is not known"
	}
	return no, "it does not bear the label " + strings.Join(f.Labels, " or ")
}

// touched asks whether the change touches a file of the patterns. A profile that
// relaxes is for changes that touch no other: a change to the documentation is not
// one to the documentation and the code.
func (f Profile) touched(in Input) (sure, string) {
	paths := newGlobs("paths", f.Paths, false)
	if !paths.given() {
		return no, ""
	}
	hits, others := 0, 0
	for _, c := range in.Diff.Files {
		for _, name := range distinct([]string{c.Path, c.Old}) {
			if paths.admits(name) {
				hits++
			} else {
				others++
			}
		}
	}
	switch {
	case hits > 0 && !f.MayRelax:
		return yes, "the change touches " + some(f.Paths)
	case !in.Diff.Known:
		return perhaps, "which files the change touches is not known"
	case hits > 0 && others == 0:
		return yes, "the change touches nothing but " + some(f.Paths)
	case hits > 0:
		return no, "the change touches more than " + some(f.Paths)
	default:
		return no, "the change does not touch " + some(f.Paths)
	}
}
