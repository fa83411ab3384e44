package gates

import (
	"fmt"

	"github.com/tollgate-ci/tollgate/evidence"
)

// reference is a body of evidence that this run's is compared with. Its zero value
// is this run itself.
type reference uint8

const (
	thisRun reference = iota
	// ofBase is the recorded evidence of what the change starts from.
	ofBase
	// ofCycle is the evidence with which this correction cycle began.
	ofCycle
)

// references says what each is called in messages, and where it comes from.
var references = map[reference]struct{ name, of, flag string }{
	ofBase:  {"the baseline", "the base", "--base-reports or --store"},
	ofCycle: {"the start of the cycle", "the start of the correction cycle", "--cycle-reports or --store"},
}

// on gives the body of the same gate on a reference: the same sources, through the
// same filter, of the same kind. What makes evidence of this run doubtful does so
// there: a source that is not whole, a report that is unsound, a shard that is
// missing. All of that is in its gaps, which say that they are of the reference, and
// its caller owes them to the reading. No waiver applies there: what was, was.
func (b *body) on(ref reference) *body {
	if b.others[ref] != nil {
		return b.others[ref]
	}
	o := b.same(ref)
	if lost := b.judge.in.lost(ref); lost.Why != "" {
		o.gaps = []gap{{text: references[ref].name + ": " + lost.Why, remedy: lost.Remedy}}
	} else {
		o.gaps = ref.gaps(o.gaps)
	}
	if b.others == nil {
		b.others = map[reference]*body{}
	}
	b.others[ref] = o
	return o
}

// lost says why the evidence of a reference could not be had.
func (in Input) lost(ref reference) Lost {
	if ref == ofCycle {
		return in.CycleLost
	}
	return in.BaseLost
}

// gaps says of gaps that they are in a reference. Their places are left out of the
// references, because a file of that name is in this run as well.
func (ref reference) gaps(of []gap) []gap {
	r := references[ref]
	out := make([]gap, len(of))
	for i, g := range of {
		out[i] = gap{text: r.name + ": " + g.String(), remedy: g.remedy + ", in the reports of " + r.of + " (" + r.flag + ")"}
	}
	return out
}

// on gives the judge of the sources as they were at a reference.
func (j *judge) on(ref reference) *judge {
	if j.others[ref] != nil {
		return j.others[ref]
	}
	in := Input{Evidence: j.in.Base, Now: j.in.Now, Tree: j.in.Tree}
	if ref == ofCycle {
		in.Evidence = j.in.Cycle
	}
	o := &judge{of: ref, declared: j.declared, in: in, commits: commits(in), whole: map[string]sourced{}, days: j.days, repo: j.repository(), roots: j.roots, rootOf: map[*evidence.Report]string{}}
	if j.others == nil {
		j.others = map[reference]*judge{}
	}
	j.others[ref] = o
	return o
}

// nothing is the gap of a source that has no report at all.
func (j *judge) nothing(src Source) gap {
	if j.of == thisRun {
		return gap{text: fmt.Sprintf("source %s has no report: no file matches %s", src.Name, src.places()),
			remedy: fmt.Sprintf("write the report %s; no file matches", src.places())}
	}
	return gap{text: fmt.Sprintf("source %s has no report there", src.Name), remedy: "have " + src.places() + " there"}
}
