package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/gates"
)

// generated says whether a gate on the change looks at files that programs wrote.
type generated struct{ text }

var generatedWords = []string{"exclude", "include"}

func (g *generated) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &g.text, generatedWords, n, w)
}

func (g *generated) schema() *jsonschema.Schema { return choiceSchema(generatedWords) }

// atLeast is a whole number from 1 on.
type atLeast struct {
	value uint64
	at    Place
}

var atLeastForm = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)

func (a *atLeast) read(in *input, n *yaml.Node, w where) bool {
	a.at = in.placeOf(n, w)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || !atLeastForm.MatchString(n.Value) {
		in.fail(a.at, "%s must be a whole number, 1 or more, as in 20", w.what)
		return false
	}
	a.value, _ = strconv.ParseUint(n.Value, 10, 64)
	return true
}

func (a *atLeast) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "1", Examples: []any{20}}
}

// patchRules are what the metrics of the change go by, and checks that the gate has
// such a metric.
func (r *resolver) patchRules(gate string, g *gate, conditions []gates.Condition) gates.PatchRules {
	patch, fresh := false, false
	for _, c := range conditions {
		patch = patch || strings.HasPrefix(c.Metric, "patch.")
		fresh = fresh || strings.HasPrefix(c.Metric, "new-files.")
	}
	if g.minLines.value > 0 && !patch && len(conditions) > 0 {
		r.in.fail(g.minLines.at, "min-lines says nothing of gate %s, which has no condition on patch.lines, patch.statements or patch.branches", gate)
	}
	if g.generated.value != "" && !patch && !fresh && len(conditions) > 0 {
		r.in.fail(g.generated.at, "generated says nothing of gate %s, which has no condition on patch or new-files", gate)
	}
	return gates.PatchRules{Generated: g.generated.value == "include", MinLines: g.minLines.value}
}

// lowestBy says what lowest looks at.
type lowestBy struct{ text }

var lowestWords = []string{"file", "folder"}

func (l *lowestBy) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &l.text, lowestWords, n, w)
}

func (l *lowestBy) schema() *jsonschema.Schema { return choiceSchema(lowestWords) }

// byFolder says whether lowest is of folders, and checks that the gate has it.
func (r *resolver) byFolder(gate string, g *gate, conditions []gates.Condition) bool {
	lowest := slices.ContainsFunc(conditions, func(c gates.Condition) bool { return strings.Contains(c.Metric, "lowest.") })
	if g.lowestBy.value != "" && !lowest && len(conditions) > 0 {
		r.in.fail(g.lowestBy.at, "lowest-by says nothing of gate %s, which has no condition on lowest", gate)
	}
	return g.lowestBy.value == lowestWords[1]
}

// looksAtChange gives a default to gates with a condition on the files that changed.
func looksAtChange(value string) func(Setting, *Policy) []string {
	return whereMeasured(value, "patch.", "new-files.")
}

// whereMeasured gives a default to gates with a condition on metrics that begin so.
func whereMeasured(value string, metrics ...string) func(Setting, *Policy) []string {
	return func(gate Setting, _ *Policy) []string {
		for _, mode := range modes {
			list := gate.child(mode.String())
			if list == nil {
				continue
			}
			for _, c := range append([]Setting{*list}, list.Below...) {
				if slices.ContainsFunc(metrics, func(m string) bool { return strings.HasPrefix(c.Value, m) }) {
					return []string{value}
				}
			}
		}
		return nil
	}
}
