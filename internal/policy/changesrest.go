package policy

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// said gives what the policy says at a path of keys; nothing where it says nothing.
func (p *Policy) said(path ...string) *Setting {
	s := p.setting("", p.root)
	at := &s
	for _, name := range path {
		if at = at.child(name); at == nil {
			return new(Setting)
		}
	}
	return at
}

// entry gives the i-th entry of a list; a list of one is written as the entry itself.
func (s *Setting) entry(i int) *Setting {
	switch {
	case s.List && i < len(s.Below):
		return &s.Below[i]
	case !s.List && i == 0:
		return s
	default:
		return new(Setting)
	}
}

// flat writes a setting on one line, for a message.
func (s *Setting) flat() string {
	if s == nil || s.Scalar() {
		if s == nil {
			return ""
		}
		return s.Value
	}
	parts := make([]string, len(s.Below))
	for i := range s.Below {
		b := &s.Below[i]
		parts[i] = b.flat()
		switch {
		case b.Key != "":
			parts[i] = b.Key + ": " + parts[i]
		case b.List:
			parts[i] = "[" + parts[i] + "]"
		}
	}
	if s.List {
		return strings.Join(parts, " ")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// rest compares what two mappings say under all keys but those that are compared by
// what they mean. A key that is added to the language is among them.
func (c *comparison) rest(at evidence.Pos, what string, keys []key, base, head *Setting, but ...string) {
	for _, k := range keys {
		if !slices.Contains(but, k.name) {
			c.whole(at, what+", "+k.name, base.child(k.name).flat(), head.child(k.name).flat())
		}
	}
}

// sections compares the parts of the document that have no comparison of their own.
// Clocks are limits on people, and to have some asks for more than to have none.
func (c *comparison) sections(base, head *Policy) {
	place := evidence.Pos{File: head.Name}
	b, h := base.said(), head.said()
	if fresh := h.child("clocks"); fresh != nil && b.child("clocks") == nil {
		c.add(Stricter, fresh.At, "clocks are new")
	} else {
		c.rest(place, "clocks", new(clocks).keys(), base.said("clocks"), head.said("clocks"))
	}
	c.rest(place, "workflow", new(workflowRules).keys(), base.said("workflow"), head.said("workflow"))
}
