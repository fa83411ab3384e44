package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// chosen is the environment variable that tells a program which of its mutants it is.
const chosen = "TOLLGATE_MUTANT"

// reached is the one that names the file into which it writes which mutants its
// tests come to.
const reached = "TOLLGATE_MUTANTS_REACHED"

// form is what stands at a site.
type form uint8

const (
	_         form = iota
	truth          // an expression that is true or false
	typed          // an expression of a type that can be named
	statement      // one statement or several
)

// site is bytes of a file in the place of which stands a choice: as it was, or as
// the mutant has it.
type site struct {
	from, to int
	form     form
	typeName string
}

// program is a package that can be changed and checked without building it.
type program struct {
	*target
	fset    *token.FileSet
	sources map[string][]byte
	imports types.Importer
	mu      sync.Mutex // the importer is one
}

func readProgram(t *target) (*program, error) {
	p := &program{target: t, fset: token.NewFileSet(), sources: map[string][]byte{}}
	p.imports = importer.ForCompiler(p.fset, "source", nil)
	for _, name := range t.files {
		src, err := os.ReadFile(filepath.Join(t.dir, name))
		if err != nil {
			return nil, err
		}
		p.sources[name] = src
	}
	return p, nil
}

// trouble is what the compiler would say, at an offset of a file.
type trouble struct {
	error
	file   string
	offset int
}

// check parses and checks the package with other files in place of its own.
func (p *program) check(other map[string]string, info *types.Info) (files []*ast.File, pkg *types.Package, all []trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range p.files {
		var src any = p.sources[name]
		if text, ok := other[name]; ok {
			src = text
		}
		f, err := parser.ParseFile(p.fset, filepath.Join(p.dir, name), src, parser.SkipObjectResolution|parser.AllErrors)
		var wrong scanner.ErrorList
		switch {
		case errors.As(err, &wrong):
			for _, e := range wrong {
				all = append(all, trouble{e, name, e.Pos.Offset})
			}
		case err != nil:
			all = append(all, trouble{err, name, 0})
		}
		files = append(files, f)
	}
	if extra, ok := other[switchFile]; ok {
		f, err := parser.ParseFile(p.fset, switchFile, extra, 0)
		if err != nil {
			all = append(all, trouble{err, switchFile, 0})
		}
		files = append(files, f)
	}
	if len(all) > 0 {
		return files, nil, all
	}
	config := types.Config{Importer: p.imports, Error: func(err error) {
		var e types.Error
		if errors.As(err, &e) {
			at := p.fset.Position(e.Pos)
			all = append(all, trouble{err, filepath.Base(at.Filename), at.Offset})
		}
	}}
	pkg, err := config.Check(p.name, p.fset, files, info)
	if err != nil && len(all) == 0 {
		all = append(all, trouble{err, "", 0})
	}
	return files, pkg, all
}

// compiles says whether the package does with one file changed.
func (p *program) compiles(file, text string) bool {
	_, _, wrong := p.check(map[string]string{file: text}, nil)
	return len(wrong) == 0
}

// switchFile has what the choices ask.
const switchFile = "mutant_switch.go"

// switchText is for mutants up to a number. What is reached is asked at every site of
// a hot loop, so that it is looked up without a lock.
func (p *program) switchText(most int) string {
	return fmt.Sprintf(`package %s

import (
	"os"
	"strconv"
	"sync/atomic"
)

var mutantChosen = func() int {
	n, _ := strconv.Atoi(os.Getenv(%q))
	return n
}()

var mutantSeen [%d]atomic.Bool

var mutantReached = func() *os.File {
	path := os.Getenv(%q)
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		panic(err)
	}
	return f
}()

func mutantOn(n int) bool {
	if mutantReached != nil && !mutantSeen[n].Load() && !mutantSeen[n].Swap(true) {
		mutantReached.WriteString(strconv.Itoa(n) + "\n")
	}
	return mutantChosen == n
}
`, filepath.Base(p.name), chosen, most+1, reached)
}

// weave writes the package with a choice at every site of mutants, and numbers those
// that it holds. Where the compiler would complain, the mutant is left out.
func (p *program) weave(todo []*mutant) (files map[string]string, number map[*mutant]int) {
	in := map[string][]*mutant{}
	number = map[*mutant]int{}
	for _, m := range todo {
		if len(m.sites) > 0 {
			number[m] = len(number) + 1
			in[m.file] = append(in[m.file], m)
		}
	}
	most := len(number)
	for {
		files = map[string]string{switchFile: p.switchText(most)}
		spans := map[string][]span{}
		for file, ms := range in {
			w := &weaver{src: p.sources[file], number: number}
			for _, m := range ms {
				for _, s := range m.sites {
					w.sites = append(w.sites, sited{s, m})
				}
			}
			files[file], spans[file] = w.weave()
		}
		_, _, wrong := p.check(files, nil)
		if len(wrong) == 0 {
			return files, number
		}
		out := map[*mutant]bool{}
		for _, t := range wrong {
			if m := blamed(spans[t.file], t.offset); m != nil {
				out[m] = true
			}
		}
		if len(out) == 0 { // nobody is to blame, so all are
			return map[string]string{switchFile: p.switchText(0)}, map[*mutant]int{}
		}
		for file := range in {
			in[file] = slices.DeleteFunc(in[file], func(m *mutant) bool { return out[m] })
		}
		for m := range out {
			delete(number, m)
		}
	}
}

// span is what a choice became in the text that is woven.
type span struct {
	from, to int
	of       *mutant
}

// blamed is the mutant of the innermost choice around a place, or of the one that
// ends last before it.
func blamed(spans []span, at int) *mutant {
	var best *span
	for i := range spans {
		s := &spans[i]
		if s.from <= at && at < s.to && (best == nil || s.to-s.from <= best.to-best.from) {
			best = s
		}
	}
	for i := range spans {
		if s := &spans[i]; best == nil || best.to <= at && s.to <= at && s.to > best.to {
			best = s
		}
	}
	if best == nil {
		return nil
	}
	return best.of
}

// sited is one site of a mutant.
type sited struct {
	site
	of *mutant
}

// weaver writes one file.
type weaver struct {
	src    []byte
	number map[*mutant]int
	sites  []sited
	out    strings.Builder
	spans  []span
}

func (w *weaver) weave() (string, []span) {
	// The outer ones first; of several at one place the later one is around the others.
	slices.SortStableFunc(w.sites, func(a, b sited) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	w.between(0, len(w.src), w.sites)
	return w.out.String(), w.spans
}

// between writes bytes of the source with the choices at the sites in them.
func (w *weaver) between(from, to int, sites []sited) {
	for len(sites) > 0 {
		s := sites[0]
		n := 1
		for n < len(sites) && sites[n].from < s.to {
			n++
		}
		w.out.Write(w.src[from:s.from])
		w.choice(s, sites[1:n])
		from, sites = s.to, sites[n:]
	}
	w.out.Write(w.src[from:to])
}

// choice writes one site, with those inside of it where it is as it was.
func (w *weaver) choice(s sited, inside []sited) {
	start := w.out.Len()
	id, changed := w.number[s.of], string(s.of.within(w.src, s.from, s.to))
	switch s.form {
	case truth:
		fmt.Fprintf(&w.out, "(mutantOn(%d) && (%s) || !mutantOn(%d) && (", id, changed, id)
		w.between(s.from, s.to, inside)
		w.out.WriteString("))")
	case typed:
		fmt.Fprintf(&w.out, "func() %s { if mutantOn(%d) { return %s }; return ", s.typeName, id, changed)
		w.between(s.from, s.to, inside)
		w.out.WriteString(" }()")
	case statement:
		fmt.Fprintf(&w.out, "if mutantOn(%d) { %s\n} else { ", id, changed)
		w.between(s.from, s.to, inside)
		w.out.WriteString("\n}\n")
	default:
		panic(fmt.Sprintf("mutate: form %d", s.form))
	}
	w.spans = append(w.spans, span{start, w.out.Len(), s.of})
}

// within gives bytes of the file with the change made.
func (m *mutant) within(src []byte, from, to int) []byte {
	var out []byte
	at := from
	for _, e := range m.edits {
		if from <= e.from && e.to <= to {
			out = append(append(out, src[at:e.from]...), e.with...)
			at = e.to
		}
	}
	return append(out, src[at:to]...)
}
