package coverage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// GoProfile reads the profiles of go test -coverprofile.
var GoProfile = format.Format{
	Name:  "go-coverprofile",
	Kinds: evidence.Coverage,
	Title: "Go coverage profile (go test -coverprofile, go tool covdata textfmt)",
	Doc: `"mode: set", "count" or "atomic", then a line for each block, as golang.org/x/tools/cover
reads it: path:line.column,line.column statements count. Statements are counted and
nothing else; they are never turned into lines.

Blocks of equal extent are one block wherever they stand, which is how -coverpkg
and joined profiles repeat them: counts are added, and saturate; in mode set one
run is enough. (x/tools/cover merges only neighbours, so that it counts some
blocks twice.) Profiles may be joined with their mode lines, but set and the
others do not mix. One extent with two numbers of statements comes from two
versions of the source: both are kept, and the report is inconclusive.

Column 0, and a block that ends before it begins, come from //line directives
(goyacc) and are taken as they are. A cut inside a line makes the report inconclusive.
One at the end of a line cannot be seen: gate the tests of the same run too.

A GOCOVERDIR, the directory of covmeta and covcounters files that programs built with go build -cover
write, is read as the profile that go tool covdata textfmt makes of it. Name the directory or files in it;
all directories of a source are merged into one report. It takes a Go on the PATH, and without one, or where a
file is cut, renamed or has no covmeta, it is inconclusive.`,
	Sniff: sniffGoProfile,
	Parse: parseGoProfile,
}

func sniffGoProfile(_ string, head []byte) bool {
	line, _, whole := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte{'\n'})
	line = bytes.TrimRight(line, "\r")
	if bytes.HasPrefix(line, []byte("mode: ")) {
		return true
	}
	_, _, err := parseBlock(line)
	return whole && err == nil
}

func parseGoProfile(ctx context.Context, src format.Source, r *evidence.Report) error {
	half := func(ctx context.Context, half int, b io.Reader) (*goProfile, bool) {
		p := newGoProfile(&evidence.Report{Source: r.Source})
		if half == 1 {
			p.mode(modeOf(src))
		}
		err := p.readAll(ctx, b)
		return p, err == nil && len(p.r.Problems) == 0
	}
	first, second, ok := format.Halves(ctx, src, format.After("\n"), half)
	if ok && first.join(second) {
		first.r = r
		first.finish()
		return nil
	}
	p := newGoProfile(r)
	err := p.readAll(ctx, src.Reader)
	p.finish()
	return err
}

func newGoProfile(r *evidence.Report) *goProfile {
	return &goProfile{r: r, files: map[string]*goFile{}}
}

// modeOf is the mode that the first line of a profile names, or nothing.
func modeOf(src format.Source) string {
	var head [64]byte
	n, _ := src.At.ReadAt(head[:], 0)
	line, _, _ := bytes.Cut(head[:n], []byte{'\n'})
	mode, _ := bytes.CutPrefix(line, []byte("mode: "))
	return string(bytes.TrimRight(mode, "\r "))
}

// readAll reads lines to the end.
func (p *goProfile) readAll(ctx context.Context, b io.Reader) error {
	lines := linescan.New(ctx, b)
	width := 0
	for lines.Next() {
		line := lines.Bytes()
		p.line, width = lines.Line(), len(line)
		if !p.predicted(line) {
			p.read(line)
		}
	}
	err := lines.Err()
	var tooLong *linescan.TooLong
	switch {
	case errors.As(err, &tooLong):
		p.r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		err = nil
	case err == nil && p.line > 0 && !lines.Ended():
		// The line itself is whole, or it was complained of: a count may have lost
		// digits, and covers all the same.
		p.r.Complain(evidence.Quirk, p.line, width+1, "the file ends without a newline; go test writes one, so look whether it is whole")
	}
	return err
}

// goProfile is the state of reading one file. Test binaries that share
// -coverpkg write the same blocks in the same order, so each line is first
// compared with the one that followed its predecessor before. That is 5 times
// as fast as a look-up, and needs an index only for files that come in another
// order: 99.6 % of the lines of a real profile are as predicted.
type goProfile struct {
	r    *evidence.Report
	line int

	begun bool // a mode line has come, or its absence was noted
	valid bool // it was one of the three
	mixed bool
	set   bool // mode set: counts are joined by or

	files map[string]*goFile
	order []*goFile // as first seen
	cur   *goFile
	fresh bool // cur holds the spare buffers, because it is new
	spare goFile
}

// goFile is one source file. Its blocks stand in blocks, and their lines behind
// the path in texts, each after a byte with its length.
type goFile struct {
	path   string
	first  int
	place  int // in goProfile.order
	blocks []evidence.Block
	texts  []byte

	// The block that is expected next, and where its text begins.
	block, text int

	index map[goExtent]goPlace // nil while blocks come in ascending order
}

// goExtent is a place in a file. Of an extent with several numbers of
// statements, which no sound profile has, those after the first have variant 1
// and up.
type goExtent struct {
	startLine, startCol, endLine, endCol uint32
	variant                              uint32
}

// goPlace is where a block and its text are.
type goPlace struct{ block, text int }

// predicted reads the line if it is the block that is expected.
func (p *goProfile) predicted(line []byte) bool {
	f := p.cur
	if f == nil {
		return false
	}
	if !f.owns(line) {
		if f = p.order[(f.place+1)%len(p.order)]; !f.owns(line) {
			return false
		}
		f.rewind()
	}
	p.enter(f)
	return p.again(f, line)
}

// enter makes f the current file. A file grows in the spare buffers and is then
// copied out, so that it takes the room of its blocks and no more.
func (p *goProfile) enter(f *goFile) {
	if f == p.cur {
		return
	}
	if p.fresh {
		p.spare.blocks, p.spare.texts = p.cur.blocks[:0], p.cur.texts[:0]
		p.cur.blocks, p.cur.texts = slices.Clone(p.cur.blocks), slices.Clone(p.cur.texts)
	}
	p.cur, p.fresh = f, f.blocks == nil
	if p.fresh {
		f.blocks, f.texts = p.spare.blocks, p.spare.texts
	}
}

// again reads the line if it repeats the block that f expects next.
func (p *goProfile) again(f *goFile, line []byte) bool {
	if f.text >= len(f.texts) {
		return false
	}
	from, n := f.text+1, int(f.texts[f.text])
	rest := line[len(f.path)+1:]
	if len(rest) <= n || string(rest[:n]) != string(f.texts[from:from+n]) {
		return false
	}
	count, ok := parseCount(rest[n:])
	if !ok {
		return false
	}
	p.count(&f.blocks[f.block], count)
	f.block, f.text = f.block+1, from+n
	return true
}

// owns reports whether the line begins with the path and a colon.
func (f *goFile) owns(line []byte) bool {
	n := len(f.path)
	return len(line) > n && line[n] == ':' && string(line[:n]) == f.path
}

// rewind expects the first block next.
func (f *goFile) rewind() { f.block, f.text = 0, 0 }

func (p *goProfile) count(b *evidence.Block, n uint64) {
	switch {
	case p.set:
		b.Count |= n
	case b.Count+n < n:
		b.Count = 1<<64 - 1
	default:
		b.Count += n
	}
}

// read takes a line that was not predicted.
func (p *goProfile) read(line []byte) {
	if len(line) == 0 {
		return
	}
	if mode, ok := bytes.CutPrefix(line, []byte("mode: ")); ok {
		p.mode(string(bytes.TrimRight(mode, " ")))
		return
	}
	path, b, err := parseBlock(line)
	if err != nil {
		p.r.Complain(evidence.Unsound, p.line, err.col, "%s is expected here; a block reads path:line.column,line.column statements count", err.want)
		return
	}
	if !p.begun {
		p.begun = true
		p.r.Complain(evidence.Unsound, p.line, 1, `no line "mode: set", "mode: count" or "mode: atomic" before the first block`)
	}
	text := line[len(path)+1:]
	text = text[:bytes.LastIndexByte(text, ' ')+1]
	if p.cur != nil && p.cur.path == string(path) {
		p.add(p.cur, b, text)
		return
	}
	f := p.files[string(path)]
	if f == nil {
		f = &goFile{path: string(path), first: p.line, place: len(p.order)}
		p.files[f.path] = f
		p.order = append(p.order, f)
	}
	p.enter(f)
	f.rewind()
	if !p.again(f, line) {
		p.add(f, b, text)
	}
}

func (p *goProfile) mode(mode string) {
	p.begun = true
	if mode != "set" && mode != "count" && mode != "atomic" {
		p.r.Complain(evidence.Unsound, p.line, len("mode: ")+1, "the mode is %.40q, not set, count or atomic", mode)
		return
	}
	set := mode == "set"
	if p.valid && p.set != set && !p.mixed {
		p.mixed = true
		p.r.Complain(evidence.Unsound, p.line, 1, "mode %s after another mode; profiles that are joined must have been counted alike", mode)
	}
	p.valid, p.set = true, set
}

// add merges a block into its file.
func (p *goProfile) add(f *goFile, b evidence.Block, text []byte) {
	if at, ok := f.find(b); ok {
		p.count(&f.blocks[at.block], b.Count)
		f.block, f.text = at.block+1, at.text+1+int(f.texts[at.text])
		return
	}
	at := goPlace{len(f.blocks), len(f.texts)}
	if f.index != nil {
		e := extentOf(b)
		if first, ok := f.index[e]; ok {
			p.r.Complain(evidence.Unsound, p.line, 0, "%d statements in a block that had %d before; the profile joins runs of two versions of the source", b.Stmts, f.blocks[first.block].Stmts)
			for ok {
				e.variant++
				_, ok = f.index[e]
			}
		}
		f.index[e] = at
	}
	f.blocks = append(f.blocks, b)
	f.texts = append(append(f.texts, byte(len(text))), text...)
	f.block, f.text = len(f.blocks), len(f.texts)
}

// find looks for the block of this extent and number of statements. A block
// beyond the last one is new as long as blocks come in ascending order.
func (f *goFile) find(b evidence.Block) (goPlace, bool) {
	if f.index == nil {
		if n := len(f.blocks); n == 0 || extentOf(f.blocks[n-1]).compare(extentOf(b)) < 0 {
			return goPlace{}, false
		}
		f.index = make(map[goExtent]goPlace, len(f.blocks))
		text := 0
		for i, have := range f.blocks {
			f.index[extentOf(have)] = goPlace{i, text}
			text += 1 + int(f.texts[text])
		}
	}
	for e := extentOf(b); ; e.variant++ {
		at, ok := f.index[e]
		if !ok || f.blocks[at.block].Stmts == b.Stmts {
			return at, ok
		}
	}
}

func extentOf(b evidence.Block) goExtent {
	return goExtent{startLine: b.StartLine, startCol: b.StartCol, endLine: b.EndLine, endCol: b.EndCol}
}

func (e goExtent) compare(o goExtent) int {
	return cmp.Or(cmp.Compare(e.startLine, o.startLine), cmp.Compare(e.startCol, o.startCol),
		cmp.Compare(e.endLine, o.endLine), cmp.Compare(e.endCol, o.endCol))
}

// join adds what the second half of a file says, and reports whether that is what
// reading it in order would have said.
func (p *goProfile) join(o *goProfile) bool {
	for _, f := range o.order {
		f.first += p.line
		if have := p.files[f.path]; have != nil {
			p.joinFile(have, f)
			continue
		}
		f.place = len(p.order)
		p.files[f.path] = f
		p.order = append(p.order, f)
	}
	return len(p.r.Problems) == 0
}

// joinFile adds the blocks of another reading of the same file. They come in the
// order of its first ones, if it was read whole.
func (p *goProfile) joinFile(have, f *goFile) {
	text := 0
	have.rewind()
	for _, b := range f.blocks {
		size := 1 + int(f.texts[text])
		at := have.block
		if at < len(have.blocks) && have.blocks[at].Stmts == b.Stmts && extentOf(have.blocks[at]) == extentOf(b) {
			p.count(&have.blocks[at], b.Count)
			have.block, have.text = at+1, have.text+1+int(have.texts[have.text])
		} else {
			p.add(have, b, f.texts[text+1:text+size])
		}
		text += size
	}
}

// finish hands over the files, by path.
func (p *goProfile) finish() {
	slices.SortFunc(p.order, func(a, b *goFile) int { return strings.Compare(a.path, b.path) })
	for _, f := range p.order {
		file := evidence.FileCoverage{Path: f.path, At: evidence.Pos{File: p.r.Source, Line: f.first}}
		file.SetBlocks(f.blocks)
		p.r.Coverage = append(p.r.Coverage, file)
	}
}
