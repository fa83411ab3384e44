package findings

import (
	"bytes"
	"slices"
	"strings"
)

// taxonomy is a tool component that classifies (§3.14.8). Its taxa are kept if it is
// the one of weaknesses, for references that name one by index or GUID alone.
type taxonomy struct {
	componentRef
	taxa []taxonRef
}

// taxonRef names an entry of a taxonomy by any of three ways (§3.52).
type taxonRef struct {
	id, guid string
	index    int
}

// taxon is a reference to an entry of a taxonomy (§3.27.8, §3.53).
type taxon struct {
	taxonRef
	in componentRef
}

const (
	// maxCWE is how many weaknesses of one rule or result are kept.
	maxCWE = 64
	// maxTaxa is ten times the list of weaknesses.
	maxTaxa = 10_000
)

func (p *sarif) taxonomy() taxonomy {
	p.hold(64)
	t := taxonomy{componentRef: componentRef{index: absent}}
	for name := range p.s.Members {
		switch string(name) {
		case "name":
			t.name = p.name()
		case "guid":
			t.guid = p.name()
		case "taxa":
			for range p.s.Elements {
				ref, _ := p.taxonRef(nil)
				if len(t.taxa) < maxTaxa {
					p.hold(40)
					t.taxa = append(t.taxa, ref)
				}
			}
		}
	}
	return t
}

// taxonRef reads what names a taxon, and the component if there is a place for it.
func (p *sarif) taxonRef(in *componentRef) (t taxonRef, ok bool) {
	t.index = absent
	for name := range p.s.Members {
		switch string(name) {
		case "id":
			text, _ := p.s.Scalar()
			t.id = p.intern(cut(text, 80))
		case "guid":
			t.guid = p.name()
		case "index":
			t.index = p.index()
		case "toolComponent":
			if in != nil {
				*in = p.componentRef()
			}
		}
	}
	return t, t.id != "" || t.guid != "" || t.index >= 0
}

// taxon reads a reference to a taxon and keeps it if it may be a weakness.
func (p *sarif) taxon(list []taxon) []taxon {
	t := taxon{in: componentRef{index: absent}}
	ref, ok := p.taxonRef(&t.in)
	t.taxonRef = ref
	if ok && len(list) < maxCWE && (t.id == "" || strings.ContainsAny(t.id, "0123456789")) {
		p.hold(100)
		list = append(list, t)
	}
	return list
}

// appendCWE adds the weaknesses that a text names, of which there may be several:
// "CWE-79, CWE-80". A bare number is one where nothing but weaknesses stands.
func (p *sarif) appendCWE(list []string, text []byte, bare bool) []string {
	if bare && len(list) < maxCWE {
		if number, rest := leadingCWE(text); len(number) > 0 && len(rest) == 0 {
			return append(list, p.cwe(number))
		}
	}
	for len(list) < maxCWE {
		number, rest := nextCWE(text)
		if number == nil {
			break
		}
		list = append(list, p.cwe(number))
		text = rest // what ends one may begin the next
	}
	return list
}

// nextCWE finds a weakness in "CWE-79", "external/cwe/cwe-079" (CodeQL) and
// "CWE-79: Improper …" (Semgrep): a word of these three letters and a number of up
// to six digits. A log may have a million rules, on each of which a regular
// expression took 2 µs.
func nextCWE(text []byte) (number, rest []byte) {
	for i := 0; i+3 < len(text); i++ {
		if text[i]|0x20 != 'c' || text[i+1]|0x20 != 'w' || text[i+2]|0x20 != 'e' || i > 0 && isWord(text[i-1]) {
			continue
		}
		if number, rest := leadingCWE(bytes.TrimLeft(text[i+3:], "-_: ")); len(number) > 0 {
			return number, rest
		}
	}
	return nil, nil
}

// leadingCWE reads the digits at the beginning of a text without the zeros before
// them. A number has no more than six.
func leadingCWE(text []byte) (number, rest []byte) {
	text = bytes.TrimLeft(text, "0")
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	if n > 6 {
		return nil, text
	}
	return text[:n], text[n:]
}

// isWord reports whether c is a letter or digit of ASCII.
func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func (p *sarif) cwe(number []byte) string { return p.intern(append([]byte("CWE-"), number...)) }

// weaknesses adds the taxa that are weaknesses to those known by name, sorted.
func (p *sarif) weaknesses(u *run, known []string, taxa []taxon) []string {
	for _, t := range taxa {
		home, isCWE := u.cweTaxonomy(t.in)
		id := t.id
		if id == "" && home != nil {
			id = home.idOf(t.taxonRef)
		}
		known = p.appendCWE(known, []byte(id), isCWE)
	}
	slices.Sort(known)
	return slices.Compact(known)
}

// cweTaxonomy reports whether a reference is to the taxonomy of weaknesses: by name,
// or by GUID or index to one of that name; and gives it if it is in the run.
func (u *run) cweTaxonomy(ref componentRef) (home *taxonomy, isCWE bool) {
	for i := range u.taxonomies {
		t := &u.taxonomies[i]
		if !strings.EqualFold(t.name, "CWE") {
			continue
		}
		switch {
		case ref.guid != "":
			isCWE = strings.EqualFold(ref.guid, t.guid)
		case ref.name != "":
			isCWE = strings.EqualFold(ref.name, t.name)
		default:
			isCWE = ref.index == i
		}
		if isCWE {
			return t, true
		}
	}
	return nil, strings.EqualFold(ref.name, "CWE")
}

// idOf gives the id of an entry that a reference names by GUID or index.
func (t *taxonomy) idOf(ref taxonRef) string {
	if ref.guid != "" {
		for _, one := range t.taxa {
			if strings.EqualFold(one.guid, ref.guid) {
				return one.id
			}
		}
	} else if ref.index >= 0 && ref.index < len(t.taxa) {
		return t.taxa[ref.index].id
	}
	return ""
}
