package gates

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Evidence that is older than it may be, that does not say how old it is, or that is
// of the future proves nothing, and the report is named.
func TestEvidenceTooOld(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		at       time.Time
		zoneless bool
		age      time.Duration
		want     Status
		why, do  string
	}{
		"no age is asked of it": {at: now.AddDate(-1, 0, 0), want: Pass},
		"as old as it may be":   {at: now.Add(-24 * time.Hour), age: 24 * time.Hour, want: Pass},
		"a second older": {at: now.Add(-24*time.Hour - time.Second), age: 24 * time.Hour, want: Inconclusive,
			why: "a.xml: this report states 2026-05-03T11:59:59Z, which is more than 24h ago; source s must be no older", do: "run again what writes a.xml"},
		"no time": {age: 24 * time.Hour, want: Inconclusive,
			why: "a.xml: this junit-xml report does not state when it was made; source s must be at most 24h old", do: "or take `age` out of `expect` of source s"},
		"five minutes ahead": {at: now.Add(5 * time.Minute), age: time.Hour, want: Pass},
		"more ahead": {at: now.Add(5*time.Minute + time.Second), age: time.Hour, want: Inconclusive,
			why: "a.xml: this report states 2026-05-04T12:05:01Z, which is in the future; how old it is cannot be told", do: "set the clock of the machine that writes a.xml"},
		"ahead and no zone": {at: now.Add(2 * time.Hour), zoneless: true, age: time.Hour, want: Inconclusive,
			why: "2026-05-04T14:00:00Z (it names no zone, and is read as UTC), which is in the future", do: "with TZ=UTC"},
		"no zone": {at: now.Add(-30 * time.Minute), zoneless: true, age: time.Hour, want: Pass},
	} {
		t.Run(name, func(t *testing.T) {
			r := &evidence.Report{Source: "a.xml", Format: "junit-xml", Kinds: evidence.Tests}
			r.Cases.AppendCase(evidence.Case{Name: "a", Outcome: evidence.Passed})
			r.State(evidence.Stamp{At: c.at, Zoneless: c.zoneless})
			p := Policy{
				Sources: []Source{{Name: "s", Kinds: evidence.Tests, Patterns: []string{"*.xml"}, Expect: Expect{Age: c.age}}},
				Gates:   []Gate{{Name: "g", From: []string{"s"}, Conditions: []Condition{{Metric: "failed", Op: Equal, Want: evidence.CountOf(0), Mode: Require}}}},
			}
			v := Judge(p, Input{Evidence: map[string]evidence.Set{"s": evidence.SetOf(evidence.PartKey{}, r)}, Now: now})
			check := v.Gates[0].Checks[0]
			if v.Status != c.want || !strings.Contains(check.Why, c.why) || !strings.Contains(check.Remedy, c.do) {
				t.Errorf("%s: %s\nremedy: %s", v.Status, check.Why, check.Remedy)
			}
		})
	}
}

// The baseline is as old as it is: only what is judged has to be young.
func TestBaselineMayBeOld(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	of := func(at time.Time) map[string]evidence.Set {
		r := &evidence.Report{Source: "a.xml", Format: "junit-xml", Kinds: evidence.Tests}
		r.Cases.AppendCase(evidence.Case{Name: "a", Outcome: evidence.Passed})
		r.State(evidence.Stamp{At: at})
		return map[string]evidence.Set{"s": evidence.SetOf(evidence.PartKey{}, r)}
	}
	p := Policy{
		Sources: []Source{{Name: "s", Kinds: evidence.Tests, Patterns: []string{"*.xml"}, Expect: Expect{Age: time.Hour}}},
		Gates:   []Gate{{Name: "g", From: []string{"s"}, Conditions: []Condition{{Metric: "lost-tests", Op: Equal, Want: evidence.CountOf(0), Mode: Require}}}},
	}
	v := Judge(p, Input{Evidence: of(now), Base: of(now.AddDate(0, -2, 0)), Now: now})
	if v.Status != Pass {
		t.Errorf("%s: %s", v.Status, v.Gates[0].Checks[0].Why)
	}
}
