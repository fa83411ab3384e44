package gates

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// A verdict is remembered in a few bytes for each gate, so that a run without the
// reports can go by what the last one found: a digest of what the gate asks, and then
// a word for every condition. The word is the first letter of the outcome, a capital
// where evidence was missing, and of what is waived the last day of the waiver.
//
//	3fa9c1d2 p f v<2026-04-01

// outcomes are the letters.
var outcomes = map[Status]string{NotApplicable: "n", Pass: "p", Waived: "v", Inconclusive: "i", Fail: "f"}

// judgedAnew are the kinds of evidence that GitHub holds: their conditions are never
// remembered, because they can be judged at any time.
var judgedAnew = []evidence.Kind{evidence.Issue, evidence.Reviews, evidence.Checks}

// Record gives what is remembered of a verdict, by gate.
func Record(p Policy, v Verdict) map[string]string {
	out := map[string]string{}
	for _, g := range p.Gates {
		r, ok := v.Gate(g.Name)
		if !ok || len(r.Checks) != len(g.Conditions) {
			continue
		}
		words := []string{g.digest()}
		for _, c := range r.Checks {
			word := outcomes[c.Outcome]
			if c.Partial {
				word = strings.ToUpper(word)
			}
			if last := c.lapses(); !last.IsZero() {
				word += "<" + last.Format(time.DateOnly)
			}
			words = append(words, word)
		}
		out[g.Name] = strings.Join(words, " ")
	}
	return out
}

// Recall gives the verdict of a run that has no reports: fresh is what such a run
// found, of which the conditions on what GitHub holds count, and the others are as
// they were remembered. at says where they were judged: "at 81d0c7e". What was not
// remembered, or was judged by a gate that asks something else, is inconclusive; so
// is everything where distrust says why the memory is not to be believed. A waiver
// that has ended since, or is no longer there, waives no longer.
func Recall(p Policy, fresh Verdict, record map[string]string, at, distrust string, waivers []Waiver, now time.Time) (out Verdict, unjudged []string) {
	out = fresh
	out.Gates = slices.Clone(fresh.Gates)
	for i, g := range p.Gates {
		r := &out.Gates[i]
		words := strings.Fields(record[g.Name])
		why := distrust
		switch {
		case why != "":
		case len(words) == 0:
			why = "nothing is remembered of it"
		case words[0] != g.digest() || len(words) != 1+len(g.Conditions):
			why = "the gate has asked for something else since it was judged"
		}
		r.Checks = slices.Clone(r.Checks)
		r.Status = Undecided
		known := true
		for k := range r.Checks {
			check := &r.Checks[k]
			if m, ok := MetricNamed(check.Condition.Metric); !ok || !slices.Contains(judgedAnew, m.Kind) {
				*check = Check{Condition: check.Condition}
				if why == "" {
					known = check.recall(words[1+k], at, waivers, now) && known
				} else {
					known = false
					check.unknown(why)
				}
			}
			r.Status = max(r.Status, check.Status)
		}
		if !known {
			unjudged = append(unjudged, g.Name)
		}
		if len(r.Checks) == 0 {
			r.Status = Inconclusive
		}
	}
	return out, unjudged
}

// RecordDigest stands for what is remembered of a verdict. It is written where nobody
// but Tollgate's account can write, so that an edited memory is known for one.
func RecordDigest(record map[string]string) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(record)) {
		fmt.Fprintf(sum, "%q %q\n", name, record[name])
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// unknown is a condition of which nothing can be said without the reports.
func (check *Check) unknown(why string) {
	check.conclude(Inconclusive)
	check.Partial = true
	check.Why, check.Remedy = why, "run `tollgate handoff` with the reports of this commit"
}

// recall makes the check of a remembered word, and reports whether it could be read.
func (check *Check) recall(word, at string, waivers []Waiver, now time.Time) bool {
	letter, last, dated := strings.Cut(word, "<")
	outcome := Undecided
	for s, l := range outcomes {
		if l == strings.ToLower(letter) {
			outcome = s
		}
	}
	ends, err := time.Parse(time.DateOnly, last)
	if outcome == Undecided || dated && err != nil || outcome == Waived && !dated {
		check.unknown("what is remembered of it cannot be read")
		return false
	}
	check.Partial = letter != strings.ToLower(letter)
	check.Why = "as judged " + at
	if dated {
		check.Waivers = []Waiving{{Waiver: Waiver{Expires: ends}}}
		gone := !slices.ContainsFunc(waivers, func(w Waiver) bool { return w.Expires.Equal(ends) })
		if gone || !now.Before(ends.AddDate(0, 0, 1)) {
			check.Waivers[0].Lapsed = "expired on " + last
			if outcome == Waived {
				outcome = Fail
				check.Why += ", by a waiver until " + last + " that is in force no longer"
				check.Remedy = "mend it, or renew the waiver, and run `tollgate handoff` with the reports of this commit"
			}
		}
	}
	check.conclude(outcome)
	return true
}

// lapses is the last day of the first waiver to end of those in force, zero if the
// check needs none.
func (check Check) lapses() (first time.Time) {
	for _, w := range check.Waivers {
		if w.Lapsed == "" && (first.IsZero() || w.Expires.Before(first)) {
			first = w.Expires
		}
	}
	return first
}

// Lapses is when the first of the waivers ends that the verdict rests on, zero if it
// rests on none: from then on it may be another one.
func (v Verdict) Lapses() (first time.Time) {
	for _, g := range v.Gates {
		for _, c := range g.Checks {
			if last := c.lapses(); !last.IsZero() && (first.IsZero() || last.AddDate(0, 0, 1).Before(first)) {
				first = last.AddDate(0, 0, 1)
			}
		}
	}
	return first
}

// digest stands for what the gate asks, wherever in the policy it is written.
func (g Gate) digest() string {
	g.At = evidence.Pos{}
	g.Conditions = slices.Clone(g.Conditions)
	for i := range g.Conditions {
		g.Conditions[i].At = evidence.Pos{}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%#v", g))
	return hex.EncodeToString(sum[:4])
}
