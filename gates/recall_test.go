package gates

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// recallPolicy has a gate on reports, one on reviews and one on both.
func recallPolicy() Policy {
	zero := evidence.CountOf(0)
	failed := Condition{Metric: "failed", Op: Equal, Want: zero, Mode: Require}
	errored := Condition{Metric: "errored", Op: Equal, Want: zero, Mode: Warn}
	approved := Condition{Metric: "approvals", Op: AtLeast, Want: evidence.CountOf(1), Mode: Require}
	return Policy{Gates: []Gate{
		{Name: "unit", From: []string{"t"}, Conditions: []Condition{failed, errored}},
		{Name: "approved", From: []string{"reviews"}, Conditions: []Condition{approved}},
		{Name: "both", From: []string{"t", "reviews"}, Conditions: []Condition{failed, approved}},
	}}
}

// verdictOf makes a verdict with an outcome for every condition, in order.
func verdictOf(p Policy, outcomes ...Status) Verdict {
	var v Verdict
	for _, g := range p.Gates {
		r := GateResult{Name: g.Name}
		for _, c := range g.Conditions {
			check := Check{Condition: c}
			check.conclude(outcomes[0])
			outcomes = outcomes[1:]
			r.Status = max(r.Status, check.Status)
			r.Checks = append(r.Checks, check)
		}
		v.Gates = append(v.Gates, r)
	}
	return v
}

func statuses(v Verdict) string {
	var out []string
	for _, g := range v.Gates {
		out = append(out, g.Status.String())
	}
	return strings.Join(out, ", ")
}

// What is remembered counts for reports alone: reviews are judged anew. R33
func TestRecall(t *testing.T) {
	p := recallPolicy()
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	judged := verdictOf(p, Pass, Fail, Fail, Pass, Fail) // unit warns, the approval is missing
	fresh := verdictOf(p, Inconclusive, Inconclusive, Pass, Inconclusive, Pass)
	record := Record(p, judged)

	waived := verdictOf(p, Waived, Pass, Pass, Pass, Pass)
	waiver := Waiver{Expires: day("2026-04-01")}
	waived.Gates[0].Checks[0].Waivers = []Waiving{{Waiver: waiver}}
	other := recallPolicy()
	other.Gates[0].Conditions[0].Want = evidence.CountOf(3)

	for _, tt := range []struct {
		name     string
		p        Policy
		record   map[string]string
		distrust string
		waivers  []Waiver
		now      string
		want     string
		unjudged string
	}{
		{"the approval has come", p, record, "", nil, "2026-03-02", "warn, pass, pass", ""},
		{"the memory is not believed", p, record, "it was edited", nil, "2026-03-02", "inconclusive, pass, inconclusive", "unit both"},
		{"nothing is remembered", p, nil, "", nil, "2026-03-02", "inconclusive, pass, inconclusive", "unit both"},
		{"the gate asks for something else", other, record, "", nil, "2026-03-02", "inconclusive, pass, pass", "unit"},
		{"what is remembered is no word", p, map[string]string{"unit": strings.Replace(record["unit"], " p ", " x ", 1), "both": record["both"]}, "", nil, "2026-03-02", "inconclusive, pass, pass", "unit"},
		{"a word is missing", p, map[string]string{"unit": strings.TrimSuffix(record["unit"], " f"), "both": record["both"]}, "", nil, "2026-03-02", "inconclusive, pass, pass", "unit"},
		{"a waiver on its last day", p, Record(p, waived), "", []Waiver{waiver}, "2026-04-01", "waived, pass, pass", ""},
		{"a waiver the day after", p, Record(p, waived), "", []Waiver{waiver}, "2026-04-02", "fail, pass, pass", ""},
		{"a waiver that was taken out", p, Record(p, waived), "", nil, "2026-03-02", "fail, pass, pass", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, unjudged := Recall(tt.p, fresh, tt.record, "at 81d0c7e", tt.distrust, tt.waivers, day(tt.now))
			if statuses(got) != tt.want || strings.Join(unjudged, " ") != tt.unjudged {
				t.Errorf("got %s, not known of %q; want %s, %q", statuses(got), unjudged, tt.want, tt.unjudged)
			}
			if tt.unjudged != "" {
				return
			}
			// Remembered again it is the same, but for what has lapsed.
			again, _ := Recall(tt.p, fresh, Record(tt.p, got), "at 81d0c7e", "", tt.waivers, day(tt.now))
			if statuses(again) != statuses(got) {
				t.Errorf("remembered twice it is %s, once %s", statuses(again), statuses(got))
			}
		})
	}
	if got := waived.Lapses(); !got.Equal(day("2026-04-02")) {
		t.Errorf("lapses at %s, want the day after the last", got)
	}
	if RecordDigest(record) == RecordDigest(Record(p, waived)) {
		t.Error("two records have one digest")
	}
}
