package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// edit replaces bytes of a file.
type edit struct {
	from, to int
	with     string
}

// mutant is one change of one file.
type mutant struct {
	file  string // its base name
	in    string // the function or declaration that it is in
	line  int
	kind  string
	says  string // what became of what, in one line
	edits []edit // in rising order, apart from each other
	sites []site // where one program that holds many mutants decides; none if that cannot be
	key   string // the same as long as the function or declaration is
}

func (m *mutant) String() string { return fmt.Sprintf("%s:%d %s: %s", m.file, m.line, m.kind, m.says) }

// apply gives the file with the change made.
func (m *mutant) apply(src []byte) []byte { return m.within(src, 0, len(src)) }

func (x *finder) at(p token.Pos) int     { return x.fset.Position(p).Offset }
func (x *finder) text(n ast.Node) string { return string(x.src[x.at(n.Pos()):x.at(n.End())]) }
func (x *finder) oneLine(from, to int) string {
	return strings.Join(strings.Fields(string(x.src[from:to])), " ")
}

func (x *finder) replace(kind string, n ast.Node, with string) {
	var t types.Type
	if e, ok := n.(ast.Expr); ok {
		t = x.info.TypeOf(e)
	}
	x.replaceAs(kind, n, with, t)
}

// replaceAs replaces a node, which is of a type if it is an expression.
func (x *finder) replaceAs(kind string, n ast.Node, with string, t types.Type) {
	from, to := x.at(n.Pos()), x.at(n.End())
	says := x.oneLine(from, to) + " → " + strings.Join(strings.Fields(with), " ")
	if with == "{}" {
		says = x.oneLine(from, to) + " → nothing"
	}
	x.add(kind, n, says, x.siteOf(n, t), edit{from, to, with})
}

// token changes the operator at a place inside of n.
func (x *finder) token(kind string, n ast.Node, at token.Pos, was, with token.Token) {
	from := x.at(at)
	start, end := x.at(n.Pos()), x.at(n.End())
	says := x.oneLine(start, end) + " → " + strings.Join(strings.Fields(string(x.src[start:from])+with.String()+string(x.src[from+len(was.String()):end])), " ")
	var t types.Type
	if e, ok := n.(ast.Expr); ok {
		t = x.info.TypeOf(e)
	}
	x.add(kind, n, says, x.siteOf(n, t), edit{from, from + len(was.String()), with.String()})
}

// siteOf is where a change of a node is decided while the program runs: an
// expression of a type, or a statement of a list.
func (x *finder) siteOf(n ast.Node, t types.Type) []site {
	from, to := x.at(n.Pos()), x.at(n.End())
	if s, ok := n.(ast.Stmt); ok {
		if !x.listed[s] {
			return nil
		}
		return []site{{from, to, statement, ""}}
	}
	if t == nil {
		return nil
	}
	b, basic := t.(*types.Basic)
	switch {
	case basic && b.Info()&types.IsBoolean != 0:
		return []site{{from, to, truth, ""}}
	case basic && b.Info()&types.IsUntyped != 0:
		return nil
	default:
		return []site{{from, to, typed, x.typeName(t)}}
	}
}

// typeName writes a type as it is written in this package.
func (x *finder) typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == x.pkg {
			return ""
		}
		return p.Name()
	})
}

// longest is how much of what a mutant says is worth reading.
const longest = 200

func (x *finder) add(kind string, n ast.Node, says string, sites []site, edits ...edit) {
	says = strings.Join(strings.Fields(says), " ")
	sum := sha256.Sum256([]byte(says))
	key := fmt.Sprintf("%s@%s+%d %s %s", x.file, x.sum, edits[0].from-x.start, kind, hex.EncodeToString(sum[:6]))
	if r := []rune(says); len(r) > longest {
		says = string(r[:longest-8]) + "… " + hex.EncodeToString(sum[:3])
	}
	x.found = append(x.found, &mutant{file: x.file, in: x.in, line: x.fset.Position(n.Pos()).Line, kind: kind, says: says, edits: edits, sites: sites, key: key})
}
