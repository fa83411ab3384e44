package testresult

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// readBy reads a document that is expected to be read to its end.
func readBy(t testing.TB, f format.Format, in string) *evidence.Report {
	t.Helper()
	r := &evidence.Report{Source: "r.xml"}
	if err := f.Parse(context.Background(), format.Source{Name: "r.xml", Reader: strings.NewReader(in)}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// sum is the counts of a report and whether it is conclusive, for comparing.
func sum(r *evidence.Report) string {
	c := r.TestCounts()
	return fmt.Sprintf("passed %d failed %d errored %d skipped %d conclusive %t", c.Passed, c.Failed, c.Errored, c.Skipped, r.Conclusive())
}

func want(p, f, e, s int, conclusive bool) string {
	return fmt.Sprintf("passed %d failed %d errored %d skipped %d conclusive %t", p, f, e, s, conclusive)
}

func TestTRXOutcomes(t *testing.T) {
	for attr, c := range map[string]struct {
		o          evidence.Outcome
		conclusive bool
	}{
		`outcome="Passed"`:              {evidence.Passed, true},
		`outcome="Failed"`:              {evidence.Failed, true},
		`outcome="Error"`:               {evidence.Errored, true},
		``:                              {evidence.Errored, true},
		`outcome="Timeout"`:             {evidence.Errored, true},
		`outcome="Aborted"`:             {evidence.Errored, true},
		`outcome="Disconnected"`:        {evidence.Errored, true},
		`outcome="NotRunnable"`:         {evidence.Errored, true},
		`outcome="InProgress"`:          {evidence.Errored, true},
		`outcome="Pending"`:             {evidence.Errored, true},
		`outcome="NotExecuted"`:         {evidence.Skipped, true},
		`outcome="Inconclusive"`:        {evidence.Skipped, true},
		`outcome="Warning"`:             {evidence.Skipped, true},
		`outcome="Completed"`:           {evidence.Skipped, true},
		`outcome="PassedButRunAborted"`: {evidence.Passed, false},
		`outcome="passed"`:              {evidence.Errored, false},
		`outcome=""`:                    {evidence.Errored, false},
	} {
		t.Run(attr, func(t *testing.T) {
			r := readBy(t, TRX, `<TestRun><Results><UnitTestResult testName="a" `+attr+`/></Results><ResultSummary outcome="Completed"/></TestRun>`)
			if r.Cases.Len() != 1 || r.Cases.At(0).Outcome != c.o || r.Conclusive() != c.conclusive {
				t.Errorf("got %v, conclusive %t:\n%s", r.Cases.Counts(), r.Conclusive(), problems(r))
			}
		})
	}
}

func TestTRXRuns(t *testing.T) {
	const passed = `<Results><UnitTestResult testName="a" outcome="Passed"/></Results>`
	const failed = `<Results><UnitTestResult testName="a" outcome="Failed"/></Results>`
	const info = `<RunInfos><RunInfo outcome="Error"><Text>x</Text></RunInfo></RunInfos>`
	for name, c := range map[string]struct{ in, want string }{
		"completed":                             {passed + `<ResultSummary outcome="Completed"/>`, want(1, 0, 0, 0, true)},
		"no summary":                            {passed, want(1, 0, 0, 0, false)},
		"failed without a failure":              {passed + `<ResultSummary outcome="Failed"/>`, want(1, 0, 1, 0, true)},
		"error without a failure":               {passed + `<ResultSummary outcome="Error"/>`, want(1, 0, 1, 0, true)},
		"a summary without an outcome":          {passed + `<ResultSummary/>`, want(1, 0, 1, 0, true)},
		"aborted":                               {passed + `<ResultSummary outcome="Aborted"/>`, want(1, 0, 1, 0, false)},
		"failed with a failure":                 {failed + `<ResultSummary outcome="Failed"/>`, want(0, 1, 0, 0, true)},
		"aborted with a failure":                {failed + `<ResultSummary outcome="Aborted"/>`, want(0, 1, 0, 0, false)},
		"an error of the run":                   {passed + `<ResultSummary outcome="Completed">` + info + `</ResultSummary>`, want(1, 0, 1, 0, true)},
		"an error of the run and a failure":     {failed + `<ResultSummary outcome="Failed">` + info + `</ResultSummary>`, want(0, 1, 0, 0, true)},
		"no results and an error of the run":    {`<ResultSummary outcome="Failed">` + info + `</ResultSummary>`, want(0, 0, 1, 0, true)},
		"the summary first":                     {`<ResultSummary outcome="Failed"/>` + passed, want(1, 0, 1, 0, true)},
		"a crash beside a failure":              {failed + `<ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Error"><Text>Test host process crashed</Text></RunInfo></RunInfos></ResultSummary>`, want(0, 1, 0, 0, false)},
		"counters agree":                        {failed + `<ResultSummary outcome="Failed"><Counters total="1" passed="0" failed="1"/></ResultSummary>`, want(0, 1, 0, 0, true)},
		"counters count one that is missing":    {passed + `<ResultSummary outcome="Completed"><Counters total="2" passed="2" failed="0"/></ResultSummary>`, want(1, 0, 0, 0, false)},
		"counters count a failure more":         {passed + `<ResultSummary outcome="Failed"><Counters total="2" passed="1" failed="1"/></ResultSummary>`, want(1, 0, 1, 0, true)},
		"counters count a timeout more":         {passed + `<ResultSummary outcome="Failed"><Counters total="2" passed="1" timeout="1"/></ResultSummary>`, want(1, 0, 1, 0, true)},
		"counters count fewer passed":           {passed + `<ResultSummary outcome="Completed"><Counters total="1" passed="0" failed="0"/></ResultSummary>`, want(1, 0, 0, 0, false)},
		"counters count a passed one as failed": {passed + `<ResultSummary outcome="Failed"><Counters total="1" passed="0" failed="1"/></ResultSummary>`, want(1, 0, 1, 0, true)},
		"counters count less":                   {failed + `<ResultSummary outcome="Completed"><Counters total="0" passed="0" failed="0"/></ResultSummary>`, want(0, 1, 0, 0, true)},
		"a counter that is no number":           {passed + `<ResultSummary outcome="Completed"><Counters total="1" failed="many"/></ResultSummary>`, want(1, 0, 0, 0, false)},
		"an element without name and outcome":   {`<Results><Something/></Results><ResultSummary outcome="Completed"/>`, want(0, 0, 0, 0, false)},
		"a result of another kind":              {`<Results><GenericTestResult testName="g" outcome="Failed"/></Results><ResultSummary outcome="Failed"/>`, want(0, 1, 0, 0, true)},
		"inner results counted by the writer":   {`<Results><UnitTestResult testName="p" outcome="Failed"><InnerResults><UnitTestResult testName="p1" outcome="Passed"/><UnitTestResult testName="p2" outcome="Failed"/></InnerResults></UnitTestResult></Results><ResultSummary outcome="Failed"><Counters total="3" passed="1" failed="2"/></ResultSummary>`, want(1, 2, 0, 0, true)},
		"inner results left out by the writer":  {`<Results><UnitTestResult testName="p" outcome="Failed"><InnerResults><UnitTestResult testName="p1" outcome="Passed"/><UnitTestResult testName="p2" outcome="Failed"/></InnerResults></UnitTestResult></Results><ResultSummary outcome="Failed"><Counters total="1" passed="0" failed="1"/></ResultSummary>`, want(1, 2, 0, 0, true)},
		"a failed row of a test that passed":    {`<Results><UnitTestResult testName="p" outcome="Passed"><InnerResults><UnitTestResult testName="p1" outcome="Failed"/></InnerResults></UnitTestResult></Results><ResultSummary outcome="Failed"/>`, want(1, 1, 0, 0, true)},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBy(t, TRX, `<TestRun>`+c.in+`</TestRun>`)
			if diff := cmp.Diff(c.want, sum(r)); diff != "" {
				t.Errorf("%s\n%s", diff, problems(r))
			}
		})
	}
}

func TestTRXDefinitionsAreJoinedWhereverTheyStand(t *testing.T) {
	const defs = `<TestDefinitions><UnitTest id="{AB000000-0000-0000-0000-000000000001}" storage="c:\x\a.dll"><TestMethod className="N.C, A, Version=1"/></UnitTest>` +
		`<UnitTest id="not a guid" storage="/x/b.dll"><TestMethod className="N.D"/></UnitTest></TestDefinitions>`
	const results = `<Results><UnitTestResult testName="one" testId="ab000000-0000-0000-0000-000000000001" outcome="Passed"/>` +
		`<UnitTestResult testName="two" testId="not a guid" outcome="Passed"/></Results>`
	for name, in := range map[string]string{"before": defs + results, "after": results + defs} {
		r := readBy(t, TRX, `<TestRun>`+in+`<ResultSummary outcome="Completed"/></TestRun>`)
		one, two := r.Cases.At(0), r.Cases.At(1)
		if one.Suite != "a.dll" || one.Class != "N.C" || two.Suite != "b.dll" || two.Class != "N.D" || r.Suites != 2 || len(r.Problems) > 0 {
			t.Errorf("%s: %+v %+v, %d suites, %s", name, one, two, r.Suites, problems(r))
		}
	}
}

func TestClock(t *testing.T) {
	for in, c := range map[string]struct {
		d  time.Duration
		ok bool
	}{
		"00:00:01.5000000":   {1500 * time.Millisecond, true},
		"00:00:00.0000001":   {100, true},
		"01:02:03":           {3723 * time.Second, true},
		"123:00:00":          {123 * time.Hour, true},
		"2.03:04:05.6":       {51*time.Hour + 4*time.Minute + 5600*time.Millisecond, true},
		"":                   {0, true},
		"5":                  {0, false},
		"1:2":                {0, false},
		"00:60:00":           {0, false},
		"00:00:60":           {0, false},
		"-00:00:01":          {0, false},
		"00:00:":             {0, false},
		"9999999999:00:00":   {0, false},
		"99999999.00:00:00":  {0, false},
		"00:00:1:2":          {0, false},
		"1.1.1:00:00":        {0, false},
		"00:00:00.000000099": {99, true},
	} {
		if d, ok := parseClock([]byte(in)); d != c.d || ok != c.ok {
			t.Errorf("%q is %v, %t; want %v, %t", in, d, ok, c.d, c.ok)
		}
	}
}

// fuzzDotNet holds what every one of the XML formats promises of any bytes: no
// panic, no error that is not about the input, the same answer in any pieces.
func fuzzDotNet(f *testing.F, fm format.Format) {
	f.Fuzz(func(t *testing.T, in []byte) {
		whole, halves := &evidence.Report{}, &evidence.Report{}
		if err := fm.Parse(context.Background(), format.Source{Reader: bytes.NewReader(in)}, whole); err != nil {
			t.Fatal(err)
		}
		if err := fm.Parse(context.Background(), format.Source{Reader: iotest.HalfReader(bytes.NewReader(in))}, halves); err != nil {
			t.Fatal(err)
		}
		if a, b := sum(whole)+problems(whole), sum(halves)+problems(halves); a != b {
			t.Error(cmp.Diff(a, b))
		}
	})
}

func FuzzTRX(f *testing.F) {
	f.Add([]byte(`<TestRun><Results><UnitTestResult testId="1" testName="a" outcome="Passed" duration="00:00:01"><Output><ErrorInfo><Message>m</Message></ErrorInfo></Output><InnerResults><UnitTestResult outcome="Failed"/></InnerResults></UnitTestResult></Results><TestDefinitions><UnitTest id="1" storage="a"><TestMethod className="c"/></UnitTest></TestDefinitions><ResultSummary outcome="Failed"><Counters total="2" passed="1" failed="1"/><RunInfos><RunInfo outcome="Error"><Text>t</Text></RunInfo></RunInfos></ResultSummary></TestRun>`))
	fuzzDotNet(f, TRX)
}

// benchDotNet reads one document with a reader of ours and with encoding/xml.
func benchDotNet(b *testing.B, fm format.Format, in []byte) {
	b.Run("report", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		b.ReportAllocs()
		for b.Loop() {
			if err := fm.Parse(context.Background(), format.Source{Reader: bytes.NewReader(in)}, new(evidence.Report)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/xml tokens", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		b.ReportAllocs()
		for b.Loop() {
			d := xml.NewDecoder(bytes.NewReader(in))
			for {
				if _, err := d.Token(); err != nil {
					break
				}
			}
		}
	})
}

func BenchmarkTRX(b *testing.B) {
	var w, defs bytes.Buffer
	w.WriteString("<TestRun>\n  <Results>\n")
	for i := range 20_000 {
		id := fmt.Sprintf("%08x-acb8-d3f7-0518-e81c04c0108a", i)
		fmt.Fprintf(&w, `    <UnitTestResult executionId="%s" testId="%s" testName="Shop.Tests.Till.Counts_%d" computerName="HOST" duration="00:00:00.0012345" startTime="2021-04-20T08:31:32.8608994+02:00" endTime="2021-04-20T08:31:32.8608994+02:00" testType="13cdc9d9-ddb5-4fa4-a97d-d965ccfc6d4b" outcome="Passed" testListId="8c84fa94-04c1-424b-9868-57a2d4851a1d" relativeResultsDirectory="%s" />`+"\n", id, id, i, id)
		fmt.Fprintf(&defs, `    <UnitTest name="Shop.Tests.Till.Counts_%d" storage="/src/shop.tests.dll" id="%s">`+"\n      <Execution id=\"%s\" />\n"+`      <TestMethod codeBase="/src/Shop.Tests.dll" adapterTypeName="executor://xunit/VsTestRunner2/netcoreapp" className="Shop.Tests.Till" name="Counts_%d" />`+"\n    </UnitTest>\n", i, id, id, i)
	}
	fmt.Fprintf(&w, "  </Results>\n  <TestDefinitions>\n%s  </TestDefinitions>\n  <ResultSummary outcome=\"Completed\"><Counters total=\"20000\" passed=\"20000\" failed=\"0\"/></ResultSummary>\n</TestRun>\n", defs.Bytes())
	benchDotNet(b, TRX, w.Bytes())
}
