package benchmark

import (
	"context"
	"fmt"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// Hyperfine reads what hyperfine --export-json writes.
var Hyperfine = format.Format{
	Name:   "hyperfine-json",
	Kinds:  evidence.Benchmarks,
	Begins: "{[",
	Title:  "hyperfine JSON (hyperfine --export-json)",
	Doc: `Every entry of results is one benchmark, named by its command and its parameters (src/export/json.rs and benchmark_result.rs of hyperfine). times are
its samples in seconds; without them what is stated counts: mean, stddev, median, min, max. user and system are means, memory_usage_byte are samples in bytes.

exit_codes count the runs that failed: any but 0, and null, which is a signal. hyperfine goes on after one only with --ignore-failure; a benchmark with such a
run has failed all the same. An entry with neither times nor a mean is errored. A mean, minimum or maximum that the times deny, and another number of
exit codes than of times, make the report inconclusive. A file that was cut is always recognised.`,
	Names: []string{"command", "user"},
	Sniff: func(_ string, head []byte) bool {
		names := paths(head)
		return names["results.[].command"] || names["results.[].mean"] && names["results.[].user"]
	},
	Parse: parseHyperfine,
}

// stated is a number that a report may state.
type stated struct {
	value float64
	has   bool
}

type hyperfineReader struct {
	document
	command       []byte
	times, memory []float64
	params        []evidence.Property
}

func parseHyperfine(ctx context.Context, src format.Source, r *evidence.Report) error {
	h := hyperfineReader{document: newDocument(ctx, src, r)}
	for name := range h.s.Members {
		if string(name) != "results" {
			continue
		}
		for range h.s.Elements {
			h.result()
		}
	}
	return h.finish()
}

func (h *hyperfineReader) result() {
	at := h.pos()
	if h.s.Kind() != jsonscan.Object {
		h.unsound(at, "a result that is no object")
		return
	}
	h.command, h.times, h.memory, h.params = h.command[:0], h.times[:0], h.memory[:0], h.params[:0]
	h.stats = h.stats[:0]
	var user, system stated
	var errors evidence.Ratio
	for name := range h.s.Members {
		switch string(name) {
		case "command":
			h.command = h.text(h.command, format.MaxToken)
		case "mean", "stddev", "median", "min", "max":
			h.stat(string(name))
		case "user":
			user.value, user.has = h.float("user")
		case "system":
			system.value, system.has = h.float("system")
		case "times":
			h.times = h.floats(h.times, "times")
		case "memory_usage_byte":
			h.memory = h.floats(h.memory, "memory_usage_byte")
		case "exit_codes":
			for range h.s.Elements {
				errors.Den++
				if code, ok := h.s.Int(); !ok || code != 0 {
					errors.Num++
				}
			}
		case "parameters":
			h.params = h.document.params(h.params)
		}
	}
	if h.s.Err() != nil {
		return
	}
	if len(h.command) == 0 {
		h.unsound(at, "a result without a command")
	}
	set := &h.r.Benchmarks
	bm, _ := set.Find(nil, h.command, h.params, nil, at)
	if bm == nil {
		return
	}
	bm.Errors = bm.Errors.Add(errors)
	bm.Iterations += uint64(len(h.times))
	if errors.Num > 0 {
		bm.Worsen(evidence.Failed, fmt.Sprintf("%d of %d runs ended with another exit code than 0", errors.Num, errors.Den))
	}
	if errors.Den > 0 && len(h.times) > 0 && errors.Den != uint64(len(h.times)) {
		h.unsound(at, "%d exit codes for %d times", errors.Den, len(h.times))
	}
	if len(h.times) == 0 && len(h.stats) == 0 {
		bm.Worsen(evidence.Errored, "it has neither times nor a mean")
		return
	}
	m := set.Metric(bm, []byte("time"), []byte("s"))
	h.state(m)
	h.samples(m, h.times, at)
	if user.has {
		set.State(set.Metric(bm, []byte("user"), []byte("s")), "mean", user.value)
	}
	if system.has {
		set.State(set.Metric(bm, []byte("system"), []byte("s")), "mean", system.value)
	}
	if len(h.memory) > 0 {
		h.samples(set.Metric(bm, []byte("memory"), []byte("B")), h.memory, at)
	}
}
