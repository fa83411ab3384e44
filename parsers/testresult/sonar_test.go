package testresult

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSonarTests(t *testing.T) {
	report := func(cases string) string {
		return `<testExecutions version="1"><file path="a.js">` + cases + `</file></testExecutions>`
	}
	one := func(in string) string { return report(`<testCase name="a" duration="1">` + in + `</testCase>`) }
	for name, c := range map[string]struct{ in, want string }{
		"passed":                   {one(``), want(1, 0, 0, 0, true)},
		"failed":                   {one(`<failure message="m"/>`), want(0, 1, 0, 0, true)},
		"errored":                  {one(`<error message="m"/>`), want(0, 0, 1, 0, true)},
		"skipped":                  {one(`<skipped message="m"/>`), want(0, 0, 0, 1, true)},
		"skipped, then failed":     {one(`<skipped message="m"/><failure message="m"/>`), want(0, 1, 0, 0, true)},
		"failed, then skipped":     {one(`<failure message="m"/><skipped message="m"/>`), want(0, 1, 0, 0, true)},
		"failed, then errored":     {one(`<failure message="m"/><error message="m"/>`), want(0, 0, 1, 0, true)},
		"an element of no meaning": {one(`<failed/>`), want(1, 0, 0, 0, false)},
		"no name":                  {report(`<testCase duration="1"/>`), want(1, 0, 0, 0, false)},
		"no file":                  {`<testExecutions version="1"><testCase name="a" duration="1"/></testExecutions>`, want(1, 0, 0, 0, false)},
		"a misspelt case":          {report(`<testCase name="a"/><testcase name="b"><failure/></testcase>`), want(1, 0, 0, 0, false)},
		"another version":          {strings.Replace(one(``), `"1"`, `"2"`, 1), want(1, 0, 0, 0, false)},
		"no version":               {strings.Replace(one(``), ` version="1"`, ``, 1), want(1, 0, 0, 0, true)},
		"no case":                  {report(``), want(0, 0, 0, 0, false)},
		"cut in a failure":         {`<testExecutions version="1"><file path="a"><testCase name="a"><failure message="m">text`, want(0, 1, 0, 0, false)},
		"cut behind a failure":     {`<testExecutions version="1"><file path="a"><testCase name="a"><error/><skipped>`, want(0, 0, 1, 0, false)},
		"cut in what may pass":     {`<testExecutions version="1"><file path="a"><testCase name="a">`, want(0, 0, 0, 0, false)},
		"cut between two":          {`<testExecutions version="1"><file path="a"><testCase name="a"/>`, want(1, 0, 0, 0, false)},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBy(t, SonarTests, c.in)
			if diff := cmp.Diff(c.want, sum(r)); diff != "" {
				t.Errorf("%s\n%s", diff, problems(r))
			}
		})
	}
}

func FuzzSonarTests(f *testing.F) {
	f.Add([]byte(`<testExecutions version="1"><file path="a"><testCase name="a" duration="1"><skipped message="m"/><failure message="">t</failure><error/></testCase><x/></file></testExecutions>`))
	fuzzDotNet(f, SonarTests)
}

func BenchmarkSonarTests(b *testing.B) {
	var w bytes.Buffer
	w.WriteString("<testExecutions version=\"1\">\n")
	for f := range 400 {
		fmt.Fprintf(&w, "  <file path=\"test/shop/basket%d.test.js\">\n", f)
		for c := range 100 {
			fmt.Fprintf(&w, "    <testCase name=\"basket %d counts the items of order %d\" duration=\"%d\"/>\n", f, c, c%7)
		}
		w.WriteString("  </file>\n")
	}
	w.WriteString("</testExecutions>\n")
	benchDotNet(b, SonarTests, w.Bytes())
}
