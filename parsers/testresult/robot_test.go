package testresult

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
)

func TestRobot(t *testing.T) {
	const (
		pass     = `<test name="p"><status status="PASS"/></test>`
		fail     = `<test name="f"><status status="FAIL"/></test>`
		skip     = `<test name="s"><status status="SKIP"/></test>`
		robot    = `<robot generator="Robot 7.0"><suite name="S">`
		rebot    = `<robot generator="Rebot 7.0"><suite name="S">`
		end      = `</suite></robot>`
		teardown = `<kw name="x" type="TEARDOWN"><status status="FAIL">t</status></kw>`
		setup    = `<kw name="x" type="setup"><status status="FAIL">s</status></kw>`
		failed   = `<status status="FAIL"/>`
	)
	total := func(pass, fail, skip int) string {
		return fmt.Sprintf(`</suite><statistics><total><stat pass="%d" fail="%d" skip="%d">All Tests</stat></total></statistics></robot>`, pass, fail, skip)
	}
	for name, c := range map[string]struct{ in, want string }{
		"one of each":             {robot + pass + fail + skip + failed + end, want(1, 1, 0, 1, true)},
		"no status":               {robot + `<test name="a"/>` + end, want(0, 0, 1, 0, false)},
		"a status without a word": {robot + `<test name="a"><status/></test>` + end, want(0, 1, 0, 0, true)},
		"an unknown status":       {robot + `<test name="a"><status status="OK"/></test>` + end, want(0, 0, 1, 0, false)},
		"two that agree":          {robot + `<test name="a"><status status="PASS"/><status status="PASS"/></test>` + end, want(1, 0, 0, 0, true)},
		"two that do not":         {robot + `<test name="a"><status status="FAIL"/><status status="PASS"/></test>` + end, want(0, 1, 0, 0, false)},
		"the status of a keyword is not a test's":  {robot + `<test name="a"><kw><status status="PASS"/></kw></test>` + end, want(0, 0, 1, 0, false)},
		"a test in an unknown element":             {robot + `<thing>` + pass + `</thing>` + end, want(1, 0, 0, 0, true)},
		"a failed teardown in robot's own file":    {robot + pass + skip + fail + teardown + failed + end, want(0, 2, 0, 1, true)},
		"a failed teardown in rebot's file":        {rebot + pass + fail + teardown + failed + end, want(1, 1, 0, 0, true)},
		"an outer teardown after an inner one":     {robot + pass + `<suite name="I">` + pass + teardown + failed + `</suite>` + pass + teardown + failed + end, want(0, 3, 0, 0, true)},
		"a teardown that was not run":              {robot + pass + `<kw type="TEARDOWN"><status status="NOT RUN"/></kw>` + end, want(1, 0, 0, 0, true)},
		"a skipped teardown":                       {robot + pass + fail + strings.Replace(teardown, "FAIL", "SKIP", 1) + end, want(0, 1, 0, 1, true)},
		"a failed teardown of what was skipped":    {robot + skip + teardown + failed + end, want(0, 0, 1, 1, true)},
		"a failed setup and no test":               {robot + setup + failed + end, want(0, 0, 1, 0, true)},
		"a failed setup and no test, stated":       {robot + setup + failed + total(0, 0, 0), want(0, 0, 1, 0, true)},
		"a failed setup that nothing else tells":   {robot + setup + pass + end, want(1, 0, 1, 0, true)},
		"a failed suite of passed tests":           {rebot + pass + failed + end, want(1, 0, 1, 0, true)},
		"one errored case a failure":               {rebot + `<suite name="I">` + pass + failed + `</suite>` + failed + end, want(1, 0, 1, 0, true)},
		"totals agree":                             {robot + pass + fail + skip + failed + total(1, 1, 1), want(1, 1, 0, 1, true)},
		"totals count a failure more":              {robot + pass + total(1, 1, 0), want(1, 0, 1, 0, true)},
		"totals count a passed one more":           {robot + pass + total(2, 0, 0), want(1, 0, 0, 0, false)},
		"totals count a skipped one more":          {robot + pass + total(1, 0, 1), want(1, 0, 0, 0, false)},
		"totals call a passed one failed":          {robot + pass + total(0, 1, 0), want(1, 0, 1, 0, true)},
		"totals count less":                        {robot + pass + fail + failed + total(1, 0, 0), want(1, 1, 0, 0, true)},
		"totals that are no numbers":               {robot + pass + strings.Replace(total(1, 0, 0), `"1"`, `"one"`, 1), want(1, 0, 0, 0, false)},
		"nothing at all":                           {`<robot generator="Robot 7.0"/>`, want(0, 0, 0, 0, false)},
		"nothing, and totals that say so":          {robot + total(0, 0, 0), want(0, 0, 0, 0, true)},
		"totals only":                              {robot + total(3, 0, 0), want(0, 0, 0, 0, false)},
		"the totals of suites and tags are passed": {robot + pass + `</suite><statistics><total><stat pass="1" fail="0"/></total><tag><stat pass="0" fail="9"/></tag><suite><stat pass="0" fail="9"/></suite></statistics></robot>`, want(1, 0, 0, 0, true)},
		"critical tests are a part":                {robot + pass + fail + failed + `</suite><statistics><total><stat pass="1" fail="0"/><stat pass="1" fail="1"/></total></statistics></robot>`, want(1, 1, 0, 0, true)},
		"a suite alone":                            {`<suite id="s1" name="S">` + pass + fail + failed + `</suite>`, want(1, 1, 0, 0, true)},
		"cut in a test":                            {robot + pass + `<test name="f"><status status="PASS"/>`, want(1, 0, 0, 0, false)},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBy(t, Robot, c.in)
			if diff := cmp.Diff(c.want, sum(r)); diff != "" {
				t.Errorf("%s\n%s", diff, problems(r))
			}
		})
	}
}

// Tests of equal names in two suites are told apart by the suites around them.
func TestRobotSuitesAreLongNames(t *testing.T) {
	r := readBy(t, Robot, `<robot generator="Robot 7"><suite name="A"><suite name="B"><test name="x"><status status="PASS"/></test></suite><suite name="C"><test name="x"><status status="PASS"/></test></suite></suite></robot>`)
	if a, b := r.Cases.At(0).Suite, r.Cases.At(1).Suite; a != "A.B" || b != "A.C" || r.Suites != 2 {
		t.Errorf("got %q and %q, %d suites", a, b, r.Suites)
	}
}

func TestRobotIsTold(t *testing.T) {
	for in, want := range map[string]bool{
		`<robot generator="Robot 7.0">`:              true,
		`<robot><suite name="x">`:                    true,
		`<robot><statistics>`:                        true,
		`<suite id="s1" name="x">`:                   true,
		`<robot name="arm"><link name="base"/>`:      false, // a description of a robot
		`<suite name="x">`:                           false,
		`<testsuite id="s1">`:                        false,
		`<robot name="arm" version="1"></robot>`:     false,
		`<!-- made by hand --><robot><suite id="1">`: true,
	} {
		if got := Robot.Sniff("output.xml", []byte(in)); got != want {
			t.Errorf("%s is told as %t", in, got)
		}
	}
}

func TestRobotAttempts(t *testing.T) {
	const old = `<span class="merge">Test has been re-executed and results merged.</span>`
	for name, c := range map[string]struct {
		text, msg string
		before    []evidence.Attempt
	}{
		"plain":              {"just text", "just text", nil},
		"html":               {`*HTML* <b>one</b><br>two &lt; three`, "one\ntwo < three", nil},
		"before Robot 3.2":   {`*HTML*Re-executed test has been merged.<hr>New status:  <span class="pass">PASS</span><br>New message:  <hr>Old status:  <span class="fail">FAIL</span><br>Old message:  why`, "", []evidence.Attempt{{Outcome: evidence.Failed, Message: "why"}}},
		"twice":              {`*HTML* ` + old + `<hr>New status: <span class="pass">PASS</span><br><hr>Old status:</span> <span class="skip">SKIP</span><br><hr>Old status:</span> <span class="pass">PASS</span><br>`, "", []evidence.Attempt{{Outcome: evidence.Passed}, {Outcome: evidence.Skipped}}},
		"a skip was ignored": {`*HTML* ` + old + `Latter result had <span class="skip">SKIP</span> status and was ignored. Message:<br>later`, "Test has been re-executed and results merged.Latter result had SKIP status and was ignored. Message:\nlater", nil},
		"no HTML":            {`Old status: <span class="fail">FAIL</span>`, `Old status: <span class="fail">FAIL</span>`, nil},
	} {
		msg, before := robotMessage([]byte(c.text))
		if diff := cmp.Diff(c.before, before); diff != "" || string(msg) != c.msg {
			t.Errorf("%s: message %q, attempts %s", name, msg, diff)
		}
	}
	long := `*HTML*` + strings.Repeat(`Old status: <span class="fail">FAIL</span>`, 1000)
	if _, before := robotMessage([]byte(long)); len(before) != maxRobotAttempts {
		t.Errorf("%d attempts are kept of 1000", len(before))
	}
}

func TestRobotDurations(t *testing.T) {
	for attrs, want := range map[string]time.Duration{
		`elapsed="1.5"`:                    1500 * time.Millisecond,
		`elapsed="0.000068" starttime="x"`: 68 * time.Microsecond,
		`elapsedtime="42"`:                 42 * time.Millisecond,
		`starttime="N/A" endtime="N/A"`:    0,
		`starttime="20210228 23:59:59.500" endtime="20210301 00:00:01.000"`: 1500 * time.Millisecond,
		`starttime="20210228 23:59:59.500" endtime="N/A" elapsedtime="7"`:   7 * time.Millisecond,
		`starttime="20210301 00:00:01.000" endtime="20210228 23:59:59.500"`: 0,
		`start="2024-01-01T00:00:00.000000" elapsed="2"`:                    2 * time.Second,
		`starttime="2021-02-28 23:59:59.5" endtime="20210301 00:00:01.000"`: 0,
		`starttime="2021O228 23:59:59.500" endtime="20210301 00:00:01.000"`: 0,
	} {
		r := readBy(t, Robot, `<robot generator="Robot"><suite><test name="a"><status status="PASS" `+attrs+`/></test></suite></robot>`)
		if got := r.Cases.At(0).Duration; got != want || !r.Conclusive() {
			t.Errorf("%s is %v, want %v: %s", attrs, got, want, problems(r))
		}
	}
}

func FuzzRobot(f *testing.F) {
	f.Add([]byte(`<robot generator="Robot 7"><suite name="S" source="s"><kw type="SETUP"><status status="FAIL"/></kw><test name="a" line="3"><kw/><status status="PASS" starttime="20210228 23:59:59.500" endtime="20210301 00:00:01.000">*HTML*Old status: &lt;span class="fail"></status></test><kw type="TEARDOWN"><status status="FAIL"/></kw><status status="FAIL"/></suite><statistics><total><stat pass="1" fail="1" skip="1"/></total></statistics><errors><msg level="ERROR">e</msg></errors></robot>`))
	fuzzDotNet(f, Robot)
}

func BenchmarkRobot(b *testing.B) {
	var w bytes.Buffer
	w.WriteString("<robot generator=\"Robot 7.1\" schemaversion=\"5\">\n<suite id=\"s1\" name=\"Shop\" source=\"/src\">\n")
	for i := range 10_000 {
		fmt.Fprintf(&w, "<test id=\"s1-t%d\" name=\"Counts %d\" line=\"%d\">\n", i, i, i)
		for range 3 {
			w.WriteString("<kw name=\"Log\" owner=\"BuiltIn\">\n<msg time=\"2023-12-18T15:29:23.570466\" level=\"INFO\">12 of 12 are there</msg>\n<arg>${n} of ${n} are there</arg>\n<doc>Logs the given message with the given level.</doc>\n<status status=\"PASS\" start=\"2023-12-18T15:29:23.570330\" elapsed=\"0.000182\"/>\n</kw>\n")
		}
		w.WriteString("<status status=\"PASS\" start=\"2023-12-18T15:29:23.569597\" elapsed=\"0.000935\"/>\n</test>\n")
	}
	w.WriteString("<status status=\"PASS\"/>\n</suite>\n<statistics><total><stat pass=\"10000\" fail=\"0\" skip=\"0\">All Tests</stat></total></statistics>\n</robot>\n")
	benchDotNet(b, Robot, w.Bytes())
}

// Robot 3 has a total of the critical tests before that of all.
func TestRobotTakesTheTotalOfAllTests(t *testing.T) {
	const tests = `<robot generator="Robot 3.2"><suite name="S"><test name="p"><status status="PASS"/></test><test name="f"><status status="FAIL" critical="no"/></test></suite><statistics><total>`
	for _, totals := range []string{
		`<stat pass="1" fail="0">Critical Tests</stat><stat pass="1" fail="1">All Tests</stat>`,
		`<stat pass="1" fail="1">All Tests</stat><stat pass="1" fail="0">Critical Tests</stat>`,
	} {
		if r := readBy(t, Robot, tests+totals+`</total></statistics></robot>`); len(r.Problems) > 0 {
			t.Errorf("%s\n%s", totals, problems(r))
		}
	}
}
