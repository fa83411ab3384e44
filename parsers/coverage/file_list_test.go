package coverage

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Every file of a list is found by its path and by its number, and stays where it is.
func TestFileListFindsEveryFile(t *testing.T) {
	var l fileList[coberturaFile, *coberturaFile]
	if l.find([]byte("0.go")) != nil {
		t.Error("an empty list has a file")
	}
	var have []*coberturaFile
	for i := range 5000 {
		have = append(have, l.add(coberturaFile{path: fmt.Sprintf("%d.go", 5000-i)}))
	}
	for i, f := range have {
		if path := fmt.Sprintf("%d.go", 5000-i); f.path != path || l.find([]byte(path)) != f || l.at(i) != f {
			t.Fatalf("file %d is %q, found %v, at its number %v", i, f.path, l.find([]byte(path)), l.at(i))
		}
	}
	if l.find([]byte("0.go")) != nil || l.find(nil) != nil {
		t.Error("a file that was not added is found")
	}
}

func TestFileListJoins(t *testing.T) {
	var a, b fileList[coberturaFile, *coberturaFile]
	for _, path := range []string{"m", "b", ""} {
		a.add(coberturaFile{path: path, first: 1})
	}
	for _, path := range []string{"z", "b", "a"} {
		b.add(coberturaFile{path: path, first: 2})
	}
	var both []string
	whole := a.join(&b, func(have, f *coberturaFile) bool {
		both = append(both, fmt.Sprintf("%s %d %d", have.path, have.first, f.first))
		return true
	})
	var all []string
	for _, f := range a.sorted() {
		all = append(all, f.path)
	}
	if !whole || !slices.Equal(both, []string{"b 1 2"}) || !slices.Equal(all, []string{"", "a", "b", "m", "z"}) {
		t.Errorf("whole %t, in both %q, all %q", whole, both, all)
	}
	if a.join(&b, func(_, _ *coberturaFile) bool { return false }) {
		t.Error("a join that one file refuses is whole")
	}
}

// Files of no size and of more than a chunk, of which some are gone back to when others
// have come, and all of them three times over: what is counted is counted here.
func TestGoProfileOfManyChunks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	type lines struct{ file, from, to int }
	var parts []lines
	want := map[string]evidence.Ratio{}
	for file := range 120 {
		n := rnd.IntN(400)
		if file%50 == 7 {
			n = 3 * maxChunk
		}
		half := rnd.IntN(n + 1)
		parts = append(parts, lines{file, 0, half})
		if file%3 > 0 {
			parts = append(parts, lines{file, half, n})
		} else if file > 0 {
			parts = append(parts, lines{file - 1, 4 * maxChunk, 4*maxChunk + 3}, lines{file, half, n})
		}
	}
	for _, p := range parts {
		r := want[fmt.Sprintf("f%d.go", p.file)]
		for k := p.from; k < p.to; k++ {
			r.Den += uint64(k % 5)
			if k%3 == 1 {
				r.Num += uint64(k % 5)
			}
		}
		if p.from < p.to {
			want[fmt.Sprintf("f%d.go", p.file)] = r
		}
	}
	var doc bytes.Buffer
	doc.WriteString("mode: count\n")
	for range 3 {
		for _, p := range parts {
			for k := p.from; k < p.to; k++ {
				count := 0
				if k%3 == 1 {
					count = 7
				}
				fmt.Fprintf(&doc, "f%d.go:%d.1,%d.9 %d %d\n", p.file, k+1, k+1, k%5, count)
			}
		}
	}
	r := readGoProfile(t, doc.String())
	got := map[string]evidence.Ratio{}
	for i := range r.Coverage {
		f := &r.Coverage[i]
		got[f.Path], _ = f.Unit(evidence.Statements)
		for k := range f.Blocks {
			if b := &f.Blocks[k]; b.Count != 0 && b.Count != 21 || b.StartLine != b.EndLine || k > 0 && b.StartLine <= f.Blocks[k-1].StartLine {
				t.Fatalf("%s: block %d is %+v", f.Path, k, *b)
			}
		}
	}
	for path, w := range want {
		if got[path] != w {
			t.Errorf("%s: %s, written %s", path, got[path].Fraction(), w.Fraction())
		}
	}
	if len(got) != len(want) || !r.Conclusive() {
		t.Errorf("%d files, written %d; %v", len(got), len(want), r.Problems)
	}
}

// The texts of blocks are kept when they come again, and a line that is taken by its
// text is counted as one that is read. Blocks of equal places in files of like names
// are not of one file.
func TestGoProfileKeepsTextsOfWhatRepeats(t *testing.T) {
	p := newGoProfile(&evidence.Report{})
	doc := goProfileText(40, 1)
	_, blocks, _ := bytes.Cut(doc, []byte("\n"))
	texts := func() (n, room int) {
		for i := range p.files.n {
			n, room = n+len(p.files.at(i).texts), room+cap(p.files.at(i).texts)
		}
		return n, room
	}
	for pass, want := range []int{0, 2000, 2000} {
		var in bytes.Buffer
		if pass == 0 {
			in.WriteString("mode: atomic\n")
		}
		in.Write(blocks)
		if err := p.readAll(t.Context(), &in); err != nil {
			t.Fatal(err)
		}
		if n, room := texts(); n != want || room != want {
			t.Errorf("%d texts in room for %d after pass %d, want %d", n, room, pass+1, want)
		}
	}
	if want := maxTexts - 2000; p.texts != want {
		t.Errorf("%d more texts may be kept, want %d", p.texts, want)
	}
	p.finish()
	for i := range p.r.Coverage {
		for k, b := range p.r.Coverage[i].Blocks {
			if want := uint64(3 * (k % 3)); b.Count != want {
				t.Fatalf("%s: block %d ran %d times, want %d", p.r.Coverage[i].Path, k, b.Count, want)
			}
		}
	}
}
