package workflow

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Severity is how grave a correction is. The order of the constants is the order of
// the list.
type Severity uint8

const (
	_ Severity = iota
	Critical
	Major
	Minor
	Trivial
)

// Severities are their names in the policy.
var Severities = []string{"", "critical", "major", "minor", "trivial"}

func (s Severity) String() string { return Severities[s] }

// Correction is one thing to mend.
type Correction struct {
	// ID stays the same from run to run: "gate:unit", "thread:PRRT_1".
	ID       string
	N        int    // by which people name it, 0 for a gate and for what does not count
	Category string // by the matrix, else "review" or "gate"
	Severity Severity
	// Blocking says that the work goes no further without it.
	Blocking bool
	Text     string // what to do
	Pos      evidence.Pos
	URL      string
	By       string // who asks for it, "" for a gate
	Done     bool   // resolved, or ticked off
	// Claimed is the author of the change, if it is only they who say that it is mended.
	Claimed string
	// Unheard says why it does not count, "" if it does: it is shown, and holds nothing.
	Unheard string
}

// corrections gives what is to be mended, gravest first: what due gates lack, and
// what reviewers ask for that goes the standard way. What is done is listed last,
// for as long as the cycle lasts.
func (c course) corrections(s State, at int) []Correction {
	var out []Correction
	for _, g := range missing(c.due(at, c.verdict)) {
		row := c.row(func(t Trigger) bool {
			return t.On == g.Status && (len(t.Gates) == 0 || slices.Contains(t.Gates, g.Name))
		})
		out = append(out, Correction{
			ID: "gate:" + g.Name, Category: cmp.Or(row.Category, "gate"), Severity: cmp.Or(row.Severity, Major), Blocking: true,
			Text: todo(g),
		})
	}
	waiting := c.escalated(s, at)
	for i, fb := range s.Feedback {
		row := c.row(func(t Trigger) bool { return slices.ContainsFunc(t.Comments, fb.says) })
		ticked := slices.Contains(s.Memory.Ticked, fb.ID)
		has := func(e Escalation) bool { return e.Category == row.Category && e.about(fb.ID) }
		if fb.Open && slices.ContainsFunc(waiting, has) {
			continue // the architect has it
		}
		if !fb.Open && (fb.Unheard != "" || s.Memory.Cycle == nil || fb.At.Before(s.Memory.Cycle.Since)) && !ticked {
			continue
		}
		n := i + 1
		if fb.Unheard != "" {
			fb.Blocking, n = false, 0
		}
		severity := Minor
		if slices.Contains(fb.Words, "nit") || slices.Contains(fb.Words, "nitpick") || slices.Contains(fb.Words, "typo") {
			severity = Trivial
		} else if fb.Blocking && len(fb.Words) > 0 {
			severity = Major
		}
		out = append(out, Correction{
			ID: fb.ID, N: n, Category: cmp.Or(row.Category, "review"), Severity: cmp.Or(row.Severity, severity), Blocking: fb.Blocking,
			Text: fb.Text, Pos: fb.where(), URL: fb.URL, By: fb.Author, Done: !fb.Open || ticked, Claimed: fb.Claimed, Unheard: fb.Unheard,
		})
	}
	slices.SortStableFunc(out, func(a, b Correction) int {
		return cmp.Or(order(a.Done, b.Done), order(a.Unheard != "", b.Unheard != ""), order(!a.Blocking, !b.Blocking), cmp.Compare(a.Severity, b.Severity))
	})
	return out
}

// order puts what is not before what is.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// row gives the first row of the matrix that matches, or one that says nothing.
func (c course) row(matches func(Trigger) bool) Trigger {
	for _, t := range c.Escalation.Matrix {
		if matches(t) {
			return t
		}
	}
	return Trigger{}
}

// todo is what a gate takes.
func todo(g gates.GateResult) string {
	var parts []string
	for _, check := range g.Checks {
		if check.Status == g.Status {
			if text := cmp.Or(check.Remedy, check.Why); text != "" && !slices.Contains(parts, text) {
				parts = append(parts, text)
			}
		}
	}
	return cmp.Or(strings.Join(parts, "; "), g.Name+" is "+g.Status.String())
}

// unconfirmed are those of undone of which only the author of the change says that they
// are mended.
func unconfirmed(all []Correction) []Correction {
	return slices.DeleteFunc(slices.Clone(all), func(c Correction) bool { return c.Claimed == "" })
}

// undone are the corrections that hold the work.
func undone(all []Correction) []Correction {
	return slices.DeleteFunc(slices.Clone(all), func(c Correction) bool { return c.Done || !c.Blocking })
}

// asked are those of reviewers.
func asked(all []Correction) []Correction {
	return slices.DeleteFunc(slices.Clone(all), func(c Correction) bool { return strings.HasPrefix(c.ID, "gate:") })
}
