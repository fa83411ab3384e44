package repofile

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// MaxGo is how much Go is parsed of one file.
const MaxGo = 4 << 20

// Coverable gives those of the lines of a Go file on which code stands that
// `go tool cover` counts: a statement, or the head of one that holds others. False
// means that nothing can be said: it is no Go, or none that can be parsed.
func Coverable(path string, text []byte, among []evidence.LineRange) ([]evidence.LineRange, bool) {
	if !strings.HasSuffix(path, ".go") || len(text) > MaxGo {
		return nil, false
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil, false
	}
	if strings.HasSuffix(path, "_test.go") {
		return nil, true // tests are not measured
	}
	c := &coverer{lines: map[int]bool{}, line: func(p token.Pos) int { return fset.PositionFor(p, false).Line }}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			if f.Body != nil && f.Name.Name != "_" {
				c.list(f.Body.List)
			}
			continue
		}
		c.literals(d)
	}
	var out []evidence.LineRange
	for _, r := range among {
		for n := r.First; n <= r.Last; n++ {
			switch last := len(out) - 1; {
			case !c.lines[n]:
			case last >= 0 && out[last].Last == n-1:
				out[last].Last = n
			default:
				out = append(out, evidence.LineRange{First: n, Last: n})
			}
		}
	}
	return out, true
}

// coverer marks lines.
type coverer struct {
	lines map[int]bool
	line  func(token.Pos) int
}

func (c *coverer) mark(from, to token.Pos) {
	for n := c.line(from); n <= c.line(to); n++ {
		c.lines[n] = true
	}
}

func (c *coverer) list(stmts []ast.Stmt) {
	for _, s := range stmts {
		c.stmt(s)
	}
}

// stmt marks a statement: all of a simple one but the functions written in it, and
// of one that holds others the head.
func (c *coverer) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case nil:
	case *ast.BlockStmt:
		c.list(s.List)
	case *ast.LabeledStmt:
		c.stmt(s.Stmt)
	case *ast.IfStmt:
		c.head(s, s.Body, s.Init, s.Cond)
		c.list(s.Body.List)
		c.stmt(s.Else)
	case *ast.ForStmt:
		c.head(s, s.Body, s.Init, s.Cond, s.Post)
		c.list(s.Body.List)
	case *ast.RangeStmt:
		c.head(s, s.Body, s.Key, s.Value, s.X)
		c.list(s.Body.List)
	case *ast.SwitchStmt:
		c.head(s, s.Body, s.Init, s.Tag)
		c.list(s.Body.List)
	case *ast.TypeSwitchStmt:
		c.head(s, s.Body, s.Init, s.Assign)
		c.list(s.Body.List)
	case *ast.SelectStmt:
		c.head(s, s.Body, nil)
		c.list(s.Body.List)
	case *ast.CaseClause:
		for _, x := range s.List {
			c.literals(x)
		}
		c.list(s.Body)
	case *ast.CommClause:
		c.literals(s.Comm)
		c.list(s.Body)
	case *ast.EmptyStmt:
	default:
		c.whole(s, s.Pos(), s.End()-1)
	}
}

// head marks from the keyword to the brace.
func (c *coverer) head(s ast.Stmt, body *ast.BlockStmt, parts ...ast.Node) {
	c.whole(s, s.Pos(), body.Lbrace, parts...)
}

// whole marks the lines of a node up to the first function that is written in it,
// as cover does, and then what stands in its functions.
func (c *coverer) whole(n ast.Node, from, to token.Pos, parts ...ast.Node) {
	if parts == nil {
		parts = []ast.Node{n}
	}
	first := true
	for _, p := range parts {
		for _, f := range functions(p) {
			if first {
				first, to = false, f.Body.Lbrace
			}
			c.list(f.Body.List)
		}
	}
	c.mark(from, to)
}

// literals marks what is in the functions written in a node, and nothing else of it.
func (c *coverer) literals(n ast.Node) {
	for _, f := range functions(n) {
		c.list(f.Body.List)
	}
}

// functions gives the function literals in a node that are in no other one.
func functions(n ast.Node) (out []*ast.FuncLit) {
	if n == nil {
		return nil
	}
	ast.Inspect(n, func(n ast.Node) bool {
		f, ok := n.(*ast.FuncLit)
		if ok {
			out = append(out, f)
		}
		return !ok
	})
	return out
}
