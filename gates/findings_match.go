package gates

import "slices"

// trail is what two sightings of one finding have in common: texts by their numbers,
// of which 0 is the empty one.
type trail struct {
	rule, path, message, identity uint32
	line                          int
}

// wayBack is one way to know a finding again, among those of which it can be used.
type wayBack struct {
	trail     func(trail) trail
	now, then func(*candidate) bool
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

func byContext(t trail) trail    { t.line, t.identity = 0, 0; return t }
func anyone(*candidate) bool     { return true }
func marked(c *candidate) bool   { return c.marked }
func unmarked(c *candidate) bool { return !c.marked }
func onFresh(c *candidate) bool  { return c.replaced }
func onOld(c *candidate) bool    { return !c.replaced }
func onGone(c *candidate) bool   { return c.replaced }
func onKept(c *candidate) bool   { return !c.replaced }
func and(a, b func(*candidate) bool) func(*candidate) bool {
	return func(c *candidate) bool { return a(c) && b(c) }
}

// matching is all findings of the two runs of a stream, in order, so that what is linked
// does not depend on the order of the evidence.
type matching struct{ now, then []candidate }

// all goes all ways back, for some of the findings of this run and of the base. What is
// linked is taken out of both lists.
func (m matching) all(now, then []candidate) {
	for _, s := range waysBack {
		if len(now) == 0 || len(then) == 0 {
			return
		}
		if m.match(s, now, then) {
			now = slices.DeleteFunc(now, func(c candidate) bool { return c.f.origin != nil })
			then = slices.DeleteFunc(then, func(c candidate) bool { return c.f.taken })
		}
	}
}

// match links the findings of this run that the way knows again, and reports whether
// there are any.
func (m matching) match(s wayBack, now, then []candidate) (linked bool) {
	left := 0
	for i := range then {
		if s.then(&then[i]) {
			left++
		}
	}
	if left == 0 || !slices.ContainsFunc(now, func(c candidate) bool { return s.now(&c) }) {
		return false
	}
	// Those of one trail are a chain, from the first of them to the last.
	first, after := make(map[trail]int, left), make([]int, len(then))
	for i := len(then) - 1; i >= 0; i-- {
		if s.then(&then[i]) {
			t := s.trail(then[i].trail)
			after[i] = first[t]
			first[t] = i + 1
		}
	}
	var many map[trail]int
	if s.lone {
		many = map[trail]int{}
		for i := range m.now {
			many[s.trail(m.now[i].trail)]++
		}
		for i := range m.then {
			many[s.trail(m.then[i].trail)] += 1 << 32
		}
	}
	for i := range now {
		if !s.now(&now[i]) {
			continue
		}
		t := s.trail(now[i].trail)
		if at := first[t]; at > 0 && (!s.lone || many[t] == 1<<32|1) {
			now[i].f.origin, then[at-1].f.taken, linked = then[at-1].f, true, true
			first[t] = after[at-1]
		}
	}
	return linked
}
