package gates

import (
	"fmt"

	"github.com/tollgate-ci/tollgate/evidence"
)

// attendance is how often the cases of one identity ran and were skipped, in the
// base and here.
type attendance struct{ ranThen, skippedThen, ran, skipped uint64 }

// missing tells apart what ran in the base and does not now: those in whose place
// one is skipped that was not skipped before, and those that are gone.
func (a attendance) missing() (skipped, lost uint64) {
	missing := a.ranThen - min(a.ranThen, a.ran)
	fresh := a.skipped - min(a.skipped, a.skippedThen)
	skipped = min(missing, fresh)
	return skipped, missing - skipped
}

// population is what became of the tests of the base.
type population struct{ lost, skipped tally }

// families numbers sources, suites and classes, so that a case is a number and a
// name. Cases of one suite and class come in runs.
type families struct {
	ids    map[family]uint32
	all    []family
	last   family
	lastID uint32
}

type family struct {
	suiteID
	class string
}

// member is a caseID in less space.
type member struct {
	family uint32
	name   string
}

func (f *families) member(one *countedTest) member {
	of := family{suiteID{one.home, one.c.Suite}, one.c.Class}
	if of != f.last || len(f.all) == 0 {
		id, known := f.ids[of]
		if !known {
			id = uint32(len(f.all))
			f.ids[of] = id
			f.all = append(f.all, of)
		}
		f.last, f.lastID = of, id
	}
	return member{f.lastID, one.c.Name}
}

// of gives back the case that a member is, as far as it is known everywhere.
func (f *families) of(m member) *evidence.Case {
	return &evidence.Case{Suite: f.all[m.family].suite, Class: f.all[m.family].class, Name: m.name}
}

// population compares all cases with those of the base, once for the metrics on it.
// It keeps an entry for each case of the base: a million against a million take 1.4 s
// and 135 MB, which only a policy that asks for it pays.
func (b *body) population() *population {
	if b.people != nil {
		return b.people
	}
	p := &population{}
	b.people = p
	base := b.on(ofBase)
	fs := &families{ids: map[family]uint32{}}
	listed := make(map[member]attendance, base.casesListed())
	unlisted := map[suiteID]attendance{}
	for one := range base.counted(anything) {
		if one.u != nil {
			id := suiteID{one.home, one.u.Suite}
			a := unlisted[id]
			a.ranThen += one.u.PassRate().Den
			a.skippedThen += one.u.Skipped
			unlisted[id] = a
			continue
		}
		m := fs.member(&one)
		a := listed[m]
		if one.c.Outcome == evidence.Skipped {
			a.skippedThen++
		} else {
			a.ranThen++
		}
		listed[m] = a
	}
	for one := range b.counted(anything) {
		if one.u != nil {
			id := suiteID{one.home, one.u.Suite}
			if a, known := unlisted[id]; known {
				a.ran += one.u.PassRate().Den
				a.skipped += one.u.Skipped
				unlisted[id] = a
			}
			continue
		}
		m := fs.member(&one)
		a, known := listed[m]
		if !known {
			continue
		}
		if one.c.Outcome == evidence.Skipped {
			a.skipped++
		} else {
			a.ran++
		}
		listed[m] = a
	}
	skipped := map[member]uint64{}
	for m, a := range listed {
		skips, lost := a.missing()
		if skips > 0 {
			skipped[m] = skips
		}
		for range lost {
			c := fs.of(m)
			p.lost.add(b.judge, c, 0, evidence.Pos{}, func() string { return firstLine(caseName(c)) + " ran in the baseline and is gone" })
		}
	}
	for suite, a := range unlisted {
		skips, lost := a.missing()
		p.lost.addMissing(lost, suite, "that ran in the baseline are gone")
		p.skipped.addMissing(skips, suite, "that ran in the baseline are skipped")
	}
	if len(skipped) > 0 {
		b.findSkipped(fs, skipped)
	}
	return p
}

// findSkipped points at the cases that are skipped in the place of some that ran.
func (b *body) findSkipped(fs *families, wanted map[member]uint64) {
	for one := range b.counted(skippedTests) {
		if one.u != nil || one.c.Outcome != evidence.Skipped {
			continue
		}
		m := fs.member(&one)
		if wanted[m] == 0 {
			continue
		}
		wanted[m]--
		c := one.c
		b.people.skipped.add(b.judge, &c, 0, placeOf(one.report, &c), func() string { return became(&c) })
	}
}

// casesListed is how many cases the reports list.
func (b *body) casesListed() (n int) {
	for _, r := range b.reports {
		n += r.Cases.Len()
	}
	return n
}

// addMissing counts cases of a suite that the base counts and does not list.
func (t *tally) addMissing(n uint64, suite suiteID, became string) {
	if n == 0 {
		return
	}
	t.n += n
	t.refs.add(0, evidence.Pos{}, func() string {
		return fmt.Sprintf("%s of suite %s %s", ofMany(n, "test", "tests"), quoted(firstLine(suite.suite)), became)
	})
}

func readLost(b *body) reading {
	p := b.population()
	n := p.lost.n
	r := p.lost.read(b, ofBase, thisRun)
	r.says = ofTests(n, b.on(ofBase).countTests().ran(), " that ran in the baseline") + " " + plural(n, "is", "are") + " gone"
	r.mend = func(k uint64) string {
		return "bring back " + these(k, n, "test", "tests") + ", or have a waiver say that " + plural(k, "it is", "they are") + " gone on purpose"
	}
	return r
}

func readNewlySkipped(b *body) reading {
	p := b.population()
	n := p.skipped.n
	r := p.skipped.read(b, ofBase)
	r.says = ofTests(n, b.on(ofBase).countTests().ran(), " that ran in the baseline") + " " + plural(n, "is", "are") + " skipped"
	r.mend = func(k uint64) string { return "run " + these(k, n, "skipped test", "skipped tests") }
	return r
}
