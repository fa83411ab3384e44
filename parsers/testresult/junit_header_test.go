package testresult

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
)

// TestJUnitTwoWitnesses holds headers against bodies. Numbers are counted by hand.
func TestJUnitTwoWitnesses(t *testing.T) {
	const pass, fail, skip = `<testcase/>`, `<testcase><failure/></testcase>`, `<testcase><skipped/></testcase>`
	const flaky = `<testcase><flakyFailure/><flakyFailure/></testcase>`
	for name, c := range map[string]struct {
		in    string
		want  evidence.Counts
		sound bool
		say   []string // one word of each problem, in order
	}{
		"agreement": {`<testsuite tests="3" failures="1" skipped="1">` + pass + fail + skip + `</testsuite>`, counts(1, 1, 0, 1), true, nil},
		"no header": {`<testsuite>` + pass + fail + `</testsuite>`, counts(1, 1, 0, 0), true, nil},
		"the header counts more bad": {`<testsuite tests="2" failures="1" errors="2">` + pass + fail + `</testsuite>`,
			counts(1, 1, 2, 0), true, []string{"counts 3 failed or errored where 1 is listed; 2 more count"}},
		"the header counts less bad": {`<testsuite tests="2" failures="0" errors="0">` + pass + fail + `</testsuite>`,
			counts(1, 1, 0, 0), true, []string{"0 failed or errored where 1 is listed"}},
		"the header counts more tests": {`<testsuite tests="5" failures="1">` + pass + fail + `</testsuite>`,
			counts(1, 1, 0, 0), false, []string{"counts 5 tests and 2 are listed: 3 are missing"}},
		"the header counts fewer tests": {`<testsuite tests="1">` + pass + fail + `</testsuite>`,
			counts(1, 1, 0, 0), true, []string{"1 tests where 2 are listed"}},
		"the missing test is the failed one": {`<testsuite tests="2" failures="1">` + pass + `</testsuite>`,
			counts(1, 0, 1, 0), true, []string{"1 more counts"}},
		"tests without the skipped": {`<testsuite tests="1" skipped="1">` + pass + skip + `</testsuite>`, counts(1, 0, 0, 1), true, nil},
		"more skipped than listed":  {`<testsuite tests="1" skipped="1">` + pass + `</testsuite>`, counts(1, 0, 0, 0), true, []string{"1 skipped where 0 are"}},
		"skipped and disabled":      {`<testsuite tests="2" skipped="1" disabled="1">` + skip + skip + `</testsuite>`, counts(0, 0, 0, 2), true, nil},
		"Surefire counts attempts":  {`<testsuite tests="3" failures="2">` + flaky + `</testsuite>`, counts(1, 0, 0, 0), true, nil},
		"Surefire counts the case":  {`<testsuite tests="1" failures="0">` + flaky + `</testsuite>`, counts(1, 0, 0, 0), true, nil},
		"every failure counted":     {`<testsuite tests="1" failures="2"><testcase><failure/><failure/></testcase></testsuite>`, counts(0, 1, 0, 0), true, nil},
		"inclusive headers":         {`<testsuite tests="2" failures="1"><testsuite tests="1" failures="1">` + fail + `</testsuite>` + pass + `</testsuite>`, counts(1, 1, 0, 0), true, nil},
		"exclusive headers":         {`<testsuite tests="1" failures="0"><testsuite tests="1" failures="1">` + fail + `</testsuite>` + pass + `</testsuite>`, counts(1, 1, 0, 0), true, nil},
		"a lie is told once": {`<testsuites tests="4" failures="2"><testsuite tests="4" failures="2">` + pass + fail + `</testsuite></testsuites>`,
			counts(1, 1, 1, 0), false, []string{"1 more counts", "1 is missing"}},
		"a lie of the inner header alone": {`<testsuites tests="1" failures="1"><testsuite tests="0" failures="0">` + fail + `</testsuite></testsuites>`,
			counts(0, 1, 0, 0), true, []string{"0 failed or errored where 1"}},
		"the root alone counts more": {`<testsuites tests="9"><testsuite tests="1">` + pass + `</testsuite></testsuites>`,
			counts(1, 0, 0, 0), false, []string{"<testsuites> counts 9 tests and 1 is listed"}},
		"a header and no cases": {`<testsuite name="s" tests="6" failures="1" skipped="2"/>`,
			counts(3, 1, 0, 2), false, []string{"counts 6 cases and lists none: that 3 passed cannot be seen"}},
		"a header of failures and no cases": {`<testsuite tests="2" failures="1" errors="1"/>`, counts(0, 1, 1, 0), true, []string{"lists none"}},
		"a root with numbers alone":         {`<testsuites tests="2" failures="0"/>`, counts(2, 0, 0, 0), false, []string{"lists none"}},
		"an empty suite":                    {`<testsuite tests="0" failures="0"/>`, counts(0, 0, 0, 0), true, nil},
		"an empty root":                     {`<testsuites/>`, counts(0, 0, 0, 0), true, nil},
		"numbers alone are told once":       {`<testsuites failures="1" skipped="2"><testsuite tests="3" failures="1" skipped="2"/></testsuites>`, counts(0, 1, 0, 2), true, []string{"lists none"}},
		"a skipped suite":                   {`<testsuites tests="2"><testsuite tests="2"><skipped/></testsuite></testsuites>`, counts(0, 0, 0, 2), true, []string{"lists none"}},
		"a failure of the suite":            {`<testsuite><failure/></testsuite>`, counts(0, 0, 1, 0), true, nil},
		"cases in the output of a suite":    {`<testsuite tests="1"><system-out><testcase/></system-out>` + pass + `</testsuite>`, counts(1, 0, 0, 0), true, nil},
		"an error of the suite":             {`<testsuite tests="1" errors="1"><error message="m"/></testsuite>`, counts(0, 0, 1, 0), true, nil},
		"an error the header leaves out":    {`<testsuite tests="1" errors="0">` + pass + `<error/><failure/></testsuite>`, counts(1, 0, 1, 0), true, nil},
		"an error instead of the cases":     {`<testsuite tests="5" errors="0"><error/></testsuite>`, counts(0, 0, 1, 0), false, []string{"4 are missing"}},
		"Catch2 by its host":                {`<testsuite tests="40" failures="0" hostname="tbd">` + pass + `</testsuite>`, counts(1, 0, 0, 0), true, []string{"40 tests, which"}},
		"Catch2 by its properties":          {`<testsuite tests="40"><properties><property name="random-seed" value="1"/></properties>` + pass + `</testsuite>`, counts(1, 0, 0, 0), true, []string{"40 tests, which"}},
		"pytest counts teardowns":           {`<testsuites><testsuite name="pytest" tests="2" errors="1"><testcase><error/></testcase></testsuite></testsuites>`, counts(0, 0, 1, 0), true, []string{"2 tests, which"}},
		"pytest with a name of its own":     {`<testsuites name="pytest tests"><testsuite name="mine" tests="2" errors="1"><testcase><error/></testcase></testsuite></testsuites>`, counts(0, 0, 1, 0), true, []string{"2 tests, which"}},
		"Web Test Runner counts twice": {`<testsuite tests="2" failures="1" errors="1"><properties><property name="browser.launcher" value="x"/></properties>` + pass + fail + `</testsuite>`,
			counts(1, 1, 0, 0), true, nil},
		"a header that is no number":    {`<testsuite tests="many" failures="-1">` + pass + `</testsuite>`, counts(1, 0, 0, 0), false, []string{`tests="many"`, `failures="-1"`}},
		"a header beyond any run":       {`<testsuite tests="99999999999999999999">` + pass + `</testsuite>`, counts(1, 0, 0, 0), false, []string{"more than any run"}},
		"a case inside a case":          {`<testsuite tests="2"><testcase name="a"><testcase name="b"><failure/></testcase></testcase></testsuite>`, counts(1, 1, 0, 0), true, nil},
		"a case inside another element": {`<testsuite tests="1"><group><testcase/></group></testsuite>`, counts(1, 0, 0, 0), true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := readJUnit(t, c.in)
			if r.TestCounts() != c.want || r.Conclusive() != c.sound {
				t.Errorf("got %+v, conclusive %v; want %+v, %v", r.TestCounts(), r.Conclusive(), c.want, c.sound)
			}
			if len(r.Problems) != len(c.say) {
				t.Fatalf("%d problems, want %d:\n%s", len(r.Problems), len(c.say), problems(r))
			}
			for i, p := range r.Problems {
				if !strings.Contains(p.Message, c.say[i]) {
					t.Errorf("problem %d: %s; want …%s…", i, p, c.say[i])
				}
			}
		})
	}
}

func TestJUnitUnlistedAreAtTheirHeader(t *testing.T) {
	r := readJUnit(t, "<testsuites>\n <testsuite name='a'><testsuite name='b' tests='1' failures='1'/></testsuite>\n</testsuites>")
	want := []evidence.Unlisted{{Suite: "a > b", At: evidence.Pos{File: "r.xml", Line: 2, Col: 22}, Counts: counts(0, 1, 0, 0)}}
	if diff := cmp.Diff(want, r.Unlisted); diff != "" {
		t.Error(diff)
	}
	if r.Problems[0].Pos != want[0].At {
		t.Errorf("the problem is at %v", r.Problems[0].Pos)
	}
}

func TestJUnitSuitesAreCounted(t *testing.T) {
	for in, want := range map[string]int{
		`<testsuites/>`: 0,
		`<testsuite/>`:  1,
		`<testsuites><testsuite/><testsuite><testcase/></testsuite></testsuites>`:            2,
		`<testsuite><testsuite><testcase/></testsuite></testsuite>`:                          1,
		`<testsuite><testcase/><testsuite><testcase/></testsuite></testsuite>`:               2,
		`<testsuite><testsuite/><skipped/></testsuite>`:                                      2,
		`<testsuite><testsuite/><error/></testsuite>`:                                        2,
		`<testsuites><testsuites><testsuite/></testsuites></testsuites>`:                     1,
		`<testsuite><testsuites><testsuite><testcase/></testsuite></testsuites></testsuite>`: 1,
	} {
		if got := readJUnit(t, in).Suites; got != want {
			t.Errorf("%s: %d suites, want %d", in, got, want)
		}
	}
}

func TestJUnitSuiteError(t *testing.T) {
	got := all(readJUnit(t, "<testsuite name='s'>\n<error message='did not compile'/><error message='x'/></testsuite>"))
	want := []evidence.Case{{Suite: "s", Name: "[suite]", Outcome: evidence.Errored, At: evidence.Pos{Line: 2}, Detail: evidence.Detail{Message: "did not compile"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// googletest writes --gtest_list_tests as it writes a report, without numbers of
// failures.
func TestJUnitAListOfTestsIsNoRun(t *testing.T) {
	const suite = `<testsuite name="Total" tests="1"><testcase name="Adds" file="a.cc" line="1" /></testsuite></testsuites>`
	for root, sound := range map[string]bool{
		`<testsuites tests="1" name="AllTests">`:              false,
		`<testsuites tests="1" failures="0" name="AllTests">`: true,
	} {
		if r := readJUnit(t, root+suite); r.Conclusive() != sound {
			t.Errorf("%s: conclusive is %t\n%s", root, r.Conclusive(), problems(r))
		}
	}
}

// The tests of a suite of QUnit's are the assertions of its cases, and more than those are
// tests that are missing.
func TestJUnitAssertionsOfCases(t *testing.T) {
	for tests, sound := range map[string]bool{"2": true, "5": true, "6": false} {
		r := readJUnit(t, `<testsuite name="s" tests="`+tests+`"><testcase name="a" tests="3"/><testcase name="b" tests="2"/></testsuite>`)
		if r.Conclusive() != sound || r.TestCounts() != counts(2, 0, 0, 0) {
			t.Errorf("%s: got %+v, conclusive %v: %s", tests, r.TestCounts(), r.Conclusive(), problems(r))
		}
	}
}
