package coverage

import (
	"bytes"
	"fmt"
	"testing"
)

// cloverDoc is a report of one file.
func cloverDoc(body string) string {
	return `<coverage clover="1"><project><file name="f">` + body + `</file></project></coverage>`
}

func cloverStmts(covered, total int) string {
	return fmt.Sprintf(`<metrics statements="%d" coveredstatements="%d" conditionals="0" coveredconditionals="0" methods="0" coveredmethods="0"/>`, total, covered)
}

// The numbers are counted by hand. A unit that no file of a report has is not
// measured (-).
func TestClover(t *testing.T) {
	const (
		ran    = `<line num="1" type="stmt" count="3"/>`
		not    = `<line num="2" type="stmt" count="0"/>`
		method = `<line num="9" type="method" count="1"/>`
		never  = `<line num="8" type="method" count="0"/>`
	)
	conds := func(covered, total int) string {
		return fmt.Sprintf(`<metrics statements="1" coveredstatements="1" conditionals="%d" coveredconditionals="%d"/>`, total, covered)
	}
	for name, c := range map[string]reportCase{
		"statements":                {cloverDoc(cloverStmts(1, 2) + ran + not), []string{"f 1/2 - 1/2 - +1 -2"}, nil},
		"metrics after the lines":   {cloverDoc(ran + not + cloverStmts(1, 2)), []string{"f 1/2 - 1/2 - +1 -2"}, nil},
		"no metrics":                {cloverDoc(ran + not), []string{"f 1/2 - 1/2 - +1 -2"}, nil},
		"metrics of a class":        {cloverDoc(`<class name="c">` + cloverStmts(7, 9) + `</class>` + ran + not), []string{"f 1/2 - 1/2 - +1 -2"}, nil},
		"lines in a class":          {cloverDoc(`<class name="c">` + ran + `</class>` + not), []string{"f 1/2 - 1/2 - +1 -2"}, nil},
		"metrics are worse":         {cloverDoc(cloverStmts(0, 2) + ran + not), []string{"f 1/2 - 0/2 - +1 -2"}, []string{`r.xml:1:31: the metrics of "f" count 0/2 statements where 1/2 are listed`}},
		"metrics are better":        {cloverDoc(cloverStmts(2, 2) + ran + not), []string{"f 1/2 - 1/2 - +1 -2"}, []string{"2/2 statements"}},
		"metrics twice":             {cloverDoc(cloverStmts(1, 2) + cloverStmts(2, 2) + ran + not), []string{"f 1/2 - 1/2 - +1 -2"}, []string{"second <metrics>"}},
		"a line twice, as in gcovr": {cloverDoc(cloverStmts(1, 2) + `<line num="5" type="stmt" count="0"/><line num="5" type="stmt" count="1"/>`), []string{"f 1/1 - 1/2 - +5"}, nil},
		"a line of number 0":        {cloverDoc(cloverStmts(1, 2) + ran + `<line num="0" type="stmt" count="0"/>`), []string{"f 1/2 - 1/2 - +1"}, nil},
		"hits beyond 64 bits":       {cloverDoc(`<line num="1" type="stmt" count="99999999999999999999999"/>`), []string{"f 1/1 - 1/1 - +1"}, nil},
		"metrics alone":             {cloverDoc(cloverStmts(3, 7)), []string{"f - - 3/7 - ?"}, nil},
		"an empty file":             {cloverDoc(cloverStmts(0, 0)), []string{"f - - 0/0 - ?"}, nil},

		"Clover's conditions": {cloverDoc(conds(3, 6) + `<line num="1" count="2" type="stmt"/>` +
			`<line num="1" truecount="5" falsecount="0" type="cond"/><line num="2" truecount="0" falsecount="5" type="cond"/><line num="3" truecount="5" falsecount="0" type="cond"/>`),
			[]string{"f 3/3 3/6 1/1 - +1 +2 +3"}, nil},
		"istanbul's branches": {cloverDoc(conds(3, 6) + `<line num="1" count="2" type="cond" truecount="3" falsecount="3"/>`), []string{"f 1/1 3/6 1/1 - +1"}, nil},
		"istanbul lists a part": {cloverDoc(conds(4, 6) + `<line num="1" count="2" type="cond" truecount="3" falsecount="1"/>`),
			[]string{"f 1/1 4/6 1/1 - +1"}, nil},
		"fewer branches than listed": {cloverDoc(conds(1, 1) + `<line num="1" count="2" type="cond" truecount="3" falsecount="2"/>`),
			[]string{"f 1/1 1/3 1/1 - +1"}, []string{"1/1 branches where 2/4 are listed"}},
		"branches that nobody counts":        {cloverDoc(`<line num="1" count="2" type="cond" truecount="3" falsecount="1"/>`), []string{"f 1/1 2/3 1/1 - +1"}, nil},
		"a condition that was false, unsure": {cloverDoc(`<line num="1" type="cond" truecount="0" falsecount="2"/>`), []string{"f 0/1 0/2 0/0 - -1"}, nil},
		"a condition that never ran":         {cloverDoc(`<line num="1" type="cond" truecount="0" falsecount="0"/>`), []string{"f 0/1 0/2 0/0 - -1"}, nil},

		"methods are no lines":   {cloverDoc(`<metrics statements="2" coveredstatements="1" methods="2" coveredmethods="1"/>` + ran + not + method + never), []string{"f 1/2 - 1/2 1/2 +1 -2"}, nil},
		"a method in part":       {cloverDoc(`<metrics statements="2" coveredstatements="1" methods="1" coveredmethods="0"/>` + ran + not + method), []string{"f 1/2 - 1/2 0/1 +1 -2"}, nil},
		"methods not all listed": {cloverDoc(`<metrics statements="1" coveredstatements="1" methods="5" coveredmethods="2"/>` + ran + method), []string{"f 1/1 - 1/1 2/5 +1"}, nil},
		"a missed method denied": {cloverDoc(`<metrics statements="1" coveredstatements="1" methods="2" coveredmethods="2"/>` + ran + method + never), []string{"f 1/1 - 1/1 1/2 +1"}, []string{"2/2 functions where 1/2 are listed"}},
		"methods without metrics": {cloverDoc(ran + method + never),
			[]string{"f 1/1 - 1/1 1/2 +1"}, nil},
		"methods are lines":              {cloverDoc(cloverStmts(2, 4) + ran + not + method + never), []string{"f 2/4 - 2/4 0/1 +1 -2 -8 +9"}, []string{"0/0 functions where 1/2"}},
		"statements of methods alone":    {cloverDoc(`<metrics statements="2" coveredstatements="1" methods="2" coveredmethods="1"/>` + method + never), []string{"f 1/2 - 1/2 1/2 -8 +9"}, nil},
		"a missed statement in a method": {cloverDoc(`<metrics statements="3" coveredstatements="1" methods="2" coveredmethods="1"/>` + ran + not + method + never), []string{"f 1/3 - 1/3 1/2 +1 -2 -8"}, nil},
		"methods are lines in all files": {`<coverage clover="1"><project><file name="a">` + `<metrics statements="9" coveredstatements="2" methods="1" coveredmethods="1"/>` + ran + method + `</file><file name="b">` + `<metrics statements="2" coveredstatements="1" methods="1" coveredmethods="1"/>` + not + method + `</file></project></coverage>`,
			[]string{"a 2/2 - 2/9 1/1 +1 +9", "b 1/2 - 1/2 1/1 -2 +9"}, []string{`the metrics of "a" count 2/9 statements where 2/2`}},

		"methods are lines in one file of two": {`<coverage clover="1"><project><file name="a">` + `<metrics statements="1" coveredstatements="1" methods="1" coveredmethods="1"/>` + ran + method + `</file><file name="b">` + `<metrics statements="3" coveredstatements="1" methods="1" coveredmethods="1"/>` + not + method + `</file></project></coverage>`,
			[]string{"a 1/1 - 1/1 1/1 +1", "b 0/1 - 0/2 1/1 -2"}, []string{`the metrics of "b" count 1/3 statements where 0/1`}},

		"totals of files without metrics": {`<coverage clover="1"><project><metrics statements="3" coveredstatements="2"/><file name="f">` + ran + not + method + `<line num="3" count="1" type="cond" truecount="0" falsecount="0"/></file></project></coverage>`,
			[]string{"f 2/3 0/2 2/3 1/1 +1 -2 +3"}, nil},
		"tests do not count":        {`<coverage clover="1"><project><file name="f">` + ran + `</file></project><testproject><file name="t">` + not + `</file></testproject></coverage>`, []string{"f 1/1 - 1/1 - +1"}, nil},
		"path before name":          {`<coverage clover="1"><project><package name="a.b"><file name="F.java" path="/s/F.java">` + ran + `</file></package></project></coverage>`, []string{"/s/F.java 1/1 - 1/1 - +1"}, nil},
		"a bare name in a package":  {`<coverage clover="1"><project><package name="a.b"><file name="F.java">` + ran + `</file></package></project></coverage>`, []string{"a/b/F.java 1/1 - 1/1 - +1"}, nil},
		"a full name in a package":  {`<coverage clover="1"><project><package name="a.b"><file name="C:\s\F.java">` + ran + `</file></package></project></coverage>`, []string{`C:\s\F.java 1/1 - 1/1 - +1`}, nil},
		"a bare name in no package": {`<coverage clover="1"><project><package name="default-pkg"><file name="F.java">` + ran + `</file></package></project></coverage>`, []string{"F.java 1/1 - 1/1 - +1"}, nil},
		"a file without a name":     {`<coverage clover="1"><project><file>` + ran + `</file></project></coverage>`, []string{" 1/1 - 1/1 - +1"}, []string{"!neither path nor name"}},

		"agreeing totals":       {`<coverage clover="1"><project>` + cloverStmts(1, 2) + `<package name="p">` + cloverStmts(1, 2) + `<file name="/f">` + cloverStmts(1, 2) + ran + not + `</file></package></project></coverage>`, []string{"/f 1/2 - 1/2 - +1 -2"}, nil},
		"a project lost a file": {`<coverage clover="1"><project>` + cloverStmts(1, 3) + `<file name="f">` + cloverStmts(1, 2) + ran + not + `</file></project></coverage>`, []string{"f 1/2 - 1/2 - +1 -2"}, []string{"!r.xml:1:22: the project counts 1/3 of statements where its files amount to 1/2"}},
		"a project counts less": {`<coverage clover="1"><project>` + cloverStmts(1, 1) + `<file name="f">` + cloverStmts(1, 2) + ran + not + `</file></project></coverage>`, []string{"f 1/2 - 1/2 - +1 -2"}, []string{"the project counts 1/1 of statements where its files amount to 1/2; the files count"}},
		"a package is wrong once": {`<coverage clover="1"><project>` + cloverStmts(1, 3) + `<package name="p">` + cloverStmts(1, 3) + `<file name="/f">` + cloverStmts(1, 2) + ran + not + `</file></package></project></coverage>`,
			[]string{"/f 1/2 - 1/2 - +1 -2"}, []string{`!package "p"`}},
		"the project is right": {`<coverage clover="1"><project>` + cloverStmts(1, 2) + `<package name="p">` + cloverStmts(1, 3) + `<file name="/f">` + cloverStmts(1, 2) + ran + not + `</file></package></project></coverage>`,
			[]string{"/f 1/2 - 1/2 - +1 -2"}, []string{`!package "p"`}},
		"lines of one file missing": {`<coverage clover="1"><project><file name="a">` + ran + `</file><file name="b">` + cloverStmts(5, 5) + `</file><file name="c">` + cloverStmts(0, 0) + `</file></project></coverage>`,
			[]string{"a 1/1 - 1/1 - +1", "b - - 5/5 - ?", "c 0/0 - 0/0 - ?"}, []string{"!count 5 statements and none of its lines is listed"}},
		"no file":                  {`<coverage clover="1"><project>` + cloverStmts(0, 0) + `</project></coverage>`, nil, []string{"!names no source file"}},
		"a line outside of a file": {`<coverage clover="1"><project>` + ran + `</project></coverage>`, nil, []string{"!outside of a <file>"}},
		"no number":                {cloverDoc(ran + `<line type="stmt" count="1"/>`), []string{"f 1/2 - 1/2 - +1"}, []string{"!needs num"}},
		"no count":                 {cloverDoc(`<line num="1" type="stmt"/>`), []string{"f 0/1 - 0/1 - -1"}, []string{"!needs num and count"}},
		"a count below 0":          {cloverDoc(`<line num="1" type="stmt" count="-1"/>`), []string{"f 0/1 - 0/1 - -1"}, []string{`!count="-1"`}},
		"a line beyond any file":   {cloverDoc(ran + `<line num="4194305" type="stmt" count="1"/>`), []string{"f 1/2 - 1/2 - +1"}, []string{`!num="4194305"`}},
		"an unknown type":          {cloverDoc(ran + `<line num="2" type="goto" count="1"/><line num="3" type="goto" count="0"/>`), []string{"f 1/2 - 1/2 - +1 -3"}, []string{`type "goto"`}},
		"more covered than there are": {cloverDoc(`<metrics statements="1" coveredstatements="2"/>` + ran),
			[]string{"f 1/1 - 1/1 - +1"}, []string{"!needs coveredstatements up to statements"}},
		"metrics of words": {cloverDoc(`<metrics statements="x" coveredstatements="1"/>` + ran), []string{"f 1/1 - 1/1 - +1"}, []string{`!statements="x"`, "!needs"}},
		"one path twice": {`<coverage clover="1"><project><file name="f">` + ran + not + `</file><file name="f"><line num="1" type="stmt" count="0"/><line num="2" type="stmt" count="1"/></file></project></coverage>`,
			[]string{"f 2/2 - 1/2 - +1 +2"}, nil},
		"cut": {`<coverage clover="1"><project><file name="a">` + ran + `</file><file name="b">` + ran, []string{"a 1/1 - 1/1 - +1"}, []string{"!cut short"}},
	} {
		t.Run(name, func(t *testing.T) { c.run(t, Clover) })
	}
}

func TestCloverSniff(t *testing.T) {
	for head, want := range map[string]bool{
		`<?xml version="1.0"?><coverage clover="3.2.0" generated="1">`:                      true,
		`<coverage generated="1700000000">`:                                                 true,
		`<coverage generated="17000`:                                                        false, // cut inside of the value
		`<coverage><project timestamp="1">`:                                                 true,
		`<coverage version="1"><file path="a.go"/>`:                                         false, // Sonar
		`<coverage line-rate="0.5" branch-rate="0" version="1.9" timestamp="1"><packages/>`: false, // Cobertura
		`<coverage branch-rate="0.5" generated="1"><packages/>`:                             false,
		`<coverage><packages/></coverage>`:                                                  false,
		`<coverage/>`:                                                                       false,
		`<CoverageSession clover="1"/>`:                                                     false,
		`<report clover="1"/>`:                                                              false,
	} {
		if got := Clover.Sniff("x.xml", []byte(head)); got != want {
			t.Errorf("%s: %v", head, got)
		}
	}
}

func FuzzClover(f *testing.F) {
	f.Add([]byte(cloverDoc(cloverStmts(1, 2) + `<line num="1" type="stmt" count="3"/><line num="2" type="cond" truecount="0" falsecount="1"/><line num="3" type="method" count="0"/>`)))
	f.Add([]byte(`<file name="a"><metrics methods="2" coveredmethods="1"/></file>`))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzReport(t, Clover, data) })
}

// generatedClover is a report of that many files of 200 lines.
func generatedClover(files int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><coverage generated="1" clover="3.2.0"><project timestamp="1"><package name="src">`)
	for f := range files {
		fmt.Fprintf(&b, "\n    <file name=\"f%d.ts\" path=\"/work/src/f%d.ts\">\n      "+`<metrics statements="200" coveredstatements="100" conditionals="40" coveredconditionals="20" methods="3" coveredmethods="2"/>`, f, f)
		for l := range 200 {
			if l%10 == 0 {
				fmt.Fprintf(&b, "\n      <line num=\"%d\" count=\"%d\" type=\"cond\" truecount=\"1\" falsecount=\"1\"/>", l+1, l%2)
			} else {
				fmt.Fprintf(&b, "\n      <line num=\"%d\" count=\"%d\" type=\"stmt\"/>", l+1, l%2)
			}
		}
		b.WriteString("\n    </file>")
	}
	b.WriteString(`</package></project></coverage>`)
	return b.Bytes()
}

func BenchmarkClover(b *testing.B) { benchmarkReport(b, Clover, generatedClover(2000)) }
