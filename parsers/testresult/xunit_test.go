package testresult

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
)

func TestXUnitOutcomes(t *testing.T) {
	for in, c := range map[string]struct {
		o          evidence.Outcome
		conclusive bool
	}{
		`<test result="Pass"/>`:                         {evidence.Passed, true},
		`<test result="Fail"/>`:                         {evidence.Failed, true},
		`<test result="Skip"/>`:                         {evidence.Skipped, true},
		`<test result="NotRun"/>`:                       {evidence.Skipped, true},
		`<test result="Pass"><failure/></test>`:         {evidence.Failed, true},
		`<test result="Skip"><failure/></test>`:         {evidence.Failed, true},
		`<test result="pass"/>`:                         {evidence.Errored, false},
		`<test result=""/>`:                             {evidence.Errored, false},
		`<test/>`:                                       {evidence.Errored, false},
		`<test result="Explode"><failure/></test>`:      {evidence.Errored, false},
		`<test result="Pass"><output>x</output></test>`: {evidence.Passed, true},
	} {
		r := readBy(t, XUnit, `<assemblies><assembly><collection>`+in+`</collection></assembly></assemblies>`)
		if r.Cases.Len() != 1 || r.Cases.At(0).Outcome != c.o || r.Conclusive() != c.conclusive {
			t.Errorf("%s: got %v, conclusive %t:\n%s", in, r.Cases.Counts(), r.Conclusive(), problems(r))
		}
	}
}

func TestXUnitErrorsAndTotals(t *testing.T) {
	const pass, fail, skip, notRun = `<test result="Pass"/>`, `<test result="Fail"/>`, `<test result="Skip"/>`, `<test result="NotRun"/>`
	const one = `<errors><error type="assembly-cleanup" name="A"><failure><message>m</message></failure></error></errors>`
	for name, c := range map[string]struct{ head, in, want string }{
		"no totals":                          {``, pass + fail + skip, want(1, 1, 0, 1, true)},
		"totals agree":                       {`total="4" passed="1" failed="1" skipped="1" not-run="1" errors="0"`, pass + fail + skip + notRun, want(1, 1, 0, 2, true)},
		"an error of the assembly":           {`total="1" passed="1" failed="0" skipped="0" errors="1"`, one + pass, want(1, 0, 1, 0, true)},
		"an error without totals":            {``, one + pass, want(1, 0, 1, 0, true)},
		"an error and nothing else":          {`total="0" passed="0" failed="0" errors="1"`, one, want(0, 0, 1, 0, true)},
		"an error that is not listed":        {`total="1" passed="1" failed="0" skipped="0" errors="1"`, pass, want(1, 0, 1, 0, true)},
		"a failure that is not listed":       {`total="2" passed="1" failed="1" skipped="0"`, pass, want(1, 0, 1, 0, true)},
		"a test that is not listed":          {`total="2" passed="2" failed="0" skipped="0"`, pass, want(1, 0, 0, 0, false)},
		"all tests are not listed":           {`total="2" passed="2" failed="0" skipped="0"`, ``, want(0, 0, 0, 0, false)},
		"fewer passed than listed":           {`total="1" passed="0" failed="0" skipped="1"`, pass, want(1, 0, 0, 0, false)},
		"fewer failed than listed":           {`total="1" passed="1" failed="0" skipped="0"`, fail, want(0, 1, 0, 0, true)},
		"a total that is no number":          {`total="1" passed="1" failed="-1"`, pass, want(1, 0, 0, 0, false)},
		"no total, and one not run too many": {`passed="1" failed="0" not-run="1"`, pass, want(1, 0, 0, 0, false)},
		"no total, and one passed too many":  {`passed="2" failed="0"`, pass, want(1, 0, 0, 0, false)},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBy(t, XUnit, `<assemblies><assembly name="/x/A.dll" `+c.head+`>`+c.in+`</assembly></assemblies>`)
			if diff := cmp.Diff(c.want, sum(r)); diff != "" {
				t.Errorf("%s\n%s", diff, problems(r))
			}
			if name == "totals agree" || name == "an error of the assembly" || name == "an error and nothing else" {
				if p := problems(r); p != "" {
					t.Errorf("nothing is odd, and it says %s", p)
				}
			}
		})
	}
}

func TestXUnitCaseInFull(t *testing.T) {
	r := readBy(t, XUnit, `<assembly name="C:\x\A.dll" run-date="2024-05-01">
<class name="N.C"><test name="N.C.M(x: 1)" type="N.C" method="M" time="1.5" result="Fail" source-file="/s.cs" source-line="7">
<failure exception-type="E"><message>
 first
 second </message><stack-trace>at x</stack-trace></failure></test></class></assembly>`)
	c := r.Cases.At(0)
	got := fmt.Sprintf("%s|%s|%s|%s|%s|%s:%d|%q|line %d", c.Suite, c.Class, c.Name, c.Outcome, c.Duration, c.File, c.Line, c.Message, c.At.Line)
	if want := `A.dll|N.C|N.C.M(x: 1)|failed|1.5s|/s.cs:7|"first\n second"|line 2`; got != want || r.Suites != 1 {
		t.Errorf("got %s, %d suites", got, r.Suites)
	}
}

// TestDotNetSniffs tells the formats from what only looks like them.
func TestDotNetSniffs(t *testing.T) {
	for in, want := range map[string]string{
		`<TestRun xmlns="x">`:                           "trx",
		`<test-run id="2">`:                             "nunit3-xml",
		`<test-suite type="Assembly" fullname="x">`:     "nunit3-xml",
		`<test-suite name="x"/>`:                        "",
		`<test-results name="x">`:                       "nunit-xml",
		`<assemblies/>`:                                 "xunit-xml",
		`<assembly name="x" run-date="2012-01-14">`:     "xunit-xml",
		`<assembly manifestVersion="1.0" name="x">`:     "",
		`<testsuites/>`:                                 "",
		"<?xml version=\"1.0\"?><!-- c --><TestRun id=": "trx",
	} {
		got := ""
		for _, f := range []struct {
			name  string
			claim bool
		}{
			{TRX.Name, TRX.Sniff("", []byte(in))}, {NUnit2.Name, NUnit2.Sniff("", []byte(in))},
			{NUnit3.Name, NUnit3.Sniff("", []byte(in))}, {XUnit.Name, XUnit.Sniff("", []byte(in))},
		} {
			if f.claim {
				got += f.name
			}
		}
		if got != want {
			t.Errorf("%s is %q, want %q", in, got, want)
		}
	}
}

func FuzzXUnit(f *testing.F) {
	f.Add([]byte(`<assemblies><assembly name="a.dll" total="2" passed="1" failed="1" errors="1"><errors><error type="t" name="n"><failure exception-type="e"><message>m</message></failure></error></errors><collection total="2"><test name="n" type="c" result="Pass" time="0,1"/><test result="Fail"><failure/><reason>r</reason></test></collection></assembly></assemblies>`))
	fuzzDotNet(f, XUnit)
}

func BenchmarkXUnit(b *testing.B) {
	var w bytes.Buffer
	w.WriteString(`<assemblies><assembly name="/src/Shop.Tests.dll" total="20000" passed="20000" failed="0"><collection>` + "\n")
	for i := range 20_000 {
		fmt.Fprintf(&w, `      <test name="Shop.Tests.Till.Counts(n: %d)" type="Shop.Tests.Till" method="Counts" time="0.0001020" result="Pass" />`+"\n", i)
	}
	w.WriteString("</collection></assembly></assemblies>\n")
	benchDotNet(b, XUnit, w.Bytes())
}
