package workflow

import "slices"

// Numbered is an entry of the decision log with its number on the issue, counted from
// the first that there ever was.
type Numbered struct {
	N int `json:"n"`
	Entry
}

// before is how far the log went that was lost, the zero Place if none was.
func (m Memory) before() Place {
	if m.Lost == nil {
		return Place{}
	}
	return *m.Lost
}

// number is that of the entry at a place in Log.
func (m Memory) number(i int) int {
	n := m.before().N + i + 1
	if i > 0 {
		n += m.Dropped
	}
	return n
}

// Place is that of the last entry.
func (m Memory) Place() Place {
	if len(m.Log) == 0 {
		return m.before()
	}
	return Place{m.number(len(m.Log) - 1), m.LogHead()}
}

// Numbered are the entries that the memory has.
func (m Memory) Numbered() []Numbered {
	var out []Numbered
	for i, e := range m.Log {
		out = append(out, Numbered{m.number(i), e})
	}
	return out
}

// Known are the places in the log of which the memory has the hash and no entry: the
// last of those that were left out, and the last of a log that was lost.
func (m Memory) Known() []Place {
	var out []Place
	if m.Lost != nil {
		out = append(out, *m.Lost)
	}
	if m.Dropped > 0 && len(m.Log) > 0 {
		out = append(out, Place{m.number(0) + m.Dropped, m.Gap})
	}
	return out
}

// hashOf gives the hash of the entry of a number, "" where it is not known.
func (m Memory) hashOf(n int) string {
	for _, e := range m.Numbered() {
		if e.N == n {
			return e.Hash
		}
	}
	for _, p := range m.Known() {
		if p.N == n {
			return p.Hash
		}
	}
	return ""
}

// Chain is what is left of a decision log, gathered from several places.
type Chain struct {
	Claims []Claim // that there is such an entry
	Known  []Place // hashes of entries, whether or not the entry is there
}

// Claim is an entry as it stands somewhere.
type Claim struct {
	Numbered
	Where string // "file:line"
}

// Break is an entry that does not follow on the one before it.
type Break struct {
	Where string
	N     int
	Why   string
}

// Span are the entries from one number to another.
type Span struct{ From, To int }

// Checked is what became of a chain when it was checked.
type Checked struct {
	Entries int     // different numbers
	Last    int     // the highest number that an entry has, or that a hash is known of
	Missing []Span  // entries that are nowhere, of those from the first to the last
	Broken  []Break // by number, then in the order in which they were given
}

// Check verifies that each entry follows on the one before it, as far as both are there,
// and that there is one chain and no other. Where an entry is missing the one after it
// is held to its hash, if that is known.
func (c Chain) Check() Checked {
	var out Checked
	claims := slices.Clone(c.Claims)
	slices.SortStableFunc(claims, func(a, b Claim) int { return a.N - b.N })
	known := map[int]string{0: ""}
	for _, p := range c.Known {
		if was, ok := known[p.N]; ok && was != p.Hash {
			out.Broken = append(out.Broken, Break{N: p.N, Why: "two hashes are given for it: " + was + " and " + p.Hash})
		}
		known[p.N] = p.Hash
		out.Last = max(out.Last, p.N)
	}
	next := 1
	for len(claims) > 0 {
		n := claims[0].N
		same := claims[:slices.IndexFunc(append(claims, Claim{Numbered: Numbered{N: n + 1}}), func(o Claim) bool { return o.N != n })]
		claims = claims[len(same):]
		if n > next {
			out.Missing = append(out.Missing, Span{next, n - 1})
		}
		before, linked := known[n-1]
		hash, given := known[n]
		for _, e := range same {
			switch {
			case e.Why != sentence(e.Why):
				out.Broken = append(out.Broken, Break{e.Where, n, "its reason is longer than a log has it"})
			case linked && e.Entry.chained(before).Hash != e.Hash:
				out.Broken = append(out.Broken, Break{e.Where, n, "it does not follow on the one before it"})
			case given && e.Hash != hash:
				out.Broken = append(out.Broken, Break{e.Where, n, "its hash is " + e.Hash + ", and " + hash + " is known of it"})
			case !given:
				hash, given = e.Hash, true
			}
		}
		if !given { // none is right: what comes after may follow on what the first says
			hash = same[0].Hash
		}
		known[n] = hash
		next, out.Entries, out.Last = n+1, out.Entries+1, max(out.Last, n)
	}
	if out.Last >= next {
		out.Missing = append(out.Missing, Span{next, out.Last})
	}
	return out
}
