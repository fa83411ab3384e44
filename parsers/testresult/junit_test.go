package testresult

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// readJUnit reads a document that is expected to be read to its end.
func readJUnit(t testing.TB, in string) *evidence.Report {
	t.Helper()
	r := &evidence.Report{Source: "r.xml"}
	if err := parseJUnit(context.Background(), format.Source{Name: "r.xml", Reader: strings.NewReader(in)}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// problems lists what was complained of, one a line.
func problems(r *evidence.Report) string {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "%s %s\n", p.Gravity, p)
	}
	return b.String()
}

// counts abbreviates: passed, failed, errored, skipped.
func counts(p, f, e, s uint64) evidence.Counts {
	return evidence.Counts{Passed: p, Failed: f, Errored: e, Skipped: s}
}

func TestJUnitOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want evidence.Outcome
		odd  string // of a quirk, "" if there is none
	}{
		"no child":                          {`<testcase name="a"/>`, evidence.Passed, ""},
		"system-out only":                   {`<testcase><system-out>failure</system-out><system-err/></testcase>`, evidence.Passed, ""},
		"failure":                           {`<testcase><failure/></testcase>`, evidence.Failed, ""},
		"error":                             {`<testcase><error/></testcase>`, evidence.Errored, ""},
		"failure then error":                {`<testcase><failure/><error/></testcase>`, evidence.Errored, ""},
		"error then failure":                {`<testcase><error/><failure/></testcase>`, evidence.Errored, ""},
		"skipped":                           {`<testcase><skipped/></testcase>`, evidence.Skipped, ""},
		"disabled":                          {`<testcase><disabled/></testcase>`, evidence.Skipped, ""},
		"skipped then failure":              {`<testcase><skipped/><failure/></testcase>`, evidence.Failed, "both skipped and failed"},
		"failure then skipped":              {`<testcase><failure/><skipped/></testcase>`, evidence.Failed, "both skipped and failed"},
		"skipped and error":                 {`<testcase><skipped/><error/></testcase>`, evidence.Errored, "both skipped and errored"},
		"googletest not run":                {`<testcase status="notrun" result="suppressed"/>`, evidence.Skipped, ""},
		"googletest run and skipped":        {`<testcase status="run" result="skipped"><skipped/></testcase>`, evidence.Skipped, ""},
		"googletest run and failed":         {`<testcase status="run" result="completed"><failure/></testcase>`, evidence.Failed, ""},
		"CTest failed":                      {`<testcase status="fail"><failure message=""/></testcase>`, evidence.Failed, ""},
		"CTest disabled":                    {`<testcase status="disabled"><disabled message="x"/></testcase>`, evidence.Skipped, ""},
		"CTest skipped by its exit code":    {`<testcase status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>`, evidence.Skipped, ""},
		"CTest could not run it":            {`<testcase status="notrun"><skipped message="Unable to find executable"/></testcase>`, evidence.Errored, ""},
		"two statuses that differ":          {`<testcase status="errored" result="failed"/>`, evidence.Errored, ""},
		"a status alone says failed":        {`<testcase status="FAILED"/>`, evidence.Failed, ""},
		"a status alone says errored":       {`<testcase status="errored"/>`, evidence.Errored, ""},
		"status passed beside a failure":    {`<testcase status="passed"><failure/></testcase>`, evidence.Failed, ""},
		"status skipped beside a failure":   {`<testcase status="skipped"><failure/></testcase>`, evidence.Failed, "both skipped and failed"},
		"status passed beside skipped":      {`<testcase status="passed"><skipped/></testcase>`, evidence.Skipped, ""},
		"status errored beside a failure":   {`<testcase status="errored"><failure/></testcase>`, evidence.Errored, ""},
		"a status nobody knows":             {`<testcase status="lavender"/>`, evidence.Passed, "status \"lavender\""},
		"PHPUnit warning":                   {`<testcase><warning>No tests found</warning></testcase>`, evidence.Passed, "<warning>"},
		"a retry that passed":               {`<testcase><flakyFailure/></testcase>`, evidence.Passed, ""},
		"a retry that errored, then passed": {`<testcase><flakyError/></testcase>`, evidence.Passed, ""},
		"retries that all failed":           {`<testcase><failure/><rerunFailure/></testcase>`, evidence.Failed, ""},
		"a retry that errored":              {`<testcase><failure/><rerunError/></testcase>`, evidence.Errored, ""},
		"reruns without the failure":        {`<testcase><rerunFailure/></testcase>`, evidence.Failed, ""},
		"pytest rerun that passed":          {`<testcase><rerun message="x"/></testcase>`, evidence.Passed, ""},
		"pytest rerun that failed":          {`<testcase><rerun message="x"/><failure/></testcase>`, evidence.Failed, ""},
		"prefixed elements":                 {`<n:testcase><n:failure/></n:testcase>`, evidence.Failed, ""},
		"words inside CDATA":                {`<testcase><system-out><![CDATA[</testcase><failure/>]]></system-out></testcase>`, evidence.Passed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := readJUnit(t, `<testsuite name="s">`+c.in+`</testsuite>`)
			if r.Cases.Len() != 1 || r.Cases.At(0).Outcome != c.want || !r.Conclusive() {
				t.Errorf("got %d cases, %v, conclusive %v; want one %v", r.Cases.Len(), r.Cases.Counts(), r.Conclusive(), c.want)
			}
			if got := problems(r); (c.odd == "") != (got == "") || !strings.Contains(got, c.odd) {
				t.Errorf("problems %q, want …%s…", got, c.odd)
			}
		})
	}
}

// all lists every case, for comparing.
func all(r *evidence.Report) []evidence.Case {
	var out []evidence.Case
	for _, c := range r.Cases.All() {
		out = append(out, c)
	}
	return out
}

func TestJUnitCaseInFull(t *testing.T) {
	r := readJUnit(t, `<testsuites name="whole run">
<testsuite name="outer">
 <testcase name="plain" classname="C" time="0.25" file="a.py" line="7"/>
 <testsuite name="inner">
  <testcase name="a &lt; b" class="D" classname="C" file="b.py" line="9" time="1">
   <properties><property name="k" value="v"/><property name="text"> long </property></properties>
   <failure message=" the &quot;message&quot; " type="T">the text</failure>
   <error>first
second</error>
  </testcase>
 </testsuite>
 <testsuite><testcase class="E" id="by id"><skipped message="later"/></testcase></testsuite>
</testsuite>
<testcase name="outside"><failure type="OnlyType"/></testcase>
</testsuites>`)
	want := []evidence.Case{
		{Suite: "outer", Class: "C", Name: "plain", Outcome: evidence.Passed, Duration: 250 * time.Millisecond, At: evidence.Pos{Line: 3}, Detail: evidence.Detail{File: "a.py"}},
		{Suite: "outer > inner", Class: "C", Name: "a < b", Outcome: evidence.Errored, Duration: time.Second, At: evidence.Pos{Line: 5},
			Detail: evidence.Detail{Message: "first\nsecond", File: "b.py", Line: 9,
				Properties: []evidence.Property{{Name: "k", Value: "v"}, {Name: "text", Value: "long"}}}},
		{Suite: "outer", Class: "E", Name: "by id", Outcome: evidence.Skipped, At: evidence.Pos{Line: 12}, Detail: evidence.Detail{Message: "later"}},
		{Name: "outside", Outcome: evidence.Failed, At: evidence.Pos{Line: 14}, Detail: evidence.Detail{Message: "OnlyType"}},
	}
	if diff := cmp.Diff(want, all(r)); diff != "" {
		t.Error(diff)
	}
	if r.Suites != 3 {
		t.Errorf("%d suites, want 3", r.Suites)
	}
}

func TestJUnitWhichStatementIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want evidence.Case
	}{
		"the first of two failures": {`<testcase><failure message="one"/><failure message="two"/></testcase>`,
			evidence.Case{Outcome: evidence.Failed, Detail: evidence.Detail{Message: "one"}}},
		"the failure beside skipped": {`<testcase><failure message="one"/><skipped message="two"/></testcase>`,
			evidence.Case{Outcome: evidence.Failed, Detail: evidence.Detail{Message: "one"}}},
		"classname beside class": {`<testcase classname="C" class="D"/>`,
			evidence.Case{Outcome: evidence.Passed, Class: "C"}},
		"the place that a failure names": {`<testcase><failure message="m" file="a.cpp" line="19"/></testcase>`,
			evidence.Case{Outcome: evidence.Failed, Detail: evidence.Detail{Message: "m", File: "a.cpp", Line: 19}}},
		"the place of the case before that of its failure": {`<testcase file="b.cpp" line="2"><failure message="m" file="a.cpp" line="19"/></testcase>`,
			evidence.Case{Outcome: evidence.Failed, Detail: evidence.Detail{Message: "m", File: "b.cpp", Line: 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.At.Line = 1
			if diff := cmp.Diff([]evidence.Case{c.want}, all(readJUnit(t, `<testsuite>`+c.in+`</testsuite>`))); diff != "" {
				t.Error(diff)
			}
		})
	}
	r := readJUnit(t, `<testcase name="outer" file="o"><testcase name="inner!" file="i"><failure message="x"/></testcase><failure message="y"/></testcase>`)
	if in, out := r.Cases.At(0), r.Cases.At(1); in.Name+in.File != "inner!i" || out.Name+out.File != "outero" {
		t.Errorf("inner %+v, outer %+v", in, out)
	}
}

func TestJUnitAttempts(t *testing.T) {
	passed, failed, errored := evidence.Passed, evidence.Failed, evidence.Errored
	for name, c := range map[string]struct {
		in   string
		want []evidence.Attempt
		msg  string
	}{
		"flaky": {`<testcase time="3"><flakyFailure message="one" time="1"/><flakyError message="two"><stackTrace>x</stackTrace></flakyError></testcase>`,
			[]evidence.Attempt{{Outcome: failed, Duration: time.Second, Message: "one"}, {Outcome: errored, Message: "two"}, {Outcome: passed, Duration: 3 * time.Second}}, ""},
		"all failed": {`<testcase time="2"><failure message="one"/><rerunFailure type="T"><stackTrace>two</stackTrace></rerunFailure></testcase>`,
			[]evidence.Attempt{{Outcome: failed, Duration: 2 * time.Second, Message: "one"}, {Outcome: failed, Message: "two"}}, "one"},
		"pytest": {`<testcase><rerun message="one"/><failure message="two"/></testcase>`,
			[]evidence.Attempt{{Outcome: failed, Message: "one"}, {Outcome: failed, Message: "two"}}, "two"},
		"an error after a failure": {`<testcase><failure message="one"/><rerunError message="two"/></testcase>`,
			[]evidence.Attempt{{Outcome: failed, Message: "one"}, {Outcome: errored, Message: "two"}}, "one"},
		"reruns alone": {`<testcase><rerunError message="one"/></testcase>`, []evidence.Attempt{{Outcome: errored, Message: "one"}}, "one"},
	} {
		t.Run(name, func(t *testing.T) {
			got := readJUnit(t, `<testsuite>`+c.in+`</testsuite>`).Cases.At(0)
			if diff := cmp.Diff(c.want, got.Attempts); diff != "" || got.Message != c.msg {
				t.Errorf("message %q, want %q\n%s", got.Message, c.msg, diff)
			}
			if got.Flaky() != (name == "flaky") {
				t.Errorf("flaky %v", got.Flaky())
			}
		})
	}
}

func TestJUnitBounds(t *testing.T) {
	long := strings.Repeat("é", evidence.MaxName)
	var b strings.Builder
	fmt.Fprintf(&b, `<testsuite name="%s1"><testsuite name="%s2"><testcase classname="%s3">`, long, long, long)
	b.WriteString("<properties>" + strings.Repeat(`<property name="n" value="`+strings.Repeat("é", 1000)+`"/>`, 150) + "</properties>")
	b.WriteString(strings.Repeat(`<flakyFailure message="`+strings.Repeat("é", 4000)+`"/>`, 150))
	b.WriteString("</testcase><testcase><failure>" + strings.Repeat("line\n", 50) + "</failure></testcase></testsuite></testsuite>")
	r := readJUnit(t, b.String())
	c := r.Cases.At(0)
	if len(c.Suite) > evidence.MaxName+300 || len(c.Class) > evidence.MaxName {
		t.Errorf("suite of %d bytes, class of %d", len(c.Suite), len(c.Class))
	}
	if len(c.Properties) != 100 || len(c.Properties[0].Value) != 1024 {
		t.Errorf("%d properties, one of %d bytes", len(c.Properties), len(c.Properties[0].Value))
	}
	if len(c.Attempts) != 101 || len(c.Attempts[0].Message) != evidence.MaxMessage {
		t.Errorf("%d attempts, a message of %d bytes", len(c.Attempts), len(c.Attempts[0].Message))
	}
	if got := r.Cases.At(1).Message; strings.Count(got, "line") != 10 {
		t.Errorf("%d lines of text", strings.Count(got, "line"))
	}
	if !strings.Contains(problems(r), "more than 100 attempts") {
		t.Errorf("problems: %s", problems(r))
	}
	// Suites that differ only behind the cut stay two.
	r = readJUnit(t, `<testsuites><testsuite name="`+long+`1"><testcase/></testsuite><testsuite name="`+long+`2"><testcase/></testsuite></testsuites>`)
	if r.Cases.At(0).Suite == r.Cases.At(1).Suite {
		t.Error("two long suites became one")
	}
}

func TestJUnitCutFilesKeepWhatWasRead(t *testing.T) {
	const whole = `<testsuite tests="3"><testcase name="a"/><testcase name="b"><failure>x</failure></testcase><testcase name="c"/></testsuite>`
	for cut, want := range map[string]evidence.Counts{
		`<testcase name="b">`: counts(1, 0, 0, 0),
		`<failure>x`:          counts(1, 1, 0, 0),
		`</failure>`:          counts(1, 1, 0, 0),
		`name="c"/>`:          counts(2, 1, 0, 0),
	} {
		in := whole[:strings.Index(whole, cut)+len(cut)]
		r := readJUnit(t, in)
		if r.Cases.Counts() != want || r.Conclusive() || len(r.Problems) != 1 {
			t.Errorf("cut behind %s: %+v, want %+v; %s", cut, r.Cases.Counts(), want, problems(r))
		}
		if p := r.Problems[0].Pos; p.Line != 1 || p.Col != len(in)+1 {
			t.Errorf("cut behind %s: the problem is at %v, want 1:%d", cut, p, len(in)+1)
		}
	}
}

func TestJUnitErrorsThatAreNotTheFile(t *testing.T) {
	broken := errors.New("the disk is gone")
	src := format.Source{Reader: io.MultiReader(strings.NewReader(`<testsuite><testcase/>`), iotest.ErrReader(broken))}
	r := new(evidence.Report)
	if err := parseJUnit(context.Background(), src, r); !errors.Is(err, broken) || r.Cases.Len() != 1 {
		t.Errorf("got %v with %d cases", err, r.Cases.Len())
	}
}

func TestSniffJUnit(t *testing.T) {
	for in, want := range map[string]bool{
		`<testsuites/>`: true, `<testsuites name="x" tes`: true,
		"\uFEFF<?xml version=\"1.0\"?>\n<!-- <report> -->\n<testsuite name='a'/>": true,
		`<!DOCTYPE testsuite><testsuite tests="1"><testcase/>`:                    true,
		`<testsuite><testcase name="a"/></testsuite>`:                             true,
		`<testsuite/>`:                            true,
		`<testsuite id="1"><properties/>`:         true,
		`<testsuite name="a"><plan/></testsuite>`: true,
		`<testsuite id="1"><plan/></testsuite>`:   false,
		`<test-results total="1"/>`:               false, `<test-run id="2"/>`: false, `<assemblies/>`: false, `<TestRun/>`: false,
		`<testng-results/>`: false, `<robot/>`: false, `<coverage/>`: false, `<report name="x"/>`: false, `<checkstyle/>`: false,
		`<suites><testsuite name="x"/></suites>`: false, `{"testsuites":1}`: false, ``: false, `testsuites`: false,
		`<testsuitesx/>`: false,
		`<testrun name="a" project="p" tests="1"/>`: true, `<testrun name="a"><testsuite/>`: true, `<testrun/>`: false,
		`<testrun name="a"><count name="total" value="3"/>`: false, // IntelliJ
		`<testcase classname="a" name="b"/>`:                true, `<testcase><failure/></testcase>`: true,
		`<testcase internalid="1" name="a"><node_order/>`: false, `<testcase/>`: false, // TestLink
	} {
		if got := sniffJUnit("report.xml", []byte(in)); got != want {
			t.Errorf("%s: claimed %v, want %v", in, got, want)
		}
	}
}

// TestJUnitReadsAStreamInConstantMemory reads 64 MB with few cases in it; what
// is left and what was allocated on the way are far below that.
func TestJUnitReadsAStreamInConstantMemory(t *testing.T) {
	unit := []byte("<testsuite name=\"s\" tests=\"0\"><properties><property name=\"a\" value=\"b\"/></properties>" +
		"<system-out>" + strings.Repeat("a line of output &amp; more\n", 2000) + "</system-out></testsuite>\n")
	const total = 64 << 20
	body := io.LimitReader(&again{unit: unit}, int64(total/len(unit)*len(unit)))
	src := format.Source{Reader: io.MultiReader(strings.NewReader("<testsuites>"), body, strings.NewReader("<testcase/></testsuites>"))}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := new(evidence.Report)
	if err := parseJUnit(context.Background(), src, r); err != nil || !r.Conclusive() || r.Cases.Len() != 1 {
		t.Fatalf("%v; %d cases; %s", err, r.Cases.Len(), problems(r))
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 2<<20 {
		t.Errorf("%d bytes allocated for a stream of %d", got, total)
	}
}

// again gives unit again and again.
type again struct {
	unit []byte
	at   int
}

func (a *again) Read(p []byte) (int, error) {
	n := copy(p, a.unit[a.at:])
	a.at = (a.at + n) % len(a.unit)
	return n, nil
}

// FuzzJUnit: no input is a panic, the counts are those of the cases, and no
// strict prefix of a document that was whole is conclusive.
func FuzzJUnit(f *testing.F) {
	f.Add([]byte(`<testsuites tests="2"><testsuite name="s" failures="1"><testcase name="a" time="1,5"/><testcase><skipped/><failure>x</failure></testcase></testsuite></testsuites>`), 40)
	f.Add([]byte(`<testsuite tests="9" hostname="tbd"><error/><testcase status="notrun"><flakyFailure/><rerunError/><properties><property name="a">b</property></properties></testcase></testsuite>`), 90)
	f.Add([]byte(`<testsuite skipped="1"><skipped/></testsuite>`), 20)
	f.Fuzz(func(t *testing.T, in []byte, cut int) {
		read := func(in []byte) *evidence.Report {
			r := new(evidence.Report)
			if err := parseJUnit(context.Background(), format.Source{Reader: bytes.NewReader(in)}, r); err != nil {
				t.Fatal(err)
			}
			var sum evidence.Counts
			for _, c := range r.Cases.All() {
				sum.Add(c.Outcome)
			}
			for _, u := range r.Unlisted {
				sum = sum.Plus(u.Counts)
			}
			if sum != r.TestCounts() {
				t.Fatalf("the cases are %+v, the counts %+v", sum, r.TestCounts())
			}
			return r
		}
		whole := read(in)
		rest := len(bytes.TrimRight(in, " \t\r\n"))
		if !whole.Conclusive() || bytes.HasSuffix(in[:rest], []byte("-->")) || bytes.HasSuffix(in[:rest], []byte("?>")) {
			return // what follows the root may be cut
		}
		if cut < 0 || cut >= rest {
			return
		}
		if read(in[:cut]).Conclusive() {
			t.Fatalf("%q is conclusive, and is not whole", in[:cut])
		}
	})
}

// TestJUnitDialects reads a file in the manner of each writer. Numbers are
// counted by hand.
func TestJUnitDialects(t *testing.T) {
	for file, c := range map[string]struct {
		want   evidence.Counts
		suites int
		flaky  int
		sound  bool
		quirks int
	}{
		"bazel":           {counts(0, 0, 1, 0), 1, 0, true, 0},
		"catch2":          {counts(1, 0, 1, 0), 1, 0, true, 1}, // 57 assertions
		"ctest":           {counts(1, 1, 0, 2), 1, 0, true, 0},
		"cunit":           {counts(1, 1, 0, 0), 1, 0, true, 0},
		"eclipse":         {counts(1, 1, 2, 1), 1, 0, true, 1}, // the one that was running when the run was stopped
		"googletest":      {counts(1, 1, 0, 2), 1, 0, true, 0},
		"gotestsum":       {counts(1, 2, 0, 1), 2, 0, true, 1}, // broken's header; the root's error is a line of the compiler
		"jest":            {counts(1, 1, 0, 1), 1, 0, true, 0},
		"latin1":          {counts(1, 1, 0, 0), 1, 0, true, 0},
		"nette":           {counts(1, 1, 0, 1), 1, 0, true, 0},
		"nextest":         {counts(2, 1, 0, 0), 1, 1, true, 0},
		"phpunit":         {counts(3, 1, 0, 0), 2, 0, true, 1}, // the warning
		"pytest":          {counts(1, 1, 1, 2), 1, 0, true, 1}, // test_teardown passed and errored: 6 of 5
		"qt5":             {counts(3, 3, 0, 1), 1, 0, true, 0}, // the errors are messages
		"qunit":           {counts(1, 1, 0, 0), 1, 0, true, 0}, // six assertions
		"suite-error":     {counts(2, 1, 1, 4), 3, 0, false, 1},
		"surefire":        {counts(2, 1, 1, 1), 1, 1, true, 0},
		"swift":           {counts(1, 1, 0, 0), 1, 0, true, 0},
		"tst-disabled":    {counts(1, 1, 1, 1), 1, 0, true, 0},
		"web-test-runner": {counts(1, 1, 0, 1), 1, 0, true, 2}, // the time, the '<' in it
	} {
		t.Run(file, func(t *testing.T) {
			in, err := os.ReadFile("testdata/junit-xml/" + file + ".xml")
			if err != nil {
				t.Fatal(err)
			}
			if !sniffJUnit(file, in[:min(len(in), format.SniffLen)]) {
				t.Error("not claimed")
			}
			r := readJUnit(t, string(in))
			quirks := 0
			for _, p := range r.Problems {
				if p.Gravity == evidence.Quirk {
					quirks++
				}
			}
			if r.TestCounts() != c.want || r.Suites != c.suites || r.Cases.Flaky() != c.flaky || r.Conclusive() != c.sound || quirks != c.quirks {
				t.Errorf("got %+v in %d suites, %d flaky, conclusive %v, %d quirks; want %+v\n%s",
					r.TestCounts(), r.Suites, r.Cases.Flaky(), r.Conclusive(), quirks, c, problems(r))
			}
		})
	}
}
