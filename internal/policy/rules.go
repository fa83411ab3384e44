package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// rules makes the rules of a workflow of what the document says about it.
func (r *resolver) rules(out *workflow.Rules) {
	w := &r.doc.workflow
	out.Phases = r.phases()
	out.Escalation = r.escalation()
	out.Moved = workflow.Moved(max(slices.Index(movedWords, w.moved.value), 0))
	out.Blocked, out.Waiting = cmp.Or(w.blocked.value, "blocked"), cmp.Or(w.waiting.value, "waiting-for-author")
	out.CheckRun = w.checkRun.set
	own := r.distinct(textsOf(&w.authorMay), "author-may of workflow")
	out.Author = workflow.AuthorMay{Resolve: slices.Contains(own, "resolve"), Tick: slices.Contains(own, "tick"), Answer: slices.Contains(own, "answer")}
	out.Project = w.project.rule()
	out.Reports = r.reports()
	for i := range w.lists.entries {
		e := &w.lists.entries[i]
		out.Lists = append(out.Lists, workflow.List{
			Name: e.name, Title: e.value.title.value, Items: r.distinct(e.value.items.items, "items of list "+short(e.name)),
		})
	}
	for i, who := range w.commands.who {
		if who.given {
			if out.Commands == nil {
				out.Commands = workflow.Commands{}
			}
			name := workflow.CommandNames[i].Name
			out.Commands[name] = r.distinctFold(textsOf(&w.commands.who[i]), name+" of commands")
		}
	}
	r.after(out)
}

// voices gives whose word on a change counts: as the policy says, and all whom it gives
// something to decide.
func (r *resolver) voices(p *Policy) (out evidence.Voices) {
	said := &r.doc.workflow.voices
	add := func(names ...string) {
		for _, n := range names {
			same := func(have string) bool { return strings.EqualFold(have, n) }
			if n != "" && !slices.ContainsFunc(out, same) {
				out = append(out, n)
			}
		}
	}
	if add(r.distinctFold(textsOf(said), "voices of workflow")...); len(out) == 0 {
		out = evidence.Voices{"write"}
	}
	for _, phase := range p.Rules.Phases {
		add(phase.Owner)
		add(phase.Reviewers...)
		add(phase.Rotation...)
	}
	add(p.Rules.Escalation.To)
	for _, row := range p.Rules.Escalation.Matrix {
		add(row.To)
	}
	for _, g := range p.Gates.Gates {
		add(g.Reviewers.By...)
		add(g.Checklist.TickedBy...)
	}
	add(p.Owners...)
	for _, command := range workflow.CommandNames {
		for _, who := range p.Rules.Commands[command.Name] {
			if strings.HasPrefix(who, "@") {
				add(who)
			}
		}
	}
	return out
}

// after gives the gates that wait for an architect's answer.
func (r *resolver) after(out *workflow.Rules) {
	a := &r.doc.escalation.after
	for event, l := range map[workflow.Event]*list[text, *text]{
		workflow.OnGuidance: &a.guidance, workflow.OnRedesign: &a.redesign, workflow.OnAlternative: &a.alternative,
	} {
		if l.given {
			if out.After == nil {
				out.After = map[workflow.Event][]string{}
			}
			out.After[event] = r.gateNames(l.items, string(event)+" of after")
		}
	}
}

func (r *resolver) phases() []workflow.Phase {
	var out []workflow.Phase
	names, labels := map[string]Place{}, map[string]Place{}
	items := r.doc.phases.items
	for i := range items {
		p := &items[i]
		name := cmp.Or(short(p.name.value), strconv.Itoa(i+1))
		fresh := r.once(names, p.name.text, "the phase %q stands twice, first at %s")
		if fresh || p.label.value != "" {
			r.once(labels, p.shown(), "the label %q stands for two phases, first at %s")
		}
		if i < len(items)-1 && !p.exit.given && !p.manual.set {
			r.in.fail(r.doc.phases.at[i], "phase %s has no exit; name the gates that must hold to leave it, or say manual: true", name)
		}
		out = append(out, workflow.Phase{
			Name: p.name.value, Label: p.shown().value, Owner: p.owner.value, Manual: p.manual.set,
			Exit:      r.gateNames(p.exit.items, "exit of phase "+name),
			Hold:      p.lost.value == "hold",
			On:        r.routes(p, i, name),
			Reviewers: r.distinctFold(textsOf(&p.reviewers), "reviewers of phase "+name),
			Rotation:  r.distinctFold(textsOf(&p.rotation), "rotation of phase "+name),
			Lists:     r.listNames(p.lists.items, "lists of phase "+name),

			Checkpoints: r.checkpoints(p, i, name),
		})
	}
	return out
}

// routes gives where an issue goes from a phase on each event.
func (r *resolver) routes(p *phase, at int, name string) map[workflow.Event]string {
	var known []string
	for i := range r.doc.phases.items {
		known = append(known, r.doc.phases.items[i].name.value)
	}
	var out map[workflow.Event]string
	for _, e := range workflow.Events {
		t := p.on.of(e)
		if t.value == "" {
			continue
		}
		to := slices.Index(known, t.value)
		switch {
		case to < 0:
			r.in.fail(t.at, "%s of phase %s leads to %q, which is no phase; %s", e, name, short(t.value), r.in.meant(t.value, "there are", known))
			continue
		case e == workflow.OnMinor && to >= at:
			r.in.fail(t.at, "minor of phase %s leads to %s, which is not before it; changes are made in an earlier phase", name, short(t.value))
			continue
		}
		if out == nil {
			out = map[workflow.Event]string{}
		}
		out[e] = t.value
	}
	return out
}

func (r *resolver) listNames(items []text, what string) []string {
	known := r.doc.workflow.lists.names()
	for _, t := range items {
		if !slices.Contains(known, t.value) {
			r.in.fail(t.at, "%s names %q, which is no list of workflow; %s", what, short(t.value), r.in.meant(t.value, "there are", known))
		}
	}
	return r.distinct(items, what)
}

func (r *resolver) escalation() workflow.Matrix {
	e := &r.doc.escalation
	if !e.given {
		return workflow.Matrix{}
	}
	out := workflow.Matrix{To: e.to.value, Label: cmp.Or(e.label.value, "escalated")}
	for i := range r.doc.phases.items {
		p := &r.doc.phases.items[i]
		if label := p.shown(); strings.EqualFold(label.value, out.Label) {
			r.in.fail(cmp.Or(e.label.at, label.at), "the label %q shows phase %s and cannot show an escalation as well", short(out.Label), short(p.name.value))
		}
	}
	type row struct{ category, on string }
	rows := map[row]Place{}
	for i := range e.matrix.items {
		t := &e.matrix.items[i]
		if t.category.value == "" {
			continue
		}
		if !t.asks() {
			r.in.fail(e.matrix.at[i], "row %s matches nothing; add on, comments, labels, paths, owners, rules, cwes, blocked or overdue", short(t.category.value))
			continue
		}
		if k := (row{t.category.value, t.on.value}); k.on != "" {
			if first, twice := rows[k]; twice {
				r.in.fail(t.category.at, "the category %q on %s stands twice, first at %d:%d; name all its gates in one row", short(k.category), k.on, first.Pos.Line, first.Pos.Col)
				continue
			}
			rows[k] = t.category.at
		}
		out.Matrix = append(out.Matrix, r.trigger(t))
	}
	return out
}

func (r *resolver) trigger(t *trigger) workflow.Trigger {
	what := short(t.category.value) + " in the escalation matrix"
	if t.gates.given && t.on.value == "" {
		r.in.fail(t.gates.at[0], "gates of %s say nothing without on; add on: fail or on: inconclusive", what)
	}
	out := workflow.Trigger{
		Category: t.category.value, Route: workflow.Route(cmp.Or(t.route.value, string(workflow.Escalate))), To: t.to.value,
		Severity: workflow.Severity(max(slices.Index(workflow.Severities, t.severity.value), 0)),
		Gates:    r.gateNames(t.gates.items, "gates of "+what),
		Comments: r.distinctFold(t.comments.items, "comments of "+what),
		Labels:   r.distinctFold(t.labels.items, "labels of "+what),
		Paths:    r.distinct(textsOf(&t.paths), "paths of "+what),
		Owners:   r.distinctFold(textsOf(&t.owners), "owners of "+what),
		Findings: workflow.FindingMatch{
			Rules: r.distinct(textsOf(&t.rules), "rules of "+what), Tools: r.distinctFold(textsOf(&t.tools), "tools of "+what),
			CWEs: r.distinctFold(textsOf(&t.cwes), "cwes of "+what), Severities: r.distinct(textsOf(&t.severities), "severities of "+what),
		},
		Blocked: t.blocked.set,
		Overdue: r.distinct(textsOf(&t.overdue), "overdue of "+what),
	}
	if t.on.value != "" {
		out.On = t.on.gate()
	}
	return out
}
