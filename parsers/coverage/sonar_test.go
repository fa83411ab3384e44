package coverage

import (
	"bytes"
	"fmt"
	"testing"
)

func TestSonarGeneric(t *testing.T) {
	file := func(path, lines string) string { return `<file path="` + path + `">` + lines + `</file>` }
	line := func(n int, attrs string) string { return fmt.Sprintf(`<lineToCover lineNumber="%d" %s/>`, n, attrs) }
	const yes, no = `covered="true"`, `covered="false"`
	for name, c := range map[string]reportCase{
		"lines":                       {in: `<coverage version="1">` + file("a", line(1, yes)+line(2, no)) + `</coverage>`, files: []string{"a 1/2 - - - +1 -2"}},
		"branches":                    {in: `<coverage version="1">` + file("a", line(1, yes+` branchesToCover="4" coveredBranches="3"`)) + file("b", line(1, no)) + `</coverage>`, files: []string{"a 1/1 3/4 - - +1", "b 0/1 0/0 - - -1"}},
		"no covered branches":         {in: `<coverage version="1">` + file("a", line(1, yes+` branchesToCover="4"`)) + `</coverage>`, files: []string{"a 1/1 0/4 - - +1"}},
		"more covered than there are": {in: `<coverage version="1">` + file("a", line(1, yes+` branchesToCover="1" coveredBranches="2"`)) + `</coverage>`, files: []string{"a 1/1 0/1 - - +1"}, say: []string{"!1 branches and 2"}},
		"branches of no number":       {in: `<coverage version="1">` + file("a", line(1, yes+` branchesToCover="x"`)) + `</coverage>`, files: []string{"a 1/1 - - - +1"}, say: []string{"!no numbers"}},
		"covered branches alone":      {in: `<coverage version="1">` + file("a", line(1, yes+` coveredBranches="2"`)) + `</coverage>`, files: []string{"a 1/1 - - - +1"}, say: []string{"no branchesToCover"}},
		"a line twice":                {in: `<coverage version="1">` + file("a", line(1, no)+line(1, yes)+line(2, no)+line(2, no)) + `</coverage>`, files: []string{"a 1/2 - - - +1 -2"}, say: []string{"stands twice"}},
		"branches of a line twice":    {in: `<coverage version="1">` + file("a", line(1, yes+` branchesToCover="2" coveredBranches="1"`)+line(1, yes+` branchesToCover="2" coveredBranches="2"`)) + `</coverage>`, files: []string{"a 1/1 2/2 - - +1"}, say: []string{"stands twice"}},
		"other branches of it":        {in: `<coverage version="1">` + file("a", line(1, yes+` branchesToCover="2" coveredBranches="2"`)+line(1, yes+` branchesToCover="4" coveredBranches="1"`)) + `</coverage>`, files: []string{"a 1/1 1/4 - - +1"}, say: []string{"stands twice"}},
		"a path twice, same lines":    {in: `<coverage version="1">` + file("a", line(1, yes)+line(2, no)) + file("a", line(1, no)+line(2, yes)) + `</coverage>`, files: []string{"a 2/2 - - - +1 +2"}},
		"a path twice, other lines":   {in: `<coverage version="1">` + file("a", line(1, yes)) + file("a", line(1, no)+line(2, yes)) + `</coverage>`, files: []string{"a 1/2 - - - -1 +2"}, say: []string{"two sources of one path"}},
		"1 and 0":                     {in: `<coverage version="1">` + file("a", line(1, `covered="1"`)+line(2, `covered="0"`)) + `</coverage>`, files: []string{"a 1/2 - - - +1 -2"}},
		"not covered, not uncovered":  {in: `<coverage version="1">` + file("a", line(1, `covered="maybe"`)+line(2, ``)) + `</coverage>`, files: []string{"a 0/2 - - - -1 -2"}, say: []string{"!neither true nor false", "!neither true nor false"}},
		"line 0":                      {in: `<coverage version="1">` + file("a", line(0, yes)+line(1, yes)) + `</coverage>`, files: []string{"a 1/1 - - - +1"}, say: []string{"!no lineNumber"}},
		"version 2":                   {in: `<coverage version="2">` + file("a", line(1, yes)) + `</coverage>`, files: []string{"a 1/1 - - - +1"}, say: []string{"!version 1 only"}},
		"no version":                  {in: `<coverage>` + file("a", line(1, yes)) + `</coverage>`, files: []string{"a 1/1 - - - +1"}, say: []string{"read as version 1"}},
		"a misspelt element":          {in: `<coverage version="1">` + file("a", line(1, yes)+`<linetocover lineNumber="2" covered="false"/>`) + `</coverage>`, files: []string{"a 1/1 - - - +1"}, say: []string{"!no element <linetocover>"}},
		"a line outside":              {in: `<coverage version="1">` + line(1, no) + file("a", line(1, yes)) + `</coverage>`, files: []string{"a 1/1 - - - +1"}, say: []string{"!outside of a <file>"}},
		"a file in a file":            {in: `<coverage version="1"><file path="a">` + file("b", line(1, yes)) + line(2, no) + `</file></coverage>`, files: []string{"a 0/0 - - -", "b 1/1 - - - +1"}, say: []string{"!in a <file>", "!outside"}},
		"no lines":                    {in: `<coverage version="1">` + file("a", ``) + `</coverage>`, files: []string{"a 0/0 - - -"}, say: []string{"!no line is listed"}},
		"no files":                    {in: `<coverage version="1"/>`, say: []string{"!names no source file"}},
	} {
		t.Run(name, func(t *testing.T) { c.run(t, SonarGeneric) })
	}
}

// Cobertura and Clover have a root of the same name.
func TestSonarGenericIsTold(t *testing.T) {
	for in, want := range map[string]bool{
		`<coverage version="1"><file path="a">`:                    true,
		`<coverage version="1"/>`:                                  true,
		`<coverage version="1">` + "\n":                            true,
		`<coverage><file path="a"/>`:                               true,
		`<coverage version="1"><packages>`:                         false,
		`<coverage version="1.9" line-rate="1"><packages>`:         false,
		`<coverage generated="1" clover="3.2"><project>`:           false,
		`<coverage version="7.4.1" timestamp="1"><sources/>`:       false,
		`<coverage version="1" line-rate="0.5"><file path="a.c"/>`: false,
		`<Coverage version="1"><file path="a"/>`:                   false,
		`<coverage version="1" generated="1"><file path="a"/>`:     false,
		`<coverages version="1"><file path="a"/>`:                  false,
	} {
		if got := SonarGeneric.Sniff("coverage.xml", []byte(in)); got != want {
			t.Errorf("%s is told as %t", in, got)
		}
	}
}

func FuzzSonarGeneric(f *testing.F) {
	f.Add([]byte(`<coverage version="1"><file path="a"><lineToCover lineNumber="1" covered="true" branchesToCover="2" coveredBranches="1"/><lineToCover lineNumber="1" covered="false"/></file><file path="a"><lineToCover lineNumber="9" covered="false"/></file></coverage>`))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzReport(t, SonarGeneric, data) })
}

func BenchmarkSonarGeneric(b *testing.B) {
	var w bytes.Buffer
	w.WriteString("<coverage version=\"1\">\n")
	for f := range 2000 {
		fmt.Fprintf(&w, "  <file path=\"src/shop/basket%d.c\">\n", f)
		for l := range 200 {
			fmt.Fprintf(&w, "    <lineToCover lineNumber=\"%d\" covered=\"%t\"/>\n", 2*l+1, l%3 == 0)
		}
		w.WriteString("  </file>\n")
	}
	w.WriteString("</coverage>\n")
	benchmarkReport(b, SonarGeneric, w.Bytes())
}
