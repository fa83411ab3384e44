package benchmark

import (
	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// loadTest collects the requests of a load test by label. Its memory is that of the
// labels and of the distinct times, whatever the number of requests.
type loadTest struct {
	r      *evidence.Report
	labels [2]map[string]*requests // of requests, and of transactions
	order  []*requests
	fresh  int // distinct times of all labels
	full   bool
	summed bool
}

// maxDistinct bounds the distinct times of a report. They are whole milliseconds,
// so that a label with every time up to an hour has 3.6 million.
const maxDistinct = 1 << 22

// maxLabel bounds the bytes of a label.
const maxLabel = 4 << 10

type requests struct {
	bm    *evidence.Benchmark
	times evidence.Tally
	first uint64 // begin of the first and end of the last, in ms; 0 is unknown
	last  uint64
}

// request is one row of the file, or one element.
type request struct {
	label       []byte
	elapsed     uint64 // ms
	at          uint64 // ms since 1970, 0 if unknown
	failed      bool
	transaction bool // it sums others, which have rows of their own
	count       uint64
	errors      uint64 // of count, where that is not 1
	pos         evidence.Pos
}

func newLoadTest(r *evidence.Report) loadTest {
	return loadTest{r: r, labels: [2]map[string]*requests{{}, {}}}
}

var transaction = []evidence.Property{{Name: "sampler", Value: "transaction"}}

func (l *loadTest) add(q *request) {
	label := q.label
	if len(label) > maxLabel {
		l.r.Complain(evidence.Unsound, q.pos.Line, q.pos.Col, "a label is longer than %d bytes", maxLabel)
		label = label[:maxLabel]
	}
	labels, params := l.labels[0], []evidence.Property(nil)
	if q.transaction {
		labels, params = l.labels[1], transaction
	}
	of := labels[string(label)]
	if of == nil {
		bm, _ := l.r.Benchmarks.Find(nil, label, params, nil, q.pos)
		if bm == nil {
			return
		}
		of = &requests{bm: bm}
		l.order = append(l.order, of)
		labels[string(label)] = of
	}
	if q.count != 1 {
		of.bm.Errors = of.bm.Errors.Add(evidence.Ratio{Num: min(q.errors, q.count), Den: q.count})
		if !l.summed {
			l.summed = true
			l.r.Complain(evidence.Unsound, q.pos.Line, q.pos.Col, "this row stands for %d requests, so that their times are not known; save every sample", q.count)
		}
		return
	}
	of.bm.Errors.Den++
	if q.failed {
		of.bm.Errors.Num++
	}
	if l.full {
		return
	}
	if of.times.Add(q.elapsed) {
		if l.fresh++; l.fresh >= maxDistinct {
			l.full = true
			l.r.Complain(evidence.Unsound, q.pos.Line, q.pos.Col, "more than %d distinct times; those that follow were not counted", maxDistinct)
		}
	}
	if q.at > 0 {
		if of.first == 0 || q.at < of.first {
			of.first = q.at
		}
		of.last = max(of.last, q.at+q.elapsed)
	}
}

// finish gives the benchmarks what was counted.
func (l *loadTest) finish() {
	set := &l.r.Benchmarks
	for _, of := range l.order {
		l.r.State(format.UnixStamp(int64(min(of.last, 1<<51))))
	}
	for _, of := range l.order {
		of.bm.Iterations = of.bm.Errors.Den
		m := set.Metric(of.bm, []byte("elapsed"), []byte("ms"))
		if m == nil {
			return
		}
		if of.times.Len() > 0 {
			m.Counted = &of.times
		}
		if of.last > of.first && of.first > 0 {
			set.State(set.Metric(of.bm, []byte("throughput"), []byte("1/s")), "value", float64(of.times.Len())*1000/float64(of.last-of.first))
		}
	}
	if len(l.order) == 0 && l.r.Conclusive() {
		l.r.Complain(evidence.Unsound, 1, 1, "there is no request in it; the load test did not run")
	}
}
