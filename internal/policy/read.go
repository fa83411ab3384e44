package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// value is a part of the document: it reads itself from a node, and says in JSON
// Schema what it reads. The schema may admit more than read does, never less.
type value interface {
	// read reports whether there is something to go on with. What is wrong is
	// recorded in in.
	read(in *input, n *yaml.Node, w where) bool
	schema() *jsonschema.Schema
}

// where says in words and by place which part of the policy is read: "gate unit"
// at its name, "from of gate unit" at the key.
type where struct {
	what string
	at   Place
}

// wholePolicy is what the document is called.
const wholePolicy = "the policy"

// key names what stands under a key.
func (w where) key(name string) string {
	if w.what == wholePolicy || w.what == wholeCases || w.what == wholeWaivers {
		return name
	}
	return name + " of " + w.what
}

// mapping is a value with keys of its own.
type mapping interface {
	value
	keys() []key
}

// key is one key of a mapping, with the value that it reads.
type key struct {
	name  string
	doc   string // one sentence for the schema
	need  bool
	value value
}

// optional is a value that must know whether its key is there at all.
type optional interface{ present() }

// pointer lets a generic type make a T and read into it.
type pointer[T any] interface {
	*T
	value
}

// one is a value of which there are several; noun is what messages call it.
type one interface {
	value
	noun() string
}

// read reads n into v, unless n is written in a way that a policy is not.
func (in *input) read(n *yaml.Node, v value, w where) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		in.fail(in.mark(n, 1+runes(n.Value)), "an alias, *%s; what holds at a line is written there, so put the value itself, or a text that begins with * in quotes", short(n.Value))
		return false
	case n.Anchor != "":
		in.fail(in.mark(n, 1), "an anchor, &%s; policies have no aliases: write each value where it holds", short(n.Anchor))
		return false
	case n.Style&yaml.TaggedStyle != 0:
		in.fail(in.mark(n, runes(n.Tag)), "%q is a tag in YAML; put a text that begins with ! in quotes, and leave types out", short(n.Tag))
		return false
	}
	return v.read(in, n, w)
}

// readMapping reads the keys of m: unknown, missing and doubled ones are errors.
func readMapping(in *input, n *yaml.Node, m mapping, w where) bool {
	if n.Kind != yaml.MappingNode {
		in.fail(in.placeOf(n, w), "%s must be a mapping, %s", w.what, found(n))
		return false
	}
	keys := m.keys()
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	seen := in.eachKey(n, w, func(name *yaml.Node, v *yaml.Node) {
		for _, k := range keys {
			if k.name == name.Value {
				if o, ok := k.value.(optional); ok {
					o.present()
				}
				in.read(v, k.value, where{w.key(k.name), in.place(name)})
				return
			}
		}
		in.fail(in.place(name), "unknown key %q in %s; %s", short(name.Value), w.what, in.meant(name.Value, "the keys here are", names))
	})
	for _, k := range keys {
		if k.need && seen[k.name] == nil {
			in.fail(w.at, "%s has no %s, which is required: %s", w.what, k.name, firstSentence(k.doc))
		}
	}
	return true
}

// eachKey calls f for every key of a mapping that is a text and the first of its
// name, and gives those keys.
func (in *input) eachKey(n *yaml.Node, w where, f func(name, v *yaml.Node)) map[string]*yaml.Node {
	seen := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		switch {
		case name.Tag == "!!merge":
			in.fail(in.place(name), "a merge key; what holds in %s is written there, so write its keys out", w.what)
		case name.Kind != yaml.ScalarNode || name.Tag != "!!str" || name.Anchor != "" || name.Style&yaml.TaggedStyle != 0:
			in.fail(in.place(name), "a key of %s must be a text, %s%s", w.what, found(name), quoteHint(name))
		case seen[name.Value] != nil:
			in.fail(in.place(name), "%q stands twice in %s, first at %d:%d", short(name.Value), w.what, seen[name.Value].Line, seen[name.Value].Column)
		default:
			seen[name.Value] = name
			f(name, n.Content[i+1])
		}
	}
	return seen
}

// list is one or more values; a list of one may be written as the value itself.
type list[T any, P pointer[T]] struct {
	items []T
	at    []Place
	given bool // the key is there, whether or not it could be read
	lossy bool // an item could not be read
}

func (l *list[T, P]) present() { l.given = true }

func (l *list[T, P]) read(in *input, n *yaml.Node, w where) bool {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
		if len(nodes) == 0 {
			in.fail(in.place(n), "%s is empty; write at least one, or leave the key out", w.what)
			return false
		}
	}
	for i, item := range nodes {
		var v T
		iw := where{w.what, in.placeOf(item, w)}
		if o, ok := any(P(&v)).(one); ok {
			iw.what = o.noun() + " " + strconv.Itoa(i+1)
		}
		if in.read(item, P(&v), iw) {
			l.items = append(l.items, v)
			l.at = append(l.at, iw.at)
		} else {
			l.lossy = true
		}
	}
	return len(l.items) > 0
}

func (l *list[T, P]) schema() *jsonschema.Schema {
	item := P(new(T)).schema()
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		item,
		{Type: "array", Items: item, MinItems: ptr(uint64(1))},
	}}
}

// named is a mapping from names that the policy gives to values of one type, in
// the order of the file.
type named[T any, P interface {
	pointer[T]
	one
}] struct {
	entries []entry[T] // all that are declared
}

type entry[T any] struct {
	name  string
	at    Place // of the name
	value T
	ok    bool // the value could be read
}

// Names are used in commands, paths and addresses, so they are kept simple.
const namePattern = `^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`

var nameForm = regexp.MustCompile(namePattern)

func (m *named[T, P]) read(in *input, n *yaml.Node, w where) bool {
	noun := P(new(T)).noun()
	if n.Kind != yaml.MappingNode {
		in.fail(in.placeOf(n, w), "%s must be a mapping from the name of each %s, %s", w.what, noun, found(n))
		return false
	}
	if len(n.Content) == 0 {
		in.fail(in.place(n), "%s is empty; declare at least one %s", w.what, noun)
		return false
	}
	in.eachKey(n, w, func(name, v *yaml.Node) {
		if !nameForm.MatchString(name.Value) {
			in.fail(in.place(name), "%q cannot name a %s; use letters, digits, dots, - and _, at most 64, and begin with a letter or digit", short(name.Value), noun)
		}
		e := entry[T]{name: name.Value, at: in.place(name)}
		e.ok = in.read(v, P(&e.value), where{noun + " " + short(name.Value), e.at})
		m.entries = append(m.entries, e)
	})
	return true
}

func (m *named[T, P]) schema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Type:                 "object",
		MinProperties:        ptr(uint64(1)),
		PropertyNames:        &jsonschema.Schema{Pattern: namePattern},
		AdditionalProperties: P(new(T)).schema(),
	}
}

// names lists the entries, for suggestions.
func (m *named[T, P]) names() []string {
	out := make([]string, len(m.entries))
	for i, e := range m.entries {
		out[i] = e.name
	}
	return out
}

// entry gives the entry of a name, or nil.
func (m *named[T, P]) entry(name string) *entry[T] {
	i := slices.IndexFunc(m.entries, func(e entry[T]) bool { return e.name == name })
	if i < 0 {
		return nil
	}
	return &m.entries[i]
}

// placeOf is the place of n, or of what it stands under where n is nothing.
func (in *input) placeOf(n *yaml.Node, w where) Place {
	if n.Tag == "!!null" && n.Value == "" {
		return w.at
	}
	return in.place(n)
}

// found says what a node is, for a message that says what it should be.
func found(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "and this is a mapping"
	case yaml.SequenceNode:
		return "and this is a list"
	case yaml.AliasNode:
		return "and this is an alias"
	}
	switch n.Tag {
	case "!!null":
		if n.Value != "" {
			return "and " + n.Value + " is no value"
		}
		return "and nothing is here"
	case "!!int", "!!float":
		return "and " + short(n.Value) + " is a number"
	case "!!bool":
		return "and " + short(n.Value) + " is a boolean"
	case "!!timestamp":
		return "and " + short(n.Value) + " is a date"
	default:
		return "and this is a text"
	}
}

// quoteHint ends a message about a scalar that YAML takes for something else.
func quoteHint(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return ""
	}
	return "; put it in quotes"
}

// firstSentence gives that of a doc, as a message goes on.
func firstSentence(doc string) string {
	first, _, _ := strings.Cut(doc, ".")
	return strings.ToLower(first[:1]) + first[1:]
}

func ptr[T any](v T) *T { return &v }
