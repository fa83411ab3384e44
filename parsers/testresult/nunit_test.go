package testresult

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
)

func TestNUnit3Outcomes(t *testing.T) {
	const failure = `<failure><message>m</message></failure>`
	for in, c := range map[string]struct {
		o          evidence.Outcome
		conclusive bool
	}{
		`<test-case result="Passed"/>`:                               {evidence.Passed, true},
		`<test-case result="Failed"/>`:                               {evidence.Failed, true},
		`<test-case result="Failed" label="Error"/>`:                 {evidence.Errored, true},
		`<test-case result="Failed" label="Invalid"/>`:               {evidence.Errored, true},
		`<test-case result="Failed" label="Cancelled"/>`:             {evidence.Errored, true},
		`<test-case result="Failed" label="Test exceeded Timeout"/>`: {evidence.Errored, true},
		`<test-case result="Failed:Error(SetUp)"/>`:                  {evidence.Errored, true},
		`<test-case result="Failed(Child)"/>`:                        {evidence.Failed, true},
		`<test-case result="Skipped"/>`:                              {evidence.Skipped, true},
		`<test-case result="Skipped" label="Ignored"/>`:              {evidence.Skipped, true},
		`<test-case result="Skipped" label="Explicit"/>`:             {evidence.Skipped, true},
		`<test-case result="Skipped" label="Invalid"/>`:              {evidence.Errored, true},
		`<test-case result="Inconclusive"/>`:                         {evidence.Skipped, true},
		`<test-case result="Warning"/>`:                              {evidence.Skipped, true},
		`<test-case result="Passed">` + failure + `</test-case>`:     {evidence.Failed, true},
		`<test-case result="Skipped">` + failure + `</test-case>`:    {evidence.Failed, true},
		`<test-case result="passed"/>`:                               {evidence.Errored, false},
		`<test-case/>`:                                               {evidence.Errored, false},
	} {
		r := readBy(t, NUnit3, `<test-run><test-suite>`+in+`</test-suite></test-run>`)
		if r.Cases.Len() != 1 || r.Cases.At(0).Outcome != c.o || r.Conclusive() != c.conclusive {
			t.Errorf("%s: got %v, conclusive %t:\n%s", in, r.Cases.Counts(), r.Conclusive(), problems(r))
		}
	}
}

func TestNUnit2Outcomes(t *testing.T) {
	for in, c := range map[string]struct {
		o          evidence.Outcome
		conclusive bool
	}{
		`executed="True" result="Success" success="True"`:       {evidence.Passed, true},
		`executed="True" result="Failure" success="False"`:      {evidence.Failed, true},
		`executed="True" result="Error" success="False"`:        {evidence.Errored, true},
		`executed="True" result="Cancelled" success="False"`:    {evidence.Errored, true},
		`executed="False" result="NotRunnable"`:                 {evidence.Errored, true},
		`executed="False" result="Ignored"`:                     {evidence.Skipped, true},
		`executed="False" result="Skipped"`:                     {evidence.Skipped, true},
		`executed="True" result="Inconclusive" success="False"`: {evidence.Skipped, true},
		`executed="False" result="Ignored" success=""`:          {evidence.Skipped, true},
		`executed="True" success="True"`:                        {evidence.Passed, true},
		`executed="true" success="true"`:                        {evidence.Passed, true},
		`executed="True" success="False"`:                       {evidence.Failed, true},
		`executed="False"`:                                      {evidence.Skipped, true},
		`executed="True" result="Success" success="False"`:      {evidence.Failed, true},
		`executed="False" result="Success" success="True"`:      {evidence.Skipped, true},
		`executed="True" success="Turue"`:                       {evidence.Errored, false},
		`executed="Perhaps" success="True"`:                     {evidence.Errored, false},
		`executed="True" result="Splendid" success="True"`:      {evidence.Errored, false},
		`executed="True"`:                                       {evidence.Errored, false},
		``:                                                      {evidence.Errored, false},
	} {
		r := readBy(t, NUnit2, `<test-results><test-suite><results><test-case name="a" `+in+`/></results></test-suite></test-results>`)
		if r.Cases.Len() != 1 || r.Cases.At(0).Outcome != c.o || r.Conclusive() != c.conclusive {
			t.Errorf("%s: got %v, conclusive %t:\n%s", in, r.Cases.Counts(), r.Conclusive(), problems(r))
		}
	}
	r := readBy(t, NUnit2, `<test-results><test-case name="a" executed="True" success="True"><failure/></test-case></test-results>`)
	if sum(r) != want(0, 1, 0, 0, true) {
		t.Errorf("a success with a failure is %s", sum(r))
	}
}

func TestNUnit3Suites(t *testing.T) {
	const passed, failed = `<test-case result="Passed"/>`, `<test-case result="Failed"/>`
	for name, c := range map[string]struct{ in, want string }{
		"a suite that passed":                      {`<test-suite result="Passed">` + passed + `</test-suite>`, want(1, 0, 0, 0, true)},
		"failed by its child":                      {`<test-suite result="Failed" site="Child">` + failed + `</test-suite>`, want(0, 1, 0, 0, true)},
		"failed by a child that is not there":      {`<test-suite result="Failed" site="Child">` + passed + `</test-suite>`, want(1, 0, 1, 0, true)},
		"a set-up that failed its cases":           {`<test-suite result="Failed" site="SetUp"><test-case result="Failed" label="Error" site="Parent"/></test-suite>`, want(0, 0, 1, 0, true)},
		"a set-up that failed without cases":       {`<test-suite result="Failed" site="SetUp"/>`, want(0, 0, 1, 0, true)},
		"an empty suite of site Parent":            {`<test-suite result="Failed" site="SetUp"><test-suite result="Failed" site="Parent"/><test-case result="Failed" site="Parent"/></test-suite>`, want(0, 1, 0, 0, true)},
		"an empty suite of site Parent and no one": {`<test-suite result="Passed"><test-suite result="Failed" site="Parent"/>` + passed + `</test-suite>`, want(1, 0, 1, 0, true)},
		"a root of site Parent":                    {`<test-suite result="Failed" site="Parent"/>`, want(0, 0, 1, 0, true)},
		"a tear-down that failed":                  {`<test-suite result="Failed" site="TearDown">` + passed + `</test-suite>`, want(1, 0, 1, 0, true)},
		"a tear-down that failed beside a case":    {`<test-suite result="Failed" site="TearDown">` + failed + `</test-suite>`, want(0, 1, 1, 0, true)},
		"a suite in a suite told once":             {`<test-suite result="Failed" site="Child"><test-suite result="Failed" site="TearDown">` + passed + `</test-suite></test-suite>`, want(1, 0, 1, 0, true)},
		"an assembly that was not loaded":          {`<test-suite result="Failed" label="Invalid" total="0"/>`, want(0, 0, 1, 0, true)},
		"a skipped suite that is invalid":          {`<test-suite result="Skipped" label="Invalid"/>`, want(0, 0, 1, 0, true)},
		"an ignored suite":                         {`<test-suite result="Skipped" label="Ignored"><test-case result="Skipped"/></test-suite>`, want(0, 0, 0, 1, true)},
		"a run that failed of itself":              {`<test-run result="Failed">` + passed + `</test-run>`, want(1, 0, 1, 0, true)},
		"a result nobody knows":                    {`<test-run result="Lavender">` + passed + `</test-run>`, want(1, 0, 1, 0, true)},
		"totals agree":                             {`<test-run total="2" passed="1" failed="1" inconclusive="0" skipped="0">` + passed + failed + `</test-run>`, want(1, 1, 0, 0, true)},
		"a case is missing":                        {`<test-run total="2" passed="2" failed="0">` + passed + `</test-run>`, want(1, 0, 0, 0, false)},
		"a failure is missing":                     {`<test-run total="2" passed="1" failed="1">` + passed + `</test-run>`, want(1, 0, 1, 0, true)},
		"a failure is missing, said three times":   {`<test-run total="2" passed="1" failed="1"><test-suite total="2" passed="1" failed="1"><test-suite total="2" passed="1" failed="1">` + passed + `</test-suite></test-suite></test-run>`, want(1, 0, 1, 0, true)},
		"fewer passed than listed":                 {`<test-run total="1" passed="0" failed="0">` + passed + `</test-run>`, want(1, 0, 0, 0, false)},
		"fewer than listed":                        {`<test-run total="0" passed="0" failed="0">` + failed + `</test-run>`, want(0, 1, 0, 0, true)},
		"a warning is counted as one":              {`<test-run total="1" passed="0" failed="0" warnings="1"><test-case result="Warning"/></test-run>`, want(0, 0, 0, 1, true)},
		"a total that is no number":                {`<test-run total="1" failed="none">` + passed + `</test-run>`, want(1, 0, 0, 0, false)},
		"a run that was cancelled":                 {`<test-run result="Failed" label="Cancelled">` + failed + `</test-run>`, want(0, 1, 0, 0, false)},
		"a warning that is not listed":             {`<test-run passed="1" failed="0" warnings="1">` + passed + `</test-run>`, want(1, 0, 0, 0, false)},
		"a case in an element nobody knows":        {`<test-run><wrapped>` + failed + `</wrapped></test-run>`, want(0, 1, 0, 0, true)},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBy(t, NUnit3, c.in)
			if diff := cmp.Diff(c.want, sum(r)); diff != "" {
				t.Errorf("%s\n%s", diff, problems(r))
			}
		})
	}
}

// TestWhatIsMissingIsSaidOnce holds that a suite's disagreement is not told again
// by every suite around it.
func TestWhatIsMissingIsSaidOnce(t *testing.T) {
	for name, attrs := range map[string]string{
		"a case":    `total="2" passed="2" failed="0"`,
		"a failure": `total="2" passed="1" failed="1"`,
	} {
		r := readBy(t, NUnit3, `<test-run `+attrs+`><test-suite `+attrs+`><test-suite `+attrs+`><test-case result="Passed"/></test-suite></test-suite></test-run>`)
		if len(r.Problems) > 2 || r.Problems[0].Pos.Col < 70 {
			t.Errorf("%s is told of so:\n%s", name, problems(r))
		}
	}
}

func TestNUnit2Totals(t *testing.T) {
	const (
		ok      = `<test-case name="a" executed="True" success="True" result="Success"/>`
		ignored = `<test-case name="b" executed="False" result="Ignored"/>`
		invalid = `<test-case name="c" executed="False" result="NotRunnable"/>`
	)
	for name, c := range map[string]struct{ head, in, want string }{
		"total leaves out what did not run":   {`total="1" errors="0" failures="0" not-run="1" ignored="1"`, ok + ignored, want(1, 0, 0, 1, true)},
		"Pester's total has it":               {`total="2" errors="0" failures="0" not-run="0" skipped="1"`, ok + ignored, want(1, 0, 0, 1, true)},
		"an invalid case":                     {`total="1" errors="0" failures="0" not-run="1" invalid="1"`, ok + invalid, want(1, 0, 1, 0, true)},
		"one that ran is missing":             {`total="2" errors="0" failures="0" not-run="0"`, ok, want(1, 0, 0, 0, false)},
		"one that did not run is missing":     {`total="1" errors="0" failures="0" not-run="2"`, ok + ignored, want(1, 0, 0, 1, false)},
		"an error is missing":                 {`total="2" errors="1" failures="0" not-run="0"`, ok, want(1, 0, 1, 0, true)},
		"a header that counts less":           {`total="0" failures="0" not-run="0"`, ok, want(1, 0, 0, 0, true)},
		"a suite that failed in its set-up":   {``, `<test-suite executed="True" result="Error" success="False"><failure><message>m</message></failure></test-suite>` + ok, want(1, 0, 1, 0, true)},
		"a suite of ignored cases":            {``, `<test-suite executed="True" result="Inconclusive" success="False">` + ignored + `</test-suite>`, want(0, 0, 0, 1, true)},
		"an old suite that failed of itself":  {``, `<test-suite success="False">` + ok + `</test-suite>`, want(1, 0, 1, 0, true)},
		"a suite that was cancelled":          {``, `<test-suite executed="True" result="Cancelled" success="False"/>` + ok, want(1, 0, 1, 0, false)},
		"an old suite that was not executed":  {``, `<test-suite executed="False" success="False"/>`, want(0, 0, 0, 0, true)},
		"a suite whose success is misspelled": {``, `<test-suite success="Flase">` + ok + `</test-suite>`, want(1, 0, 1, 0, true)},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBy(t, NUnit2, `<test-results `+c.head+`>`+c.in+`</test-results>`)
			if diff := cmp.Diff(c.want, sum(r)); diff != "" {
				t.Errorf("%s\n%s", diff, problems(r))
			}
		})
	}
}

func TestNUnitNames(t *testing.T) {
	r := readBy(t, NUnit3, `<test-run><test-suite type="Assembly" name="/x/A.dll">
<test-case name="M(1.5)" fullname="N.C.M(1.5)" result="Passed"/>
<test-case name="M" fullname="N.C.M" classname="Other" result="Passed"/>
</test-suite><test-suite type="Assembly" name="B.dll"><test-case name="M" result="Passed"/></test-suite></test-run>`)
	var got []string
	for _, c := range r.Cases.All() {
		got = append(got, fmt.Sprintf("%s|%s|%s", c.Suite, c.Class, c.Name))
	}
	if diff := cmp.Diff([]string{"A.dll|N.C|M(1.5)", "A.dll|Other|M", "B.dll||M"}, got); diff != "" {
		t.Error(diff)
	}
	for in, class := range map[string]string{"N.C.M": "N.C", "N.C.M(1.5)": "N.C", `N.C.M<System.Int32>(1)`: "N.C", "M": "", "": "", ".M": ""} {
		if got := string(classOf([]byte(in))); got != class {
			t.Errorf("%q is in %q, want %q", in, got, class)
		}
	}
}

func FuzzNUnit3(f *testing.F) {
	f.Add([]byte(`<test-run total="2" passed="1" failed="1" result="Failed"><test-suite type="Assembly" name="a.dll" result="Failed" site="SetUp"><failure><message>m</message></failure><test-case name="n" fullname="a.n" result="Passed" duration="1"/><test-case result="Failed" label="Error"><failure/></test-case></test-suite></test-run>`))
	fuzzDotNet(f, NUnit3)
}

func FuzzNUnit2(f *testing.F) {
	f.Add([]byte(`<test-results total="1" failures="1" not-run="1"><test-suite success="False"><results><test-case name="a.b" executed="True" success="False"><failure><message>m</message></failure></test-case><test-case executed="False"><reason/></test-case></results></test-suite></test-results>`))
	fuzzDotNet(f, NUnit2)
}

func BenchmarkNUnit3(b *testing.B) {
	var w bytes.Buffer
	w.WriteString(`<test-run total="20000" passed="20000" failed="0"><test-suite type="Assembly" name="/src/Shop.Tests.dll">` + "\n")
	for i := range 20_000 {
		fmt.Fprintf(&w, `      <test-case id="0-%d" name="Counts_%d" fullname="Shop.Tests.Till.Counts_%d" methodname="Counts_%d" classname="Shop.Tests.Till" runstate="Runnable" seed="1596831290" result="Passed" start-time="2021-06-28 20:23:41Z" end-time="2021-06-28 20:23:41Z" duration="0.000102" asserts="1" />`+"\n", i, i, i, i)
	}
	w.WriteString("</test-suite></test-run>\n")
	benchDotNet(b, NUnit3, w.Bytes())
}

func BenchmarkNUnit2(b *testing.B) {
	var w bytes.Buffer
	w.WriteString(`<test-results name="/src/Shop.Tests.dll" total="20000" errors="0" failures="0" not-run="0">` + "\n<test-suite><results>\n")
	for i := range 20_000 {
		fmt.Fprintf(&w, `                      <test-case name="Shop.Tests.Till.Counts_%d" executed="True" result="Success" success="True" time="0.137" asserts="1" />`+"\n", i)
	}
	w.WriteString("</results></test-suite></test-results>\n")
	benchDotNet(b, NUnit2, w.Bytes())
}
