package coverage

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// readReport reads doc, and writes "path lines branches statements functions"
// for each file, with - for a unit that is not measured, and the lines that ran
// (+), that did not (-), or ? if the lines are not known.
func readReport(t testing.TB, f format.Format, doc string) (r *evidence.Report, files []string) {
	t.Helper()
	r = &evidence.Report{Source: "r.xml"}
	if err := f.Parse(context.Background(), format.Source{Reader: strings.NewReader(doc)}, r); err != nil {
		t.Fatal(err)
	}
	for i := range r.Coverage {
		c := &r.Coverage[i]
		s := c.Path
		for _, u := range evidence.Units {
			if m, ok := c.Unit(u); ok {
				s += " " + m.Fraction()
			} else {
				s += " -"
			}
		}
		if c.LineSet == nil {
			s += " ?"
		} else {
			for n := 1; n <= c.LineSet.Room(); n++ {
				if coverable, ran := c.LineSet.Line(n); ran {
					s += fmt.Sprintf(" +%d", n)
				} else if coverable {
					s += fmt.Sprintf(" -%d", n)
				}
			}
		}
		files = append(files, s)
	}
	return r, files
}

// reportCase is one document, its files as readReport writes them, and one word of
// each problem in order: with ! where it is unsound.
type reportCase struct {
	in    string
	files []string
	say   []string
}

func (c reportCase) run(t *testing.T, f format.Format) {
	t.Helper()
	r, files := readReport(t, f, c.in)
	if diff := cmp.Diff(c.files, files); diff != "" {
		t.Error(diff)
	}
	var said []string
	for _, p := range r.Problems {
		said = append(said, p.String())
	}
	if len(said) != len(c.say) {
		t.Fatalf("problems:\n%s\nwant %q", strings.Join(said, "\n"), c.say)
	}
	for i, p := range r.Problems {
		want, unsound := strings.CutPrefix(c.say[i], "!")
		if !strings.Contains(p.String(), want) || unsound != (p.Gravity == evidence.Unsound) {
			t.Errorf("problem %d is %s %s; want %q", i, p.Gravity, p, c.say[i])
		}
	}
}

// The numbers are counted by hand.
func TestJaCoCo(t *testing.T) {
	const (
		ran    = `<line nr="1" mi="0" ci="2" mb="0" cb="0"/>`
		partly = `<line nr="2" mi="1" ci="1" mb="1" cb="1"/>`
		not    = `<line nr="3" mi="4" ci="0" mb="2" cb="0"/>`
		all    = ran + partly + not
	)
	file := func(body string) string {
		return `<report name="r"><package name="a/b"><sourcefile name="F.java">` + body + `</sourcefile></package></report>`
	}
	for name, c := range map[string]reportCase{
		"lines and branches":         {file(all), []string{"a/b/F.java 2/3 1/4 - 0/0 +1 +2 -3"}, nil},
		"agreeing counters":          {file(all + `<counter type="LINE" missed="1" covered="2"/><counter type="BRANCH" missed="3" covered="1"/><counter type="METHOD" missed="1" covered="4"/>`), []string{"a/b/F.java 2/3 1/4 - 4/5 +1 +2 -3"}, nil},
		"instructions are not read":  {file(ran + `<counter type="INSTRUCTION" missed="7" covered="2"/><counter type="COMPLEXITY" missed="x" covered="2"/>`), []string{"a/b/F.java 1/1 0/0 - 0/0 +1"}, nil},
		"the counter is worse":       {file(all + `<counter type="LINE" missed="2" covered="1"/>`), []string{"a/b/F.java 1/3 1/4 - 0/0 +1 +2 -3"}, []string{"r.xml:1:38: \"a/b/F.java\" counts 1/3 of lines where its lines amount to 2/3"}},
		"the counter is better":      {file(all + `<counter type="LINE" missed="0" covered="3"/>`), []string{"a/b/F.java 2/3 1/4 - 0/0 +1 +2 -3"}, []string{"3/3 of lines"}},
		"the counter counts more":    {file(all + `<counter type="LINE" missed="5" covered="5"/>`), []string{"a/b/F.java 2/7 1/4 - 0/0 +1 +2 -3"}, []string{"5/10 of lines"}},
		"the branch counter differs": {file(all + `<counter type="BRANCH" missed="2" covered="2"/>`), []string{"a/b/F.java 2/3 1/4 - 0/0 +1 +2 -3"}, []string{"2/4 of branches where its lines amount to 1/4"}},
		"a counter twice":            {file(ran + `<counter type="METHOD" missed="0" covered="4"/><counter type="METHOD" missed="1" covered="2"/>`), []string{"a/b/F.java 1/1 0/0 - 2/3 +1"}, []string{"second counter METHOD"}},
		"counters only":              {file(`<counter type="LINE" missed="3" covered="7"/><counter type="BRANCH" missed="1" covered="1"/>`), []string{"a/b/F.java 7/10 1/2 - 0/0 ?"}, nil},
		"an interface":               {file(``), []string{"a/b/F.java 0/0 0/0 - 0/0 ?"}, nil},
		"bare lines":                 {file(`<line nr="1"/><line nr="2" mb="1" cb="1"/><line nr="3"/><counter type="LINE" missed="1" covered="1"/>`), []string{"a/b/F.java 1/2 1/2 - 0/0 ?"}, nil},
		"bare lines and no counter":  {file(`<line nr="1"/>`), []string{"a/b/F.java 0/0 0/0 - 0/0 ?"}, []string{"!do not say whether they ran"}},
		"a zero left out":            {file(`<line nr="1" ci="1"/><line nr="2" mi="1"/><line nr="3"/>`), []string{"a/b/F.java 1/2 0/0 - 0/0 +1 -2"}, nil},
		"a line without code":        {file(ran + `<line nr="9" mi="0" ci="0" mb="0" cb="0"/>`), []string{"a/b/F.java 1/1 0/0 - 0/0 +1"}, nil},
		"lines of number 0":          {file(ran + `<line nr="0" mi="3" ci="0"/><counter type="LINE" missed="1" covered="1"/>`), []string{"a/b/F.java 1/2 0/0 - 0/0 +1"}, nil},
		"single quotes, other order": {file(`<line cb='0' mb='0' ci='4' mi='0' nr='70'/>`), []string{"a/b/F.java 1/1 0/0 - 0/0 +70"}, nil},
		"a line without a number":    {file(ran + `<line mi="0" ci="2"/>`), []string{"a/b/F.java 1/1 0/0 - 0/0 +1"}, []string{"!r.xml:1:106: <line> has no number"}},
		"a line beyond any file":     {file(ran + `<line nr="4194305" mi="0" ci="2"/>`), []string{"a/b/F.java 1/1 0/0 - 0/0 +1"}, []string{"!no number from 0"}},
		"a negative count":           {file(`<line nr="1" mi="-1" ci="2"/>`), []string{"a/b/F.java 1/1 0/0 - 0/0 +1"}, []string{`!mi="-1"`}},
		"a count beyond any code":    {file(`<line nr="1" mi="0" ci="99999999999999999999"/>`), []string{"a/b/F.java 0/0 0/0 - 0/0"}, []string{`!ci="999`}},
		"a counter without a number": {file(ran + `<counter type="LINE" covered="1"/>`), []string{"a/b/F.java 1/1 0/0 - 0/0 +1"}, []string{"!<counter> has no attribute missed"}},
		"the default package":        {`<report name="r"><package name=""><sourcefile name="F.java">` + ran + `</sourcefile></package></report>`, []string{"F.java 1/1 0/0 - 0/0 +1"}, nil},
		"a folder in both names":     {`<report name="r"><package name="a/b"><class sourcefilename="b/F.ps1"><counter type="METHOD" missed="1" covered="2"/></class><sourcefile name="b/F.ps1">` + ran + `</sourcefile></package></report>`, []string{"a/b/F.ps1 1/1 0/0 - 2/3 +1"}, nil},
		"a folder in one name":       {`<report name="r"><package name="ab"><sourcefile name="b/F.ps1">` + ran + `</sourcefile><sourcefile name="/F.ps1">` + ran + `</sourcefile></package></report>`, []string{"ab//F.ps1 1/1 0/0 - 0/0 +1", "ab/b/F.ps1 1/1 0/0 - 0/0 +1"}, nil},
		"a package that is a folder": {`<report name="r"><package name="b"><sourcefile name="b/F.ps1">` + ran + `</sourcefile></package></report>`, []string{"b/F.ps1 1/1 0/0 - 0/0 +1"}, nil},
		"a file without a name":      {`<report name="r"><package name="p"><sourcefile>` + ran + `</sourcefile></package></report>`, []string{"p/ 1/1 0/0 - 0/0 +1"}, []string{"!<sourcefile> has no name"}},
		"groups in groups": {`<report name="r"><group name="g"><group name="h"><package name="p"><sourcefile name="F">` + ran + `</sourcefile><counter type="LINE" missed="0" covered="1"/></package><counter type="LINE" missed="0" covered="1"/></group></group><counter type="LINE" missed="0" covered="1"/></report>`,
			[]string{"p/F 1/1 0/0 - 0/0 +1"}, nil},
		"a file in an unknown element": {`<report name="r"><x><package name="p"><y><sourcefile name="F">` + ran + `</sourcefile></y></package></x></report>`, []string{"p/F 1/1 0/0 - 0/0 +1"}, nil},
		"a package has lost a file": {`<report name="r"><package name="p"><sourcefile name="F">` + ran + `</sourcefile><counter type="LINE" missed="1" covered="1"/></package><counter type="LINE" missed="1" covered="1"/></report>`,
			[]string{"p/F 1/1 0/0 - 0/0 +1"}, []string{`!r.xml:1:18: package "p" counts 1/2 of lines where its files amount to 1/1: something is missing`}},
		"a report counts fewer": {`<report name="r"><package name="p"><sourcefile name="F">` + ran + `</sourcefile></package><counter type="LINE" missed="0" covered="0"/></report>`,
			[]string{"p/F 1/1 0/0 - 0/0 +1"}, []string{`the report counts 0/0 of lines where its files amount to 1/1; the files count`}},
		"a counter of something unknown": {`<report name="r"><package name="p"><x><counter type="LINE" missed="9" covered="1"/></x><sourcefile name="F">` + ran + `</sourcefile></package></report>`,
			[]string{"p/F 1/1 0/0 - 0/0 +1"}, nil},
		"a package is wrong and the report is right": {`<report name="r"><package name="p"><sourcefile name="F">` + ran + `</sourcefile><counter type="LINE" missed="1" covered="1"/></package><counter type="LINE" missed="0" covered="1"/></report>`,
			[]string{"p/F 1/1 0/0 - 0/0 +1"}, []string{"!package"}},
		"a package counts more missed": {`<report name="r"><package name="p"><sourcefile name="F">` + ran + partly + `</sourcefile><counter type="LINE" missed="1" covered="1"/></package></report>`,
			[]string{"p/F 2/2 1/2 - 0/0 +1 +2"}, []string{"!package"}},
		"a report of totals": {`<report name="r"><counter type="LINE" missed="1" covered="9"/></report>`, nil, []string{"!counts 9/10 of lines where its files amount to 0/0"}},
		"an empty report":    {`<report name="r"/>`, nil, []string{"!names no source file"}},
		"the same file in two groups": {`<report name="r"><group name="g"><package name="p"><sourcefile name="F">` + ran + not + `</sourcefile></package></group><group name="h"><package name="p"><sourcefile name="F">` + ran + `<line nr="3" mi="0" ci="4" mb="1" cb="1"/></sourcefile></package></group></report>`,
			[]string{"p/F 2/2 1/2 - 0/0 +1 +3"}, nil},
		"the same file, once in dispute": {`<report name="r"><group name="g"><package name="p"><sourcefile name="F">` + ran + `<counter type="LINE" missed="1" covered="0"/></sourcefile></package></group><group name="h"><package name="p"><sourcefile name="F">` + ran + `</sourcefile></package></group></report>`,
			[]string{"p/F 1/1 0/0 - 0/0 +1"}, []string{"0/1 of lines"}},
		"two sources of one path": {`<report name="r"><group name="g"><package name="p"><sourcefile name="F">` + ran + partly + `</sourcefile></package></group><group name="h"><package name="p"><sourcefile name="F"><line nr="2" mi="1" ci="0" mb="1" cb="0"/>` + `</sourcefile></package></group></report>`,
			[]string{"p/F 1/2 1/3 - 0/0 +1 -2"}, []string{"stands here and at line 1 with other lines"}},
		"one of two has no lines": {`<report name="r"><group name="g"><package name="p"><sourcefile name="F">` + ran + `</sourcefile></package></group><group name="h"><package name="p"><sourcefile name="F"><counter type="LINE" missed="3" covered="1"/></sourcefile></package></group></report>`,
			[]string{"p/F 2/5 0/0 - 0/0 ?"}, []string{"stands here"}},
		"methods in classes alone": {`<report name="r"><package name="p"><class name="p/F" sourcefilename="F"><method name="m"><counter type="METHOD" missed="0" covered="9"/></method><counter type="METHOD" missed="1" covered="2"/></class><class name="p/F$1" sourcefilename="F"><counter type="METHOD" missed="1" covered="0"/></class><sourcefile name="F">` + ran + `</sourcefile></package></report>`,
			[]string{"p/F 1/1 0/0 - 2/4 +1"}, nil},
		"classes without a source": {`<report name="r"><package name="p"><class name="p/X"><counter type="METHOD" missed="1" covered="2"/></class><sourcefile name="F">` + ran + `<counter type="METHOD" missed="0" covered="1"/></sourcefile><counter type="METHOD" missed="1" covered="3"/><counter type="BRANCH" missed="2" covered="0"/></package><counter type="METHOD" missed="1" covered="3"/></report>`,
			[]string{"p/F 1/1 0/0 - 1/1 +1", "p/[no source] - 0/2 - 2/3 ?"}, nil},
		"cut": {`<report name="r"><package name="p"><sourcefile name="F">` + ran + `</sourcefile><sourcefile name="G">` + ran, []string{"p/F 1/1 0/0 - 0/0 +1"}, []string{"!cut short"}},
	} {
		t.Run(name, func(t *testing.T) { c.run(t, JaCoCo) })
	}
}

func TestJaCoCoSniff(t *testing.T) {
	for head, want := range map[string]bool{
		`<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="x"/>`: true,
		`<report name="x"><sessioninfo id="a" start="1" dump="2"/>`:                                                    true,
		`<report name="x"><package name="p">`:                                                                          true,
		`<report><group name="g"/>`:                                                                                    true,
		`<report><counter type="LINE" missed="0" covered="1"/>`:                                                        true,
		`<report name="x"/>`:                        false,
		`<report><title>Jacoco</title></report>`:    false,
		`<report><package id="1"/></report>`:        false,
		`<reports><package name="1"/></reports>`:    false,
		`<coverage><package name="p"/></coverage>`:  false,
		`{"report": "<report><package name='p'/>"}`: false,
	} {
		if got := JaCoCo.Sniff("x.xml", []byte(head)); got != want {
			t.Errorf("%s: %v", head, got)
		}
	}
}

// TestLinesOfNoSizeTakeNoRoom: a few bytes name a line in the millions.
func TestLinesOfNoSizeTakeNoRoom(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<report name="r"><package name="p">`)
	for i := range 70 {
		fmt.Fprintf(&b, `<sourcefile name="F%d"><line nr="4194304" mi="0" ci="1"/></sourcefile>`, i)
	}
	b.WriteString(`</package></report>`)
	r := &evidence.Report{Source: "r.xml"}
	if err := JaCoCo.Parse(context.Background(), format.Source{Reader: strings.NewReader(b.String())}, r); err != nil {
		t.Fatal(err)
	}
	kept := 0
	for i := range r.Coverage {
		if s := r.Coverage[i].LineSet; s != nil {
			kept += s.Room()
		}
	}
	if kept > lineRoom || r.Conclusive() {
		t.Errorf("room for %d lines, conclusive %v", kept, r.Conclusive())
	}
	if all, _ := r.CoverageOf(evidence.Lines); all.Fraction() != "70/70" {
		t.Errorf("%s lines", all.Fraction())
	}
}

// fuzzReport holds what is true of every report, whatever the bytes.
func fuzzReport(t *testing.T, f format.Format, data []byte) {
	r := &evidence.Report{Source: "fuzz"}
	if err := f.Parse(context.Background(), format.Source{Reader: bytes.NewReader(data)}, r); err != nil {
		t.Fatal(err)
	}
	last := ""
	for i := range r.Coverage {
		c := &r.Coverage[i]
		if i > 0 && c.Path <= last {
			t.Errorf("%q after %q", c.Path, last)
		}
		last = c.Path
		for _, u := range evidence.Units {
			if m, _ := c.Unit(u); m.Num > m.Den {
				t.Errorf("%s %s of %q", m.Fraction(), u, c.Path)
			}
		}
		if m, ok := c.Unit(evidence.Lines); c.LineSet != nil && (!ok || m.Num > 0 && m.Den == 0) {
			t.Errorf("lines without a count")
		}
	}
	if len(r.Coverage) == 0 && r.Conclusive() {
		t.Error("conclusive without a file")
	}
}

func FuzzJaCoCo(f *testing.F) {
	f.Add([]byte(`<report name="r"><group name="g"><package name="p"><class name="c"/><sourcefile name="F"><line nr="1" mi="0" ci="2" mb="0" cb="0"/><counter type="LINE" missed="1" covered="0"/></sourcefile></package></group></report>`))
	f.Add([]byte(`<sourcefile><counter type="BRANCH" missed="1" covered="0"/></sourcefile>`))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzReport(t, JaCoCo, data) })
}

// generatedJaCoCo is a report of that many files of 200 lines.
func generatedJaCoCo(files int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="gen"><package name="com/acme/gen">`)
	for f := range files {
		fmt.Fprintf(&b, `<class name="com/acme/gen/C%d" sourcefilename="C%d.java">`, f, f)
		for m := range 10 {
			fmt.Fprintf(&b, `<method name="m%d" desc="()V" line="%d"><counter type="INSTRUCTION" missed="0" covered="30"/><counter type="LINE" missed="10" covered="10"/><counter type="COMPLEXITY" missed="0" covered="1"/><counter type="METHOD" missed="0" covered="1"/></method>`, m, 20*m+1)
		}
		fmt.Fprintf(&b, `<counter type="METHOD" missed="0" covered="10"/></class><sourcefile name="C%d.java">`, f)
		for l := range 200 {
			fmt.Fprintf(&b, `<line nr="%d" mi="%d" ci="%d" mb="0" cb="0"/>`, 3*l+1, 3*(l%2), 3-3*(l%2))
		}
		b.WriteString(`<counter type="LINE" missed="100" covered="100"/><counter type="METHOD" missed="0" covered="10"/></sourcefile>`)
	}
	b.WriteString(`</package></report>`)
	return b.Bytes()
}

func BenchmarkJaCoCo(b *testing.B) { benchmarkReport(b, JaCoCo, generatedJaCoCo(2000)) }

// benchmarkReport reads one report here and as tokens of the standard library.
func benchmarkReport(b *testing.B, f format.Format, in []byte) {
	for _, way := range []struct {
		name string
		read func(io.Reader) error
	}{
		{"report", func(r io.Reader) error {
			rep := new(evidence.Report)
			err := f.Parse(context.Background(), format.Source{Reader: r}, rep)
			if err == nil && !rep.Conclusive() {
				return fmt.Errorf("%v", rep.Problems)
			}
			return err
		}},
		{"encoding/xml tokens", func(r io.Reader) error {
			d := xml.NewDecoder(r)
			for {
				if _, err := d.Token(); err != nil {
					return nil
				}
			}
		}},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if err := way.read(bytes.NewReader(in)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
