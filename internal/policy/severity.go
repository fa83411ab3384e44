package policy

import (
	"regexp"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/gates"
)

// severities says where the severity of findings is read: one scale for all tools, or
// a mapping from the names of tools, in which * is all that are not named.
type severities struct {
	entries []severityEntry
	at      Place
}

type severityEntry struct {
	tool  text // * for all others
	scale scale
}

func (s *severities) read(in *input, n *yaml.Node, w where) bool {
	s.at = in.placeOf(n, w)
	if n.Kind != yaml.MappingNode {
		e := severityEntry{tool: text{"*", s.at}}
		if !in.read(n, &e.scale, w) {
			return false
		}
		s.entries = append(s.entries, e)
		return true
	}
	if len(n.Content) == 0 {
		in.fail(s.at, "%s is empty; write the name of a tool and its scale, or leave the key out", w.what)
		return false
	}
	in.eachKey(n, w, func(name, v *yaml.Node) {
		var e severityEntry
		here := where{w.what + " for " + short(name.Value), in.place(name)}
		if named := e.tool.read(in, name, where{"a tool of " + w.what, here.at}); in.read(v, &e.scale, here) && named {
			s.entries = append(s.entries, e)
		}
	})
	return len(s.entries) > 0
}

func (s *severities) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		new(scale).schema(),
		{Type: "object", MinProperties: ptr(uint64(1)), AdditionalProperties: new(scale).schema()},
	}}
}

// tools are the names that are given.
func (s *severities) tools() (names []text) {
	for _, e := range s.entries {
		names = append(names, e.tool)
	}
	return names
}

// judged is what gates judge by.
func (s *severities) judged() (out []gates.SeverityFrom) {
	for _, e := range s.entries {
		out = append(out, gates.SeverityFrom{Tool: strings.TrimPrefix(e.tool.value, "*"), From: e.scale.value})
	}
	return out
}

// scale is what a severity is read from.
type scale struct{ text }

const scalePattern = `^(security-severity|level|properties(\.[^.=\s]{1,40}){1,3})$`

var (
	scaleForm  = regexp.MustCompile(scalePattern)
	scaleWords = []string{gates.SecuritySeverity, gates.ByLevel, gates.PropertyPrefix + "severity"}
)

func (s *scale) read(in *input, n *yaml.Node, w where) bool {
	if !s.text.read(in, n, w) {
		return false
	}
	if !scaleForm.MatchString(s.value) {
		in.fail(s.at, "%s is %q; %s", w.what, short(s.value), in.meant(s.value, "it can be", scaleWords))
		return false
	}
	return true
}

func (s *scale) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: scalePattern, Examples: []any{gates.SecuritySeverity, gates.ByLevel, "properties.problem.severity"}}
}
