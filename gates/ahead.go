package gates

import (
	"slices"
	"sync"

	"github.com/tollgate-ci/tollgate/evidence"
)

// apart are the kinds of evidence of which there may be a million things, and whose
// conditions look at nothing of each other. Each is read on a core of its own, which of
// a million tests with as many in two references is half of the time.
var apart = []evidence.Kind{evidence.Tests, evidence.Coverage, evidence.Findings}

// readAhead measures what the conditions of the gates need on the kinds that are apart.
// All that several kinds look at is made ready before: the sources, the references and
// the files of the repository and of the change.
func (j *judge) readAhead(gates []Gate, bodies []map[evidence.Kind]*body) {
	wanted := map[evidence.Kind][]func(){}
	for i, g := range gates {
		for _, c := range g.Conditions {
			m, _ := MetricNamed(c.Metric)
			if c.flaw(m) != "" || m.Every || !slices.Contains(apart, m.Kind) {
				continue
			}
			b := bodies[i][m.Kind]
			if b == nil {
				b = j.body(g, m.Kind)
				b.on(ofBase)
				b.on(ofCycle)
				bodies[i][m.Kind] = b
			}
			wanted[m.Kind] = append(wanted[m.Kind], func() { b.reading(m) })
		}
	}
	for _, src := range j.declared {
		j.source(src)
	}
	j.changes()
	var work []func()
	for _, kind := range apart {
		work = append(work, func() {
			for _, read := range wanted[kind] {
				read()
			}
		})
	}
	atOnce(work...)
}

// reading is what the metric measures on the body, once.
func (b *body) reading(m Metric) reading {
	r, known := b.readings[m.Name]
	if !known {
		r = m.eval(b)
		if b.readings == nil {
			b.readings = map[string]reading{}
		}
		b.readings[m.Name] = r
	}
	r.notes = slices.Clip(r.notes)
	return r
}

// atOnce runs all of them, on as many cores as there are. Each writes to what no other
// one reads, so that what comes of it is the same whichever ends first. What panics in
// one panics here, where a caller can catch it.
func atOnce(work ...func()) {
	var done sync.WaitGroup
	caught := make([]any, len(work))
	for i, f := range work {
		done.Go(func() {
			defer func() { caught[i] = recover() }()
			f()
		})
	}
	done.Wait()
	for _, what := range caught {
		if what != nil {
			panic(what)
		}
	}
}
