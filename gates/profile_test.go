package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

func touching(paths ...string) evidence.Diff {
	d := evidence.Diff{Known: true}
	for _, p := range paths {
		from, to, renamed := strings.Cut(p, " > ")
		if !renamed {
			from, to = "", from
		}
		d.Files = append(d.Files, evidence.FileChange{Path: to, Old: from, How: evidence.Modified})
	}
	return d
}

// TestProfiles judges coverage of 75% by a gate that asks for 70%, with a profile
// that asks for 80%, and by one that asks for 80%, with a profile that asks for 70%.
// What is not known decides for the stricter of the two.
func TestProfiles(t *testing.T) {
	cut := touching("docs/a.md")
	cut.Known = false
	for _, tt := range []struct {
		about         string
		when          gates.Profile
		in            gates.Input
		adds, relaxes bool // whether a profile of that sort applies
		why           string
	}{
		{"the branch", gates.Profile{Branches: []string{"release/*"}}, gates.Input{Branch: "release/1"}, true, true, "the change is for the branch release/1"},
		{"another branch", gates.Profile{Branches: []string{"release/*"}}, gates.Input{Branch: "main"}, false, false, "the change is for the branch main"},
		{"a branch that is taken away", gates.Profile{Branches: []string{"**", "!main"}}, gates.Input{Branch: "main"}, false, false, "the change is for the branch main"},
		{"nobody knows the branch", gates.Profile{Branches: []string{"release/*"}}, gates.Input{}, true, false, "which branch the change is for is not known"},
		{"the label, in capitals", gates.Profile{Labels: []string{"hotfix"}}, gates.Input{Labels: []string{"Hotfix"}, LabelsKnown: true}, true, true, "it bears the label hotfix"},
		{"no such label", gates.Profile{Labels: []string{"hotfix", "urgent"}}, gates.Input{Labels: []string{"hot"}, LabelsKnown: true}, false, false, "it does not bear the label hotfix or urgent"},
		{"nobody looked at the labels", gates.Profile{Labels: []string{"hotfix"}}, gates.Input{}, true, false, "which labels it bears is not known"},
		{"the label among labels that are not all", gates.Profile{Labels: []string{"hotfix"}}, gates.Input{Labels: []string{"hotfix"}}, true, true, "it bears the label hotfix"},
		{"one file of it", gates.Profile{Paths: []string{"docs/**"}}, gates.Input{Diff: touching("docs/a.md", "main.go")}, true, false, "more than docs/**"},
		{"only files of it", gates.Profile{Paths: []string{"docs/**"}}, gates.Input{Diff: touching("docs/a.md", "docs/b/c.md")}, true, true, "docs/**"},
		{"no file of it", gates.Profile{Paths: []string{"docs/**"}}, gates.Input{Diff: touching("main.go")}, false, false, "does not touch docs/**"},
		{"moved out of it", gates.Profile{Paths: []string{"docs/**"}}, gates.Input{Diff: touching("docs/a.md > main.go")}, true, false, "docs/**"},
		{"a change of nothing", gates.Profile{Paths: []string{"docs/**"}}, gates.Input{Diff: touching()}, false, false, "does not touch docs/**"},
		{"files that are not all known", gates.Profile{Paths: []string{"docs/**"}}, gates.Input{Diff: cut}, true, false, "docs/**"},
		{"nobody knows the files", gates.Profile{Paths: []string{"docs/**"}}, gates.Input{}, true, false, "which files the change touches is not known"},
		{"branch and label", gates.Profile{Branches: []string{"main"}, Labels: []string{"hotfix"}}, gates.Input{Branch: "main", LabelsKnown: true}, false, false, "the change is for the branch main, and it does not bear the label hotfix"},
		{"no when at all", gates.Profile{}, gates.Input{Branch: "main", LabelsKnown: true}, true, false, "it does not say when"},
	} {
		for _, relax := range []bool{false, true} {
			own, other, want := "70%", "80%", tt.adds
			if relax {
				own, other, want = other, own, tt.relaxes
			}
			s := coverage(require("statements", ">=", own), shares("cover.out", evidence.Statements, map[string][2]uint64{"a.go": {75, 100}}))
			p := s.policy()
			f := tt.when
			f.Name, f.MayRelax = "special", relax
			f.Gates = []gates.ProfileGate{{Gate: "gate", Conditions: []gates.Condition{require("statements", ">=", other)}}}
			p.Profiles = []gates.Profile{f}
			in := tt.in
			in.Evidence = s.input().Evidence
			v := gates.Judge(p, in)
			use := v.Profiles[0]
			if use.Applies != want || use.Relaxes != (want && relax) || relax == strings.Contains(tt.why, "more than") && !strings.Contains(use.Why, tt.why) {
				t.Errorf("%s, relaxing %t: applies %t (%s), want %t (%s)", tt.about, relax, use.Applies, use.Why, want, tt.why)
			}
			// A profile that adds and applies fails; one that relaxes and applies passes.
			status := gates.Pass
			if relax != want {
				status = gates.Fail
			}
			if v.Status != status {
				t.Errorf("%s, relaxing %t: the verdict is %s, want %s", tt.about, relax, v.Status, status)
			}
			if n := len(v.Gates[0].Checks); want && n != 2 || !want && n != 1 {
				t.Errorf("%s, relaxing %t: %d checks", tt.about, relax, n)
			}
		}
	}
}

// TestAProfileRelaxesWhatIsTheGatesOwn holds that what another profile asks for
// stands, that other metrics stand, that nothing is relaxed for the sake of what is
// still to come, and that every check says which profile it owes.
func TestAProfileRelaxesWhatIsTheGatesOwn(t *testing.T) {
	s := coverage(require("statements", ">=", "80%"), shares("cover.out", evidence.Statements, map[string][2]uint64{"a.go": {75, 100}}))
	profile := func(name string, relax bool, c gates.Condition) gates.Profile {
		return gates.Profile{Name: name, Branches: []string{"main"}, MayRelax: relax, Gates: []gates.ProfileGate{{Gate: "gate", Conditions: []gates.Condition{c}}}}
	}
	easier := profile("easier", true, require("statements", ">=", "70%"))
	later := require("statements", ">=", "70%")
	later.From = theDay(t, "2027-03-01")
	for _, tt := range []struct {
		about    string
		profiles []gates.Profile
		want     gates.Status
	}{
		{"one that relaxes", []gates.Profile{easier}, gates.Pass},
		{"after one that adds", []gates.Profile{profile("more", false, require("statements", ">=", "79%")), easier}, gates.Fail},
		{"before one that adds", []gates.Profile{easier, profile("more", false, require("statements", ">=", "79%"))}, gates.Fail},
		{"by another metric", []gates.Profile{profile("other", true, require("lines", ">=", "1%"))}, gates.Fail},
		{"by what is to come", []gates.Profile{profile("later", true, later)}, gates.Fail},
		{"of another gate", []gates.Profile{{Name: "x", Branches: []string{"main"}, MayRelax: true, Gates: []gates.ProfileGate{{Gate: "none", Conditions: easier.Gates[0].Conditions}}}}, gates.Fail},
	} {
		p := s.policy()
		p.Profiles = tt.profiles
		in := s.input()
		in.Branch, in.Now = "main", theDay(t, "2027-01-01")
		v := gates.Judge(p, in)
		if v.Status != tt.want {
			t.Errorf("%s: the verdict is %s", tt.about, v.Status)
		}
		if p.Gates[0].Conditions[0].Mode != gates.Require {
			t.Errorf("%s: the policy itself was changed", tt.about)
		}
		if tt.about == "one that relaxes" {
			checks := v.Gates[0].Checks
			if checks[0].Condition.Mode != gates.Shadow || !strings.Contains(checks[0].Why, "in shadow by profile easier") || !strings.Contains(checks[1].Why, "asked by profile easier") {
				t.Errorf("the checks say %q and %q", checks[0].Why, checks[1].Why)
			}
		}
	}
}
