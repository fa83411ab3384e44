package coverage

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

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
	return &goProfile{r: r, texts: maxTexts}
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
	for {
		p.line = lines.Line()
		lines.Pass(p.readQuick(lines.Ahead()))
		if !lines.Next() {
			break
		}
		p.line, width = lines.Line(), len(lines.Bytes())
		p.read(lines.Bytes())
	}
	p.enter(nil)
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
// compared with the one that followed its predecessor before: 99.6 % of the lines
// of a real profile are as predicted, and looking each up took five times as long.
type goProfile struct {
	r    *evidence.Report
	line int

	begun bool // a mode line has come, or its absence was noted
	valid bool // it was one of the three
	mixed bool
	set   bool // mode set: counts are joined by or

	files fileList[goFile, *goFile]
	cur   *goFile
	fresh bool             // cur is new, and grows at the end of the chunk
	chunk int              // blocks of the chunk that is being filled
	free  []evidence.Block // what is left of it, with no length
	texts int              // of how many blocks texts may still be kept
}

// maxTexts is of how many blocks texts are kept, at 24 bytes each. Those of other
// files are read as numbers when they come again, which takes twice as long.
const maxTexts = 160_000

// Blocks of many files stand in one chunk, which takes their room and hardly more: an
// allocation for each file and a copy of its blocks took 4 MB in a hundred.
const (
	firstChunk = 128
	maxChunk   = 8192
)

// enter makes f the current file.
func (p *goProfile) enter(f *goFile) {
	if f == p.cur {
		return
	}
	if p.fresh {
		all := p.cur.blocks
		p.cur.blocks, p.free = slices.Clip(all), all[len(all):]
	}
	p.cur, p.fresh = f, f != nil && f.blocks == nil
	if p.fresh {
		f.blocks = p.free
	} else if f != nil {
		p.expect(f)
	}
}

// makeRoom makes room for a block of the current file. A file for which there is none
// in its chunk moves to the next.
func (p *goProfile) makeRoom(f *goFile) {
	if n := len(f.blocks); p.fresh && n == cap(f.blocks) {
		p.chunk = max(min(2*p.chunk, maxChunk), 2*n, firstChunk)
		f.blocks = append(make([]evidence.Block, 0, p.chunk), f.blocks...)
	}
}

// expect makes room for the texts of a file that is being repeated.
func (p *goProfile) expect(f *goFile) {
	if f.texts == nil && len(f.blocks) <= p.texts {
		p.texts -= len(f.blocks)
		f.texts = make([]goText, 0, len(f.blocks))
	}
}

// readQuick reads whole lines with blocks of the file that is being read, and of the
// one that followed it before, and gives how many bytes and lines these are. It
// leaves whatever is unusual to read.
func (p *goProfile) readQuick(b []byte) (n, lines int) {
	f := p.cur
	if f == nil {
		return 0, 0
	}
	begin := p.line
	for {
		rest := b[n:]
		k := len(f.path)
		if len(rest) <= k+maxQuick {
			break
		}
		if rest[k] != ':' || string(rest[:k]) != f.path {
			next := p.files.at((int(f.place) + 1) % p.files.n)
			if k = len(next.path); next == f || len(rest) <= k+maxQuick || rest[k] != ':' || string(rest[:k]) != next.path {
				break
			}
			f = next
			f.next = 0
			p.enter(f)
		}
		if f.next < len(f.texts) {
			if size, taken := p.readRepeated(f, rest); taken > 0 {
				n += size
				lines += taken
				continue
			}
		}
		tail := (*[maxQuick]byte)(rest[k+1:])
		block, at := quickBlock(tail)
		if at == 0 {
			break
		}
		count, size := quickCount(tail, at)
		if size == 0 {
			break
		}
		block.Count = count
		lines++
		p.line = begin + lines
		p.add(f, block, tail[:at])
		n += k + 1 + at + size
	}
	return n, lines
}

// readRepeated reads lines of f whose blocks come in the order of their texts, and
// gives how many bytes and lines these are. It counts what did not run as well: a branch
// that no processor can foresee took a sixth of the time.
func (p *goProfile) readRepeated(f *goFile, b []byte) (n, lines int) {
	texts, path := f.texts[f.next:], f.path
	blocks := f.blocks[f.next:][:len(texts)]
	for lines < len(texts) {
		rest := b[n:]
		if len(rest) <= len(path)+maxQuick || rest[len(path)] != ':' || string(rest[:len(path)]) != path {
			break
		}
		tail := (*[maxQuick]byte)(rest[len(path)+1:])
		at := texts[lines].at(tail)
		if at == 0 {
			break
		}
		count, size := quickCount(tail, at)
		if size == 0 {
			break
		}
		p.count(&blocks[lines], count)
		n += len(path) + 1 + at + size
		lines++
	}
	f.next += lines
	return n, lines
}

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

// read takes any line.
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
	if p.cur == nil || p.cur.path != string(path) {
		f := p.files.find(path)
		if f == nil {
			if col := extentIn(path); col > 0 {
				p.r.Complain(evidence.Unsound, p.line, col, "two blocks stand on one line; where profiles are joined, each must end in a newline")
				return
			}
			f = p.files.add(goFile{path: string(path), first: p.line, place: uint32(p.files.n)})
		}
		p.enter(f)
		f.next = 0
	}
	text := line[len(path)+1:]
	p.add(p.cur, b, text[:bytes.LastIndexByte(text, ' ')+1])
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

// add merges a block into the current file, which is f. text is what its line says of it, to be
// kept if the block was there: one that came twice comes again.
func (p *goProfile) add(f *goFile, b evidence.Block, text []byte) {
	at := f.next
	if f.isBefore(&b) {
		p.makeRoom(f)
		f.blocks = append(f.blocks, b)
		f.next = len(f.blocks)
		return
	}
	if at >= len(f.blocks) || !sameExtent(&f.blocks[at], &b) || f.blocks[at].Stmts != b.Stmts {
		other := 0
		if at, other = f.find(&b); at < 0 {
			if other >= 0 {
				p.r.Complain(evidence.Unsound, p.line, 0, "%d statements in a block that had %d before; the profile joins runs of two versions of the source", b.Stmts, f.blocks[other].Stmts)
			}
			p.makeRoom(f)
			f.append(b)
			f.next = len(f.blocks)
			return
		}
		p.expect(f)
	}
	p.count(&f.blocks[at], b.Count)
	if at == len(f.texts) && at < cap(f.texts) {
		f.texts = append(f.texts, newGoText(text))
	}
	f.next = at + 1
}

// join adds what the second half of a file says, and reports whether that is what
// reading it in order would have said.
func (p *goProfile) join(o *goProfile) bool {
	p.texts = 0 // there are no more lines to compare with them
	p.files.join(&o.files, func(have, f *goFile) bool {
		p.enter(have)
		// Its blocks come in the order of the first ones, if it was read whole.
		have.next, have.texts = 0, nil
		for _, b := range f.blocks {
			p.add(have, b, nil)
		}
		return true
	})
	for _, f := range p.files.others {
		f.first += p.line
	}
	return len(p.r.Problems) == 0
}

// finish hands over the files, by path.
func (p *goProfile) finish() {
	files := p.files.sorted()
	p.r.Coverage = make([]evidence.FileCoverage, len(files))
	for i, f := range files {
		p.r.Coverage[i].Path, p.r.Coverage[i].At = f.path, evidence.Pos{File: p.r.Source, Line: f.first}
		p.r.Coverage[i].SetBlocks(f.blocks)
	}
}
