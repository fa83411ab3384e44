package coverage

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// cob is a report with these attributes of the root and these classes.
func cob(attrs, classes string) string {
	return "<coverage line-rate='0' " + attrs + "><packages><package name='p'><classes>\n" + classes + "</classes></package></packages></coverage>\n"
}

// class is a class of a file with these methods and lines.
func class(file, methods, lines string) string {
	return "<class name='c' filename='" + file + "'><methods>" + methods + "</methods><lines>" + lines + "</lines></class>\n"
}

// ln is a line, with branches if b is not empty.
func ln(n int, hits, b string) string {
	if b != "" {
		b = " branch='true' condition-coverage='" + b + "'"
	}
	return fmt.Sprintf("<line number='%d' hits='%s'%s/>", n, hits, b)
}

func method(lines string) string { return "<method name='m'><lines>" + lines + "</lines></method>" }

// The fractions were counted by hand.
func TestCoberturaNumbers(t *testing.T) {
	checkReadings(t, Cobertura, []reading{
		{"lines", cob("", class("a", "", ln(1, "1", "")+ln(2, "0", "")+ln(9, "18446744073709551616", ""))), "a lines 2/3", nil},
		{"branches", cob("", class("a", "", ln(1, "1", "50% (1/2)")+ln(2, "0", "0.0% (0/3)"))+class("b", "", ln(1, "1", ""))),
			"a lines 1/2 branches 1/5; b lines 1/1 branches 0/0", nil},
		{"a line that ran without its branches", cob("", class("a", "", ln(1, "2", "0% (0/2)"))), "a lines 1/1 branches 0/2", nil},
		{"no branches at a line", cob("", class("a", "", ln(1, "2", "100% (0/0)"))), "a lines 1/1", nil},
		{"methods repeat", cob("", class("a", method(ln(1, "0", "0% (0/4)")+ln(2, "3", "")), ln(1, "4", "50% (1/2)")+ln(2, "0", ""))), "a lines 1/2 branches 1/2", nil},
		{"methods with a line more", cob("", class("a", method(ln(7, "1", "50% (1/2)")+ln(2, "3", "")), ln(1, "4", "")+ln(2, "0", ""))), "a lines 1/2", nil},
		{"methods alone", cob("", class("a", method(ln(1, "1", "50% (1/2)"))+method(ln(2, "0", "")), "")), "a lines 1/2 branches 1/2", nil},
		{"a line in a method only", cob("", class("a", method(ln(1, "1", "")+ln(7, "0", "0% (0/2)")+ln(8, "1", "")), ln(1, "1", ""))), "a lines 1/1", nil},
		{"classes of one file", cob("", class("a", "", ln(1, "1", "50% (1/2)")+ln(2, "0", ""))+class("b", "", ln(1, "0", ""))+class("a", "", ln(1, "0", "0% (0/2)")+ln(2, "1", "")+ln(3, "0", ""))),
			"a lines 2/3 branches 1/2; b lines 0/1 branches 0/0", nil},
		{"one line with two numbers of branches", cob("", class("a", "", ln(1, "1", "100% (2/2)"))+class("a", "", ln(1, "1", "25% (1/4)"))), "a lines 1/1 branches 1/4", nil},
		// Of three branches all ran in one class, and of two one: that leaves most uncovered.
		{"one line with two numbers of branches, one of them twice", cob("", class("a", "", ln(1, "1", "50% (1/2)"))+class("a", "", ln(1, "1", "0% (0/3)"))+class("a", "", ln(1, "1", "100% (3/3)"))), "a lines 1/1 branches 1/2", nil},
		{"classes whose lines come before those of others", cob("", class("a", "", ln(5, "1", "50% (1/2)")+ln(7, "1", "100% (2/2)"))+class("a", "", ln(9, "1", "25% (1/4)"))+class("a", "", ln(1, "1", "0% (0/8)")+ln(7, "1", "50% (1/2)"))),
			"a lines 4/4 branches 4/16", nil},
		{"line 64 and its neighbours", cob("", class("a", "", ln(63, "1", "")+ln(64, "0", "")+ln(65, "1", ""))), "a lines 2/3", nil},
		{"a class with no line", cob("", class("a", "", "")+class("b", "", ln(1, "1", ""))), "a lines 0/0; b lines 1/1", nil},
		{"totals that agree", cob("lines-valid='2' lines-covered='1' branches-valid='2' branches-covered='1'", class("a", "", ln(1, "1", "50% (1/2)")+ln(2, "0", ""))), "a lines 1/2 branches 1/2", nil},
		{"no branches in total", cob("lines-valid='1' lines-covered='1' branches-valid='0' branches-covered='0'", class("a", "", ln(1, "1", "50% (1/2)"))), "a lines 1/1 branches 1/2", nil},
	})
}

func TestCoberturaWitnesses(t *testing.T) {
	two := class("a", "", ln(1, "1", "")+ln(2, "1", "")) + class("b", "", ln(1, "1", "")+ln(2, "0", ""))
	checkReadings(t, Cobertura, []reading{
		{"a worse total of one file", cob("lines-valid='4' lines-covered='3'", class("a", "", ln(1, "1", "")+ln(2, "1", ""))), "a lines 3/4",
			[]string{"quirk r:1:1: the report states that 3/4 lines are covered where 2/2 are listed; the worse counts: 3/4"}},
		{"a better total", cob("lines-valid='4' lines-covered='4'", two), "a lines 2/2; b lines 1/2", []string{"quirk r:1:1: the report states that 4/4 lines"}},
		{"a worse total of two files", cob("lines-valid='10' lines-covered='5'", two), "[not listed in r] lines 2/6; a lines 2/2; b lines 1/2",
			[]string{"quirk r:1:1: the report states that 5/10 lines are covered where 3/4 are listed; the worse counts: 5/10"}},
		// 3 of 6 is the 2 of 4 that the total states.
		{"fewer covered in total", cob("lines-valid='4' lines-covered='2'", two), "[not listed in r] lines 0/2; a lines 2/2; b lines 1/2", []string{"quirk r:1:1:"}},
		// 3 of 17 is the first that is no better than 2 of 11: 33/187 and 34/187.
		{"a share that does not divide", cob("lines-valid='11' lines-covered='2'", two), "[not listed in r] lines 0/13; a lines 2/2; b lines 1/2", []string{"quirk r:1:1:"}},
		{"lines and branches", cob("lines-valid='10' lines-covered='5' branches-valid='4' branches-covered='2'", two+class("c", "", ln(1, "1", "100% (2/2)"))),
			"[not listed in r] lines 1/5 branches 0/2; a lines 2/2 branches 0/0; b lines 1/2 branches 0/0; c lines 1/1 branches 2/2", []string{"quirk r:1:1:", "quirk r:1:1:"}},
		{"a total alone", cob("lines-valid='10' lines-covered='5'", ""), "[not listed in r] lines 5/10", []string{"r:1:1: no line is listed", "quirk r:1:1: the report states that 5/10"}},
		{"a total of branches alone", cob("branches-valid='10' branches-covered='5'", two), "a lines 2/2; b lines 1/2", []string{"quirk r:1:1: the report states that 5/10 branches"}},
		{"more covered than there are", cob("lines-valid='4' lines-covered='5'", two), "a lines 2/2; b lines 1/2", []string{"r:1:1: the report states 5 of 4"}},
		{"nothing covered in total", cob("lines-valid='4' lines-covered='0'", two), "a lines 2/2; b lines 1/2", []string{"r:1:1: the report states that"}},
		{"a total near 2^64", cob("lines-valid='18446744073709551615' lines-covered='1'", two), "a lines 2/2; b lines 1/2", []string{"r:1:1: the report states that"}},
		{"a total that is no number", cob("lines-valid='%i' lines-covered='5'", two), "a lines 2/2; b lines 1/2", []string{`quirk r:1:1: lines-valid="%i" is no number`}},
	})
}

func TestCoberturaProblems(t *testing.T) {
	one := ln(1, "1", "")
	checkReadings(t, Cobertura, []reading{
		{"no class", cob("", ""), "", []string{"r:1:1: no line is listed"}},
		{"no line", cob("", class("a", "", "")), "a lines 0/0", []string{"r:1:1: no line is listed"}},
		{"no filename", cob("", "<class name='x'><lines>"+one+"</lines></class>"), " lines 1/1", []string{"r:2:1: the class has no filename"}},
		{"a line outside", cob("", class("a", "", one)+one), "a lines 1/1", []string{"r:3:1: a <line> outside"}},
		{"a class in a class", cob("", "<class filename='a'><lines>"+one+"</lines><class filename='b'><lines>"+one+"</lines></class></class>"), "a lines 1/1; b lines 1/1", []string{"r:2:63: a <class> in"}},
		{"no number", cob("", class("a", "", one+"<line hits='1'/>")), "a lines 1/1", []string{"r:2:83: the <line> has no number"}},
		{"no number in a method that repeats", cob("", class("a", method("<line number='undefined' hits='1'/>")+method(ln(7, "0", "")), one)), "a lines 1/1", nil},
		{"no number in a method that counts", cob("", class("a", method("<line number='undefined' hits='1'/>")+method(ln(7, "0", "")+"<line/>"), "")+class("b", "", one)), "a lines 0/1; b lines 1/1",
			[]string{`r:2:63: the <line> has no number=, or one that is none: "undefined"`}},
		{"no number in a method of another class", cob("", class("a", method("<line number='undefined' hits='1'/>"), one)+class("b", method(ln(2, "0", "")), "")), "a lines 1/1; b lines 0/1", nil},
		{"no hits", cob("", class("a", "", "<line number='1'/>")), "a lines 0/1", []string{"r:2:56: a count is expected"}},
		{"hits that are no number", cob("", class("a", "", ln(1, "x", ""))), "a lines 0/1", []string{"r:2:56: a count is expected"}},
		{"negative hits", cob("", class("a", "", ln(1, "-1", ""))), "a lines 0/1", []string{"quirk r:2:56: the count -1 is negative"}},
		{"line 0", cob("", class("a", "", one+ln(0, "0", "")+ln(0, "1", ""))), "a lines 1/2", []string{"quirk r:2:83: there is no line 0", "quirk r:2:110: there"}},
		{"a line beyond all files", cob("", class("a", "", one+ln(4194305, "0", ""))), "a lines 1/1", []string{"r:2:83: line 4194305 is beyond"}},
		{"branches not counted", cob("", class("a", "", "<line number='1' hits='1' branch='True'/>")), "a lines 1/1 branches 0/2", []string{"quirk r:2:56: the branches of the line are not counted"}},
		{"more branches than there are", cob("", class("a", "", ln(1, "1", "150% (3/2)"))), "a lines 1/1", []string{"r:2:56: condition-coverage="}},
		{"branches of no number", cob("", class("a", "", ln(1, "1", "50% (a/b)"))), "a lines 1/1", []string{"r:2:56: condition-coverage="}},
		{"cut short", strings.TrimSuffix(cob("lines-valid='2' lines-covered='1'", class("a", "", one)), "</classes></package></packages></coverage>\n"), "a lines 1/1", []string{"r:3:1: the file ends"}},
	})
}

func TestCoberturaSniff(t *testing.T) {
	for head, want := range map[string]bool{
		"<?xml version='1.0'?><!DOCTYPE coverage SYSTEM 'x'><coverage line-rate='1'>": true,
		"<coverage lines-valid='1'/>":                           true,
		"<coverage version='1' timestamp='2'><sources/>":        true,
		"<coverage><packages>":                                  true,
		"<coverage version='1'><file path='a'/>":                false,
		"<coverage generated='1' clover='4'><project>":          false,
		"<coverage generated='1'><packages>":                    false,
		"<coverage>":                                            false,
		"<report line-rate='1'>":                                false,
		"<testsuites><testsuite name='coverage line-rate='1'/>": false,
		"": false,
	} {
		if got := Cobertura.Sniff("coverage.xml", []byte(head)); got != want {
			t.Errorf("%q: claimed = %t", head, got)
		}
	}
}

func TestCoberturaStopsForErrorsOfTheMachine(t *testing.T) {
	err := Cobertura.Parse(context.Background(), format.Source{Reader: io.MultiReader(strings.NewReader("<coverage>"), iotest.ErrReader(io.ErrClosedPipe))}, &evidence.Report{})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a failing reader: %v", err)
	}
}

// A class of 70 bytes must not take a megabyte.
func TestCoberturaHighLinesDoNotTakeMemory(t *testing.T) {
	var doc strings.Builder
	for i := range 2000 {
		doc.WriteString(class(strconv.Itoa(i), "", ln(4194304, "0", "")))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := readWith(t, Cobertura, cob("", doc.String()))
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 200<<20 || r.Conclusive() {
		t.Errorf("%d MB for %d bytes, conclusive: %t", got>>20, doc.Len(), r.Conclusive())
	}
}

// coberturaTree is the report as encoding/xml reads it into memory.
type coberturaTree struct {
	Classes []struct {
		File    string        `xml:"filename,attr"`
		Lines   []coberturaLn `xml:"lines>line"`
		Methods []coberturaLn `xml:"methods>method>lines>line"`
	} `xml:"packages>package>classes>class"`
}

type coberturaLn struct {
	Number int    `xml:"number,attr"`
	Hits   uint64 `xml:"hits,attr"`
}

// byTheTree counts lines from the tree, methods only where their class lists none.
func byTheTree(tree *coberturaTree) map[string]evidence.Ratio {
	files := map[string]map[int]bool{}
	for _, c := range tree.Classes {
		own := map[int]bool{}
		for _, l := range c.Lines {
			own[l.Number] = own[l.Number] || l.Hits > 0
		}
		inMethods := map[int]bool{}
		for _, l := range c.Methods {
			inMethods[l.Number] = inMethods[l.Number] || l.Hits > 0
		}
		if files[c.File] == nil {
			files[c.File] = map[int]bool{}
		}
		if len(own) == 0 {
			own = inMethods
		}
		for n, ran := range own {
			files[c.File][n] = files[c.File][n] || ran
		}
	}
	out := map[string]evidence.Ratio{}
	for path, lines := range files {
		r := evidence.Ratio{Den: uint64(len(lines))}
		for _, ran := range lines {
			if ran {
				r.Num++
			}
		}
		out[path] = r
	}
	return out
}

// TestCoberturaAgainstATree holds the samples without problems against encoding/xml.
func TestCoberturaAgainstATree(t *testing.T) {
	files, _ := filepath.Glob("testdata/cobertura/*.xml")
	docs := [][]byte{coberturaText(3)}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, data)
	}
	compared := 0
	for _, doc := range docs {
		r := readWith(t, Cobertura, string(doc))
		var tree coberturaTree
		if xml.Unmarshal(doc, &tree) != nil || !r.Conclusive() {
			continue
		}
		compared++
		got := map[string]evidence.Ratio{}
		for i := range r.Coverage {
			if f := &r.Coverage[i]; f.LineSet != nil {
				got[f.Path] = f.LineSet.Ratio()
			}
		}
		if diff := cmp.Diff(byTheTree(&tree), got); diff != "" {
			t.Errorf("%s\n%.400s", diff, doc)
		}
	}
	if compared < 4 {
		t.Errorf("only %d were compared", compared)
	}
}

func FuzzCobertura(f *testing.F) {
	files, _ := filepath.Glob("testdata/cobertura/*.xml")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readWith(t, Cobertura, string(data))
		halves := &evidence.Report{Source: "r"}
		if err := Cobertura.Parse(context.Background(), format.Source{Reader: iotest.OneByteReader(bytes.NewReader(data))}, halves); err != nil {
			t.Fatal(err)
		}
		if a, b := unitsOf(r)+problemsOf(r), unitsOf(halves)+problemsOf(halves); a != b {
			t.Errorf("byte by byte: %s", cmp.Diff(a, b))
		}
		listed := uint64(0)
		for i := range r.Coverage {
			for _, u := range evidence.Units {
				m, _ := r.Coverage[i].Unit(u)
				if m.Num > m.Den {
					t.Errorf("%s: %s %s", r.Coverage[i].Path, u, m.Fraction())
				}
				listed += m.Den
			}
			if i > 0 && r.Coverage[i-1].Path >= r.Coverage[i].Path {
				t.Errorf("%q stands before %q", r.Coverage[i-1].Path, r.Coverage[i].Path)
			}
		}
		if r.Conclusive() && listed == 0 {
			t.Error("conclusive, and nothing is coverable")
		}
	})
}

// coberturaText is a report of classes with 60 lines each, repeated in 6 methods.
func coberturaText(classes int) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" ?>\n<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>\n" +
		"<coverage line-rate=\"0.8\" branch-rate=\"0.5\" complexity=\"0.0\" version=\"1\" timestamp=\"1\">\n<packages><package name=\"p\" line-rate=\"0.8\"><classes>\n")
	line := func(k int) {
		if k%6 == 0 {
			fmt.Fprintf(&b, "            <line number=\"%d\" hits=\"%d\" branch=\"true\" condition-coverage=\"50%% (1/2)\"/>\n", 10+3*k, k%5*17)
		} else {
			fmt.Fprintf(&b, "            <line number=\"%d\" hits=\"%d\" branch=\"false\"/>\n", 10+3*k, k%5*17)
		}
	}
	for c := range classes {
		fmt.Fprintf(&b, "      <class name=\"com.example.Service%d\" filename=\"src/main/java/com/example/module%d/Service%d.java\" line-rate=\"0.8\" branch-rate=\"0.5\" complexity=\"0.0\">\n        <methods>\n", c, c%50, c)
		for m := range 6 {
			fmt.Fprintf(&b, "          <method name=\"call%d\" signature=\"(Ljava/lang/String;)V\" line-rate=\"0.8\" branch-rate=\"0.5\">\n          <lines>\n", m)
			for k := range 10 {
				line(m*10 + k)
			}
			b.WriteString("          </lines>\n          </method>\n")
		}
		b.WriteString("        </methods>\n        <lines>\n")
		for k := range 60 {
			line(k)
		}
		b.WriteString("        </lines>\n      </class>\n")
	}
	b.WriteString("</classes></package></packages></coverage>\n")
	return b.Bytes()
}

func BenchmarkCobertura(b *testing.B) {
	data := coberturaText(2000)
	for _, way := range []struct {
		name string
		read func() error
	}{
		{"tollgate", func() error {
			r := &evidence.Report{}
			err := Cobertura.Parse(context.Background(), format.Source{Reader: bytes.NewReader(data)}, r)
			if len(r.Coverage) != 2000 || len(r.Problems) > 0 {
				return errors.New("misread")
			}
			return err
		}},
		{"scanner alone", func() error {
			s := xmlscan.New(context.Background(), bytes.NewReader(data))
			for {
				if k, err := s.Next(); err != nil || k == xmlscan.Done {
					return err
				}
			}
		}},
		{"encoding/xml Unmarshal", func() error { return xml.Unmarshal(data, new(coberturaTree)) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := way.read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
