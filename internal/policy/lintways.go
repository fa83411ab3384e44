package policy

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// ways warns of phases that an issue never leaves or comes to, of ways that lead
// nowhere, and of what stands beside them and has no effect.
func (l *linter) ways(p *Policy) {
	r := &p.Rules
	never := l.neverPass(p)
	answers := map[string]bool{} // gates that wait for an architect
	for _, gs := range r.After {
		for _, g := range gs {
			answers[g] = true
		}
	}
	guards, shown := map[string]bool{}, map[string]bool{}
	last := len(r.Phases) - 1
	for i, ph := range r.Phases {
		d := &l.doc.phases.items[i]
		waits := len(ph.Exit) > 0
		for _, t := range d.exit.items {
			guards[t.value] = true
			waits = waits && answers[t.value]
			if never[t.value] && i < last {
				l.warn(t.at, "gate %s never passes, so no issue leaves phase %s, and %s is reached only by hand", t.value, ph.Name, r.Phases[i+1].Name)
			}
		}
		if waits && i < last && !ph.Manual {
			l.warn(d.exit.items[0].at, "every gate in the exit of phase %s waits for an architect's answer, so nothing guards it before there is one", ph.Name)
		}
		for _, name := range ph.Lists {
			shown[name] = true
		}
		l.events(r, i)
	}
	for i := range l.doc.workflow.lists.entries {
		if e := &l.doc.workflow.lists.entries[i]; !shown[e.name] {
			l.warn(e.at, "no phase puts list %s on the issue; name it in lists of a phase", e.name)
		}
	}
	if last < 0 {
		return
	}
	a := &l.doc.escalation.after
	for _, of := range []*list[text, *text]{&a.guidance, &a.redesign, &a.alternative} {
		for _, t := range of.items {
			if !guards[t.value] {
				l.warn(t.at, "gate %s is in no exit, so it sends no issue back; name it in the exit of the phase in which it is mended", t.value)
			}
		}
	}
	for i, g := range p.Gates.Gates {
		if e := &l.doc.gates.entries[i]; !guards[g.Name] && !answers[g.Name] && e.value.blocks() && slices.Contains(g.From, evidence.Reviews.String()) {
			l.warn(e.at, "gate %s is in no exit, so it is due from the first phase on, where nobody has reviewed; name it in the exit of the phase of the review", g.Name)
		}
	}
}

// events warns of what a phase says of events that do not come, or that lead where an
// issue does not stay.
func (l *linter) events(r *workflow.Rules, at int) {
	for _, e := range workflow.Events {
		to := r.Phases[at].On[e]
		if to == "" {
			continue
		}
		place := l.doc.phases.items[at].on.of(e).at
		name := r.Phases[at].Name
		i := slices.IndexFunc(r.Phases, func(p workflow.Phase) bool { return p.Name == to })
		switch {
		case e != workflow.OnMinor && !l.doc.escalation.given:
			l.warn(place, "there is no escalation, so nobody gives the answer %s", e)
		case i == at:
			l.warn(place, "%s of phase %s leads to %s itself, which is what happens anyway; leave it out", e, name, to)
		case i > at:
			l.warn(place, "%s of phase %s leads past the exit of %s, whose gates send the issue back while one of them fails", e, name, name)
		}
	}
}

// neverPass are the gates of which two conditions exclude each other.
func (l *linter) neverPass(p *Policy) map[string]bool {
	out := map[string]bool{}
	for _, g := range p.Gates.Gates {
		for i, a := range g.Conditions {
			for _, b := range g.Conditions[:i] {
				if a.Metric == b.Metric && a.Mode == gates.Require && b.Mode == gates.Require && excludes(a, b) {
					out[g.Name] = true
				}
			}
		}
	}
	return out
}

// rows warns of rows of the matrix that nothing brings about.
func (l *linter) rows(p *Policy) {
	items := l.doc.escalation.matrix.items
	for i := range items {
		t := &items[i]
		if !l.doc.clocks.given {
			if t.blocked.set {
				l.warn(t.category.at, "there are no clocks, so that work is blocked for too long is never known; add clocks with a calendar")
			}
			for _, c := range t.overdue.items {
				l.warn(c.at, "there are no clocks, so %s never runs out; add clocks with a calendar", c.value)
			}
		}
		if t.route.value != string(workflow.Correct) {
			continue
		}
		for _, c := range t.comments.items {
			if row := saidBy(items[:i], c.value); row != nil {
				l.warn(c.at, "a comment that says %q is of the row %s at %d:%d already, which comes first", c.value, row.category.value, row.category.at.Pos.Line, row.category.at.Pos.Col)
			}
		}
	}
}

// saidBy gives the first row that matches every comment which bears some words.
func saidBy(rows []trigger, words string) *trigger {
	have := strings.Fields(strings.ToLower(words))
	for i := range rows {
		for _, c := range rows[i].comments.items {
			all := true
			for _, w := range strings.Fields(strings.ToLower(c.value)) {
				all = all && slices.Contains(have, w)
			}
			if all {
				return &rows[i]
			}
		}
	}
	return nil
}
