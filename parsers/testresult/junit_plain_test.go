package testresult

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// TestPlainCases reads runs of plain cases with others between them, once as they are
// and once with an attribute that no reader knows, which makes none of them plain.
func TestPlainCases(t *testing.T) {
	const doc = `<testsuites>
<testsuite name="s" tests="13" failures="1" errors="0" skipped="1">
  <testcase name="one" classname="a.rather.long.class" time="0.125"/>
  <testcase name="two" classname="a.rather.long.class" time="1.5"/>
  <testcase name="thr&#233;e &amp; &lt;four&gt;" classname="a.rather.long.class" time="12"/>
  <testcase name="ñandú" classname="a.rather.long.class" time="1,234.5"/>
  <testcase name="five" classname="a.rather.long.class" time=""/>
  <testcase name="six" classname="" time="0.000001"/>
  <testcase name="" classname="b" time="7.7" id="seven"/>
  <testcase name="eight" classname="b" time="0.5"><failure message="no"/></testcase>
  <testcase name="nine" classname="b" time="0.25"/><testcase name="ten" classname="b" time="0.75"/>

  <testcase name="eleven" classname="c" time="99999999.5"/>
  <testcase name="twelve" classname="c" time="0.1234567891"><skipped/></testcase>
  <testcase name="thirteen" classname="c" time="3.25"/>
</testsuite>
</testsuites>`
	parse := func(text string) *evidence.Report {
		r := &evidence.Report{}
		if err := JUnit.Parse(context.Background(), format.Source{Reader: strings.NewReader(text)}, r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	list := func(r *evidence.Report) (out []string) {
		for _, c := range r.Cases.All() {
			out = append(out, fmt.Sprintf("%s|%s|%s|%s|%v|%d", c.Suite, c.Class, c.Name, c.Outcome, c.Duration, c.At.Line))
		}
		for _, p := range r.Problems {
			out = append(out, p.String())
		}
		return out
	}
	r := parse(doc)
	plain, others := list(r), list(parse(strings.ReplaceAll(doc, "<testcase ", `<testcase other="x" `)))
	if strings.Join(plain, "\n") != strings.Join(others, "\n") {
		t.Errorf("plain:\n%s\n\nnot plain:\n%s", strings.Join(plain, "\n"), strings.Join(others, "\n"))
	}
	if want := (evidence.Counts{Passed: 11, Failed: 1, Skipped: 1}); r.TestCounts() != want {
		t.Errorf("counts %+v, want %+v", r.TestCounts(), want)
	}
	for i, want := range []struct {
		name string
		took time.Duration
		line int
	}{
		0:  {"one", 125 * time.Millisecond, 3},
		1:  {"two", 1500 * time.Millisecond, 4},
		2:  {"thrée & <four>", 12 * time.Second, 5},
		3:  {"ñandú", 1234500 * time.Millisecond, 6},
		5:  {"six", time.Microsecond, 8},
		6:  {"seven", 7700 * time.Millisecond, 9},
		9:  {"ten", 750 * time.Millisecond, 11},
		10: {"eleven", 99999999500 * time.Millisecond, 13},
		12: {"thirteen", 3250 * time.Millisecond, 15},
	} {
		if c := r.Cases.At(i); want.name != "" && (c.Name != want.name || c.Duration != want.took || c.At.Line != want.line) {
			t.Errorf("case %d is %q, %v, line %d; want %q, %v, line %d", i, c.Name, c.Duration, c.At.Line, want.name, want.took, want.line)
		}
	}
}
