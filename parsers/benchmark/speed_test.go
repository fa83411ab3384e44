package benchmark

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

func speed(b *testing.B, f format.Format, doc string, benchmarks int) {
	b.Helper()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if r := readAs(b, f, "report", doc); r.Benchmarks.Len() != benchmarks || !r.Conclusive() {
			b.Fatal(r.Benchmarks.Len(), r.Problems)
		}
	}
}

func repeat(n int, sep, format string) string {
	var s strings.Builder
	for i := range n {
		if i > 0 {
			s.WriteString(sep)
		}
		fmt.Fprintf(&s, format, i)
	}
	return s.String()
}

func BenchmarkJMeterCSV(b *testing.B) {
	speed(b, JMeterCSV, "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n"+
		repeat(50_000, "", "1700000000000,1%d,Search,200,OK,Users 1-1,text,true,,512,128,1,1,http://shop.example/search?q=red,90,0,10\n"), 1)
}

func BenchmarkJMeterCSVQuoted(b *testing.B) {
	speed(b, JMeterCSV, "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success\n"+
		repeat(50_000, "", "1700000000000,1%d,\"Search \"\"red, blue\"\"\",200,\"OK,\nor so\",Users 1-1,text,true\n"), 1)
}

func BenchmarkJMeterXML(b *testing.B) {
	speed(b, JMeterXML, `<testResults version="1.2">`+
		repeat(50_000, "\n", `<httpSample t="1%d" it="0" lt="100" ct="5" ts="1700000000000" s="true" lb="Search" rc="200" rm="OK" tn="Users 1-1" dt="text" by="2048" sby="120" ng="1" na="1"/>`)+`</testResults>`, 1)
}

func BenchmarkHyperfine(b *testing.B) {
	speed(b, Hyperfine, `{"results":[{"command":"a","mean":0.5,"times":[`+repeat(100_000, ",\n", "0.5000%06[1]d")+`]}]}`, 1)
}

func BenchmarkJMH(b *testing.B) {
	speed(b, JMH, `[`+repeat(5000, ",", `{"jmhVersion":"1.37","benchmark":"p.C.m%d","mode":"avgt","threads":1,"forks":1,"primaryMetric":{"score":2.0,"scoreError":"NaN","scorePercentiles":{"50.0":2.0},"scoreUnit":"ns/op","rawData":[[1.5,2.5,2.0,1.75,2.25]]},"secondaryMetrics":{}}`)+`]`, 5000)
}

func BenchmarkGoogle(b *testing.B) {
	speed(b, Google, `{"context":{"num_cpus":1},"benchmarks":[`+
		repeat(20_000, ",", `{"name":"BM_a","family_index":0,"run_name":"BM_a","run_type":"iteration","repetitions":1,"repetition_index":%d,"threads":1,"iterations":247781,"real_time":5.6180457747057719e+00,"cpu_time":5.6196358881431587e+00,"time_unit":"ns"}`)+`]}`, 1)
}

func BenchmarkPytest(b *testing.B) {
	speed(b, Pytest, `{"machine_info":{"python_version":"3"},"benchmarks":[`+
		repeat(5000, ",", `{"group":null,"name":"t","fullname":"a.py::t%d","params":null,"stats":{"min":1e-6,"max":3e-6,"mean":2e-6,"rounds":4,"data":[1e-6,3e-6,2e-6,2e-6],"iterations":1}}`)+`]}`, 5000)
}

func BenchmarkBenchmarkDotNet(b *testing.B) {
	speed(b, BenchmarkDotNet, `{"HostEnvironmentInfo":{},"Benchmarks":[{"Namespace":"N","Type":"T","Method":"M","Statistics":{"Mean":2},"Measurements":[`+
		repeat(50_000, ",", `{"IterationMode":"Workload","IterationStage":"Result","LaunchIndex":1,"IterationIndex":%d,"Operations":16,"Nanoseconds":160}`)+`]}]}`, 1)
}

func BenchmarkCriterion(b *testing.B) {
	speed(b, Criterion, repeat(2000, "", `{"reason":"benchmark-complete","id":"a/%d","iteration_count":[10,20,40,80],"measured_values":[100.0,210.0,400.0,800.0],"unit":"ns","mean":{"estimate":10.17,"lower_bound":10.0,"upper_bound":10.5,"unit":"ns"}}`+"\n"), 2000)
}

func BenchmarkK6(b *testing.B) {
	speed(b, K6, `{"metrics":{`+repeat(2000, ",", `"http_req_duration{url:u%d}":{"type":"trend","contains":"time","values":{"avg":120.5,"min":80,"med":110,"max":400,"p(90)":200,"p(95)":250.25},"thresholds":{"p(95)<500":{"ok":true}}}`)+`}}`, 2000)
}
