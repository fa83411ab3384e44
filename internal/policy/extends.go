package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// This file reads a policy that extends others, and makes one document of them.
// What has a name (a source, a gate, a profile, a phase) takes the place of what has
// that name in the extended policy; everything else that the extending one says takes
// the place of the whole key. Nothing is mixed below that, so that each gate is read
// in one place.

// maxExtends is how many policies there may be between a policy and its root.
const maxExtends = 5

// Reference names a policy in a repository at one commit: org/repo/path@sha.
type Reference struct {
	Repo   string // owner/name
	Path   string
	Commit string // 40 hexadecimal digits
}

// String gives it as a policy writes it.
func (r Reference) String() string { return r.Repo + "/" + r.Path + "@" + r.Commit }

// Copy is an extended policy as it was found: its bytes, and what positions in it
// begin with.
type Copy struct {
	Name string
	Data []byte
}

// Finder gives the policy of a reference. Its error says what to do.
type Finder func(Reference) (Copy, error)

// Extended is one of the policies that a policy extends.
type Extended struct {
	Reference
	Name   string
	Digest string // SHA-256 of its bytes, in hexadecimal
}

const referencePattern = `^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._/-]{1,200}@[0-9a-f]{40}$`

var referenceForm = regexp.MustCompile(referencePattern)

// reference is the value of extends.
type reference struct {
	text
	Reference
}

func (r *reference) read(in *input, n *yaml.Node, w where) bool {
	if !r.text.read(in, n, w) {
		return false
	}
	place, ref, pinned := strings.Cut(r.value, "@")
	parts := strings.SplitN(place, "/", 3)
	const form = "org/repo/path@ and the 40 hexadecimal digits of a commit"
	switch {
	case len(parts) < 3:
		in.fail(r.at, "%s is %q; write %s", w.what, short(r.value), form)
	case !pinned:
		in.fail(r.at, "%s names no commit, and what %s says may be another thing tomorrow; write %s", w.what, short(place), form)
	case commitForm.MatchString(strings.ToLower(ref)) && ref != strings.ToLower(ref):
		in.fail(r.at.within(r.value, len(place)+1, len(r.value)), "the commit is written in capitals; write %s", strings.ToLower(ref))
	case hexForm.MatchString(ref) && !commitForm.MatchString(ref):
		in.fail(r.at.within(r.value, len(place)+1, len(r.value)), "the commit %s has %d digits, and another may come to begin with them; write all 40", short(ref), len(ref))
	case !commitForm.MatchString(ref):
		in.fail(r.at.within(r.value, len(place)+1, len(r.value)), "%q is a branch or a tag, and whoever may move it could change what is judged here; write the 40 hexadecimal digits of its commit", short(ref))
	case !referenceForm.MatchString(r.value), !plainPath(parts[1]), !plainPath(parts[2]):
		in.fail(r.at, "%s is %q, which is no path in a repository; write %s", w.what, short(r.value), form)
	default:
		r.Reference = Reference{parts[0] + "/" + parts[1], parts[2], ref}
		return true
	}
	return false
}

var (
	commitForm = regexp.MustCompile(`^[0-9a-f]{40}$`)
	hexForm    = regexp.MustCompile(`^[0-9a-fA-F]{4,64}$`)
)

// plainPath reports whether a path has no element that leads elsewhere.
func plainPath(p string) bool {
	return !slices.ContainsFunc(strings.Split(p, "/"), func(e string) bool { return e == "" || strings.Trim(e, ".") == "" || strings.EqualFold(e, ".git") })
}

func (r *reference) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: referencePattern, Examples: []any{"acme/policies/go.yml@0123456789abcdef0123456789abcdef01234567"}}
}

// extended gives the document of a policy together with those that it extends, and
// what they are, the nearest first. It is nil where something is wrong.
func (in *input) extended(root *yaml.Node, find Finder) (*yaml.Node, []Extended) {
	type level struct {
		in   *input
		root *yaml.Node
	}
	levels := []level{{in, root}}
	var found []Extended
	for {
		last := levels[len(levels)-1]
		ref, wrong := last.in.reference(last.root)
		in.errs = append(in.errs, wrong...)
		switch {
		case len(wrong) > 0:
			return nil, nil
		case ref == nil:
			in.homes = map[*yaml.Node]*input{}
			whole := root
			for i, l := range slices.Backward(levels) {
				if i > 0 {
					in.house(l.root, l.in)
				}
				if i == len(levels)-1 {
					whole = l.root
				} else {
					whole = in.overlaid(l.root, whole)
				}
			}
			return whole, found
		case find == nil:
			in.fail(ref.at, "nothing is read here but this file, and it extends %s", short(ref.value))
			return nil, nil
		case slices.ContainsFunc(found, func(e Extended) bool { return e.Reference == ref.Reference }):
			in.fail(ref.at, "%s extends itself, by way of the policies between; take one of them out", short(ref.value))
			return nil, nil
		case len(found) == maxExtends:
			in.fail(ref.at, "this is policy %d in the row, and at most %d extend one another; write their contents into fewer", maxExtends+2, maxExtends+1)
			return nil, nil
		}
		c, err := find(ref.Reference)
		if err != nil {
			in.fail(ref.at, "%v", err)
			return nil, nil
		}
		next := newInput(c.Name, in.kind, c.Data)
		parsed := next.parse(c.Data)
		if parsed != nil {
			next.versioned(parsed)
		}
		if len(next.errs) > 0 {
			in.errs = append(in.errs, next.errs...)
			return nil, nil
		}
		found = append(found, Extended{ref.Reference, c.Name, digest(c.Data)})
		levels = append(levels, level{next, parsed})
	}
}

// reference reads what a document extends; nil if that is nothing.
func (in *input) reference(root *yaml.Node) (ref *reference, wrong Errors) {
	if root.Kind != yaml.MappingNode {
		return nil, nil // the reader of the document says so
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if name := root.Content[i]; name.Value == "extends" && ref == nil {
			before := len(in.errs)
			ref = new(reference)
			in.read(root.Content[i+1], ref, where{"extends", in.place(name)})
			wrong = in.errs[before:]
			in.errs = in.errs[:before:before]
		}
	}
	return ref, wrong
}

// versioned reads the version of an extended policy, which that of the extending one
// hides.
func (in *input) versioned(root *yaml.Node) {
	for i := 0; root.Kind == yaml.MappingNode && i+1 < len(root.Content); i += 2 {
		if name := root.Content[i]; name.Value == "version" {
			in.read(root.Content[i+1], new(version), where{"version", in.place(name)})
			return
		}
	}
	in.fail(in.place(root), "a policy that others extend is a mapping with version: 1, and this is none")
}

// house notes in which file the nodes of a document are.
func (in *input) house(n *yaml.Node, home *input) {
	in.homes[n] = home
	for _, c := range n.Content {
		in.house(c, home)
	}
}

// home is the file that a node is in.
func (in *input) home(n *yaml.Node) *input {
	if h := in.homes[n]; h != nil {
		return h
	}
	return in
}

// overlaid gives the document of a policy over that which it extends.
func (in *input) overlaid(over, base *yaml.Node) *yaml.Node {
	if over.Kind != yaml.MappingNode || base.Kind != yaml.MappingNode {
		return over
	}
	out := in.copied(over)
	out.Content = replaced(over.Content, base.Content, func(name string, o, b *yaml.Node) *yaml.Node {
		switch {
		case (name == "evidence" || name == "gates") && o.Kind == yaml.MappingNode && b.Kind == yaml.MappingNode:
			both := in.copied(o)
			both.Content = replaced(o.Content, b.Content, func(_ string, o, _ *yaml.Node) *yaml.Node { return o })
			return both
		case name == "profiles" || name == "phases":
			return in.overlaidList(o, b)
		default:
			return o
		}
	})
	return out
}

// copied gives a copy of a node, at the same place.
func (in *input) copied(n *yaml.Node) *yaml.Node {
	out := *n
	in.homes[&out] = in.homes[n]
	return &out
}

// replaced gives the keys of base, those that over has as well with what both makes
// of the two values, and then the other keys of over.
func replaced(over, base []*yaml.Node, both func(name string, o, b *yaml.Node) *yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	taken := map[int]bool{}
	for i := 0; i+1 < len(base); i += 2 {
		if base[i].Value == "extends" {
			continue // what it extends is in it already
		}
		k := 0
		for k+1 < len(over) && over[k].Value != base[i].Value {
			k += 2
		}
		if k+1 >= len(over) {
			out = append(out, base[i], base[i+1])
			continue
		}
		taken[k] = true
		out = append(out, over[k], both(over[k].Value, over[k+1], base[i+1]))
	}
	for k := 0; k+1 < len(over); k += 2 {
		if !taken[k] {
			out = append(out, over[k], over[k+1])
		}
	}
	return out
}

// overlaidList does so with lists of what has a name; a list of one may be written as
// the entry itself.
func (in *input) overlaidList(over, base *yaml.Node) *yaml.Node {
	entries := func(n *yaml.Node) []*yaml.Node {
		if n.Kind == yaml.SequenceNode {
			return n.Content
		}
		return []*yaml.Node{n}
	}
	out := in.copied(over)
	*out = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: over.Line, Column: over.Column}
	fresh := slices.Clone(entries(over))
	for _, b := range entries(base) {
		i := slices.IndexFunc(fresh, func(o *yaml.Node) bool { return nameIn(o) != "" && nameIn(o) == nameIn(b) })
		if i < 0 {
			out.Content = append(out.Content, b)
			continue
		}
		out.Content = append(out.Content, fresh[i])
		fresh = slices.Delete(fresh, i, i+1)
	}
	out.Content = append(out.Content, fresh...)
	return out
}

// nameIn gives the name that a mapping says, "" if it says none.
func nameIn(n *yaml.Node) string {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "name" {
			return n.Content[i+1].Value
		}
	}
	return ""
}
