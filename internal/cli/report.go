package cli

import (
	"fmt"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/actions"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// report prints a result where it belongs: standard output, and in a workflow
// run also summary, annotations and outputs.
func (a *app) report(r render.Result, format formatFlag) error {
	var err error
	switch format {
	case asJSON:
		err = render.JSON(a.env.Stdout, r)
	default:
		err = render.Text(a.env.Stdout, r, a.style())
	}
	if err != nil {
		return &exitError{ExitInternal, fmt.Errorf("printing the result: %w", err)}
	}
	if a.runner == nil {
		return nil
	}
	// What fails here is said and changes neither verdict nor exit code.
	if format != asJSON { // commands would stand between the lines of the JSON
		all := []gates.Verdict{r.Verdict}
		for _, i := range r.Issues {
			all = append(all, i.Verdict)
		}
		a.annotate(all)
		a.annotateWaivers(r.Verdict)
	}
	if err := a.runner.Summary(render.Summary(r)); err != nil {
		a.note("the job summary was not written: %v", err)
	}
	for _, o := range outputs(r) {
		if err := a.runner.Output(o.name, o.value); err != nil {
			a.note("output %s was not set: %v", o.name, err)
		}
	}
	return nil
}

type output struct{ name, value string }

// Outputs are the outputs of the action, in the order in which they are set.
var Outputs = []Input{
	{"verdict", "pass, warn, waived, not applicable, inconclusive or fail"},
	{"exit-code", "0 to 5, as documented"},
	{"phase", "where the issue stands after the run"},
	{"outcome", "entered, handed off, sent back, held, escalated or done"},
	{"changes", "number of changes that were planned"},
}

func outputs(r render.Result) []output {
	phase, outcome, changes := r.Phase, "", ""
	if r.Decision != nil {
		phase, outcome = r.Decision.Phase.Name, string(r.Decision.Outcome)
	}
	if r.Plan != nil {
		changes = fmt.Sprint(len(r.Plan.Changes))
	}
	values := map[string]string{
		"verdict": r.Verdict.Status.String(), "exit-code": fmt.Sprint(r.Exit),
		"phase": phase, "outcome": outcome, "changes": changes,
	}
	var out []output
	for _, o := range Outputs {
		out = append(out, output{o.Name, values[o.Name]})
	}
	return out
}

// annotate marks what failed at its place in the source, once.
func (a *app) annotate(verdicts []gates.Verdict) {
	type note struct {
		level   actions.Level
		at      evidence.Pos
		title   string
		message string
	}
	said := map[note]bool{}
	say := func(n note) {
		if !said[n] {
			a.annotation(n.level, n.at, n.title, n.message)
		}
		said[n] = true
	}
	for _, v := range verdicts {
		for _, g := range v.Gates {
			for _, c := range g.Checks {
				level := actions.Error
				switch {
				case !g.Due:
					continue
				case c.Status == gates.Warned:
					level = actions.Warning
				case c.Status.Green():
					continue
				}
				title := "Tollgate: " + g.Name
				if len(c.Refs) == 0 {
					say(note{level, evidence.Pos{}, title, c.Why + " " + c.Remedy})
				}
				for _, ref := range c.Refs {
					say(note{level, ref.Pos, title, ref.Text + " — " + c.Why})
				}
			}
		}
	}
}

func (a *app) annotation(l actions.Level, at evidence.Pos, title, message string) {
	if _, err := a.runner.Annotate(l, at, title, message); err != nil {
		a.note("an annotation was not made: %v", err)
	}
}
