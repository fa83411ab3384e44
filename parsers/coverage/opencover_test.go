package coverage

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// openCoverDoc is a report of one module with one class.
func openCoverDoc(summary, files, methods string) string {
	return `<CoverageSession>` + summary + `<Modules><Module><ModuleName>M</ModuleName><Files>` + files + `</Files><Classes><Class><Methods>` + methods + `</Methods></Class></Classes></Module></Modules></CoverageSession>`
}

func TestOpenCover(t *testing.T) {
	const a, b = `<File uid="1" fullPath="a"/>`, `<File uid="2" fullPath="b"/>`
	method := func(points string) string {
		return `<Method><FileRef uid="1"/><SequencePoints>` + points + `</SequencePoints></Method>`
	}
	const ran3, missed4, missed3 = `<SequencePoint vc="1" sl="3"/>`, `<SequencePoint vc="0" sl="4"/>`, `<SequencePoint vc="0" sl="3"/>`
	const branches = `<BranchPoint vc="1" path="0"/><BranchPoint vc="0" path="1"/>`
	total := func(visited, points, visitedBranches, numBranches int) string {
		return fmt.Sprintf(`<Summary numSequencePoints="%d" visitedSequencePoints="%d" numBranchPoints="%d" visitedBranchPoints="%d"/>`, points, visited, numBranches, visitedBranches)
	}
	for name, c := range map[string]reportCase{
		"points":                            {in: openCoverDoc(``, a, method(ran3+missed4)), files: []string{"a 1/2 0/0 1/2 1/1 +3 -4"}},
		"two points on a line":              {in: openCoverDoc(``, a, method(missed3+ran3)), files: []string{"a 1/1 0/0 1/2 1/1 +3"}},
		"a method that did not run":         {in: openCoverDoc(``, a, method(missed3)+method(missed4)), files: []string{"a 0/2 0/0 0/2 0/2 -3 -4"}},
		"a point of several lines":          {in: openCoverDoc(``, a, method(`<SequencePoint vc="1" sl="3" el="9"/>`)), files: []string{"a 1/1 0/0 1/1 1/1 +3"}},
		"branches":                          {in: openCoverDoc(``, a, method(ran3+branches)), files: []string{"a 1/1 1/2 1/1 1/1 +3"}},
		"the file of a point goes first":    {in: openCoverDoc(``, a+b, method(ran3+`<SequencePoint vc="0" sl="4" fileid="2"/>`)), files: []string{"a 1/1 0/0 1/1 1/1 +3", "b 0/1 0/0 0/1 0/0 -4"}},
		"no file at all":                    {in: openCoverDoc(``, ``, `<Method>`+ran3+branches+`</Method>`), files: []string{"M/[no source] 1/1 1/2 1/1 1/1 +3"}},
		"fileid 0 is no file":               {in: openCoverDoc(``, a, `<Method><SequencePoint vc="1" sl="3" fileid="0"/></Method>`), files: []string{"M/[no source] 1/1 0/0 1/1 1/1 +3"}},
		"a file that is not there":          {in: openCoverDoc(``, a, method(`<SequencePoint vc="1" sl="3" fileid="9"/>`)), files: []string{"a 1/1 0/0 1/1 1/1 +3"}, say: []string{"!no file of number \"9\""}},
		"skipped":                           {in: openCoverDoc(``, a, method(ran3)+strings.Replace(method(missed4), "<Method", `<Method skippedDueTo="Attribute"`, 1)), files: []string{"a 1/1 0/0 1/1 1/1 +3"}},
		"all of it skipped":                 {in: `<CoverageSession><Modules><Module skippedDueTo="MissingPdb"/></Modules></CoverageSession>`, say: []string{"!names no source file"}},
		"hidden lines":                      {in: openCoverDoc(``, a, method(`<SequencePoint vc="1" sl="16707566"/>`)), files: []string{"a 0/0 0/0 1/1 1/1"}},
		"a line beyond all files":           {in: openCoverDoc(``, a, method(`<SequencePoint vc="1" sl="5000000"/>`)), files: []string{"a 0/0 0/0 1/1 1/1"}, say: []string{"!5000000 is beyond"}},
		"totals agree":                      {in: openCoverDoc(total(1, 2, 1, 2), a, method(ran3+missed4+branches)), files: []string{"a 1/2 1/2 1/2 1/1 +3 -4"}},
		"totals with the entry of a method": {in: openCoverDoc(total(1, 2, 2, 3), a, method(ran3+missed4+branches)), files: []string{"a 1/2 1/2 1/2 1/1 +3 -4"}},
		"totals that count more":            {in: openCoverDoc(total(2, 3, 1, 2), a, method(ran3+missed4+branches)), files: []string{"a 1/2 1/2 1/2 1/1 +3 -4"}, say: []string{"!2/3 of statements"}},
		"totals that count fewer covered":   {in: openCoverDoc(total(0, 2, 1, 2), a, method(ran3+missed4+branches)), files: []string{"a 1/2 1/2 1/2 1/1 +3 -4"}, say: []string{"!0/2 of statements"}},
		"totals that count more branches":   {in: openCoverDoc(total(1, 2, 1, 4), a, method(ran3+missed4+branches)), files: []string{"a 1/2 1/2 1/2 1/1 +3 -4"}, say: []string{"!1/4 of branches"}},
		"totals that count more covered":    {in: openCoverDoc(total(2, 2, 1, 2), a, method(ran3+missed4+branches)), files: []string{"a 1/2 1/2 1/2 1/1 +3 -4"}, say: []string{"2/2 of statements"}},
		"totals that are impossible":        {in: openCoverDoc(total(3, 2, 1, 2), a, method(ran3+missed4+branches)), files: []string{"a 1/2 1/2 1/2 1/1 +3 -4"}, say: []string{"!up to numSequencePoints"}},
		"a file in two modules":             {in: strings.Replace(openCoverDoc(``, a, method(ran3+missed4)), `</Modules>`, `<Module><Files>`+a+`</Files>`+method(ran3+`<SequencePoint vc="9" sl="4"/>`)+`</Module></Modules>`, 1), files: []string{"a 2/2 0/0 2/2 1/1 +3 +4"}},
		"two files of a number":             {in: openCoverDoc(``, a+`<File uid="1" fullPath="c"/>`, method(ran3)), files: []string{"a 1/1 0/0 1/1 1/1 +3"}, say: []string{"!stands for \"a\" already"}},
		"numbers are those of the module":   {in: strings.Replace(openCoverDoc(``, a, method(ran3)), `</Modules>`, `<Module><Files><File uid="1" fullPath="b"/></Files>`+method(missed4)+`</Module></Modules>`, 1), files: []string{"a 1/1 0/0 1/1 1/1 +3", "b 0/1 0/0 0/1 0/1 -4"}},
	} {
		t.Run(name, func(t *testing.T) { c.run(t, OpenCover) })
	}
}

// A few bytes a file must not ask for a megabyte each.
func TestOpenCoverLinesAreBudgeted(t *testing.T) {
	var files, points strings.Builder
	for i := 1; i <= 100; i++ {
		fmt.Fprintf(&files, `<File uid="%d" fullPath="f%d"/>`, i, i)
		fmt.Fprintf(&points, `<SequencePoint vc="1" sl="4194304" fileid="%d"/>`, i)
	}
	r, _ := readReport(t, OpenCover, openCoverDoc(``, files.String(), `<Method>`+points.String()+`</Method>`))
	if r.Conclusive() {
		t.Error("100 files of 4194304 lines are conclusive")
	}
}

func FuzzOpenCover(f *testing.F) {
	f.Add([]byte(`<CoverageSession><Summary numSequencePoints="2" visitedSequencePoints="1" numBranchPoints="1" visitedBranchPoints="1" visitedMethods="1" numMethods="1"/><Modules><Module skippedDueTo="x"/><Module><ModuleName>M</ModuleName><Files><File uid="1" fullPath="a"/></Files><Classes><Class><Methods><Method><FileRef uid="1"/><SequencePoint vc="1" sl="3" fileid="1"/><SequencePoint vc="0" sl="4"/><BranchPoint vc="1" fileid="2"/></Method></Methods></Class></Classes></Module></Modules></CoverageSession>`))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzReport(t, OpenCover, data) })
}

func BenchmarkOpenCover(b *testing.B) {
	const classes, points = 2000, 100
	var files, methods bytes.Buffer
	for c := range classes {
		fmt.Fprintf(&files, "        <File uid=\"%d\" fullPath=\"C:\\src\\Shop\\Class%d.cs\" />\n", c+1, c)
		fmt.Fprintf(&methods, "            <Method cyclomaticComplexity=\"2\" isConstructor=\"False\">\n              <Summary numSequencePoints=\"%d\" visitedSequencePoints=\"%d\" numBranchPoints=\"0\" visitedBranchPoints=\"0\" />\n              <Name>System.Int32 Shop.Class%d::Count()</Name>\n              <FileRef uid=\"%d\" />\n              <SequencePoints>\n", points, points/2, c, c+1)
		for p := range points {
			fmt.Fprintf(&methods, "                <SequencePoint vc=\"%d\" uspid=\"%d\" ordinal=\"%d\" sl=\"%d\" sc=\"1\" el=\"%d\" ec=\"2\" bec=\"0\" bev=\"0\" fileid=\"%d\" />\n", p%2*7, p, p, 2*p+1, 2*p+1, c+1)
		}
		methods.WriteString("              </SequencePoints>\n            </Method>\n")
	}
	benchmarkReport(b, OpenCover, []byte(openCoverDoc("", files.String(), methods.String())))
}
