package benchmark

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

func readAs(t testing.TB, f format.Format, name, doc string) *evidence.Report {
	t.Helper()
	r := &evidence.Report{Source: name, Kinds: f.Kinds}
	if err := f.Parse(context.Background(), format.Source{Name: name, Reader: strings.NewReader(doc)}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// inBrief gives a line a benchmark: outcome, suite, name, parameters, errors, and
// of each metric the samples or, without any, what is stated.
func inBrief(r *evidence.Report) []string {
	var out []string
	for i := range r.Benchmarks.Len() {
		bm := r.Benchmarks.At(i)
		line := bm.Outcome.String() + " " + strings.TrimPrefix(bm.Suite+" ", " ") + bm.Name
		for _, p := range bm.Params {
			line += " " + p.Name + "=" + p.Value
		}
		if bm.Errors.Measured() {
			line += " errors " + bm.Errors.Fraction()
		}
		for _, m := range bm.Metrics {
			line += "; " + m.Name
			if m.Unit.Text != "" && m.Unit.Text != m.Name {
				line += " " + m.Unit.Text
			}
			switch {
			case m.Counted != nil:
				line += fmt.Sprintf(" %d in %d..%d", m.Counted.Len(), m.Counted.Min(), m.Counted.Max())
			case len(m.Samples) > 0:
				line += fmt.Sprintf(" %v", m.Samples)
			case m.Share.Measured():
				line += " " + m.Share.Fraction()
			default:
				for _, s := range m.Stats {
					line += fmt.Sprintf(" %s=%v", s.Name, s.Value)
				}
			}
			for _, t := range m.Thresholds {
				line += fmt.Sprintf(" (%s crossed %t)", t.Expr, t.Crossed)
			}
		}
		out = append(out, line)
	}
	return out
}

// doc is a report, what it holds, and whether it is conclusive.
type doc struct {
	text  string
	want  []string
	sound bool
}

func check(t *testing.T, f format.Format, table map[string]doc) {
	for name, tc := range table {
		t.Run(name, func(t *testing.T) {
			r := readAs(t, f, "report", tc.text)
			if diff := cmp.Diff(tc.want, inBrief(r)); diff != "" {
				t.Error(diff)
			}
			if r.Conclusive() != tc.sound {
				t.Errorf("conclusive is %t: %v", r.Conclusive(), r.Problems)
			}
		})
	}
}

// The tables were counted by hand from the documents in them.

func TestHyperfine(t *testing.T) {
	results := func(s string) string { return `{"results":[` + s + `]}` }
	check(t, Hyperfine, map[string]doc{
		"times":                      {results(`{"command":"a","mean":2,"times":[1,3],"exit_codes":[0,0]}`), []string{"passed a errors 0/2; time s [1 3]"}, true},
		"without times":              {results(`{"command":"a","mean":2,"stddev":null}`), []string{"passed a; time s mean=2"}, true},
		"parameters":                 {results(`{"command":"a 1","mean":2,"parameters":{"n":"1"}},{"command":"a 1","mean":3,"parameters":{"n":"2"}}`), []string{"passed a 1 n=1; time s mean=2", "passed a 1 n=2; time s mean=3"}, true},
		"a run that failed":          {results(`{"command":"a","times":[1,1],"exit_codes":[0,1]}`), []string{"failed a errors 1/2; time s [1 1]"}, true},
		"a run that was killed":      {results(`{"command":"a","times":[1,1],"exit_codes":[null,0]}`), []string{"failed a errors 1/2; time s [1 1]"}, true},
		"exit codes that are lost":   {results(`{"command":"a","times":[1,1],"exit_codes":[0]}`), []string{"passed a errors 0/1; time s [1 1]"}, false},
		"a mean that times deny":     {results(`{"command":"a","mean":1,"times":[1,3]}`), []string{"passed a; time s [1 3]"}, false},
		"a minimum that times deny":  {results(`{"command":"a","min":2,"times":[1,3]}`), []string{"passed a; time s [1 3]"}, false},
		"a mean that is text":        {results(`{"command":"a","mean":"fast"}`), []string{"errored a"}, false},
		"a time that is null":        {results(`{"command":"a","times":[1,null]}`), []string{"passed a; time s [1]"}, false},
		"times that are no list":     {results(`{"command":"a","mean":1,"times":3}`), []string{"passed a; time s mean=1"}, false},
		"nothing measured":           {results(`{"command":"a"}`), []string{"errored a"}, true},
		"no results":                 {results(``), nil, false},
		"a result that is no object": {results(`1`), nil, false},
		"without a command":          {results(`{"mean":1}`), []string{"passed ; time s mean=1"}, false},
		"cut":                        {`{"results":[{"command":"a","mean":1}`, []string{"passed a; time s mean=1"}, false},
		"a name twice":               {results(`{"command":"a","mean":1,"mean":9}`), []string{"passed a; time s mean=1 mean=9"}, false},
	})
}

func TestJMH(t *testing.T) {
	one := func(mode, primary string) string {
		return `[{"jmhVersion":"1","benchmark":"p.C.m","mode":"` + mode + `","threads":1,"primaryMetric":{` + primary + `},"secondaryMetrics":{}}]`
	}
	check(t, JMH, map[string]doc{
		"two forks":               {one("avgt", `"score":2.5,"scoreUnit":"ns/op","rawData":[[1,2],[3,4]]`), []string{"passed p.C m mode=avgt threads=1; score ns/op [1 2 3 4]"}, true},
		"a score that is NaN":     {one("avgt", `"score":"NaN","scoreUnit":"ns/op","rawData":[[]]`), []string{"errored p.C m mode=avgt threads=1; score ns/op"}, true},
		"no primary metric":       {`[{"jmhVersion":"1","benchmark":"p.C.m","mode":"ss"}]`, []string{"errored p.C m mode=ss threads=1"}, true},
		"raw data that deny":      {one("avgt", `"score":9,"scoreUnit":"ns/op","rawData":[[1,2]]`), []string{"passed p.C m mode=avgt threads=1; score ns/op [1 2]"}, false},
		"a mode that is not JMH":  {one("fast", `"score":1,"scoreUnit":"x"`), []string{"passed p.C m mode=fast threads=1; score x mean=1"}, false},
		"a histogram":             {one("sample", `"score":1,"scoreUnit":"ms/op","rawDataHistogram":[[[[1,2],[3,4]]],[[[5,6]]]]`), []string{"passed p.C m mode=sample threads=1; score ms/op mean=1 count=12"}, true},
		"a score that is a word":  {one("avgt", `"score":"fast"`), []string{"errored p.C m mode=avgt threads=1; score"}, false},
		"one in two modes":        {strings.TrimSuffix(one("avgt", `"score":1`), "]") + "," + strings.TrimPrefix(one("ss", `"score":2`), "["), []string{"passed p.C m mode=avgt threads=1; score mean=1", "passed p.C m mode=ss threads=1; score mean=2"}, true},
		"the same twice":          {strings.TrimSuffix(one("avgt", `"score":1`), "]") + "," + strings.TrimPrefix(one("avgt", `"score":2`), "["), []string{"passed p.C m mode=avgt threads=1; score mean=1 mean=2"}, false},
		"nothing":                 {`[]`, nil, false},
		"a benchmark that is one": {`[1]`, nil, false},
		"cut":                     {`[{"jmhVersion":"1","benchmark":"p.C.m"`, nil, false},
	})
	for mode, want := range map[string]evidence.Better{"thrpt": evidence.Higher, "avgt": evidence.Lower, "ss": evidence.Lower, "sample": evidence.Lower, "x": 0} {
		r := readAs(t, JMH, "x", one(mode, `"score":1,"scoreUnit":"ops/s"`))
		if got := r.Benchmarks.At(0).Metrics[0].Unit.Better; got != want {
			t.Errorf("%s: better %s", mode, got)
		}
	}
}

func TestGoogle(t *testing.T) {
	rows := func(s string) string { return `{"context":{"num_cpus":1},"benchmarks":[` + s + `]}` }
	check(t, Google, map[string]doc{
		"a run":                     {rows(`{"name":"a","run_name":"a","run_type":"iteration","iterations":9,"real_time":2,"cpu_time":1,"time_unit":"ms"}`), []string{"passed a; real_time ms [2]; cpu_time ms [1]"}, true},
		"repeated":                  {rows(`{"name":"a","run_name":"a","repetitions":2,"real_time":2},{"name":"a","run_name":"a","repetitions":2,"real_time":3}`), []string{"passed a; real_time ns [2 3]"}, true},
		"a repetition that is lost": {rows(`{"name":"a","run_name":"a","repetitions":2,"real_time":2}`), []string{"passed a; real_time ns [2]"}, false},
		"aggregates alone":          {rows(`{"name":"a_mean","run_name":"a","run_type":"aggregate","repetitions":9,"aggregate_name":"mean","real_time":2}`), []string{"passed a; real_time ns mean=2"}, true},
		"a cv and BigO":             {rows(`{"name":"a","real_time":1},{"name":"a_cv","run_name":"a","run_type":"aggregate","aggregate_name":"cv","real_time":0.5},{"name":"a_BigO","run_name":"a","run_type":"aggregate","aggregate_name":"BigO","cpu_coefficient":1,"big_o":"N"}`), []string{"passed a; real_time ns [1]"}, true},
		"a cv alone":                {rows(`{"name":"a_cv","run_name":"a","run_type":"aggregate","aggregate_name":"cv","real_time":0.5}`), nil, false},
		"a percentage of a user":    {rows(`{"name":"a","real_time":1},{"name":"a_x","run_name":"a","run_type":"aggregate","aggregate_name":"x","aggregate_unit":"percentage","real_time":0.5},{"name":"b_x","run_name":"b","run_type":"aggregate","aggregate_name":"x","aggregate_unit":"percentage","real_time":0.5}`), []string{"passed a; real_time ns [1]"}, true},
		"counters":                  {rows(`{"name":"a","real_time":1,"items_per_second":5,"hits":3,"label":"x","note":"y"}`), []string{"passed a; real_time ns [1]; items_per_second items/s [5]; hits [3]"}, true},
		"an error":                  {rows(`{"name":"a","error_occurred":true,"error_message":"no","real_time":0}`), []string{"failed a"}, true},
		"an error in one of two":    {rows(`{"name":"a","repetitions":2,"real_time":1},{"name":"a","repetitions":2,"error_occurred":true,"error_message":"no"}`), []string{"failed a; real_time ns [1]"}, true},
		"skipped":                   {rows(`{"name":"a","skipped":true,"skip_message":"no"}`), []string{"skipped a"}, true},
		"without a time":            {rows(`{"name":"a"}`), []string{"errored a"}, true},
		"a time that is text":       {rows(`{"name":"a","real_time":"1"}`), []string{"errored a"}, false},
		"a time that is null":       {rows(`{"name":"a","real_time":null,"cpu_time":1}`), []string{"passed a; cpu_time ns [1]"}, false},
		"two units":                 {rows(`{"name":"a","real_time":1},{"name":"a","real_time":1,"time_unit":"ms"}`), []string{"errored a; real_time ns [1]"}, true},
		"no list":                   {`{"context":{"num_cpus":1}}`, nil, false},
		"an empty list":             {rows(``), nil, false},
		"the context behind":        {`{"benchmarks":[{"name":"a","real_time":1}],"context":{"num_cpus":1}}`, []string{"passed a; real_time ns [1]"}, true},
		"cut":                       {`{"context":{"num_cpus":1},"benchmarks":[{"name":"a","real_time":1}`, []string{"passed a; real_time ns [1]"}, false},
	})
	r := readAs(t, Google, "x", `{"benchmarks":[{"name":"a","real_time":1}],"context":{"num_cpus":8,"host_name":"h"}}`)
	if env := r.Benchmarks.At(0).Environment; env == nil || len(env.Machine) != 1 || env.Machine[0].Value != "8" {
		t.Errorf("environment %+v", env)
	}
}

func TestPytest(t *testing.T) {
	list := func(s string) string { return `{"machine_info":{"python_version":"3"},"benchmarks":[` + s + `]}` }
	check(t, Pytest, map[string]doc{
		"data":                 {list(`{"name":"t","fullname":"a.py::t[1]","stats":{"mean":2,"min":1,"max":3,"rounds":2,"iterations":1,"data":[1,3]}}`), []string{"passed a.py t[1]; time s [1 3]"}, true},
		"no data":              {list(`{"name":"t","fullname":"a.py::t","stats":{"mean":2,"rounds":2}}`), []string{"passed a.py t; time s mean=2 count=2"}, true},
		"a round that is lost": {list(`{"name":"t","fullname":"a.py::t","stats":{"rounds":3,"data":[1,3]}}`), []string{"passed a.py t; time s [1 3]"}, false},
		"a mean that is not":   {list(`{"name":"t","fullname":"a.py::t","stats":{"mean":9,"data":[1,3]}}`), []string{"passed a.py t; time s [1 3]"}, false},
		"no stats":             {list(`{"name":"t","fullname":"a.py::t"}`), []string{"errored a.py t"}, true},
		"the same twice":       {list(`{"name":"t","fullname":"a.py::t","stats":{"mean":1}},{"name":"t","fullname":"a.py::t","stats":{"mean":1}}`), []string{"passed a.py t; time s mean=1 mean=1"}, false},
		"nothing":              {list(``), nil, false},
		"no benchmarks":        {`{"machine_info":{"python_version":"3"}}`, nil, false},
	})
}

func TestBenchmarkDotNet(t *testing.T) {
	list := func(s string) string { return `{"HostEnvironmentInfo":{},"Benchmarks":[` + s + `]}` }
	const id = `"Namespace":"N","Type":"T","Method":"M"`
	check(t, BenchmarkDotNet, map[string]doc{
		"results":                     {list(`{` + id + `,"Statistics":{"Mean":2},"Measurements":[{"IterationMode":"Workload","IterationStage":"Warmup","Operations":1,"Nanoseconds":9},{"IterationMode":"Workload","IterationStage":"Result","Operations":2,"Nanoseconds":4}]}`), []string{"passed N.T M; time ns [2]"}, true},
		"results of before 0.11":      {list(`{` + id + `,"Statistics":{},"Measurements":[{"IterationMode":"MainTarget","Operations":1,"Nanoseconds":9},{"IterationMode":"Result","Operations":2,"Nanoseconds":4}]}`), []string{"passed N.T M; time ns [2]"}, true},
		"no measurements":             {list(`{` + id + `,"Statistics":{"OriginalValues":[1,2]}}`), []string{"passed N.T M; time ns [1 2]"}, true},
		"statistics that are null":    {list(`{` + id + `,"Statistics":null}`), []string{"errored N.T M"}, true},
		"statistics of nothing":       {list(`{` + id + `,"Statistics":{}}`), []string{"errored N.T M"}, true},
		"a result without operations": {list(`{` + id + `,"Statistics":{"Mean":2},"Measurements":[{"IterationMode":"Result","Operations":0,"Nanoseconds":4}]}`), []string{"passed N.T M; time ns mean=2"}, false},
		"NaN in quotes":               {list(`{` + id + `,"Statistics":{"OriginalValues":["NaN"]}}`), []string{"errored N.T M"}, false},
		"parameters":                  {list(`{` + id + `,"Parameters":"N=1","Statistics":{"Mean":2}}`), []string{"passed N.T M parameters=N=1; time ns mean=2"}, true},
		"two jobs":                    {list(`{"DisplayInfo":"T.M: DefaultJob [N=1]",` + id + `,"Statistics":{"Mean":2}},{"DisplayInfo":"T.M: Job-ABC(Runtime=.NET 8.0) [N=1]",` + id + `,"Statistics":{"Mean":3}},{"DisplayInfo":"T.M: ShortRun",` + id + `,"Statistics":{"Mean":4}}`), []string{"passed N.T M; time ns mean=2", "passed N.T M job=Runtime=.NET 8.0; time ns mean=3", "passed N.T M job=ShortRun; time ns mean=4"}, true},
		"the same twice":              {list(`{` + id + `,"Statistics":{"Mean":2}},{` + id + `,"Statistics":{"Mean":3}}`), []string{"passed N.T M; time ns mean=2 mean=3"}, false},
		"a metric":                    {list(`{` + id + `,"Statistics":{"Mean":2},"Metrics":[{"Value":3,"Descriptor":{"Id":"Hits","Unit":"","TheGreaterTheBetter":true}}]}`), []string{"passed N.T M; time ns mean=2; Hits value=3"}, true},
		"nothing":                     {list(``), nil, false},
	})
}

func TestCriterion(t *testing.T) {
	check(t, Criterion, map[string]doc{
		"a message":                 {`{"reason":"benchmark-complete","id":"a","iteration_count":[1,2],"measured_values":[5,12],"unit":"ns"}` + "\n", []string{"passed a; time ns [5 6]"}, true},
		"counts that are lost":      {`{"reason":"benchmark-complete","id":"a","iteration_count":[1],"measured_values":[5,12],"unit":"ns"}` + "\n", []string{"passed a; time ns"}, false},
		"no iterations":             {`{"reason":"benchmark-complete","id":"a","iteration_count":[0],"measured_values":[5],"unit":"ns"}` + "\n", []string{"errored a; time ns"}, true},
		"nothing measured":          {`{"reason":"benchmark-complete","id":"a"}` + "\n", []string{"errored a"}, true},
		"a group alone":             {`{"reason":"group-complete","group_name":"a"}` + "\n", nil, false},
		"a line that is cut":        {`{"reason":"benchmark-complete","id":"a","iteration_count":[1],"measured_values":[5],"unit":"ns"}` + "\n" + `{"reason":"benchmark-comp`, []string{"passed a; time ns [5]"}, false},
		"a line of another program": {`{"reason":"benchmark-complete","id":"a","iteration_count":[1],"measured_values":[5],"unit":"ns"}` + "\nwarning: unused\n", []string{"passed a; time ns [5]"}, false},
		"spread by jq":              {"{\n  \"reason\": \"benchmark-complete\",\n  \"id\": \"a\",\n  \"iteration_count\": [\n    1\n  ],\n  \"measured_values\": [5],\n  \"unit\": \"ns\"\n}\n{\n  \"reason\": \"group-complete\",\n  \"group_name\": \"g\"\n}\n", []string{"passed a; time ns [5]"}, true},
		"spread by jq and cut":      {"{\n  \"reason\": \"benchmark-complete\",\n  \"id\": \"a\",\n  \"iteration_count\": [\n    1\n  ],\n  \"measured_values\": [5],\n", nil, false},
		"a sample without a path":   {`{"sampling_mode":"Linear","iters":[1],"times":[5]}`, []string{"passed report; time ns [5]"}, false},
	})
	for file, want := range map[string]string{
		`{"sampling_mode":"Linear","iters":[1.0,2.0],"times":[5.0,12.0]}`: "passed group/fn/10; time ns [5 6]",
		`{"mean":{"confidence_interval":{"confidence_level":0.95},"point_estimate":2.5,"standard_error":0.1},"median":{"point_estimate":2},"std_dev":{"point_estimate":0.5}}`: "passed group/fn/10; time ns mean=2.5 median=2 stddev=0.5",
	} {
		r := readAs(t, Criterion, "target/criterion/group/fn/10/new/sample.json", file)
		if diff := cmp.Diff([]string{want}, inBrief(r)); diff != "" || !r.Conclusive() || !Criterion.Sniff("", []byte(file)) {
			t.Error(diff, r.Problems)
		}
	}
}

func TestK6(t *testing.T) {
	metrics := func(s string) string { return `{"metrics":{` + s + `}}` }
	check(t, K6, map[string]doc{
		"true is crossed in --summary-export": {metrics(`"http_req_duration":{"avg":1,"p(95)":2,"thresholds":{"p(95)<1":true,"avg<9":false}}`), []string{"failed k6; http_req_duration ms mean=1 p95=2 (p(95)<1 crossed true) (avg<9 crossed false)"}, true},
		"ok is kept in handleSummary":         {metrics(`"http_req_duration":{"type":"trend","contains":"time","values":{"avg":1},"thresholds":{"avg<9":{"ok":true}}}`), []string{"passed k6; http_req_duration ms mean=1 (avg<9 crossed false)"}, true},
		"not ok is crossed in handleSummary":  {metrics(`"http_req_duration":{"type":"trend","contains":"time","values":{"avg":1},"thresholds":{"avg<0":{"ok":false}}}`), []string{"failed k6; http_req_duration ms mean=1 (avg<0 crossed true)"}, true},
		"a threshold that says nothing":       {metrics(`"vus":{"value":1,"thresholds":{"a":{}}}`), []string{"failed k6; vus value=1 (a crossed true)"}, true},
		"a threshold that is a word":          {metrics(`"vus":{"value":1,"thresholds":{"a":"ok"}}`), []string{"failed k6; vus value=1 (a crossed true)"}, false},
		"a threshold of nothing measured":     {metrics(`"checks":{"value":0,"passes":0,"fails":0,"thresholds":{"rate>0.9":false}}`), []string{"passed k6; checks value=0 (rate>0.9 crossed false)"}, false},
		"a trend of nothing measured":         {metrics(`"http_req_duration":{"avg":0,"max":0,"thresholds":{"avg<9":false}}`), []string{"passed k6; http_req_duration ms mean=0 max=0 (avg<9 crossed false)"}, false},
		"tags":                                {metrics(`"vus":{"value":1},"http_req_failed{scenario:a, b:c}":{"value":0.5,"passes":1,"fails":1}`), []string{"passed k6; vus value=1", "passed k6 scenario=a b=c errors 1/2; http_req_failed 1/2"}, true},
		"a rate that its counts deny":         {metrics(`"http_req_failed":{"value":0.1,"passes":1,"fails":1}`), []string{"passed k6 errors 1/2; http_req_failed 1/2"}, false},
		"a rate without counts":               {metrics(`"http_req_failed":{"type":"rate","values":{"rate":0.1}}`), []string{"passed k6; http_req_failed rate=0.1"}, false},
		"a custom counter":                    {metrics(`"errors":{"count":3,"rate":1.5}`), []string{"passed k6; errors count=3; errors.rate 1/s value=1.5"}, true},
		"checks of the tree alone":            {`{"metrics":{"vus":{"value":1}},"root_group":{"groups":{},"checks":{"a":{"passes":2,"fails":1}}}}`, []string{"passed k6; vus value=1; checks 2/3"}, true},
		"more failed checks in the tree":      {`{"metrics":{"checks":{"passes":3,"fails":0}},"root_group":{"groups":[{"checks":[{"passes":2,"fails":1}]}],"checks":[]}}`, []string{"passed k6; checks 2/3"}, true},
		"no metrics":                          {`{"root_group":{"checks":[]},"metrics":{}}`, nil, false},
		"a metric that is a number":           {metrics(`"vus":1`), nil, false},
		"cut":                                 {`{"metrics":{"vus":{"value":1}`, []string{"passed k6; vus value=1"}, false},
	})
}

func TestJMeterCSV(t *testing.T) {
	const head = "timeStamp,elapsed,label,success\n"
	check(t, JMeterCSV, map[string]doc{
		"rows":                              {head + "1000,5,a,true\n1993,7,a,false\n", []string{"passed a errors 1/2; elapsed ms 2 in 5..7; throughput 1/s value=2"}, true},
		"Windows lines":                     {strings.ReplaceAll(head+"1000,5,a,true\n", "\n", "\r\n"), []string{"passed a errors 0/1; elapsed ms 1 in 5..5; throughput 1/s value=200"}, true},
		"a label in quotes":                 {head + "x,5,\"a,\"\"b\"\"\nc\",true\n", []string{"passed a,\"b\"\nc errors 0/1; elapsed ms 1 in 5..5"}, true},
		"a quote that does not end":         {head + "x,5,\"a,true\nx,6,b,true\n", nil, false},
		"text behind a quote":               {head + "x,5,\"a\"b,true\n", nil, false},
		"too few fields":                    {head + "x,5,a,true\nx,6,a\n", []string{"passed a errors 0/1; elapsed ms 1 in 5..5"}, false},
		"too many fields":                   {head + "x,5,a,true,x\n", nil, false},
		"a time that is none":               {head + "x,-5,a,true\nx,5.0,a,true\n", nil, false},
		"a success that is none":            {head + "x,5,a,yes\n", []string{"passed a errors 1/1; elapsed ms 1 in 5..5"}, false},
		"no rows":                           {head, nil, false},
		"a last row without a newline":      {head + "x,5,a,true", []string{"passed a errors 0/1; elapsed ms 1 in 5..5"}, false},
		"tabs":                              {"label\telapsed\tsuccess\na\t5\ttrue\n", []string{"passed a errors 0/1; elapsed ms 1 in 5..5"}, true},
		"a transaction beside its requests": {"elapsed,label,success,responseMessage\n5,a,true,OK\n9,a,true,\"Number of samples in transaction : 1, number of failing samples : 0\"\n", []string{"passed a errors 0/1; elapsed ms 1 in 5..5", "passed a sampler=transaction errors 0/1; elapsed ms 1 in 9..9"}, true},
		"rows that are sums":                {"elapsed,label,success,SampleCount,ErrorCount\n5,a,true,1,0\n90,a,false,9,2\n", []string{"passed a errors 2/10; elapsed ms 1 in 5..5"}, false},
		"no header":                         {"1700000000000,5,a,200,OK,t 1-1,text,true,,1\n1700000000000,5,a,200,OK,t 1-1,text,false,,1\n", []string{"passed a errors 1/2; elapsed ms 2 in 5..5; throughput 1/s value=400"}, true},
		"no header, a cut row":              {"1700000000000,5,a,200,OK,t 1-1,text,true,,1\n1700000000000,5,a,200,OK,t 1-1,text,true\n", []string{"passed a errors 0/1; elapsed ms 1 in 5..5; throughput 1/s value=200"}, false},
	})
	for head, want := range map[string]bool{
		head: true, "label,elapsed\n": false, "a,b,c\n": false, "": false, "\n": false, "<testResults>": false, "{\"label\":1}": false,
		"1700000000000,5,a,200,OK,t 1-1,text,true,\n": true, "1700000000000,5,a,200,OK,t 1-1,text,maybe,\n": false, "5,5,a,200,OK,t,text,true\n": false,
		"\"timeStamp\",\"elapsed\",\"label\",\"success\"\n": true,
	} {
		if got := JMeterCSV.Sniff("x", []byte(head)); got != want {
			t.Errorf("%q: claimed is %t", head, got)
		}
	}
}

func TestJMeterXML(t *testing.T) {
	in := func(s string) string { return `<testResults version="1.2">` + s + `</testResults>` }
	check(t, JMeterXML, map[string]doc{
		"two kinds":              {in(`<httpSample t="5" s="true" lb="a"/><sample t="6" s="false" lb="a"/>`), []string{"passed a errors 1/2; elapsed ms 2 in 5..6"}, true},
		"nested":                 {in(`<httpSample t="5" s="true" lb="a"><httpSample t="9" s="false" lb="b"/></httpSample>`), []string{"passed a errors 0/1; elapsed ms 1 in 5..5"}, true},
		"an assertion":           {in(`<sample t="5" s="true" lb="a"><assertionResult><failure>true</failure></assertionResult></sample>`), []string{"passed a errors 1/1; elapsed ms 1 in 5..5"}, true},
		"an assertion of nested": {in(`<sample t="5" s="true" lb="a"><sample t="1" s="true" lb="b"><assertionResult><failure>true</failure></assertionResult></sample></sample>`), []string{"passed a errors 0/1; elapsed ms 1 in 5..5"}, true},
		"no label":               {in(`<sample t="5" s="true"/>`), nil, false},
		"no time":                {in(`<sample s="true" lb="a"/>`), nil, false},
		"no success":             {in(`<sample t="5" lb="a"/>`), []string{"passed a errors 1/1; elapsed ms 1 in 5..5"}, false},
		"a success that is none": {in(`<sample t="5" s="yes" lb="a"/>`), []string{"passed a errors 1/1; elapsed ms 1 in 5..5"}, false},
		"a sum":                  {in(`<sample t="50" s="true" lb="a" sc="10" ec="1"/>`), []string{"passed a errors 1/10; elapsed ms"}, false},
		"nothing":                {in(``), nil, false},
		"cut":                    {`<testResults><sample t="5" s="true" lb="a"/>`, []string{"passed a errors 0/1; elapsed ms 1 in 5..5"}, false},
	})
}

// FuzzJSON holds the readers of JSON to encoding/json for what is not JSON.
func FuzzJSON(f *testing.F) {
	formats := []format.Format{BenchmarkDotNet, Google, Hyperfine, JMH, K6, Pytest}
	for _, fm := range formats {
		files, _ := filepath.Glob("testdata/" + fm.Name + "/*.json")
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil {
				f.Add(string(data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data string) {
		valid := json.Valid([]byte(data))
		for _, fm := range formats {
			if r := readAs(t, fm, "fuzz", data); r.Conclusive() && (!valid || r.Benchmarks.Len() == 0) {
				t.Errorf("%s: conclusive, with %d benchmarks, and JSON is %t", fm.Name, r.Benchmarks.Len(), valid)
			}
		}
	})
}

// FuzzJMeter holds the readers of load tests to never being conclusive without a request.
func FuzzJMeter(f *testing.F) {
	for _, pattern := range []string{"testdata/jmeter-csv/*", "testdata/jmeter-xml/*"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil && !strings.HasSuffix(file, ".want") {
				f.Add(string(data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data string) {
		for _, fm := range []format.Format{JMeterCSV, JMeterXML} {
			if !fm.Sniff("fuzz", []byte(data[:min(len(data), format.SniffLen)])) {
				continue
			}
			if r := readAs(t, fm, "fuzz", data); r.Conclusive() && r.CountBenchmarks().Errors.Den == 0 {
				t.Errorf("%s: conclusive without a request", fm.Name)
			}
		}
	})
}
