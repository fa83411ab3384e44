package findings

import (
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// component is a tool component (§3.19): the driver or an extension.
type component struct {
	componentRef
	version  string
	rules    []rule
	notices  []rule            // descriptors of notifications
	messages map[string]string // globalMessageStrings
}

// maxExtensions is ten times what GitHub takes.
const maxExtensions = 1000

// rule is a reporting descriptor (§3.49).
type rule struct {
	id, guid string
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
				c.rules = append(c.rules, p.rule())
			}
		case "notifications":
			for range p.s.Elements {
				c.notices = append(c.notices, p.rule())
			}
		}
	}
}

func (p *sarif) rule() rule {
	p.hold(192)
	var d rule
	for name := range p.s.Members {
		switch string(name) {
		case "id": // rarely the same twice
			text, _ := p.s.Text()
			d.id = string(cut(text, evidence.MaxName))
			p.hold(len(d.id))
		case "guid":
			d.guid = p.name()
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
	return d
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

// ruleRef reads a reference to a descriptor; what it does not say stays as it was.
func (p *sarif) ruleRef(ref ruleRef) ruleRef {
	for name := range p.s.Members {
		switch string(name) {
		case "id":
			ref.id = p.name()
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

// list says which of the two lists of descriptors of a component is meant.
type list uint8

const (
	_ list = iota
	rules
	notices
)

func (c *component) list(which list) []rule {
	if which == notices {
		return c.notices
	}
	return c.rules
}

// found is a rule, the component that has it, and whether the index that should
// name it names another. The rule is nil if there is none.
type found struct {
	*rule
	component  *component
	wrongIndex bool
}

// find looks a descriptor up. The specification looks by index or GUID alone
// (§3.52.3), and says that the id must agree. Most tools give only an id, and some
// give an index that is wrong: so the index counts if the id agrees or is absent,
// then the GUID, then the id, in the component that is named and then in all. An
// index that contradicts an id which is described nowhere is all there is.
func (u *run) find(ref ruleRef, which list) (f found) {
	home := u.componentOf(ref.in)
	if here := u.components[home].list(which); ref.index >= 0 && ref.index < len(here) {
		f = found{&here[ref.index], &u.components[home], false}
		if ref.id == "" || descends(ref.id, f.rule.id) {
			return f
		}
		f.wrongIndex = true
	}
	if len(u.components) == 1 {
		home = anyComponent
	}
	for _, in := range [...]int{home, anyComponent} {
		if at, ok := u.lookUp(in, ref, which); ok {
			f.component = &u.components[at.component]
			f.rule = &f.component.list(which)[at.rule]
			break
		}
	}
	return f
}

// rulePlace is where a descriptor stands in its run; ruleKey is one of its names.
type (
	rulePlace struct{ component, rule int }
	ruleKey   struct {
		in     int
		which  list
		isGUID bool
		text   string
	}
)

const anyComponent = -1

func (u *run) lookUp(in int, ref ruleRef, which list) (rulePlace, bool) {
	if u.places == nil {
		u.indexRules()
	}
	if ref.guid != "" {
		if at, ok := u.places[ruleKey{in, which, true, strings.ToLower(ref.guid)}]; ok {
			return at, true
		}
	}
	// A result may name a part of its rule: "CA5350/md5" is of "CA5350" (§3.52.4).
	for id := ref.id; id != ""; {
		if at, ok := u.places[ruleKey{in, which, false, id}]; ok {
			return at, true
		}
		id = id[:max(0, strings.LastIndexByte(id, '/'))]
	}
	return rulePlace{}, false
}

// indexRules makes an index of all descriptors by id and GUID, in their component
// and in all. Ids may repeat (§3.49.3), and only an index tells such rules apart:
// without one, the gravest of them is meant.
func (u *run) indexRules() {
	n := 0
	for c := range u.components {
		n += len(u.components[c].rules) + len(u.components[c].notices)
	}
	u.places = make(map[ruleKey]rulePlace, n)
	for c := range u.components {
		for _, which := range [...]list{rules, notices} {
			all := u.components[c].list(which)
			for i := range all {
				for _, in := range [...]int{c, anyComponent} {
					if in == c && len(u.components) == 1 {
						continue // it is all there is
					}
					if all[i].guid != "" {
						u.places[ruleKey{in, which, true, strings.ToLower(all[i].guid)}] = rulePlace{c, i}
					}
					key := ruleKey{in, which, false, all[i].id}
					if had, ok := u.places[key]; !ok || all[i].graver(&u.components[had.component].list(which)[had.rule]) {
						u.places[key] = rulePlace{c, i}
					}
				}
			}
		}
	}
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
