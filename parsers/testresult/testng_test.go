package testresult

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTestNG(t *testing.T) {
	method := func(name, attrs string) string {
		return `<test-method name="` + name + `" signature="` + name + `()" ` + attrs + `/>`
	}
	pass, fail, skip := method("p", `status="PASS"`), method("f", `status="FAIL"`), method("s", `status="SKIP"`)
	retried := method("p", `status="SKIP" retried="true"`)
	report := func(totals, methods string) string {
		return `<testng-results ` + totals + `><suite name="S"><test name="T"><class name="C">` + methods + `</class></test></suite></testng-results>`
	}
	for name, c := range map[string]struct{ in, want string }{
		"one of each":                           {report(`total="3" passed="1" failed="1" skipped="1"`, pass+fail+skip), want(1, 1, 0, 1, true)},
		"no totals":                             {report(``, pass+fail), want(1, 1, 0, 0, true)},
		"no status":                             {report(``, method("a", ``)), want(0, 0, 1, 0, false)},
		"an unknown status":                     {report(``, method("a", `status="pass"`)), want(0, 0, 1, 0, false)},
		"a tolerated failure is left out":       {report(`total="1" passed="1" failed="0" skipped="0"`, pass+method("t", `status="SUCCESS_PERCENTAGE_FAILURE"`)), want(1, 1, 0, 0, true)},
		"ignored tests are no missing ones":     {report(`total="4" passed="1" failed="0" skipped="0" ignored="3"`, pass), want(1, 0, 0, 0, true)},
		"one is missing":                        {report(`total="2" passed="2" failed="0" skipped="0"`, pass), want(1, 0, 0, 0, false)},
		"one is missing behind an ignored one":  {report(`total="2" passed="2" failed="0" skipped="0" ignored="1"`, pass), want(1, 0, 0, 0, false)},
		"a failure is counted and not listed":   {report(`total="2" passed="1" failed="1" skipped="0"`, pass), want(1, 0, 1, 0, true)},
		"a passed one is counted as failed":     {report(`total="1" passed="0" failed="1" skipped="0"`, pass), want(1, 0, 1, 0, true)},
		"fewer are counted":                     {report(`total="0" passed="0" failed="0" skipped="0"`, fail), want(0, 1, 0, 0, true)},
		"a total that is no number":             {report(`total="one"`, pass), want(1, 0, 0, 0, false)},
		"configuration passed":                  {report(`total="1" passed="1" failed="0" skipped="0"`, method("b", `status="PASS" is-config="true"`)+pass), want(1, 0, 0, 0, true)},
		"configuration skipped":                 {report(`total="1" passed="1" failed="0" skipped="0"`, method("b", `status="SKIP" is-config="true"`)+pass), want(1, 0, 0, 0, true)},
		"configuration failed":                  {report(`total="1" passed="0" failed="0" skipped="1"`, method("b", `status="FAIL" is-config="true"`)+skip), want(0, 0, 1, 1, true)},
		"configuration of an unknown status":    {report(``, method("b", `status="?" is-config="true"`)+pass), want(1, 0, 1, 0, false)},
		"a retry before":                        {report(`total="2" passed="1" failed="0" skipped="0" retried="1"`, retried+pass), want(1, 0, 0, 0, true)},
		"a retry behind":                        {report(`total="2" passed="1" failed="0" skipped="0" retried="1"`, pass+retried), want(1, 0, 0, 0, true)},
		"a retry that the header calls skipped": {report(`total="2" passed="1" failed="0" skipped="1"`, retried+pass), want(1, 0, 0, 0, true)},
		"a retry alone":                         {report(``, retried), want(0, 0, 1, 0, false)},
		"a retry in another class":              {report(``, retried+`</class><class name="D">`+pass), want(1, 0, 1, 0, false)},
		"a method outside of a class":           {`<testng-results><suite name="S">` + pass + `<test name="T">` + fail + `</test></suite></testng-results>`, want(1, 1, 0, 0, true)},
		"a file of its own":                     {`<testng-results><suite name="S">` + pass + `<test url="T.xml"/></suite></testng-results>`, want(1, 0, 0, 0, false)},
		"nothing":                               {`<testng-results/>`, want(0, 0, 0, 0, false)},
		"nothing, and totals that say so":       {`<testng-results total="0" passed="0" failed="0" skipped="0"/>`, want(0, 0, 0, 0, true)},
		"cut behind a failure":                  {strings.TrimSuffix(report(``, pass+fail), `</class></test></suite></testng-results>`), want(1, 1, 0, 0, false)},
		"cut in a failure":                      {`<testng-results><suite><test><class name="C"><test-method name="f" status="FAIL"><params>`, want(0, 1, 0, 0, false)},
		"cut in what passed":                    {`<testng-results><suite><test><class name="C"><test-method name="p" status="PASS"><params>`, want(0, 0, 0, 0, false)},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBy(t, TestNG, c.in)
			if diff := cmp.Diff(c.want, sum(r)); diff != "" {
				t.Errorf("%s\n%s", diff, problems(r))
			}
		})
	}
}

// Rows of one data provider that are told apart by nothing could be taken for
// reruns of one another.
func TestTestNGRowsHaveNamesOfTheirOwn(t *testing.T) {
	row := func(v, status string) string {
		return `<test-method name="m" status="` + status + `"><params><param index="0"><value><![CDATA[` + v + `]]></value></param></params></test-method>`
	}
	r := readBy(t, TestNG, `<testng-results><suite><test><class name="C">`+row("1", "PASS")+row("2", "FAIL")+`</class></test></suite></testng-results>`)
	r.FoldDuplicates()
	if got := sum(r); got != want(1, 1, 0, 0, true) || r.Cases.At(1).Name != "m[2]" {
		t.Errorf("%s, %q", got, r.Cases.At(1).Name)
	}
}

func TestTestNGAttemptsBelongToTheNextExecution(t *testing.T) {
	run := func(ms, attrs string) string {
		return `<test-method name="m" signature="m()" duration-ms="` + ms + `" ` + attrs + `/>`
	}
	again := func(ms string) string { return run(ms, `status="SKIP" retried="true"`) }
	r := readBy(t, TestNG, `<testng-results><suite><test><class name="C">`+
		again("1")+run("2", `status="PASS"`)+again("3")+again("4")+run("5", `status="FAIL"`)+again("6")+`</class></test></suite></testng-results>`)
	var got []string
	for _, c := range r.Cases.All() {
		s := c.Outcome.String()
		for _, a := range c.Attempts {
			s += fmt.Sprintf(" %s/%d", a.Outcome, a.Duration.Milliseconds())
		}
		got = append(got, s)
	}
	if diff := cmp.Diff([]string{"passed failed/1 passed/2", "failed failed/3 failed/4 failed/6 failed/5"}, got); diff != "" {
		t.Error(diff)
	}
	if r.Cases.Flaky() != 1 {
		t.Errorf("%d flaky, want 1", r.Cases.Flaky())
	}
}

func FuzzTestNG(f *testing.F) {
	f.Add([]byte(`<testng-results total="3" passed="1" failed="1" skipped="1" retried="1"><suite name="S"><test name="T"><class name="C" package="p"><test-method name="a" status="SKIP" retried="true"><params><param><value is-null="true"/></param></params></test-method><test-method name="a" status="PASS" duration-ms="1" test-instance-name="i"/><test-method is-config="true" name="b" status="FAIL"><exception class="E"><message>m</message></exception></test-method></class></test></suite></testng-results>`))
	fuzzDotNet(f, TestNG)
}

func BenchmarkTestNG(b *testing.B) {
	const class, methods = 200, 100
	var w bytes.Buffer
	fmt.Fprintf(&w, "<testng-results total=\"%d\" passed=\"%[1]d\" failed=\"0\" skipped=\"0\">\n<suite name=\"Shop\"><test name=\"unit\">\n", class*methods)
	for i := range class {
		fmt.Fprintf(&w, "      <class name=\"shop.Basket%dTest\">\n", i)
		for j := range methods {
			fmt.Fprintf(&w, "        <test-method signature=\"counts%d()[pri:0, instance:shop.Basket%dTest@3dd4520b]\" started-at=\"2024-05-01T10:00:00 UTC\" name=\"counts%[1]d\" finished-at=\"2024-05-01T10:00:00 UTC\" duration-ms=\"1\" status=\"PASS\">\n          <reporter-output>\n          </reporter-output>\n        </test-method> <!-- counts%[1]d -->\n", j, i)
		}
		w.WriteString("      </class>\n")
	}
	w.WriteString("</test></suite></testng-results>\n")
	benchDotNet(b, TestNG, w.Bytes())
}

// What honest writers count in two ways is no oddity.
func TestTestNGTotalsOfHonestWritersAreQuiet(t *testing.T) {
	for _, in := range []string{
		`<testng-results total="2" passed="1" failed="0" skipped="1"><test-method name="a" status="SKIP" retried="true"/><test-method name="a" status="PASS"/></testng-results>`,
		`<testng-results total="2" passed="1" failed="0" skipped="0" retried="1"><test-method name="a" status="SKIP" retried="true"/><test-method name="a" status="PASS"/></testng-results>`,
		`<testng-results total="1" passed="1" failed="0" skipped="0"><test-method name="a" status="PASS"/><test-method name="b" status="SUCCESS_PERCENTAGE_FAILURE"/></testng-results>`,
	} {
		if r := readBy(t, TestNG, in); len(r.Problems) > 0 {
			t.Errorf("%s\n%s", in, problems(r))
		}
	}
}
