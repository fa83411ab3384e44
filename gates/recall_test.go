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

// What one word brings back, and what is said where it brings nothing.
func TestRecallInWords(t *testing.T) {
	failed := Condition{Metric: "failed", Op: Equal, Want: evidence.CountOf(0), Mode: Require, At: evidence.Pos{Line: 4}}
	p := Policy{Gates: []Gate{{Name: "unit", Conditions: []Condition{failed}, At: evidence.Pos{Line: 3}}, {Name: "empty"}}}
	again := "run `tollgate handoff` with the reports of this commit"
	gone := "as judged at 81d0c7e, by a waiver until 2026-04-01 that is in force no longer"
	mend := "mend it, or renew the waiver, and " + again
	last := []Waiver{{Expires: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}}
	for _, x := range []struct {
		word    string
		waivers []Waiver
		day     int // of April 2026
		outcome Status
		partial bool
		why     string
		remedy  string
		lapsed  string
	}{
		{"p", nil, 1, Pass, false, "as judged at 81d0c7e", "", "none"},
		{"f", nil, 1, Fail, false, "as judged at 81d0c7e", "", "none"},
		{"F", nil, 1, Fail, true, "as judged at 81d0c7e", "", "none"},
		{"I", nil, 1, Inconclusive, true, "as judged at 81d0c7e", "", "none"},
		{"n", nil, 1, NotApplicable, false, "as judged at 81d0c7e", "", "none"},
		{"v<2026-04-01", last, 1, Waived, false, "as judged at 81d0c7e", "", ""},
		{"v<2026-04-01", last, 2, Fail, false, gone, mend, "expired on 2026-04-01"},
		{"v<2026-04-01", nil, 1, Fail, false, gone, mend, "expired on 2026-04-01"},
		{"p<2026-04-01", nil, 1, Pass, false, "as judged at 81d0c7e", "", "expired on 2026-04-01"},
		{"v", last, 1, Inconclusive, true, "what is remembered of it cannot be read", again, "none"},
		{"p<soon", last, 1, Inconclusive, true, "what is remembered of it cannot be read", again, "none"},
		{"x", last, 1, Inconclusive, true, "what is remembered of it cannot be read", again, "none"},
	} {
		fresh := verdictOf(p, Inconclusive)
		fresh.Gates[0].Checks[0].Why = "no report"
		record := Record(p, fresh)
		digest, _, _ := strings.Cut(record["unit"], " ")
		got, _ := Recall(p, fresh, map[string]string{"unit": digest + " " + x.word}, "at 81d0c7e", "", x.waivers, time.Date(2026, 4, x.day, 12, 0, 0, 0, time.UTC))
		c, lapsed := got.Gates[0].Checks[0], "none"
		if len(c.Waivers) > 0 {
			lapsed = c.Waivers[0].Lapsed
		}
		if c.Outcome != x.outcome || c.Partial != x.partial || c.Why != x.why || c.Remedy != x.remedy || lapsed != x.lapsed || got.Gates[0].Status != x.outcome {
			t.Errorf("%s on %d April: %s, partial %v: %s\n%s\nlapsed: %s", x.word, x.day, c.Outcome, c.Partial, c.Why, c.Remedy, lapsed)
		}
		if got.Gates[1].Status != Inconclusive {
			t.Errorf("the gate without conditions is %s", got.Gates[1].Status)
		}
		if have := fresh.Gates[0]; have.Checks[0].Why != "no report" || have.Status != Inconclusive {
			t.Errorf("the fresh verdict was changed: %+v", have)
		}
	}
	for why, x := range map[string]struct {
		record   map[string]string
		distrust string
	}{
		"nothing is remembered of it": {nil, ""},
		"it was edited":               {nil, "it was edited"},
		"the gate has asked for something else since it was judged": {map[string]string{"unit": "00000000 p"}, ""},
	} {
		got, unjudged := Recall(p, verdictOf(p, Pass), x.record, "at 81d0c7e", x.distrust, nil, time.Time{})
		if c := got.Gates[0].Checks[0]; c.Outcome != Inconclusive || !c.Partial || c.Why != why || c.Remedy != again || strings.Join(unjudged, " ") != "unit" {
			t.Errorf("%s: %s: %s\n%s\n%v", why, c.Outcome, c.Why, c.Remedy, unjudged)
		}
	}
}

// What is remembered is of what a gate asks, and not of where that is written.
func TestRecordIsOfWhatIsAsked(t *testing.T) {
	policy := func(line int, want uint64) Policy {
		c := Condition{Metric: "failed", Op: Equal, Want: evidence.CountOf(want), Mode: Require, At: evidence.Pos{Line: line}}
		return Policy{Gates: []Gate{{Name: "unit", Conditions: []Condition{c, c}, At: evidence.Pos{Line: line}}}}
	}
	p := policy(3, 0)
	v := verdictOf(p, Pass, Waived)
	v.Gates[0].Checks[0].Partial = true
	v.Gates[0].Checks[1].Waivers = []Waiving{
		{Waiver: Waiver{Expires: time.Date(2026, 4, 9, 0, 0, 0, 0, time.UTC)}}, {Waiver: Waiver{Expires: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}},
		{Waiver: Waiver{Expires: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, Lapsed: "expired on 2026-03-01"},
	}
	unit := Record(p, v)["unit"]
	digest, words, _ := strings.Cut(unit, " ")
	if len(digest) != 8 || words != "P v<2026-04-01" {
		t.Errorf("have %q", unit)
	}
	if p.Gates[0].Conditions[0].At.Line != 3 || p.Gates[0].At.Line != 3 {
		t.Errorf("the policy was changed: %+v", p.Gates[0])
	}
	if have := Record(policy(9, 0), v)["unit"]; have != unit {
		t.Errorf("on other lines it is %q, and was %q", have, unit)
	}
	if have := Record(policy(3, 1), v)["unit"]; have == unit {
		t.Error("what asks for something else is remembered alike")
	}
	v.Gates[0].Checks = v.Gates[0].Checks[:1]
	if have := Record(p, v); len(have) != 0 {
		t.Errorf("a verdict of another policy is remembered: %v", have)
	}
	if have := Record(p, Verdict{}); len(have) != 0 {
		t.Errorf("a verdict without the gate is remembered: %v", have)
	}
	// echo '"unit" "x"' | sha256sum
	if have := RecordDigest(map[string]string{"unit": "x"}); have != "6284c231e87432b4" {
		t.Errorf("have %s", have)
	}
}

// A verdict may be another one from the day after the first waiver ends.
func TestLapsesIsTheFirst(t *testing.T) {
	until := func(days ...int) (v Verdict) {
		for _, d := range days {
			var c Check
			if d > 0 {
				c.Waivers = []Waiving{{Waiver: Waiver{Expires: time.Date(2026, 4, d, 0, 0, 0, 0, time.UTC)}}}
			}
			v.Gates = append(v.Gates, GateResult{Checks: []Check{c}})
		}
		return v
	}
	for _, x := range []struct {
		days []int
		want int
	}{{[]int{9, 1, 5}, 2}, {[]int{1, 9}, 2}, {[]int{3, 2, 0}, 3}, {[]int{0, 7}, 8}} {
		if have := until(x.days...).Lapses(); !have.Equal(time.Date(2026, 4, x.want, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%v: have %s, want %d April", x.days, have, x.want)
		}
	}
	if have := until(0).Lapses(); !have.IsZero() {
		t.Errorf("have %s where there is none", have)
	}
}
