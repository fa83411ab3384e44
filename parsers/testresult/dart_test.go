package testresult

import (
	"bytes"
	"fmt"
	"regexp"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

const (
	dartHead = `{"protocolVersion":"0.1.1","runnerVersion":"1.25.3","type":"start","time":0}` + "\n" + `{"suite":{"id":0,"platform":"vm","path":"test/a_test.dart"},"type":"suite","time":0}` + "\n"
	dartRun  = `{"test":{"id":1,"name":"adds","suiteID":0,"groupIDs":[]},"type":"testStart","time":5}` + "\n"
	dartOK   = `{"success":true,"type":"done","time":9}` + "\n"
	dartBad  = `{"success":false,"type":"done","time":9}` + "\n"
)

func dartDone(result string, more string) string {
	return `{"testID":1,"result":"` + result + `",` + more + `"type":"testDone","time":7}` + "\n"
}

func TestDartCounts(t *testing.T) {
	const failure = `{"testID":1,"error":"no","isFailure":true,"type":"error","time":6}` + "\n"
	checkJSON(t, DartJSON, map[string]jsonCase{
		"passed":                        {dartHead + dartRun + dartDone("success", "") + dartOK, evidence.Counts{Passed: 1}, 0, true},
		"skipped":                       {dartHead + dartRun + dartDone("success", `"skipped":true,`) + dartOK, evidence.Counts{Skipped: 1}, 0, true},
		"failed":                        {dartHead + dartRun + failure + dartDone("failure", "") + dartBad, evidence.Counts{Failed: 1}, 0, true},
		"errored":                       {dartHead + dartRun + dartDone("error", "") + dartBad, evidence.Counts{Errored: 1}, 0, true},
		"hidden":                        {dartHead + dartRun + dartDone("success", `"hidden":true,`) + dartOK, evidence.Counts{}, 0, true},
		"hidden and failed":             {dartHead + dartRun + dartDone("error", `"hidden":true,`) + dartBad, evidence.Counts{Errored: 1}, 0, true},
		"an error and a success":        {dartHead + dartRun + failure + dartDone("success", "") + dartOK, evidence.Counts{Failed: 1}, 0, true},
		"an error after the end":        {dartHead + dartRun + dartDone("success", "") + failure + dartBad, evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"another result":                {dartHead + dartRun + dartDone("fine", "") + dartOK, evidence.Counts{Errored: 1}, 0, false},
		"no end of a test":              {dartHead + dartRun + dartOK, evidence.Counts{Errored: 1}, 0, true},
		"begun twice":                   {dartHead + dartRun + dartRun + dartDone("success", "") + dartOK, evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"no beginning of a test":        {dartHead + dartDone("success", "") + dartOK, evidence.Counts{}, 0, false},
		"no end of the run":             {dartHead + dartRun + dartDone("success", ""), evidence.Counts{Passed: 1}, 0, false},
		"stopped":                       {dartHead + dartRun + dartDone("success", "") + `{"success":null,"type":"done","time":9}` + "\n", evidence.Counts{Passed: 1}, 0, false},
		"stopped, with a failure":       {dartHead + dartRun + dartDone("failure", "") + `{"success":null,"type":"done","time":9}` + "\n", evidence.Counts{Failed: 1}, 0, false},
		"a failed run of passed tests":  {dartHead + dartRun + dartDone("success", "") + dartBad, evidence.Counts{Passed: 1}, 0, false},
		"a suite that is missing":       {dartHead + `{"count":2,"type":"allSuites","time":1}` + "\n" + dartRun + dartDone("success", "") + dartOK, evidence.Counts{Passed: 1}, 0, false},
		"a damaged event":               {dartHead + dartRun + `{"testID":1,"result":` + "\n" + dartDone("success", "") + dartOK, evidence.Counts{Passed: 1}, 0, false},
		"two results in one event":      {dartHead + dartRun + dartDone("failure", `"result":"success",`) + dartOK, evidence.Counts{Passed: 1}, 0, false},
		"text and Flutter's own events": {"Downloading…\n[{\"event\":\"test.startedProcess\"}]\n" + dartHead + dartRun + dartDone("success", "") + dartOK, evidence.Counts{Passed: 1}, 0, true},
	})
}

func TestDartSniff(t *testing.T) {
	for doc, want := range map[string]bool{
		dartHead:                  true,
		"Resolving…\n" + dartHead: true,
		"<a>\n" + dartHead:        false,
		goRun:                     false,
		`{"protocolVersion":"2"}`: false,
		"":                        false,
	} {
		if got := DartJSON.Sniff("x.json", []byte(doc)); got != want {
			t.Errorf("%q: claimed = %t", doc, got)
		}
	}
}

// FuzzDart holds the reader to never being conclusive without the end of the run.
func FuzzDart(f *testing.F) {
	seedFuzz(f, "dart-json")
	done := regexp.MustCompile(`done`)
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readAs(t, DartJSON, string(data))
		if r.Conclusive() && !done.Match(data) && !bytes.Contains(data, []byte(`\u00`)) {
			t.Error("conclusive, and nothing says that the run ended")
		}
	})
}

func BenchmarkDart(b *testing.B) {
	const n = 20_000
	var doc bytes.Buffer
	doc.WriteString(dartHead)
	for i := range n {
		fmt.Fprintf(&doc, `{"test":{"id":%d,"name":"handler returns %d","suiteID":0,"groupIDs":[2,3],"metadata":{"skip":false,"skipReason":null},"line":12,"column":3,"url":"file:///app/test/a_test.dart"},"type":"testStart","time":%d}`+"\n", i+9, i, i)
		fmt.Fprintf(&doc, `{"testID":%d,"result":"success","skipped":false,"hidden":false,"type":"testDone","time":%d}`+"\n", i+9, i+1)
	}
	doc.WriteString(dartOK)
	benchJSON(b, DartJSON, doc.Bytes(), n)
}
