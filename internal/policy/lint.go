package policy

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
)

// Warning is something that a policy may say and hardly means.
type Warning struct {
	Place
	Message string
}

// String gives file:line:col: message.
func (w Warning) String() string { return w.Pos.String() + ": " + w.Message }

// Lint gives the warnings of a policy that Load gave, by place.
func Lint(p *Policy, now time.Time) []Warning {
	l := &linter{doc: p.doc}
	l.sources()
	l.gates()
	l.phases(p)
	l.escalation()
	l.checkpoints(p)
	l.ways(p)
	l.rows(p)
	l.dates(now)
	l.implied(p)
	l.pairs(p)
	slices.SortStableFunc(l.warnings, func(a, b Warning) int {
		return cmp.Or(p.in.inFile(a.Pos, b.Pos), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Message, b.Message))
	})
	return l.warnings
}

type linter struct {
	doc      *document
	warnings []Warning
}

func (l *linter) warn(at Place, format string, args ...any) {
	l.warnings = append(l.warnings, Warning{at, fmt.Sprintf(format, args...)})
}

// sources warns of evidence that nothing judges.
func (l *linter) sources() {
	read := map[string]bool{}
	for _, g := range l.doc.gates.entries {
		for _, f := range g.value.from.items {
			read[f.value] = true
		}
	}
	for _, s := range l.doc.evidence.entries {
		if !read[s.name] {
			l.warn(s.at, "no gate reads source %s", s.name)
		}
	}
}

// gates warns of gates that cannot block, of conditions that hold when things are
// bad, and of patterns that were probably meant as folders.
func (l *linter) gates() {
	for i := range l.doc.gates.entries {
		e := &l.doc.gates.entries[i]
		g := &e.value
		if !g.blocks() {
			l.warn(e.at, "gate %s requires nothing, so it never blocks", e.name)
		}
		for _, mode := range modes {
			for _, c := range g.conditions(mode).items {
				m, _ := gates.MetricNamed(c.metric)
				if backwards(m, c.op) {
					l.warn(c.at, "%s holds when the evidence is bad: %s is better %s", c.value, m.Name, direction(m))
				}
			}
		}
		for _, pattern := range g.paths.items {
			if folder.MatchString(pattern.value) {
				l.warn(pattern.at, "the pattern %q matches one file of that name; for what is in a folder, write %s/**", pattern.value, pattern.value)
			}
		}
	}
}

// folder finds a pattern whose last element looks like the name of a folder.
var folder = regexp.MustCompile(`(^!?|/)[a-z0-9_-]+$`)

// backwards reports whether a better value of the metric breaks the condition.
func backwards(m gates.Metric, op gates.Op) bool {
	if m.Higher {
		return op == gates.Less || op == gates.AtMost
	}
	return op == gates.More || op == gates.AtLeast
}

func direction(m gates.Metric) string {
	if m.Higher {
		return "higher"
	}
	return "lower"
}

// phases warns of phases in which nothing is due, that hold nothing up, or that
// say what has no effect.
func (l *linter) phases(p *Policy) {
	due := map[string]bool{}
	for _, ph := range p.Rules.Phases {
		for _, g := range ph.Exit {
			due[g] = true
		}
	}
	always := len(due) < len(p.Gates.Gates) // a gate in no exit is due from the first phase on
	clear(due)
	last := len(p.Rules.Phases) - 1
	for i, ph := range p.Rules.Phases {
		at := l.doc.phases.items[i].name.at
		more := false
		for _, g := range ph.Exit {
			more = more || !due[g]
			due[g] = true
		}
		switch {
		case !always && len(due) == 0:
			l.warn(at, "no gate is due in phase %s, so its verdict is inconclusive", ph.Name)
		case i < last && !more && !ph.Manual:
			l.warn(at, "phase %s asks for no gate that a phase before it does not, so an issue passes straight through it", ph.Name)
		case i == last && ph.Manual:
			l.warn(at, "phase %s is the last: nobody moves the issue on, and manual says nothing", ph.Name)
		}
	}
}

// escalation warns of rows that never fire.
func (l *linter) escalation() {
	e := &l.doc.escalation
	if !e.given {
		return
	}
	blocks := map[string]bool{}
	for i := range l.doc.gates.entries {
		g := &l.doc.gates.entries[i]
		blocks[g.name] = g.value.blocks()
	}
	for i := range e.matrix.items {
		t := &e.matrix.items[i]
		for _, g := range t.gates.items {
			if !blocks[g.value] {
				l.warn(g.at, "gate %s requires nothing, so %s never escalates by it", g.value, t.category.value)
			}
		}
	}
}
