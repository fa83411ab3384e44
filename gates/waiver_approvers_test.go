package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A waiver that somebody approved who may not is not in force, and blocks. R17
func TestWhoMayApproveAWaiver(t *testing.T) {
	teams := map[string][]string{"@org/sec": {"Lead", "sam"}}
	for _, x := range []struct {
		about   string
		may     gates.Approvers
		by      string
		teams   map[string][]string
		outcome gates.Status
		why     string // a part of it
	}{
		{"anybody, where nobody is named", gates.Approvers{}, "@lead", nil, gates.Waived, "1 waived by"},
		{"by name, without case", gates.Approvers{Default: []string{"@ann", "@LEAD"}}, "@lead", nil, gates.Waived, "1 waived by"},
		{"somebody else", gates.Approvers{Default: []string{"@ann", "@cleo"}}, "@lead", nil, gates.Fail, "is approved by @lead, who may not; the policy lets @ann or @cleo approve it"},
		{"the team itself", gates.Approvers{Default: []string{"@org/sec"}}, "@Org/Sec", nil, gates.Waived, "1 waived by"},
		{"another team", gates.Approvers{Default: []string{"@org/sec"}}, "@org/dev", teams, gates.Fail, "is approved by @org/dev, who may not"},
		{"a member of the team", gates.Approvers{Default: []string{"@org/sec"}}, "@lead", teams, gates.Waived, "1 waived by"},
		{"no member of the team", gates.Approvers{Default: []string{"@org/sec"}}, "@mallory", teams, gates.Fail, "is approved by @mallory, who may not; the policy lets @org/sec approve it"},
		{"a team that nobody could read", gates.Approvers{Default: []string{"@org/sec"}}, "@lead", nil, gates.Fail, "is approved by @lead, of whom it is not known whether they are in @org/sec"},
		{"those of the severity", gates.Approvers{Default: []string{"@ann"}, Severity: map[evidence.Severity][]string{evidence.Critical: {"@lead"}}}, "@lead", nil, gates.Waived, "1 waived by"},
		{"those of another severity", gates.Approvers{Default: []string{"@lead"}, Severity: map[evidence.Severity][]string{evidence.Critical: {"@ciso"}}}, "@lead", nil, gates.Fail, "is approved by @lead, who may not; the policy lets @ciso approve it"},
	} {
		t.Run(x.about, func(t *testing.T) {
			w := waiveFinding(gates.WaivedFinding{Rule: "G101"})
			w.ApprovedBy = x.by
			s := findings(require("critical", "=", "0"), scan("s.sarif", []string{"gosec"}, evidence.Finding{Tool: "gosec", Rule: "G101", Severity: evidence.Critical, Level: evidence.LevelError}))
			p, in := s.policy(), s.input()
			p.Approvers, in.Waivers, in.Facts.Teams, in.Now = x.may, []gates.Waiver{w}, x.teams, noon
			c := gates.Judge(p, in).Gates[0].Checks[0]
			if c.Outcome != x.outcome || !strings.Contains(c.Why, x.why) {
				t.Errorf("have %s: %s\nwant %s: %s", c.Outcome, c.Why, x.outcome, x.why)
			}
			if c.Outcome == gates.Fail && !strings.HasSuffix(c.Remedy, "or have it approved by who may") {
				t.Errorf("what to do: %s", c.Remedy)
			}
		})
	}
}

// Of tests and conditions those without a severity approve. R17
func TestWhoMayApproveAQuarantine(t *testing.T) {
	for by, want := range map[string]gates.Status{"@lead": gates.Waived, "@ciso": gates.Fail} {
		for _, w := range []gates.Waiver{waiveTest(gates.WaivedTest{Name: "failed0"}), waiveCondition(require("failed", "=", "0"))} {
			w.ApprovedBy = by
			s := tests(require("failed", "=", "0"), testReport("u.xml", 3, 1, 0, 0))
			p, in := s.policy(), s.input()
			p.Approvers = gates.Approvers{Default: []string{"@lead"}, Severity: map[evidence.Severity][]string{evidence.Critical: {"@ciso"}}}
			in.Waivers, in.Now = []gates.Waiver{w}, noon
			if c := gates.Judge(p, in).Gates[0].Checks[0]; c.Outcome != want {
				t.Errorf("%s, approved by %s: %s: %s", w.What(), by, c.Outcome, c.Why)
			} else if want == gates.Fail && !strings.HasSuffix(c.Remedy, "approved by who may") {
				t.Errorf("%s, approved by %s: what to do: %s", w.What(), by, c.Remedy)
			}
		}
	}
}

// A waiver for labels is in force where the issue or the pull request bears one. R17
func TestWaiversForLabels(t *testing.T) {
	for _, x := range []struct {
		about  string
		have   []string
		known  bool
		passes bool
	}{
		{"one of them, in capitals", []string{"bug", "HotFix"}, true, true},
		{"none of them", []string{"bug"}, true, false},
		{"no label", nil, true, false},
		{"nobody looked", []string{"hotfix"}, false, false},
	} {
		w := waiveTest(gates.WaivedTest{Name: "failed0"})
		w.Labels = []string{"hotfix", "urgent"}
		s := tests(require("failed", "=", "0"), testReport("u.xml", 3, 1, 0, 0))
		p, in := s.policy(), s.input()
		in.Waivers, in.Labels, in.LabelsKnown, in.Now = []gates.Waiver{w}, x.have, x.known, noon
		if c := gates.Judge(p, in).Gates[0].Checks[0]; (c.Outcome == gates.Waived) != x.passes || !x.passes && c.Outcome != gates.Fail {
			t.Errorf("%s: %s: %s", x.about, c.Outcome, c.Why)
		}
	}
}
