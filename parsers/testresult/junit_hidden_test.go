package testresult

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Failures that a reader who takes the names and numbers of JUnit to the letter passes over.
func TestJUnitFailuresInOtherWordsAreNotPassedOver(t *testing.T) {
	for name, x := range map[string]struct {
		text       string
		counts     evidence.Counts
		conclusive bool
		says       string
	}{
		"an element called timeout":    {`<testsuite><testcase name="a"><timeout>10 s</timeout></testcase></testsuite>`, evidence.Counts{Errored: 1}, true, ""},
		"an element called failed":     {`<testsuite><testcase name="a"><failed/></testcase></testsuite>`, evidence.Counts{Failed: 1}, true, ""},
		"an element called attempts":   {`<testsuite><testcase name="a"><attempts/></testcase></testsuite>`, evidence.Counts{Passed: 1}, true, ""},
		"an element in capitals":       {`<testsuite><testcase name="a"><FAILURE>no</FAILURE></testcase></testsuite>`, evidence.Counts{Failed: 1}, true, ""},
		"an element as in a class":     {`<testsuite><testcase name="a"><Error/></testcase></testsuite>`, evidence.Counts{Errored: 1}, true, ""},
		"an element of another name":   {`<testsuite><testcase name="a"><failures/></testcase></testsuite>`, evidence.Counts{Passed: 1}, true, ""},
		"a failure wrapped in another": {`<testsuite><testcase name="a"><results><failure>no</failure><x/></results></testcase><testcase name="b"/></testsuite>`, evidence.Counts{Passed: 1, Failed: 1}, true, ""},
		"an error two elements deep":   {`<testsuite><testcase name="a"><r><s><x><y/></x><error/></s></r></testcase></testsuite>`, evidence.Counts{Errored: 1}, true, ""},
		"a failure that was printed":   {`<testsuite><testcase name="a"><system-out><failure/></system-out></testcase></testsuite>`, evidence.Counts{Passed: 1}, true, ""},
		"a header in capitals":         {`<testsuite Tests="1" FAILURES="1"><testcase name="a"/></testsuite>`, evidence.Counts{Passed: 1, Errored: 1}, true, ""},
		"failures below zero":          {`<testsuite failures="-1"><testcase name="a"/></testsuite>`, evidence.Counts{Passed: 1}, false, `failures="-1" in the header of <testsuite> is not a count`},
		"errors with a sign":           {`<testsuite errors="+1"><testcase name="a"/></testsuite>`, evidence.Counts{Passed: 1}, false, `errors="+1" in the header`},
		"failures that say nothing":    {`<testsuite failures=""><testcase name="a"/></testsuite>`, evidence.Counts{Passed: 1}, true, `failures="" in the header`},
		"tests that are no number":     {`<testsuite tests="all"><testcase name="a"/></testsuite>`, evidence.Counts{Passed: 1}, true, `tests="all" in the header`},
		"failures with blanks around":  {`<testsuite failures=" 1 "><testcase name="a"/></testsuite>`, evidence.Counts{Passed: 1, Errored: 1}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := readJUnit(t, x.text)
			if got := r.TestCounts(); got != x.counts || r.Conclusive() != x.conclusive {
				t.Errorf("%+v, conclusive %t", got, r.Conclusive())
			}
			said := ""
			for _, p := range r.Problems {
				said += p.Message + "\n"
			}
			if !strings.Contains(said, x.says) {
				t.Errorf("said %q", said)
			}
		})
	}
}
