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
func trace(now, then []*sighting) {
	identify(now, then)
	numberTexts(now, then)
	slices.SortFunc(now, func(a, b *sighting) int {
		if c := cmp.Or(compareBool(b.suppressed, a.suppressed), cmp.Compare(a.weight, b.weight)); c != 0 {
			return c
		}
		return compareSightings(a, b)
	})
	slices.SortFunc(then, compareSightings)
	hidden := func(f *sighting) bool { return f.suppressed }
	open := func(f *sighting) bool { return !f.suppressed }
	for _, s := range waysBack {
		s.match(now, then, hidden, hidden)
	}
	for _, s := range waysBack {
		s.match(now, then, anyone, open)
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// compareSightings orders by place. Most differ there, and what comes after is only
// compared where they do not.
func compareSightings(a, b *sighting) int {
	if c := strings.Compare(a.path, b.path); c != 0 {
		return c
	}
	if a.line != b.line {
		return cmp.Compare(a.line, b.line)
	}
	return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.message, b.message),
		cmp.Compare(a.identity, b.identity), cmp.Compare(a.report.Source, b.report.Source), cmp.Compare(a.at, b.at))
}

func anyone(*sighting) bool { return true }

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
	chosen := slices.Sorted(maps.Values(greatest))
	if hash, ok := greatest[lineHash]; ok {
		chosen = []string{hash}
	}
	for _, f := range slices.Concat(now, then) {
		var b strings.Builder
		for _, name := range chosen {
			for _, p := range f.prints {
				if p.Name == name && p.Value != "" {
					b.WriteString(name + "\x00" + p.Value + "\x00")
					break
				}
			}
		}
		f.identity = b.String()
	}
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

// trail is what two sightings of one finding have in common: texts by their numbers,
// of which 0 is the empty one.
type trail struct {
	rule, path, message, identity uint32
	line                          int
}

// numberTexts gives equal texts equal numbers. They are looked up once here and not in
// every way back, which was half of the time that a hundred thousand findings took.
func numberTexts(now, then []*sighting) {
	numbers := map[string]uint32{"": 0}
	of := func(text string) uint32 {
		n, known := numbers[text]
		if !known {
			n = uint32(len(numbers))
			numbers[text] = n
		}
		return n
	}
	for _, f := range slices.Concat(now, then) {
		f.trail = trail{of(f.rule), of(f.path), of(f.message), of(f.identity), f.line}
	}
}

// wayBack is one way to know a finding again, among those of which it can be used.
type wayBack struct {
	trail     func(trail) trail
	now, then func(*sighting) bool
	// lone takes only what has a trail that no other finding of its run has.
	lone bool
}

// waysBack are the ways, surest first. By fingerprint a finding may have moved in its
// file, and one that no other shares even to another file. By context it may have
// moved as well, unless fingerprints or the change say that it did not: a line that
// the change added holds only what was on a line that it took away.
var waysBack = []wayBack{
	{trail: func(t trail) trail { return t }, now: marked, then: marked},
	{trail: func(t trail) trail { t.line = 0; return t }, now: marked, then: marked},
	{trail: func(t trail) trail { t.line, t.message = 0, 0; return t }, now: marked, then: marked},
	{trail: func(t trail) trail { t.identity = 0; return t }, now: onOld, then: onKept},
	{trail: byContext, now: and(unmarked, onFresh), then: onGone},
	{trail: byContext, now: and(unmarked, onOld), then: anyone},
	{trail: byContext, now: and(marked, onFresh), then: and(unmarked, onGone)},
	{trail: byContext, now: and(marked, onOld), then: unmarked},
	{trail: func(t trail) trail { return trail{rule: t.rule, identity: t.identity} }, now: marked, then: marked, lone: true},
}

func byContext(t trail) trail   { t.line, t.identity = 0, 0; return t }
func marked(f *sighting) bool   { return f.identity != "" }
func unmarked(f *sighting) bool { return f.identity == "" }
func onFresh(f *sighting) bool  { return f.fresh }
func onOld(f *sighting) bool    { return !f.fresh }
func onGone(f *sighting) bool   { return f.gone }
func onKept(f *sighting) bool   { return !f.gone }
func and(a, b func(*sighting) bool) func(*sighting) bool {
	return func(f *sighting) bool { return a(f) && b(f) }
}

// match links the findings of this run that the way knows again. Both lists are in
// order, so that what is linked does not depend on the order of the evidence.
func (s wayBack) match(now, then []*sighting, ofNow, ofThen func(*sighting) bool) {
	var left []*sighting
	for _, f := range then {
		if !f.taken && ofThen(f) && s.then(f) {
			left = append(left, f)
		}
	}
	if len(left) == 0 {
		return
	}
	// Those of one trail are a chain, from the first of them to the last.
	first, after := make(map[trail]int, len(left)), make([]int, len(left))
	for i, f := range slices.Backward(left) {
		t := s.trail(f.trail)
		after[i] = first[t]
		first[t] = i + 1
	}
	var many map[trail]int
	if s.lone {
		many = map[trail]int{}
		for _, f := range now {
			many[s.trail(f.trail)]++
		}
		for _, f := range then {
			many[s.trail(f.trail)] += 1 << 32
		}
	}
	for _, f := range now {
		if f.origin != nil || !ofNow(f) || !s.now(f) {
			continue
		}
		t := s.trail(f.trail)
		if i := first[t]; i > 0 && (!s.lone || many[t] == 1<<32|1) {
			f.origin, left[i-1].taken = left[i-1], true
			first[t] = after[i-1]
		}
	}
}
