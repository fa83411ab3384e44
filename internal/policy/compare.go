package policy

import (
	"regexp"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// compare says when a benchmark is worse than its baseline.
type compare struct {
	alpha, effect, counts portion
	at                    Place
	given                 bool
}

func (c *compare) keys() []key {
	return []key{
		{"alpha", "The most that the probability of a false alarm may be, over all comparisons of the gate. Left out: 1%.", false, &c.alpha},
		{"effect", "How much worse than the baseline's a median may be, whatever the probability. Left out: 5%.", false, &c.effect},
		{"counts", "The same for counts that repeat exactly, such as allocs/op. Left out: 0%.", false, &c.counts},
	}
}

func (c *compare) present() { c.given = true }

func (c *compare) read(in *input, n *yaml.Node, w where) bool {
	c.at = w.at
	return readMapping(in, n, c, w)
}

func (c *compare) schema() *jsonschema.Schema { return mappingSchema(c) }

// judged is what gates judge by; what is left out stays unmeasured.
func (c *compare) judged() gates.Compare {
	return gates.Compare{Alpha: c.alpha.value, Effect: c.effect.value, Counts: c.counts.value}
}

// portion is a ratio in percent.
type portion struct {
	value evidence.Ratio
	at    Place
}

const portionPattern = `^[0-9]{1,6}(\.[0-9]{1,6})? *%$`

var portionForm = regexp.MustCompile(portionPattern)

func (p *portion) read(in *input, n *yaml.Node, w where) bool {
	p.at = in.placeOf(n, w)
	if n.Kind != yaml.ScalarNode || !portionForm.MatchString(n.Value) {
		in.fail(p.at, "%s must be a percentage, as in 5%%", w.what)
		return false
	}
	v, err := evidence.ParseValue(n.Value)
	if err != nil {
		in.fail(p.at, "%v", err)
		return false
	}
	p.value = v.Ratio()
	return true
}

func (p *portion) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: portionPattern, Examples: []any{"5%", "0.5%"}}
}

// mostAlpha is beyond what anybody calls significant.
var mostAlpha = evidence.Ratio{Num: 20, Den: 100}

// compare checks that what is said of comparing is of use to the gate.
func (r *resolver) compare(gate string, g *gate, out gates.Gate) {
	if !g.compare.given {
		return
	}
	compares := false
	for _, c := range out.Conditions {
		compares = compares || strings.TrimPrefix(c.Metric, gates.EveryCell) == "regressions"
	}
	if alpha := g.compare.alpha.value; alpha.Measured() && (alpha.Num == 0 || alpha.Cmp(mostAlpha) > 0) {
		r.in.fail(g.compare.alpha.at, "alpha is %s; write more than 0%%, which nothing reaches, and at most %s", alpha.ExactPercent(), mostAlpha.ExactPercent())
	}
	if !compares && len(out.Conditions) > 0 {
		r.in.fail(g.compare.at, "compare says nothing of gate %s, which has no condition on regressions", gate)
	}
}
