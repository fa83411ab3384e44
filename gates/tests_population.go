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

// population compares all cases with those of the base, once for the metrics on it.
// What stands side by side in both is in the place of each other and takes no memory;
// the rest is numbered. A million against a million are 30 ms of one core in much the
// same order; numbered one and all they were 0.2 s and 90 MB.
func (b *body) population() *population {
	if b.people != nil {
		return b.people
	}
	p := &population{}
	b.people = p
	base := b.on(ofBase)
	families := newFamilyIndex()
	then, now := newRoster(base, families), newRoster(b, families)
	thenLeft, nowLeft := unpaired(then, now)
	people := newRegister(len(thenLeft))
	here := make([]attendance, 0, len(thenLeft))
	for one := range then.again(thenLeft) {
		n := people.number(one.member)
		if n == len(here) {
			here = append(here, attendance{})
		}
		if one.ran {
			here[n].ranThen++
		} else {
			here[n].skippedThen++
		}
	}
	for one := range now.again(nowLeft) {
		n, known := people.find(one.member)
		switch {
		case !known:
		case one.ran:
			here[n].ran++
		default:
			here[n].skipped++
		}
	}
	unlisted := map[suiteID]attendance{}
	for home, u := range base.unlisted() {
		id := suiteID{home, u.Suite}
		a := unlisted[id]
		a.ranThen += u.PassRate().Den
		a.skippedThen += u.Skipped
		unlisted[id] = a
	}
	for home, u := range b.unlisted() {
		id := suiteID{home, u.Suite}
		if a, known := unlisted[id]; known {
			a.ran += u.PassRate().Den
			a.skipped += u.Skipped
			unlisted[id] = a
		}
	}
	skipped := map[int]uint64{}
	for n, a := range here {
		skips, lost := a.missing()
		if skips > 0 {
			skipped[n] = skips
		}
		for range lost {
			c := families.caseOf(people.known[n])
			p.lost.add(b.judge, c, 0, evidence.Pos{}, func() string { return firstLine(caseName(c)) + " ran in the baseline and is gone" })
		}
	}
	for suite, a := range unlisted {
		skips, lost := a.missing()
		p.lost.addMissing(lost, suite, "gone")
		p.skipped.addMissing(skips, suite, "skipped")
	}
	if len(skipped) > 0 {
		b.findSkipped(people, families, skipped)
	}
	return p
}

// findSkipped points at the cases that are skipped in the place of some that ran.
func (b *body) findSkipped(people *register, families *familyIndex, wanted map[int]uint64) {
	for one := range b.counted(skippedTests) {
		if one.u != nil || one.c.Outcome != evidence.Skipped {
			continue
		}
		n, known := people.find(member{families.number(one.family()), one.c.Name})
		if !known || wanted[n] == 0 {
			continue
		}
		wanted[n]--
		c := one.c
		b.people.skipped.add(b.judge, &c, 0, placeOf(one.report, &c), func() string { return became(&c) })
	}
}

// addMissing counts cases of a suite that the base counts and does not list.
func (t *tally) addMissing(n uint64, suite suiteID, became string) {
	if n == 0 {
		return
	}
	t.n += n
	t.refs.add(0, evidence.Pos{}, func() string {
		return fmt.Sprintf("%s of suite %s that ran in the baseline %s %s", ofMany(n, "test", "tests"), quoted(firstLine(suite.suite)), plural(n, "is", "are"), became)
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
