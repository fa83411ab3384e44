package benchmark

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// K6 reads the summary of a k6 run.
var K6 = format.Format{
	Name:   "k6-summary-json",
	Kinds:  evidence.Benchmarks,
	Begins: "{[",
	Title:  "k6 summary JSON (k6 run --summary-export, handleSummary)",
	Doc: `The run is one benchmark, named k6, and every set of tags that a metric is filtered by, http_req_duration{scenario:checkout}, is another, with the tags as
parameters. Their metrics are k6's: of a trend what is stated (mean, median, min, max, p95), of a counter the count and, as a metric name.rate, the rate, of a
gauge the value, of a rate its share: how often it was true, out of all. Trends whose contents are time are milliseconds, data are bytes; --summary-export does not
state contents, so there k6's own metrics are known by name and others have no unit. http_req_failed counts the errors.

A threshold is the verdict of k6 itself, and the two forms of the summary write opposite booleans: in --summary-export true means that the threshold was
crossed, in handleSummary {"ok": true} that it was kept (k6 issue 1498). Each is read by its form. A benchmark with a crossed threshold has failed. k6 keeps a
threshold of a metric that nothing was measured of (issue 4283): that makes the report inconclusive.

The checks in root_group are a second witness of the metric checks: where more of them have failed, they count. A file that was cut is always recognised.`,
	Names: []string{"metrics", "root_group", "state", "options"},
	Sniff: func(_ string, head []byte) bool {
		names := paths(head)
		return names["root_group.checks"] || names["state.testRunDurationMs"] || names["options.summaryTrendStats"] ||
			names["metrics.iterations"] || names["metrics.http_reqs"] || names["metrics.http_req_duration"] || names["metrics.vus"] || names["metrics.checks"]
	},
	Parse: parseK6,
}

type k6Reader struct {
	document
	checks evidence.Ratio // those that failed, by root_group
	tree   evidence.Pos
	params []evidence.Property

	name, kind, contains []byte
	passes, fails        stated
	thresholds           []evidence.Threshold
}

func parseK6(ctx context.Context, src format.Source, r *evidence.Report) error {
	k := k6Reader{document: newDocument(ctx, src, r)}
	for name := range k.s.Members {
		switch string(name) {
		case "metrics":
			for name := range k.s.Members {
				k.name = append(k.name[:0], name...)
				k.metric()
			}
		case "root_group":
			k.tree = k.pos()
			k.group()
		}
	}
	if k.s.Err() == nil {
		k.compareChecks()
	}
	return k.finish()
}

// metric reads one metric of either form. In that of handleSummary the numbers are
// in values.
func (k *k6Reader) metric() {
	at := k.pos()
	if k.s.Kind() != jsonscan.Object {
		k.unsound(at, "the metric %.100q is no object", k.name)
		return
	}
	k.kind, k.contains, k.stats, k.thresholds = k.kind[:0], k.contains[:0], k.stats[:0], k.thresholds[:0]
	k.passes, k.fails = stated{}, stated{}
	for name := range k.s.Members {
		switch string(name) {
		case "type":
			k.kind = k.text(k.kind, 100)
		case "contains":
			k.contains = k.text(k.contains, 100)
		case "values":
			for name := range k.s.Members {
				k.value(name)
			}
		case "thresholds":
			k.readThresholds()
		default:
			k.value(name)
		}
	}
	if k.s.Err() == nil {
		k.add(at)
	}
}

func (k *k6Reader) value(name []byte) {
	switch string(name) {
	case "passes":
		k.passes.value, k.passes.has = k.float("passes")
	case "fails":
		k.fails.value, k.fails.has = k.float("fails")
	case "avg":
		k.stat("mean")
	case "med":
		k.stat("median")
	case "min", "max", "count", "rate", "value":
		k.stat(string(name))
	default:
		if inner, ok := bytes.CutPrefix(name, []byte("p(")); ok && k.s.Kind() == jsonscan.Number {
			k.stat("p" + strings.TrimSuffix(string(inner[:min(len(inner), 20)]), ")"))
		}
	}
}

// readThresholds reads {"p(95)<500": false}, where true is bad, or
// {"p(95)<500": {"ok": true}}, where true is good.
func (k *k6Reader) readThresholds() {
	for name := range k.s.Members {
		t := evidence.Threshold{Expr: string(name[:min(len(name), maxText)]), At: k.pos()}
		switch kind := k.s.Kind(); kind {
		case jsonscan.Bool:
			t.Crossed, _ = k.s.Bool()
		case jsonscan.Object:
			t.Crossed = true
			for name := range k.s.Members {
				if string(name) == "ok" {
					if kept, is := k.s.Bool(); is {
						t.Crossed = !kept
					} else {
						k.unsound(t.At, "the threshold %.100q does not say whether it was kept", t.Expr)
					}
				}
			}
		default:
			t.Crossed = true
			k.unsound(t.At, "the threshold %.100q is neither true nor false", t.Expr)
		}
		if len(k.thresholds) < maxParams {
			k.thresholds = append(k.thresholds, t)
		} else if t.Crossed {
			k.thresholds[maxParams-1] = t
		}
	}
}

// add takes the metric that was read.
func (k *k6Reader) add(at evidence.Pos) {
	name, tags, _ := bytes.Cut(k.name, []byte("{"))
	k.params = k.params[:0]
	for tag := range bytes.SplitSeq(bytes.TrimSuffix(tags, []byte("}")), []byte(",")) {
		if key, value, _ := bytes.Cut(bytes.TrimSpace(tag), []byte(":")); len(key) > 0 && len(k.params) < maxParams {
			k.params = append(k.params, evidence.Property{Name: string(key), Value: string(value)})
		}
	}
	set := &k.r.Benchmarks
	bm, _ := set.Find(nil, []byte("k6"), k.params, nil, at)
	if bm == nil {
		return
	}
	isRate := k.passes.has || k.fails.has || string(k.kind) == "rate"
	unit := k.unit(name)
	m := set.Metric(bm, name, unit)
	if m == nil {
		return
	}
	measured := !isRate && !k.nothing()
	counter := hasStat(k.stats, "count") && hasStat(k.stats, "rate") && !isRate
	for _, s := range k.stats {
		if !(counter && s.Name == "rate") {
			set.State(m, s.Name, s.Value)
		}
	}
	if counter {
		measured = true // none is a count too
		m.Unit.Dimension, m.Unit.Better = evidence.Events, 0
		if len(unit) > 0 {
			m.Unit.Dimension = evidence.Memory
		}
		k.addRate(bm, name, unit)
	}
	if isRate {
		measured = k.addShare(bm, set.Metric(bm, name, nil), at)
	}
	if string(name) == "iterations" {
		if n, ok := set.Metric(bm, name, nil).Stat("count"); ok && n >= 0 && n < 1<<53 {
			bm.Iterations = uint64(n)
		}
	}
	m = set.Metric(bm, name, nil)
	m.Thresholds = append(m.Thresholds, k.thresholds...)
	for _, t := range k.thresholds {
		switch {
		case t.Crossed:
			bm.Worsen(evidence.Failed, fmt.Sprintf("the threshold %s of %s was crossed", t.Expr, m.Name))
		case !measured:
			k.unsound(t.At, "the threshold %.100q of %.100q was kept because nothing was measured", t.Expr, m.Name)
		}
	}
}

func hasStat(stats []evidence.Statistic, name string) bool {
	for _, s := range stats {
		if s.Name == name {
			return true
		}
	}
	return false
}

// nothing reports whether a trend or gauge has no measurement: k6 then states
// nothing, or 0 for all.
func (k *k6Reader) nothing() bool {
	for _, s := range k.stats {
		if s.Value != 0 {
			return false
		}
	}
	return true
}

// addRate states how much of a counter there was in a second.
func (k *k6Reader) addRate(bm *evidence.Benchmark, name, unit []byte) {
	per := "1/s"
	if len(unit) > 0 {
		per = string(unit) + "/s"
	}
	m := k.r.Benchmarks.Metric(bm, append(bytes.Clone(name), ".rate"...), []byte(per))
	if m == nil {
		return
	}
	switch string(name) {
	case "http_reqs", "iterations":
	default:
		m.Unit.Better = 0 // a counter may count errors
	}
	for _, s := range k.stats {
		if s.Name == "rate" {
			k.r.Benchmarks.State(m, "value", s.Value)
		}
	}
}

// addShare gives a rate metric its share, and says whether anything was measured.
// passes are those that were true, whatever that means.
func (k *k6Reader) addShare(bm *evidence.Benchmark, m *evidence.Metric, at evidence.Pos) bool {
	whole := func(s stated) bool { return s.value >= 0 && s.value < 1<<53 && s.value == float64(uint64(s.value)) }
	if !k.passes.has || !k.fails.has || !whole(k.passes) || !whole(k.fails) {
		k.unsound(at, "the rate %.100q does not count passes and fails", m.Name)
		return false
	}
	m.Unit.Dimension = evidence.Fraction
	m.Share = evidence.Ratio{Num: uint64(k.passes.value), Den: uint64(k.passes.value) + uint64(k.fails.value)}
	switch m.Name {
	case "http_req_failed":
		m.Unit.Better = evidence.Lower
		bm.Errors = m.Share
	case "checks":
		m.Unit.Better = evidence.Higher
	}
	for _, name := range []string{"rate", "value"} {
		if v, ok := m.Stat(name); ok && m.Share.Measured() && !near(v, k.passes.value/float64(m.Share.Den)) {
			k.unsound(at, "the rate %.100q is stated as %v and counts %s", m.Name, v, m.Share.Fraction())
		}
	}
	return m.Share.Measured()
}

// unit is that of the contents or, where they are not stated, of k6's own metric.
func (k *k6Reader) unit(name []byte) []byte {
	switch string(k.contains) {
	case "time":
		return []byte("ms")
	case "data":
		return []byte("B")
	case "":
	default:
		return nil
	}
	switch string(name) {
	case "http_req_duration", "http_req_blocked", "http_req_connecting", "http_req_tls_handshaking", "http_req_sending", "http_req_waiting",
		"http_req_receiving", "iteration_duration", "group_duration", "ws_connecting", "ws_session_duration", "ws_ping", "grpc_req_duration":
		return []byte("ms")
	case "data_sent", "data_received":
		return []byte("B")
	default:
		return nil
	}
}

// group sums the checks of root_group, which are lists or objects.
func (k *k6Reader) group() {
	for name := range k.s.Members {
		var inner func()
		switch string(name) {
		case "groups":
			inner = k.group
		case "checks":
			inner = k.check
		default:
			continue
		}
		if k.s.Kind() == jsonscan.Array {
			for range k.s.Elements {
				inner()
			}
			continue
		}
		for range k.s.Members {
			inner()
		}
	}
}

func (k *k6Reader) check() {
	for name := range k.s.Members {
		switch string(name) {
		case "passes":
			n, _ := k.count("passes")
			k.checks = k.checks.Add(evidence.Ratio{Den: n})
		case "fails":
			n, _ := k.count("fails")
			k.checks = k.checks.Add(evidence.Ratio{Num: n, Den: n})
		}
	}
}

func (k *k6Reader) compareChecks() {
	if !k.checks.Measured() {
		return
	}
	set := &k.r.Benchmarks
	bm, _ := set.Find(nil, []byte("k6"), nil, nil, k.tree)
	if bm == nil {
		return
	}
	m := set.Metric(bm, []byte("checks"), nil)
	if m == nil || m.Share.Measured() && m.Share.Den-m.Share.Num >= k.checks.Num {
		return
	}
	if m.Share.Measured() {
		k.r.Complain(evidence.Quirk, k.tree.Line, k.tree.Col, "%d checks of root_group failed, and %d by the metric checks; the greater number counts", k.checks.Num, m.Share.Den-m.Share.Num)
	}
	m.Unit.Dimension, m.Unit.Better = evidence.Fraction, evidence.Higher
	m.Share = evidence.Ratio{Num: k.checks.Den - k.checks.Num, Den: k.checks.Den}
}
