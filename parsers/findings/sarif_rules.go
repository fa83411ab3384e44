package findings

import (
	"bytes"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// component is a tool component (§3.19): the driver or an extension.
type component struct {
	componentRef
	version  string
	rules    ruleList
	notices  ruleList          // descriptors of notifications
	messages map[string]string // globalMessageStrings
}

// maxExtensions is ten times what GitHub takes.
const maxExtensions = 1000

// rule is a reporting descriptor (§3.49).
type rule struct {
	id, guid string         // the latter in lower case
	level    evidence.Level // of its default configuration, 0 if it has none
	traits
	taxa     []taxon
	messages map[string]string
}

// componentRef names a component by any of three ways (§3.54).
type componentRef struct {
	name, guid string
	index      int // among the extensions
}

// ruleRef names a rule by any of three ways (§3.52), perhaps in a component.
type ruleRef struct {
	id, guid string
	index    int
	in       *componentRef // nil for the driver
}

var noRule = ruleRef{index: absent}

func (p *sarif) tool(u *run) {
	for name := range p.s.Members {
		switch string(name) {
		case "driver":
			p.component(&u.components[0])
		case "extensions":
			for range p.s.Elements {
				if p.hold(256); len(u.components) > maxExtensions {
					p.s.Fail("a tool has more than %d extensions", maxExtensions)
					break
				}
				u.components = append(u.components, component{})
				p.component(&u.components[len(u.components)-1])
			}
		}
	}
}

func (p *sarif) component(c *component) {
	for name := range p.s.Members {
		switch string(name) {
		case "name":
			c.name = p.name()
		case "guid":
			c.guid = p.name()
		case "version":
			if c.version == "" {
				c.version = p.name()
			}
		case "semanticVersion":
			if v := p.name(); v != "" {
				c.version = v
			}
		case "globalMessageStrings":
			c.messages = p.messageStrings(c.messages)
		case "rules":
			for range p.s.Elements {
				p.rule(c.rules.next())
			}
		case "notifications":
			for range p.s.Elements {
				p.rule(c.notices.next())
			}
		}
	}
}

func (p *sarif) rule(d *rule) {
	p.hold(192)
	for name := range p.s.Members {
		switch string(name) {
		case "id": // rarely the same twice
			text, _ := p.s.Text()
			d.id = string(cut(text, evidence.MaxName))
			p.hold(len(d.id))
		case "guid":
			d.guid = strings.ToLower(p.name())
		case "defaultConfiguration":
			d.level = p.configuration()
		case "messageStrings":
			d.messages = p.messageStrings(d.messages)
		case "relationships":
			for range p.s.Elements {
				for name := range p.s.Members {
					if string(name) == "target" {
						d.taxa = p.taxon(d.taxa)
					}
				}
			}
		case "properties":
			p.properties(&d.traits)
		}
	}
}

// messageStrings reads message strings by id (§3.49.11); plain text before
// Markdown.
func (p *sarif) messageStrings(into map[string]string) map[string]string {
	for name := range p.s.Members {
		id := p.intern(cut(name, evidence.MaxName))
		var text, markdown []byte
		for name := range p.s.Members {
			switch string(name) {
			case "text":
				text = p.message(text)
			case "markdown":
				markdown = p.message(markdown)
			}
		}
		if len(text) == 0 {
			text = markdown
		}
		if into == nil {
			into = make(map[string]string)
		}
		p.hold(len(text) + 64)
		into[id] = string(text)
	}
	return into
}

// ruleRef reads a reference to a descriptor; what it does not say stays as it was. An
// id that is known already, as most of those in results are, is not kept again.
func (p *sarif) ruleRef(ref ruleRef, known []byte) ruleRef {
	for name := range p.s.Members {
		switch string(name) {
		case "id":
			if text, _ := p.s.Text(); len(text) == 0 || !bytes.Equal(text, known) {
				ref.id = p.intern(cut(text, evidence.MaxName))
			}
		case "guid":
			ref.guid = p.name()
		case "index":
			ref.index = p.index()
		case "toolComponent":
			if p.s.Kind() == jsonscan.Object {
				in := p.componentRef()
				ref.in = &in
			}
		}
	}
	return ref
}

func (p *sarif) componentRef() componentRef {
	p.hold(48)
	ref := componentRef{index: absent}
	for name := range p.s.Members {
		switch string(name) {
		case "name":
			ref.name = p.name()
		case "guid":
			ref.guid = p.name()
		case "index":
			ref.index = p.index()
		}
	}
	return ref
}

func (d *rule) graver(o *rule) bool {
	a, b := d.defaultLevel(), o.defaultLevel()
	return a > b || a == b && d.score.severity > o.score.severity
}

// defaultLevel is what applies if nothing else is said (§3.50.3).
func (d *rule) defaultLevel() evidence.Level {
	if d == nil || d.level == 0 {
		return evidence.LevelWarning
	}
	return d.level
}

// descends reports whether id names the rule or a part of it (§3.52.4).
func descends(id, rule string) bool {
	rest, ok := strings.CutPrefix(id, rule)
	return ok && rule != "" && (rest == "" || rest[0] == '/')
}

// componentOf gives the component that a reference names; the driver if it names
// none, or none that is there (§3.54.2).
func (u *run) componentOf(ref *componentRef) int {
	if ref == nil {
		return 0
	}
	if i := ref.index + 1; ref.index >= 0 && i < len(u.components) {
		return i
	}
	for i := range u.components {
		c := &u.components[i]
		if ref.guid != "" && strings.EqualFold(c.guid, ref.guid) || ref.guid == "" && ref.name != "" && c.name == ref.name {
			return i
		}
	}
	return 0
}

// levels are the overrides of one invocation, resolved.
type levels struct {
	of   map[*rule]evidence.Level
	ofID map[string]evidence.Level // of rules that are described nowhere
}

// resolveOverrides finds what overrides are about. Of two about one rule, the
// graver counts.
func (u *run) resolveOverrides(overrides []override, which list) levels {
	var l levels
	for _, o := range overrides {
		if f := u.find(o.of, which); f.rule != nil {
			if l.of == nil {
				l.of = make(map[*rule]evidence.Level)
			}
			l.of[f.rule] = max(l.of[f.rule], o.level)
		} else if o.of.id != "" {
			if l.ofID == nil {
				l.ofID = make(map[string]evidence.Level)
			}
			l.ofID[o.of.id] = max(l.ofID[o.of.id], o.level)
		}
	}
	return l
}

// level gives the override of a rule, 0 if there is none.
func (l levels) level(f found, id string) evidence.Level {
	if f.rule != nil {
		return l.of[f.rule]
	}
	return l.ofID[id]
}
