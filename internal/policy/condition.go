package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// condition is metric, operator, threshold, and nothing more. What the metric is
// can only be said where the kinds of its gate's sources are known.
type condition struct {
	text
	metric, want     string
	metricAt, wantAt Place
	op               gates.Op
}

// maxCondition is far above the longest condition, in characters.
const maxCondition = 100

// opMeant is what people write for an operator.
var opMeant = map[string]string{
	"==": "=", "===": "=", ":=": "=", "=>": ">=", "=<": "<=", "<>": "!=", "!==": "!=", "!": "!=",
	"≥": ">=", "≤": "<=", "≠": "!=", "is": "=", "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}

// opSigns are the characters that an operator, right or wrong, is made of.
const opSigns = "<>=!~≥≤≠:"

// opNames are the operators, for messages.
var opNames = func() (names []string) {
	for op := gates.Equal; op <= gates.AtLeast; op++ {
		names = append(names, op.String())
	}
	return names
}()

func (c *condition) read(in *input, n *yaml.Node, w where) bool {
	if !c.text.read(in, n, w) {
		return false
	}
	s := c.value
	if runes(s) > maxCondition {
		in.fail(c.at, "%s has %d characters; a condition is metric, operator and value", w.what, runes(s))
		return false
	}
	metricEnd := strings.IndexFunc(s, func(r rune) bool { return r == ' ' || strings.ContainsRune(opSigns, r) })
	if metricEnd < 0 {
		in.fail(c.at, `%q is not a condition; write metric, operator and value, as in "failed = 0"`, short(s))
		return false
	}
	opStart := metricEnd + len(s[metricEnd:]) - len(strings.TrimLeft(s[metricEnd:], " "))
	opEnd := opStart + len(s[opStart:]) - len(strings.TrimLeft(s[opStart:], opSigns))
	if opEnd == opStart { // a word where the operator should be
		opEnd += strings.IndexByte(s[opStart:]+" ", ' ')
	}
	wantStart := opEnd + len(s[opEnd:]) - len(strings.TrimLeft(s[opEnd:], " "))
	sign := s[opStart:opEnd]
	c.metric, c.want = s[:metricEnd], s[wantStart:]
	c.metricAt, c.wantAt = c.at.within(s, 0, metricEnd), c.at.within(s, wantStart, len(s))
	if _, err := evidence.ParseValue(c.metric); metricEnd == 0 || err == nil {
		in.fail(c.metricAt, `%q does not begin with a metric; write metric, operator and value, as in "failed = 0"`, short(s))
		return false
	}
	opAt := c.at.within(s, opStart, opEnd)
	var known bool
	if c.op, known = gates.Ops[sign]; known {
		if c.want == "" {
			in.fail(opAt, "no value after %s in %q", sign, short(s))
			return false
		}
		return true
	}
	if _, err := evidence.ParseValue(sign); err == nil {
		in.fail(opAt, "no operator before %s in %q; the operators are %s", short(sign), short(s), strings.Join(opNames, " "))
		return false
	}
	hint := "the operators are " + strings.Join(opNames, " ")
	if meant := opMeant[strings.ToLower(sign)]; meant != "" {
		hint = fmt.Sprintf("did you mean %q?", meant)
	}
	in.fail(opAt, "unknown operator %q; %s", short(sign), hint)
	return false
}

// check finds the metric among those that reports of the given kinds have, and
// the threshold that it compares with. gate is for messages.
func (c *condition) check(in *input, gate string, kinds evidence.Kind) (m gates.Metric, want evidence.Value, ok bool) {
	m, known := gates.MetricNamed(c.metric)
	switch {
	case !known:
		plain, every := strings.CutPrefix(c.metric, gates.EveryCell)
		if m, known := gates.MetricNamed(plain); every && known && !m.InCells() {
			in.fail(c.metricAt, "%s cannot be measured in each cell: %s are not told apart by cells; write %s in a gate without a matrix", short(c.metric), m.Kind, m.Name)
			return m, want, false
		}
		var names []string
		for _, m := range gates.Metrics {
			switch {
			case kinds&m.Kind == 0:
			case !every:
				names = append(names, m.Name)
			case m.InCells():
				names = append(names, gates.EveryCell+m.Name)
			}
		}
		in.fail(c.metricAt, "unknown metric %q; %s", short(c.metric), in.meant(c.metric, "the metrics of "+kindList(kinds)+" are", names))
		return m, want, false
	case kinds&m.Kind == 0:
		in.fail(c.metricAt, "%s is a metric of %s, and gate %s reads %s", m.Name, m.Kind, gate, kindList(kinds))
		return m, want, false
	}
	if want, ok = c.threshold(in, m); ok && idle(m, c.op, want) != "" {
		in.fail(c.at, "%s %s", c.value, idle(m, c.op, want))
		ok = false
	}
	return m, want, ok
}

// threshold reads the value that the metric is compared with.
func (c *condition) threshold(in *input, m gates.Metric) (want evidence.Value, ok bool) {
	want, err := evidence.ParseValue(c.want)
	switch {
	case strings.ContainsFunc(c.want, func(r rune) bool { return strings.ContainsRune(opSigns+",&|;", r) }) ||
		strings.Contains(c.want, " and ") || strings.Contains(c.want, " or "):
		in.fail(c.wantAt, "more than one value in %q; a condition is metric, operator and value, so write each as an entry of its own", short(c.value))
	case m.Value == evidence.Points && (unitless.MatchString(strings.TrimLeft(c.want, "+-")) || strings.HasSuffix(c.want, "%")):
		in.fail(c.wantAt, "%s is a number of percentage points; write %spp", m.Name, strings.TrimRight(c.want, "% "))
	case strings.HasPrefix(c.want, "-") && m.Value != evidence.Points:
		in.fail(c.wantAt, "%s is never negative", m.Name)
	case m.Value == evidence.Share && want.Kind != evidence.Share && unitless.MatchString(c.want):
		in.fail(c.wantAt, "%s is a ratio; write %s", m.Name, percent(c.want))
	case quantities[m.Value] != "" && unitless.MatchString(c.want):
		in.fail(c.wantAt, "%s is a %s; write its unit, as in %s", m.Name, m.Value, quantities[m.Value])
	case err != nil:
		in.fail(c.wantAt, "%v", err)
	case m.Value == evidence.Count && want.Kind != evidence.Count:
		in.fail(c.wantAt, "%s is a count; write a whole number without a unit", m.Name)
	case m.Value != want.Kind:
		in.fail(c.wantAt, "%s is a %s and %s is a %s", m.Name, m.Value, short(c.want), want.Kind)
	default:
		return want, true
	}
	return want, false
}

// quantities are the kinds of value that have a unit, each with an example.
var quantities = map[evidence.ValueKind]string{evidence.Seconds: "200ms", evidence.PerSecond: "1000/s", evidence.Bytes: "512KiB"}

// idle says why a condition decides nothing: no evidence can break it, or none
// can meet it. It says nothing of one that does decide.
func idle(m gates.Metric, op gates.Op, want evidence.Value) string {
	if m.Value == evidence.Points {
		return idlePoints(op, want)
	}
	one := evidence.Ratio{Num: 1, Den: 1}
	if m.Value == evidence.Share && want.Ratio().Cmp(one) > 0 {
		return "is beyond what a ratio can be; write at most 100%"
	}
	least := want.Ratio().Num == 0
	most := m.Value == evidence.Share && want.Ratio().Cmp(one) == 0
	return idleAt(op, least, most)
}

// idleAt says so of a threshold that is the least or the most that there can be.
func idleAt(op gates.Op, least, most bool) string {
	switch {
	case op == gates.AtLeast && least, op == gates.AtMost && most:
		return "always holds, so it would judge nothing"
	case op == gates.Less && least, op == gates.More && most:
		return "never holds, whatever the evidence"
	default:
		return ""
	}
}

// idlePoints is idle for points: a share cannot move by more than 100 of them.
func idlePoints(op gates.Op, want evidence.Value) string {
	none, all := evidence.Ratio{Den: 1}, evidence.Ratio{Num: 1, Den: 1}
	least, most := want.Cmp(evidence.PointsOf(none, all)), want.Cmp(evidence.PointsOf(all, none))
	if least < 0 || most > 0 {
		return "is beyond what a share can rise or fall; write -100pp to 100pp"
	}
	return idleAt(op, least == 0, most == 0)
}

var unitless = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// percent writes a number without a unit as the percentage that was meant: 90 is
// 90%, 0.9 is 90% as well.
func percent(number string) string {
	whole, frac, _ := strings.Cut(number, ".")
	switch {
	case whole == "1" && strings.Trim(frac, "0") == "":
		return "100%, or 1%"
	case frac == "" || strings.Trim(whole, "0") != "":
		return number + "%"
	}
	frac += "0" // two digits at least
	whole, frac = strings.TrimLeft(frac[:2], "0"), strings.TrimRight(frac[2:], "0")
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		frac = "." + frac
	}
	return whole + frac + "%"
}

// kindList names kinds: "tests, coverage and findings".
func kindList(kinds evidence.Kind) string {
	var names []string
	for _, k := range evidence.AllKinds {
		if kinds&k != 0 {
			names = append(names, k.String())
		}
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, "")
}

// schema spells out the metrics, so that an editor can complain while one types.
func (c *condition) schema() *jsonschema.Schema {
	names := map[evidence.ValueKind][]string{}
	for _, m := range gates.Metrics {
		names[m.Value] = append(names[m.Value], regexp.QuoteMeta(m.Name))
	}
	ops := slices.Clone(opNames)
	slices.SortFunc(ops, func(a, b string) int { return len(b) - len(a) }) // <= before <
	var forms []string
	for _, v := range []struct {
		kind  evidence.ValueKind
		value string
	}{
		{evidence.Share, `[0-9]+(\.[0-9]+)? *%`},
		{evidence.Count, `[0-9]+`},
		{evidence.Seconds, `[0-9]+(\.[0-9]+)? *(` + evidence.DurationUnits + `)`},
		{evidence.PerSecond, `[0-9]+(\.[0-9]+)? *(` + evidence.RateUnits + `)`},
		{evidence.Points, `[+-]?[0-9]+(\.[0-9]+)? *pp`},
		{evidence.Bytes, `[0-9]+(\.[0-9]+)? *(` + evidence.SizeUnits + `)`},
	} {
		if len(names[v.kind]) > 0 {
			forms = append(forms, "("+regexp.QuoteMeta(gates.EveryCell)+")?("+strings.Join(names[v.kind], "|")+") *("+strings.Join(ops, "|")+") *"+v.value)
		}
	}
	return &jsonschema.Schema{
		Type:     "string",
		Pattern:  "^(" + strings.Join(forms, "|") + ")$",
		Examples: []any{"failed = 0", "pass-rate > 90%", "critical = 0"},
	}
}
