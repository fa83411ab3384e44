package coverage

import (
	"bytes"
	"fmt"
	"testing"
)

func TestDotCover(t *testing.T) {
	const (
		files  = `<FileIndices><File Index="1" Name="a"/><File Index="2" Name="b"/></FileIndices>`
		ran3   = `<Statement FileIndex="1" Line="3" Covered="True"/>`
		miss4  = `<Statement FileIndex="1" Line="4" Covered="False"/>`
		miss3  = `<Statement FileIndex="1" Line="3" Covered="False"/>`
		ofB    = `<Statement FileIndex="2" Line="9" Covered="False"/>`
		root   = `<Root ReportType="DetailedXml" DotCoverVersion="2023.3.2"`
		single = `<Root ReportType="Xml" DotCoverVersion="2019.1"`
	)
	counts := func(covered, total int) string {
		return fmt.Sprintf(` CoveredStatements="%d" TotalStatements="%d">`, covered, total)
	}
	assembly := func(covered, total int, in string) string {
		return `<Assembly Name="A"` + counts(covered, total) + in + `</Assembly>`
	}
	for name, c := range map[string]reportCase{
		"statements":                      {in: root + counts(1, 3) + files + assembly(1, 3, ran3+miss4+ofB) + `</Root>`, files: []string{"a 1/2 - 1/2 - +3 -4", "b 0/1 - 0/1 - -9"}},
		"two on a line":                   {in: root + counts(1, 2) + files + assembly(1, 2, ran3+miss3) + `</Root>`, files: []string{"a 1/1 - 1/2 - +3"}},
		"the root counts more":            {in: root + counts(2, 3) + files + assembly(1, 2, ran3+miss4) + `</Root>`, files: []string{"a 1/2 - 1/2 - +3 -4"}, say: []string{"!2/3 of statements"}},
		"all count more":                  {in: root + counts(2, 3) + files + assembly(2, 3, ran3+miss4) + `</Root>`, files: []string{"a 1/2 - 1/2 - +3 -4"}, say: []string{"!2/3 of statements"}},
		"a missed one is counted covered": {in: root + counts(2, 2) + files + assembly(2, 2, ran3+miss4) + `</Root>`, files: []string{"a 1/2 - 1/2 - +3 -4"}, say: []string{"2/2 of statements"}},
		"a covered one is counted missed": {in: root + counts(0, 2) + files + assembly(1, 2, ran3+miss4) + `</Root>`, files: []string{"a 1/2 - 1/2 - +3 -4"}, say: []string{"!0/2 of statements"}},
		"impossible":                      {in: root + counts(3, 2) + files + assembly(1, 2, ran3+miss4) + `</Root>`, files: []string{"a 1/2 - 1/2 - +3 -4"}, say: []string{"!up to TotalStatements"}},
		"what a method counts of its own": {in: root + counts(1, 2) + files + assembly(1, 2, `<OwnCoverage CoveredStatements="1" TotalStatements="1"/>`+ran3+miss4) + `</Root>`, files: []string{"a 1/2 - 1/2 - +3 -4"}},
		"neither True nor False":          {in: root + `>` + files + `<Statement FileIndex="1" Line="3" Covered="1"/></Root>`, files: []string{"a 0/1 - 0/1 - -3"}, say: []string{"!neither True nor False"}},
		"an index that is not there":      {in: root + `>` + files + `<Statement FileIndex="3" Line="3" Covered="True"/></Root>`, files: []string{"[no source] 1/1 - 1/1 - +3"}, say: []string{"!no file of index"}},
		"no statement":                    {in: root + counts(0, 0) + files + `</Root>`, say: []string{"!names no source file"}},
		"no statement, and totals":        {in: root + counts(1, 2) + files + assembly(1, 2, ``) + `</Root>`, say: []string{"!1/2 of statements"}},
		"assemblies":                      {in: single + counts(3, 9) + assembly(1, 2, ``) + `<Assembly Name="B"` + counts(2, 7) + `</Assembly></Root>`, files: []string{"A - - 1/2 - ?", "B - - 2/7 - ?"}},
		"assemblies of types":             {in: single + counts(1, 2) + assembly(1, 2, `<Namespace Name="N"`+counts(1, 2)+`<Type`+counts(1, 1)+`</Type><Type`+counts(0, 1)+`</Type></Namespace>`) + `</Root>`, files: []string{"A - - 1/2 - ?"}},
		"an assembly counts fewer":        {in: single + counts(1, 1) + assembly(1, 1, `<Type`+counts(1, 2)+`</Type>`) + `</Root>`, files: []string{"A - - 1/2 - ?"}, say: []string{"1/1 of statements"}},
		"an assembly counts more":         {in: single + counts(1, 4) + assembly(1, 4, `<Type`+counts(1, 2)+`</Type>`) + `</Root>`, files: []string{"A - - 1/4 - ?"}, say: []string{"!1/4 of statements"}},
		"a total and nothing else":        {in: single + counts(1, 2) + `</Root>`, say: []string{"!names no source file"}},
	} {
		t.Run(name, func(t *testing.T) { c.run(t, DotCover) })
	}
	for in, want := range map[string]bool{
		`<Root CoveredStatements="1" TotalStatements="2">`: true,
		`<Root DotCoverVersion="2023.3">`:                  true,
		`<Root>`:                                           false,
		`<root CoveredStatements="1">`:                     false,
	} {
		if got := DotCover.Sniff("coverage.xml", []byte(in)); got != want {
			t.Errorf("%s is told as %t", in, got)
		}
	}
}

func FuzzDotCover(f *testing.F) {
	f.Add([]byte(`<Root CoveredStatements="1" TotalStatements="2" ReportType="DetailedXml"><FileIndices><File Index="1" Name="a"/></FileIndices><Assembly Name="A" CoveredStatements="1" TotalStatements="2"><Type><Statement FileIndex="1" Line="3" Covered="True"/><Statement FileIndex="2" Line="4" Covered="False"/></Type></Assembly></Root>`))
	f.Add([]byte(`<Root CoveredStatements="1" TotalStatements="2"><Assembly Name="A" CoveredStatements="1" TotalStatements="2"><Type CoveredStatements="1" TotalStatements="1"/></Assembly></Root>`))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzReport(t, DotCover, data) })
}

func BenchmarkDotCover(b *testing.B) {
	const files, statements = 2000, 100
	var w bytes.Buffer
	w.WriteString("<Root ReportType=\"DetailedXml\" DotCoverVersion=\"2023.3.2\">\n  <FileIndices>\n")
	for f := range files {
		fmt.Fprintf(&w, "    <File Index=\"%d\" Name=\"C:\\src\\Shop\\Class%d.cs\" />\n", f, f)
	}
	w.WriteString("  </FileIndices>\n  <Assembly Name=\"Shop\">\n")
	for f := range files {
		fmt.Fprintf(&w, "        <Method Name=\"Count():System.Int32\" CoveredStatements=\"%d\" TotalStatements=\"%d\" CoveragePercent=\"50\">\n", statements/2, statements)
		for s := range statements {
			fmt.Fprintf(&w, "          <Statement FileIndex=\"%d\" Line=\"%d\" Column=\"9\" EndLine=\"%d\" EndColumn=\"10\" Covered=\"%s\" />\n", f, s+1, s+1, []string{"True", "False"}[s%2])
		}
		w.WriteString("        </Method>\n")
	}
	w.WriteString("  </Assembly>\n</Root>\n")
	benchmarkReport(b, DotCover, w.Bytes())
}
