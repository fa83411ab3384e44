package policy

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
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
// as it is written there. What the file leaves to a default stands after what it
// says. Read back, it is a policy that judges the same.
func (p *Policy) Settings() Setting {
	whole := p.setting("", p.root)
	for _, d := range defaults {
		whole.fill(strings.Fields(d.path), nil, d.value, p)
	}
	return whole
}

// setting gives what a node of the file says.
func (p *Policy) setting(name string, n *yaml.Node) Setting {
	s := Setting{Key: name, Value: n.Value, At: evidence.Pos{File: p.Name, Line: n.Line, Col: n.Column}}
	switch n.Kind {
	case yaml.MappingNode:
		s.compound = true
		for i := 0; i+1 < len(n.Content); i += 2 {
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

// defaults are what holds where the file says nothing, by path: * is every entry of
// a mapping from names, and [] every entry of a list. value gives nothing where the
// key would have no meaning.
var defaults = []struct {
	path  string
	value func(entry Setting, p *Policy) []string
}{
	{"evidence * expect files", always("1..")},
	{"evidence * expect tests", whereGiven("tests", "1..")},
	{"evidence * severity-from", whereGiven("findings", scaleWords[0])},
	{"gates * require", impliedConditions},
	{"gates * on", whereItReads(evidence.Issue, listPlaces[0])},
	{"phases [] label", func(phase Setting, _ *Policy) []string { return []string{phase.child("name").Value} }},
	{"phases [] manual", always("false")},
	{"phases [] lost", always(lostWords[0])},
	{"escalation label", always("escalated")},
	{"escalation matrix [] route", always(routeWords[0])},
	{"escalation matrix [] gates", func(row Setting, p *Policy) []string {
		if row.child("on") == nil {
			return nil
		}
		return p.doc.gates.names()
	}},
	{"workflow moved", always(movedWords[0])},
	{"workflow blocked", always("blocked")},
	{"workflow waiting", always("waiting-for-author")},
	{"clocks assessment", always(usualAssessment)},
	{"clocks escalation", always(usualEscalation)},
	{"clocks correction", always(usualCorrection)},
	{"clocks blocked", always(usualBlocked)},
	{"clocks architect", always(usualArchitect)},
	{"clocks validation", always(usualValidation)},
	{"clocks warn-at", always(usualWarnAt)},
	{"clocks calendar days", always(usualDays)},
	{"reports weekly day", always(usualWeekly)},
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

// child gives what stands under a key, or nil.
func (s *Setting) child(name string) *Setting {
	if i := slices.IndexFunc(s.Below, func(c Setting) bool { return c.Key == name }); i >= 0 {
		return &s.Below[i]
	}
	return nil
}

// fill puts values where the path leads, if nothing stands there and something
// stands above: a policy without phases gets none. entry is the last that * or []
// stood for; what is missing below one is made.
func (s *Setting) fill(path []string, entry *Setting, value func(Setting, *Policy) []string, p *Policy) {
	name, rest := path[0], path[1:]
	switch below := s.child(name); {
	case name == "[]" && !s.List: // a list of one, written as the value itself
		s.fill(rest, s, value, p)
	case name == "*" || name == "[]":
		for i := range s.Below {
			s.Below[i].fill(rest, &s.Below[i], value, p)
		}
	case len(rest) == 0 && below == nil:
		s.add(name, value(*cmp.Or(entry, s), p))
	case len(rest) == 0:
	case below != nil:
		below.fill(rest, entry, value, p)
	case entry != nil:
		made := Setting{Key: name, Default: true, compound: true}
		if made.fill(rest, entry, value, p); len(made.Below) > 0 {
			s.Below = append(s.Below, made)
		}
	}
}

// add puts a default under a key: a list, if it has several values.
func (s *Setting) add(name string, values []string) {
	scalar := func(name, value string) Setting {
		return Setting{Key: name, Value: value, Text: value != "false", Default: true}
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
