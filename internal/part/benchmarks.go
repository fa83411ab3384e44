package part

import (
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// benchmarks come after the environments that they ran in, each once.
func (c *coder) benchmarks(set *evidence.BenchmarkSet) {
	var envs []*evidence.Environment
	for i := range set.Len() {
		if e := set.At(i).Environment; e != nil && (len(envs) == 0 || envs[len(envs)-1] != e) && !slices.Contains(envs, e) {
			envs = append(envs, e)
		}
	}
	list(c, &envs, 1000, "environments", func(e **evidence.Environment) {
		if *e == nil {
			*e = &evidence.Environment{}
		}
		list(c, &(*e).Machine, maxList, "properties", c.property)
		list(c, &(*e).Other, maxList, "properties", c.property)
	})
	n := set.Len()
	number(c, &n, 0, evidence.MaxBenchmarks, "number of benchmarks")
	for i := 0; i < n && c.err == nil; i++ {
		bm := &evidence.Benchmark{}
		if c.out != nil {
			bm = set.At(i)
		}
		c.benchmark(bm, envs)
		if c.in != nil && c.err == nil && !set.Append(bm) {
			c.fail("more benchmarks, metrics or samples than a report holds")
		}
	}
}

func (c *coder) benchmark(bm *evidence.Benchmark, envs []*evidence.Environment) {
	c.name(&bm.Suite, "suite")
	c.text(&bm.Name, maxText, "name")
	list(c, &bm.Params, maxList, "parameters", c.property)
	env := slices.Index(envs, bm.Environment) + 1 // 0 is none
	number(c, &env, 0, uint64(len(envs)), "environment")
	if c.in != nil && env > 0 {
		bm.Environment = envs[env-1]
	}
	c.pos(&bm.At)
	number(c, &bm.Outcome, uint64(evidence.Skipped), uint64(evidence.Errored), "outcome")
	c.text(&bm.Message, evidence.MaxMessage, "message")
	c.uint(&bm.Iterations)
	c.ratio(&bm.Errors)
	list(c, &bm.Metrics, 1000, "metrics", c.metric)
}

func (c *coder) metric(m *evidence.Metric) {
	c.name(&m.Name, "name of a metric")
	c.name(&m.Unit.Text, "unit")
	number(c, &m.Unit.Dimension, uint64(evidence.Elapsed), uint64(evidence.Other), "dimension")
	number(c, &m.Unit.Scale.Num, 1, anyNumber, "scale")
	number(c, &m.Unit.Scale.Den, 1, anyNumber, "scale")
	number(c, &m.Unit.Better, 0, uint64(evidence.Higher), "direction")
	c.yes(&m.Exact, "exactness")
	list(c, &m.Samples, evidence.MaxSamples, "samples", c.float)
	counted := m.Counted != nil
	c.yes(&counted, "presence of counted samples")
	if counted {
		c.tally(&m.Counted)
	}
	c.ratio(&m.Share)
	list(c, &m.Stats, 1000, "statistics", func(s *evidence.Statistic) {
		c.name(&s.Name, "name of a statistic")
		c.float(&s.Value)
	})
	list(c, &m.Thresholds, maxList, "thresholds", func(t *evidence.Threshold) {
		c.name(&t.Expr, "threshold")
		c.yes(&t.Crossed, "whether a threshold was crossed")
		c.pos(&t.At)
	})
}

// tally is the values that were counted, rising, and how often each was.
func (c *coder) tally(t **evidence.Tally) {
	type counted struct{ value, times uint64 }
	var values []counted
	if c.out != nil {
		for v, n := range (*t).Values() {
			values = append(values, counted{v, n})
		}
	}
	before, first := uint64(0), true
	list(c, &values, maxList, "counted values", func(v *counted) {
		gap := v.value - before
		c.uint(&gap)
		if v.value = before + gap; v.value < before || gap == 0 && !first {
			c.fail("counted values that do not rise")
		}
		number(c, &v.times, 1, anyNumber, "times")
		before, first = v.value, false
	})
	if c.in != nil {
		*t = &evidence.Tally{}
		for _, v := range values {
			(*t).AddN(v.value, v.times)
		}
	}
}
