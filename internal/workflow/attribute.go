package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/gates"
)

// ofRun are the kinds of sources that a run finds in its reports and in its change, so
// that the run of one pull request cannot see those of another.
var ofRun = append([]string{"gate"}, NoReports...)

// found is whether a run finds what an escalation was raised for.
type found uint8

const (
	untold found = iota // it cannot see that
	isSo
	isNot
)

// ofAnother reports whether a pull request besides the one at hand has found what an
// escalation was raised for, and has not said otherwise, so that it holds whatever this
// run finds.
func (s State) ofAnother(e Escalation) bool {
	return slices.ContainsFunc(e.Pulls, func(n int) bool { return n != s.Pull })
}

// attributed gives the escalation with the pull requests that still stand for it. The one
// at hand does if its run finds what it was raised for; another does until its own run
// says otherwise, what is remembered of its head shows that it holds no longer, or it is
// known to be for the issue no more. Of one that GitHub does not tell about nothing is
// known, and it stands: a question to an architect is not closed by what nobody has seen.
func (c course) attributed(s State, e Escalation) Escalation {
	sources := slices.DeleteFunc(slices.Clone(e.Sources), func(source string) bool {
		kind, _, _ := strings.Cut(source, ":")
		return source != anySource && !slices.Contains(ofRun, kind)
	})
	if !e.Closed.IsZero() || len(sources) == 0 {
		return e
	}
	e.Pulls = slices.DeleteFunc(slices.Clone(e.Pulls), func(n int) bool {
		return slices.Contains(s.past, n) || n != s.Pull && c.mended(s, e, sources, n)
	})
	own := isNot
	for _, source := range sources {
		switch c.finds(s, e, source) {
		case isSo:
			own = isSo
		case untold:
			if own == isNot {
				own = untold
			}
		}
	}
	mine := slices.Index(e.Pulls, s.Pull)
	switch {
	case own == isSo && mine < 0 && s.Pull != 0 && len(e.Pulls) < maxSources: // of more the rest have their turn as these leave
		e.Pulls = append(e.Pulls, s.Pull)
	case own == isNot && mine >= 0:
		e.Pulls = slices.Delete(e.Pulls, mine, mine+1)
	}
	if len(e.Pulls) == 0 {
		e.Pulls = nil
	}
	return e
}

// PullGate names the gate that another pull request of the issue is: what the last run for
// its head has found.
func PullGate(pull int) string { return fmt.Sprintf("pull request #%d", pull) }

// finds says of a source whether the run at hand finds it.
func (c course) finds(s State, e Escalation, source string) found {
	kind, name, _ := strings.Cut(source, ":")
	switch {
	case source == anySource && len(s.Unseen)+len(s.Unjudged) > 0, slices.Contains(s.Unseen, kind), kind == "gate" && slices.Contains(s.Unjudged, name):
		return untold
	case kind == "gate" && (name == PullGate(s.Pull) || slices.ContainsFunc(s.past, func(n int) bool { return name == PullGate(n) })):
		return isNot // its own gates tell, or nobody asks any more
	case kind == "gate":
		if c.asks(e, name, c.verdict) {
			return isSo
		}
		return isNot
	}
	out := isNot
	for _, t := range c.Escalation.Matrix {
		if t.Category == e.Category && t.Route != Correct {
			t.matches(s, func(matched, _ string) {
				of, _, _ := strings.Cut(matched, ":")
				if matched == source || source == anySource && slices.Contains(ofRun, of) {
					out = isSo
				}
			})
		}
	}
	return out
}

// mended reports whether what is remembered of another pull request shows that nothing
// holds there any more for which an escalation was raised: of gates alone that is known.
func (c course) mended(s State, e Escalation, sources []string, pull int) bool {
	at := slices.IndexFunc(s.Beside, func(o Beside) bool { return o.Pull == pull })
	return at >= 0 && !slices.ContainsFunc(sources, func(source string) bool {
		name, isGate := strings.CutPrefix(source, "gate:")
		g, known := s.Beside[at].Verdict.Gate(name)
		return !isGate || !known || g.Status == gates.Undecided || g.Status == gates.Inconclusive || c.asks(e, name, s.Beside[at].Verdict)
	})
}

// asks reports whether a gate of a verdict is such that the matrix escalates it in the
// category of an escalation. A gate of which nothing is known proves nothing.
func (c course) asks(e Escalation, name string, v gates.Verdict) bool {
	g, known := v.Gate(name)
	if !known || g.Status == gates.Undecided {
		g.Status = gates.Inconclusive
	}
	return slices.ContainsFunc(c.Escalation.Matrix, func(t Trigger) bool {
		return t.Category == e.Category && t.Route != Correct && t.On != gates.Undecided && g.Status == t.On &&
			(len(t.Gates) == 0 || slices.Contains(t.Gates, name))
	})
}
