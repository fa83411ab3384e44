package gates

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// trace finds the origin of each finding of a stream. A finding of the base is that
// of at most one: two where there was one are one new. What is suppressed is traced
// before what is not, and a suppressed finding of the base is the origin of none
// that is open, so that to lift a suppression makes a finding new. Among equals the
// least grave is the old one.
func trace(found, base []*sighting) {
	identify(found, base)
	now, then := candidates(found, base)
	for i := range then {
		then[i].rank &= 1<<32 - 1 // by place alone
	}
	now, then = inOrder(now), inOrder(then)
	m := matching{now, then}
	hidden := func(c candidate) bool { return c.f.suppressed }
	open := func(c candidate) bool { return !c.f.suppressed }
	if theirs := chosen(then, hidden); len(theirs) > 0 {
		m.all(chosen(now, hidden), theirs)
	}
	m.all(chosen(now, func(c candidate) bool { return c.f.origin == nil }), chosen(then, open))
}

// candidate is a sighting with what it can be known again by beside it: all ways back
// look at that, and a hundred thousand sightings are too many for the cache.
type candidate struct {
	trail
	rank     uint64 // open after suppressed, then by weight, then by path
	marked   bool   // it has an identity
	replaced bool   // of this run: it is fresh; of the base: it is gone
	f        *sighting
}

// candidates gives those of both runs. Equal texts get equal numbers, paths in their
// order. Texts are looked up once here and not in every way back.
func candidates(found, base []*sighting) (now, then []candidate) {
	paths := newTexts()
	for _, run := range [][]*sighting{found, base} {
		for _, f := range run {
			paths.number(f.path)
		}
	}
	inOrder := paths.inOrder()
	rules, messages, identities := newTexts(), newTexts(), newTexts()
	of := func(run []*sighting) []candidate {
		out := make([]candidate, len(run))
		for i, f := range run {
			path := inOrder[paths.number(f.path)]
			c := candidate{
				trail: trail{rules.number(f.rule), path, messages.number(f.message), identities.number(f.identity), f.line},
				rank:  f.weight<<32 | uint64(path), marked: f.identity != "", replaced: f.fresh || f.gone, f: f,
			}
			if !f.suppressed {
				c.rank |= 1 << 63
			}
			out[i] = c
		}
		return out
	}
	return of(found), of(base)
}

// texts numbers texts; the empty one is 0.
type texts struct {
	numbers map[string]uint32
	last    string // what was asked for last, because equal ones come in runs
	lastIs  uint32
}

func newTexts() *texts { return &texts{numbers: map[string]uint32{"": 0}} }

func (t *texts) number(text string) uint32 {
	if text == t.last {
		return t.lastIs
	}
	n, known := t.numbers[text]
	if !known {
		n = uint32(len(t.numbers))
		t.numbers[text] = n
	}
	t.last, t.lastIs = text, n
	return n
}

// inOrder gives for each number the place of its text among all of them in order. The
// empty one stays the first.
func (t *texts) inOrder() []uint32 {
	places := make([]uint32, len(t.numbers))
	for place, text := range slices.Sorted(maps.Keys(t.numbers)) {
		places[t.numbers[text]] = uint32(place)
	}
	return places
}

// inOrder gives the candidates by rank and line, in which most differ, and where they do
// not by all that there is. What is moved about is small.
func inOrder(list []candidate) []candidate {
	type place struct {
		rank     uint64
		line, at int
	}
	places := make([]place, len(list))
	for i, c := range list {
		places[i] = place{c.rank, c.line, i}
	}
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.rank < b.rank || a.rank == b.rank && a.line < b.line:
			return -1
		case a.rank != b.rank || a.line != b.line:
			return 1
		default:
			return compareSightings(list[a.at].f, list[b.at].f)
		}
	})
	out := make([]candidate, len(list))
	for i, p := range places {
		out[i] = list[p.at]
	}
	return out
}

func chosen(list []candidate, is func(candidate) bool) []candidate {
	out := make([]candidate, 0, len(list))
	for _, c := range list {
		if is(c) {
			out = append(out, c)
		}
	}
	return out
}

// compareSightings orders those of one place.
func compareSightings(a, b *sighting) int {
	return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.message, b.message),
		cmp.Compare(a.identity, b.identity), cmp.Compare(a.report.Source, b.report.Source), cmp.Compare(a.at, b.at))
}

// lineHash is the fingerprint by which GitHub knows a finding again. Where both runs
// have it, it alone is the identity. CodeQL writes the column beside it, which is
// none.
const (
	lineHash   = "primaryLocationLineHash"
	columnHash = "primaryLocationStartColumnFingerprint"
)

// identify gives the findings the identity that fingerprints make: of those names
// that both runs have, so that a new version of the tool that adds one changes
// nothing; of the versions of one name the greatest (SARIF 2.1.0 §3.27.17).
func identify(now, then []*sighting) {
	here, there := printNames(now), printNames(then)
	greatest := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(here)) { // h/v1 and h/v01 are of one version
		base, version := versionOf(name)
		if !there[name] {
			continue
		}
		if have, ok := greatest[base]; ok {
			if _, v := versionOf(have); v > version {
				continue
			}
		}
		greatest[base] = name
	}
	names := slices.Sorted(maps.Values(greatest))
	if hash, ok := greatest[lineHash]; ok {
		names = []string{hash}
	}
	for _, f := range slices.Concat(now, then) {
		if len(names) == 1 { // as most often: then its value says all
			f.identity = valueOf(f, names[0])
			continue
		}
		var b strings.Builder
		for _, name := range names {
			if value := valueOf(f, name); value != "" {
				b.WriteString(name + "\x00" + value + "\x00")
			}
		}
		f.identity = b.String()
	}
}

// valueOf is the first fingerprint of that name that says anything.
func valueOf(f *sighting, name string) string {
	for _, p := range f.prints {
		if p.Name == name && p.Value != "" {
			return p.Value
		}
	}
	return ""
}

func printNames(found []*sighting) map[string]bool {
	all := map[string]bool{}
	for _, f := range found {
		for _, p := range f.prints {
			if p.Name != columnHash {
				all[p.Name] = true
			}
		}
	}
	return all
}

// versionOf splits the version off the name of a fingerprint: "contextHash/v2".
func versionOf(name string) (base string, version int) {
	i := strings.LastIndex(name, "/v")
	if i < 0 {
		return name, -1
	}
	n, err := strconv.Atoi(name[i+2:])
	if err != nil || n < 0 {
		return name, -1
	}
	return name[:i], n
}
