package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Setting is a value of a policy with where it comes from: a scalar, or a mapping
// or list of further settings.
type Setting struct {
	Key      string // in a mapping
	Value    string // of a scalar
	Text     bool   // the scalar is a text, not a number or a truth value
	List     bool   // the settings below are entries of a list
	Below    []Setting
	At       evidence.Pos // of the value
	Default  bool         // the file does not say it
	compound bool
}

// Scalar reports whether the setting is a value and not a mapping or list.
func (s Setting) Scalar() bool { return !s.compound }

// Settings gives the whole of a policy that Load gave, in the order of the file and
// as it is written there, but that a name for the file of the waivers is written as
// the mapping that it is short for. What the file leaves to a default stands after
// what it says. Read back, it is a policy that judges the same.
func (p *Policy) Settings() Setting {
	whole := p.setting("", p.root)
	if w := whole.child("waivers"); w != nil && w.Scalar() {
		file := *w
		file.Key = "file"
		*w = Setting{Key: "waivers", At: file.At, Below: []Setting{file}, compound: true}
	}
	for _, d := range defaults {
		path := strings.Fields(d.path)
		if whole.child(path[0]) != nil { // a policy without phases gets none
			whole.fill(path, nil, d, p)
		}
	}
	return whole
}

// setting gives what a node of the file says.
func (p *Policy) setting(name string, n *yaml.Node) Setting {
	s := Setting{Key: name, Value: n.Value, At: p.in.mark(n, 1).Pos}
	switch n.Kind {
	case yaml.MappingNode:
		s.compound = true
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n == p.root && n.Content[i].Value == "extends" {
				continue // all that it says is there
			}
			s.Below = append(s.Below, p.setting(n.Content[i].Value, n.Content[i+1]))
		}
	case yaml.SequenceNode:
		s.compound, s.List = true, true
		for _, item := range n.Content {
			s.Below = append(s.Below, p.setting("", item))
		}
	default:
		s.Text = n.Tag == "!!str"
	}
	return s
}

// byDefault is what holds where the file says nothing, by path: * is every entry of
// a mapping from names, and [] every entry of a list. value gives nothing where the
// key would have no meaning.
type byDefault struct {
	path  string
	text  bool // the value is a text, not a number or a truth value
	value func(entry Setting, p *Policy) []string
}

var defaults = []byDefault{
	{"evidence * expect files", true, always("1..")},
	{"evidence * expect tests", true, whereGiven("tests", "1..")},
	{"evidence * severity-from", true, whereGiven("findings", scaleWords[0])},
	{"gates * compare alpha", true, whereCompared(gates.UsualCompare.Alpha)},
	{"gates * compare effect", true, whereCompared(gates.UsualCompare.Effect)},
	{"gates * compare counts", true, whereCompared(gates.UsualCompare.Counts)},
	{"gates * require", true, impliedConditions},
	{"gates * on", true, whereItReads(evidence.Issue, listPlaces[0])},
	{"profiles [] may-relax", false, always("false")},
	{"gates * generated", true, looksAtChange(generatedWords[0])},
	{"gates * lowest-by", true, whereMeasured(lowestWords[0], "lowest.", "every.lowest.")},
	{"phases [] label", true, func(phase Setting, _ *Policy) []string { return []string{phase.child("name").Value} }},
	{"phases [] manual", false, always("false")},
	{"phases [] lost", true, always(lostWords[0])},
	{"escalation label", true, always("escalated")},
	{"escalation matrix [] route", true, always(routeWords[0])},
	{"escalation matrix [] gates", true, func(row Setting, p *Policy) []string {
		if row.child("on") == nil {
			return nil
		}
		return p.doc.gates.names()
	}},
	{"workflow moved", true, always(movedWords[0])},
	{"workflow voices", true, always("write")},
	{"workflow blocked", true, always("blocked")},
	{"workflow waiting", true, always("waiting-for-author")},
	{"workflow project field", true, always(usualField)},
	{"clocks assessment", true, always(usualAssessment)},
	{"clocks escalation", true, always(usualEscalation)},
	{"clocks correction", true, always(usualCorrection)},
	{"clocks blocked", true, always(usualBlocked)},
	{"clocks architect", true, always(usualArchitect)},
	{"clocks validation", true, always(usualValidation)},
	{"clocks warn-at", true, always(usualWarnAt)},
	{"clocks calendar days", true, always(usualDays)},
	{"waivers file", true, always(defaultWaivers)},
	{"waivers command", true, always(waiveWords[0])},
	{"waivers max-days default", false, always(strconv.Itoa(gates.DefaultWaiverDays))},
	{"reports weekly day", true, always(usualWeekly)},
}

func always(value string) func(Setting, *Policy) []string {
	return func(Setting, *Policy) []string { return []string{value} }
}

func whereGiven(key, value string) func(Setting, *Policy) []string {
	return func(entry Setting, _ *Policy) []string {
		if entry.child(key) == nil {
			return nil
		}
		return []string{value}
	}
}

// whereItReads gives the value for a gate that has a given source in `from`.
func whereItReads(k evidence.Kind, value string) func(Setting, *Policy) []string {
	return func(gate Setting, _ *Policy) []string {
		from := gate.child("from")
		if from == nil || from.Value != k.String() && !slices.ContainsFunc(from.Below, func(s Setting) bool { return s.Value == k.String() }) {
			return nil
		}
		return []string{value}
	}
}

// whereCompared is a default of gates that look for regressions.
func whereCompared(r evidence.Ratio) func(Setting, *Policy) []string {
	return func(gate Setting, p *Policy) []string {
		for i := range p.doc.gates.entries {
			if e := &p.doc.gates.entries[i]; e.name == gate.Key && e.value.conditionOn("regressions") {
				return []string{r.ExactPercent()}
			}
		}
		return nil
	}
}

// child gives what stands under a key, or nil.
func (s *Setting) child(name string) *Setting {
	if i := slices.IndexFunc(s.Below, func(c Setting) bool { return c.Key == name }); i >= 0 {
		return &s.Below[i]
	}
	return nil
}

// fill puts values where the path leads, if nothing stands there. entry is the last
// that * or [] stood for; what is missing above the value is made.
func (s *Setting) fill(path []string, entry *Setting, d byDefault, p *Policy) {
	name, rest := path[0], path[1:]
	switch below := s.child(name); {
	case name == "[]" && !s.List: // a list of one, written as the value itself
		s.fill(rest, s, d, p)
	case name == "*" || name == "[]":
		for i := range s.Below {
			s.Below[i].fill(rest, &s.Below[i], d, p)
		}
	case len(rest) == 0 && below == nil:
		s.add(name, d.value(*cmp.Or(entry, s), p), d.text)
	case len(rest) == 0:
	case below != nil:
		below.fill(rest, entry, d, p)
	default:
		made := Setting{Key: name, Default: true, compound: true}
		if made.fill(rest, cmp.Or(entry, s), d, p); len(made.Below) > 0 {
			s.Below = append(s.Below, made)
		}
	}
}

// add puts a default under a key: a list, if it has several values.
func (s *Setting) add(name string, values []string, text bool) {
	scalar := func(name, value string) Setting {
		return Setting{Key: name, Value: value, Text: text, Default: true}
	}
	switch len(values) {
	case 0:
	case 1:
		s.Below = append(s.Below, scalar(name, values[0]))
	default:
		l := Setting{Key: name, List: true, Default: true, compound: true}
		for _, v := range values {
			l.Below = append(l.Below, scalar("", v))
		}
		s.Below = append(s.Below, l)
	}
}
