package main

import "math/rand/v2"

// writeProfile writes a coverprofile in which no block stands twice, as go test
// -coverprofile writes it without -coverpkg. 101 MB are 1.17 million blocks.
func writeProfile(w *countingWriter, size int64) (items int) {
	r := dice()
	w.printf("mode: atomic\n")
	for file := 0; w.n < size; file++ {
		items += profileFile(w, r, file)
	}
	return items
}

// profileFile writes the blocks of a file, 86 bytes each, and says how many.
func profileFile(w *countingWriter, r *rand.Rand, file int) (blocks int) {
	line := 10
	for blocks = range 100 {
		w.printf("github.com/example/shop/internal/services/module%d/booking/orders%d.go:%d.%d,%d.%d %d %d\n", file/20, file, line, 2+blocks%5, line+3, 16, 1+blocks%7, r.IntN(3))
		line += 4
	}
	return blocks + 1
}

// writeRepeatedProfile writes what go test -coverpkg=./... does: every test binary
// lists every block of the module, in the same order. 298 MB are 86,000 blocks.
func writeRepeatedProfile(w *countingWriter, size int64) (items int) {
	const binaries = 40
	const fileBytes = 8600 // of one binary, about
	files := max(1, int(size/(binaries*fileBytes)))
	r := dice()
	w.printf("mode: atomic\n")
	for binary := 0; w.n < size || binary < binaries; binary++ {
		items = 0
		for file := range files {
			items += profileFile(w, r, file)
		}
	}
	return items
}

// writeLCOV writes records of 870 lines, with a function every 25 and two
// branches every 10 of them, as geninfo orders them. 300 MB are 20,000 files and 17.4
// million lines.
func writeLCOV(w *countingWriter, size int64) (items int) {
	r := dice()
	const lines = 870
	for file := 0; w.n < size; file++ {
		w.printf("TN:\nSF:/src/shop/module%d/file%d.c\n", file/20, file)
		for f := 0; f < lines; f += 25 {
			w.printf("FN:%d,shop_file%d_function%d\n", 10+2*f, file, f)
		}
		for f := 0; f < lines; f += 25 {
			w.printf("FNDA:%d,shop_file%d_function%d\n", 1+r.IntN(900), file, f)
		}
		w.printf("FNF:%d\nFNH:%d\n", (lines+24)/25, (lines+24)/25)
		for line := 0; line < lines; line += 10 {
			w.printf("BRDA:%d,0,0,%d\nBRDA:%d,0,1,-\n", 10+2*line, 1+r.IntN(90), 10+2*line)
		}
		w.printf("BRF:%d\nBRH:%d\n", lines/5, lines/10)
		hit := 0
		for line := range lines {
			count := max(0, r.IntN(2000)-400)
			if count > 0 {
				hit++
			}
			w.printf("DA:%d,%d\n", 10+2*line, count)
		}
		w.printf("LF:%d\nLH:%d\nend_of_record\n", lines, hit)
		items += lines
	}
	return items
}

// writeCobertura writes packages of twenty classes, each with the lines of its
// four methods twice: in the methods, and of its own. One line in ten branches. 300 MB
// are 34,000 classes.
func writeCobertura(w *countingWriter, size int64) (items int) {
	r := dice()
	const methods, perMethod = 4, 16
	w.printf("<?xml version=\"1.0\" ?>\n<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n")
	w.printf("<coverage line-rate=\"0.75\" branch-rate=\"0.5\" version=\"6.5\" timestamp=\"1767225600\">\n  <sources>\n    <source>/src/shop</source>\n  </sources>\n  <packages>\n")
	hits := make([]int, methods*perMethod)
	line := func(indent string, i int) {
		if i%10 == 3 {
			w.printf("%s<line number=\"%d\" hits=\"%d\" branch=\"true\" condition-coverage=\"%d%% (%d/2)\"/>\n", indent, 10+2*i, hits[i], 50*min(hits[i], 2), min(hits[i], 2))
			return
		}
		w.printf("%s<line number=\"%d\" hits=\"%d\" branch=\"false\"/>\n", indent, 10+2*i, hits[i])
	}
	for class := 0; w.n < size; class++ {
		if class%20 == 0 {
			if class > 0 {
				w.printf("      </classes>\n    </package>\n")
			}
			w.printf("    <package name=\"shop.module%d\" line-rate=\"0.75\" branch-rate=\"0.5\" complexity=\"1.5\">\n      <classes>\n", class/20)
		}
		w.printf("        <class name=\"Class%d\" filename=\"shop/module%d/Class%d.java\" line-rate=\"0.75\" branch-rate=\"0.5\" complexity=\"1.5\">\n          <methods>\n", class, class/20, class)
		for i := range hits {
			hits[i] = max(0, r.IntN(200)-50)
		}
		for m := range methods {
			w.printf("            <method name=\"step%d\" signature=\"(Ljava/lang/String;)V\" line-rate=\"0.75\" branch-rate=\"0.5\">\n              <lines>\n", m)
			for i := m * perMethod; i < (m+1)*perMethod; i++ {
				line("                ", i)
			}
			w.printf("              </lines>\n            </method>\n")
		}
		w.printf("          </methods>\n          <lines>\n")
		for i := range hits {
			line("            ", i)
		}
		w.printf("          </lines>\n        </class>\n")
		items += len(hits)
	}
	w.printf("      </classes>\n    </package>\n  </packages>\n</coverage>\n")
	return items
}

// writeJaCoCo writes packages of twenty source files of a hundred lines, on one
// line of text with a document type, as JaCoCo does.
func writeJaCoCo(w *countingWriter, size int64) (items int) {
	r := dice()
	const methods, lines = 10, 100
	counters := func(instructions, branches, linesHit, linesOf, methodsOf int) {
		w.printf(`<counter type="INSTRUCTION" missed="%d" covered="%d"/>`, instructions/4, instructions)
		if branches > 0 {
			w.printf(`<counter type="BRANCH" missed="%d" covered="%d"/>`, branches, branches)
		}
		w.printf(`<counter type="LINE" missed="%d" covered="%d"/><counter type="COMPLEXITY" missed="0" covered="%d"/><counter type="METHOD" missed="0" covered="%d"/>`,
			linesOf-linesHit, linesHit, methodsOf, methodsOf)
	}
	w.printf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="shop"><sessioninfo id="host-1" start="1767225600000" dump="1767225700000"/>`)
	files, allHit := 0, 0
	for ; w.n < size; files++ {
		file := files
		if file%20 == 0 {
			if file > 0 {
				w.printf("</package>")
			}
			w.printf(`<package name="com/example/shop/module%d">`, file/20)
		}
		w.printf(`<class name="com/example/shop/module%d/Class%d" sourcefilename="Class%d.java">`, file/20, file, file)
		for m := range methods {
			w.printf(`<method name="step%d" desc="(Ljava/lang/String;)V" line="%d">`, m, 10+20*m)
			counters(40, 0, 10, 10, 1)
			w.printf("</method>")
		}
		counters(400, lines/10, lines, lines, methods)
		w.printf(`</class><sourcefile name="Class%d.java">`, file)
		hit := 0
		for line := range lines {
			missed, branches := r.IntN(3), 0
			if line%10 == 3 {
				branches = 1
			}
			covered := max(0, r.IntN(9)-2)
			if covered == 0 {
				missed++
			} else {
				hit++
			}
			w.printf(`<line nr="%d" mi="%d" ci="%d" mb="%d" cb="%d"/>`, 10+2*line, missed, covered, branches, branches)
		}
		counters(400, lines/10, hit, lines, methods)
		w.printf("</sourcefile>")
		items += lines
		allHit += hit
	}
	w.printf("</package>")
	counters(400*files, lines/10*files, allHit, items, methods*files)
	w.printf("</report>\n")
	return items
}
