package render

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Explanations are checks of one policy, explained.
type Explanations struct {
	Policy PolicyRef
	Checks []Explanation
	Notes  []string
}

// Explanation is all that is to be said of one condition.
type Explanation struct {
	Number    int
	Name      string
	Gate      gates.Gate
	Condition gates.Condition
	Metric    gates.Metric
	Sources   []gates.Source // those of the gate that hold evidence of the metric's kind
	Phases    []string       // in which the gate is due; nil for all
	Phase     string         // at which it was judged, "" without phases
	Due       bool
	Now       *gates.Check     // what it came to; nil if it was not judged
	Profile   gates.ProfileUse // whether its profile applies, if it is of one and was judged
}

// ExplainListText gives a line a check.
func ExplainListText(x Explanations, st Style) []byte {
	var b bytes.Buffer
	name, condition := len("check"), len("condition")
	for _, c := range x.Checks {
		name = max(name, columns.StringWidth(Clean(c.Name, 60)))
		condition = max(condition, columns.StringWidth(c.Condition.String()))
	}
	row := func(number, check, what, mode, at string) string {
		pad := func(s string, n int) string { return s + strings.Repeat(" ", n-columns.StringWidth(s)) }
		return fmt.Sprintf("%3s %s  %s  %s  %s", number, pad(check, name), pad(what, condition), pad(mode, 7), at)
	}
	fmt.Fprintf(&b, "%s\n", st.paint(bold, row("#", "check", "condition", "mode", "written at")))
	for _, c := range x.Checks {
		fmt.Fprintln(&b, row(strconv.Itoa(c.Number), Clean(c.Name, 60), c.Condition.String(), c.Condition.Mode.String(), Clean(c.Condition.At.String(), 200)))
	}
	st.notes(&b, x)
	return b.Bytes()
}

func (st Style) notes(b *bytes.Buffer, x Explanations) {
	if len(x.Notes) > 0 {
		b.WriteByte('\n')
	}
	for _, n := range x.Notes {
		st.item(b, st.paint(dim, "note")+" ", n)
	}
}

// ExplainText gives a page a check.
func ExplainText(x Explanations, st Style) []byte {
	var b bytes.Buffer
	for i, c := range x.Checks {
		if i > 0 {
			b.WriteByte('\n')
		}
		st.explain(&b, c)
	}
	st.notes(&b, x)
	return b.Bytes()
}

func (st Style) explain(b *bytes.Buffer, x Explanation) {
	row := func(title, text string) { st.item(b, "  "+st.paint(dim, fmt.Sprintf("%-13s", title)), text) }
	fmt.Fprintf(b, "%s %s\n", st.paint(bold, Clean(x.Gate.Name+"/"+x.Condition.String(), 200)), st.paint(dim, fmt.Sprintf("· check %d", x.Number)))
	row("what it is", x.Metric.Doc)
	row("formula", x.Metric.Formula)
	row("definition", x.Metric.Source)
	row("better", better(x.Metric))
	row("written at", x.Condition.At.String()+", under "+x.Condition.Mode.String()+" of gate "+x.Gate.Name+"; it "+does(x.Condition.Mode))
	for _, s := range x.Sources {
		row("reads", "source "+s.Name+": "+strings.Join(s.Patterns, " or ")+" ("+s.At.String()+")")
		for _, f := range s.SeverityFrom {
			row("severity", "of "+cmp.Or(f.Tool, "every other tool")+" from "+f.From)
		}
	}
	for _, f := range append(filters(x.Gate.Filter), factFilters(x.Gate, x.Metric.Kind)...) {
		row("looks at", f)
	}
	if x.Metric.Every {
		row("in", cellsOf(x.Gate.Matrix))
	}
	switch {
	case x.Phases != nil:
		row("due", "in "+strings.Join(x.Phases, ", "))
	default:
		row("due", "always")
	}
	if dates := x.Condition.Dates(); dates != "" {
		row("dates", dates)
	}
	if x.Profile.Name != "" {
		asked := "does not apply, so it is not asked"
		if x.Now != nil {
			asked = "applies"
		}
		row("profile", x.Profile.Name+" "+asked+": "+x.Profile.Why)
	}
	if x.Now == nil {
		return
	}
	c := *x.Now
	sign, col := mark(c.Outcome)
	b.WriteByte('\n')
	st.item(b, "  "+st.paint(col, sign+" "+c.Outcome.String())+": ", c.Why)
	if c.Grid != nil {
		st.grid(b, drawnGrid{"", c.Grid, c})
	}
	row("measured", value(c)+"; needed: "+need(c))
	row("the verdict", counts(x))
	for i, f := range c.Evidence {
		if i == shownRefs {
			row("", fmt.Sprintf("and %d more files", len(c.Evidence)-shownRefs))
			break
		}
		row(map[bool]string{true: "evidence", false: ""}[i == 0], f)
	}
	for i, ref := range c.Refs {
		if i == shownRefs {
			break
		}
		st.ref(b, ref)
	}
	if more := len(c.Refs) - shownRefs; more > 0 || c.MoreRefs > 0 {
		fmt.Fprintf(b, "      %s\n", st.paint(dim, fmt.Sprintf("and %d more", max(more, 0)+c.MoreRefs)))
	}
	switch {
	case c.Remedy != "":
		row("to pass", c.Remedy)
	case c.Holds:
		row("to pass", "nothing: it holds")
	}
}

// better is which values of a metric are the better ones.
func better(m gates.Metric) string {
	if m.Higher {
		return "higher"
	}
	return "lower"
}

// does says in words what a mode lets a condition do.
func does(m gates.Mode) string {
	switch m {
	case gates.Require:
		return "blocks while it does not hold"
	case gates.Warn:
		return "warns while it does not hold, and never blocks"
	case gates.Shadow:
		return "is shown and changes nothing"
	default:
		panic("render: undefined mode")
	}
}

// counts says what the outcome does to the verdict.
func counts(x Explanation) string {
	s := "gets " + x.Now.Status.String() + " from it"
	if x.Condition.Mode == gates.Shadow {
		s = "gets nothing from it, for it is in shadow"
	}
	if !x.Due {
		s = "does not count it yet, for the gate is not due"
	}
	if x.Phase != "" {
		s += " in phase " + x.Phase
	}
	return s
}

// filters says what a gate looks at, by the lists that it has.
func filters(f gates.Filter) (out []string) {
	for _, l := range []struct {
		key      string
		patterns []string
	}{{"paths", f.Paths}, {"suites", f.Suites}, {"rules", f.Rules}, {"tools", f.Tools}} {
		if len(l.patterns) > 0 {
			out = append(out, l.key+" "+strings.Join(l.patterns, ", "))
		}
	}
	return out
}

// jsonExplanation is an entry of `explain --format json`.
type jsonExplanation struct {
	Number    int          `json:"number"`
	Check     string       `json:"check"`
	Gate      string       `json:"gate"`
	Condition string       `json:"condition"`
	Mode      string       `json:"mode"`
	At        evidence.Pos `json:"at"`
	Metric    jsonMetric   `json:"metric"`
	Sources   []jsonSource `json:"sources"`
	Phases    []string     `json:"phases,omitempty"`
	Due       *bool        `json:"due,omitempty"`
	Phase     string       `json:"phase,omitempty"`
	Now       *jsonCheck   `json:"now,omitempty"`
	Profile   *jsonApplies `json:"profile,omitempty"`
}

// jsonApplies says of the profile that the condition is of whether it applies.
type jsonApplies struct {
	Name    string `json:"name"`
	Applies bool   `json:"applies"`
	Why     string `json:"why"`
}

type jsonMetric struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Better  string `json:"better"`
	Doc     string `json:"doc"`
	Formula string `json:"formula"`
	Source  string `json:"source"`
}

type jsonSource struct {
	Name     string       `json:"name"`
	Patterns []string     `json:"patterns"`
	At       evidence.Pos `json:"at"`
}

// ExplainJSON prints the same for machines.
func ExplainJSON(w io.Writer, x Explanations) error {
	out := struct {
		Schema string            `json:"schema"`
		Policy jsonPolicy        `json:"policy"`
		Checks []jsonExplanation `json:"checks"`
		Notes  []string          `json:"notes,omitempty"`
	}{"tollgate/explain/v1", jsonPolicy{x.Policy.Path, x.Policy.Digest}, []jsonExplanation{}, x.Notes}
	for _, c := range x.Checks {
		j := jsonExplanation{
			Number: c.Number, Check: c.Name, Gate: c.Gate.Name, Condition: c.Condition.String(), Mode: c.Condition.Mode.String(), At: c.Condition.At,
			Metric: jsonMetric{c.Metric.Name, c.Metric.Value.String(), better(c.Metric), c.Metric.Doc, c.Metric.Formula, c.Metric.Source},
			Phases: c.Phases, Phase: c.Phase, Sources: []jsonSource{},
		}
		for _, s := range c.Sources {
			j.Sources = append(j.Sources, jsonSource{s.Name, s.Patterns, s.At})
		}
		if c.Now != nil {
			now := checkJSON(*c.Now)
			j.Now, j.Due = &now, &c.Due
		}
		if u := c.Profile; u.Name != "" {
			j.Profile = &jsonApplies{u.Name, u.Applies, u.Why}
		}
		out.Checks = append(out.Checks, j)
	}
	return writeJSON(w, out)
}
