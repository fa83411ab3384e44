package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math/big"
	"slices"
	"strings"
)

// finder walks one file.
type finder struct {
	fset  *token.FileSet
	info  *types.Info
	pkg   *types.Package
	src   []byte
	file  string
	in    string
	sum   string // of the text of what it is in
	start int    // where that begins
	found []*mutant
	// results are those of the functions around, the innermost last.
	results []*types.Tuple
	listed  map[ast.Stmt]bool // statements that stand in a list, where an if may take their place
}

// mutants are those of a package's files without its tests, in order.
func mutants(p *program) ([]*mutant, error) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	parsed, pkg, errs := p.check(nil, info)
	if len(errs) > 0 {
		return nil, errs[0].error
	}
	var all []*mutant
	for i, f := range parsed {
		src := p.sources[p.files[i]]
		x := &finder{fset: p.fset, info: info, pkg: pkg, src: src, file: p.files[i], listed: listed(f)}
		for _, d := range f.Decls {
			x.declaration(d)
		}
		all = append(all, x.found...)
	}
	slices.SortStableFunc(all, func(a, b *mutant) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.edits[0].from, b.edits[0].from))
	})
	return all, nil
}

// listed are the statements of a file that stand in lists.
func listed(f *ast.File) map[ast.Stmt]bool {
	in := map[ast.Stmt]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		for _, s := range list {
			in[s] = true
		}
		return true
	})
	return in
}

func (x *finder) declaration(d ast.Decl) {
	sum := sha256.Sum256([]byte(x.text(d)))
	x.sum, x.start = hex.EncodeToString(sum[:8]), x.at(d.Pos())
	switch d := d.(type) {
	case *ast.FuncDecl:
		x.in = d.Name.Name
		if d.Body != nil {
			x.function(x.info.Defs[d.Name].Type().(*types.Signature).Results(), d.Body)
		}
	case *ast.GenDecl:
		x.in = "declarations"
		if d.Tok == token.CONST || d.Tok == token.VAR {
			x.walk(d)
		}
	}
}

func (x *finder) function(results *types.Tuple, body *ast.BlockStmt) {
	x.results = append(x.results, results)
	x.walk(body)
	x.results = x.results[:len(x.results)-1]
}

// walk looks for everything that can be changed below a node.
func (x *finder) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			x.function(x.info.TypeOf(n).(*types.Signature).Results(), n.Body)
			return false
		case *ast.ArrayType, *ast.ImportSpec:
			return false // a length is checked by the compiler, or by nothing
		case *ast.CallExpr:
			return !x.onlyRoom(n)
		case *ast.BinaryExpr:
			x.binary(n)
		case *ast.BasicLit:
			x.literal(n)
		case *ast.Ident:
			x.truth(n)
		case *ast.IfStmt:
			x.condition(n.Cond)
		case *ast.ForStmt:
			if n.Cond != nil {
				x.condition(n.Cond)
			}
		case *ast.IncDecStmt:
			x.token("arithmetic", n, n.TokPos, n.Tok, opposite[n.Tok])
		case *ast.AssignStmt:
			x.assignment(n)
		case *ast.ExprStmt:
			if !x.panics(n.X) {
				x.replace("removed statement", n, "{}")
			}
		case *ast.DeferStmt:
			x.replace("removed statement", n, "{}")
		case *ast.BranchStmt:
			if n.Tok == token.CONTINUE || n.Tok == token.BREAK {
				x.replace("removed statement", n, "{}")
			}
		case *ast.ReturnStmt:
			x.returned(n)
		case *ast.SwitchStmt:
			x.cases(n.Body)
		}
		return true
	})
}

// onlyRoom looks into a make for what is not how much room it makes, which nothing but
// a clock can notice, and reports whether the call is one.
func (x *finder) onlyRoom(n *ast.CallExpr) bool {
	id, ok := n.Fun.(*ast.Ident)
	if !ok || x.info.Uses[id] != types.Universe.Lookup("make") {
		return false
	}
	if _, isSlice := x.info.TypeOf(n).Underlying().(*types.Slice); isSlice && len(n.Args) > 1 {
		x.walk(n.Args[1])
	}
	return true
}

// panics says whether an expression is a call of panic, which tests do not reach.
func (x *finder) panics(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && id.Name == "panic"
}

var (
	boundary = map[token.Token]token.Token{token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR}
	negation = map[token.Token]token.Token{token.LSS: token.GEQ, token.LEQ: token.GTR, token.GTR: token.LEQ, token.GEQ: token.LSS,
		token.EQL: token.NEQ, token.NEQ: token.EQL}
	opposite = map[token.Token]token.Token{token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
		token.REM: token.MUL, token.SHL: token.SHR, token.SHR: token.SHL, token.AND: token.OR, token.OR: token.AND, token.AND_NOT: token.OR,
		token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN, token.MUL_ASSIGN: token.QUO_ASSIGN,
		token.QUO_ASSIGN: token.MUL_ASSIGN, token.AND_ASSIGN: token.OR_ASSIGN, token.OR_ASSIGN: token.AND_ASSIGN, token.INC: token.DEC, token.DEC: token.INC}
	logic = map[token.Token]token.Token{token.LAND: token.LOR, token.LOR: token.LAND}
)

func (x *finder) binary(n *ast.BinaryExpr) {
	if kind, ok := negation[n.Op]; ok {
		x.token("negation", n, n.OpPos, n.Op, kind)
	}
	if other, ok := boundary[n.Op]; ok && !x.moved(n) {
		x.token("boundary", n, n.OpPos, n.Op, other)
	}
	if other, ok := logic[n.Op]; ok {
		x.token("logic", n, n.OpPos, n.Op, other)
	}
	if other, ok := opposite[n.Op]; ok && !x.isText(n) {
		x.token("arithmetic", n, n.OpPos, n.Op, other)
	}
}

// moved reports whether one of the constants that literal makes of this comparison is
// the boundary too: n >= 10 is n > 9.
func (x *finder) moved(n *ast.BinaryExpr) bool {
	down := n.Op == token.LEQ || n.Op == token.GTR
	lit, ok := n.Y.(*ast.BasicLit)
	if !ok {
		lit, ok = n.X.(*ast.BasicLit)
		down = !down
	}
	if !ok || lit.Kind != token.INT {
		return false
	}
	t, ok := x.info.TypeOf(lit).Underlying().(*types.Basic)
	return ok && t.Info()&types.IsInteger != 0 && (!down || lit.Value != "0" || t.Info()&types.IsUnsigned == 0)
}

func (x *finder) isText(e ast.Expr) bool {
	b, ok := x.info.TypeOf(e).Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// literal makes a whole number one more and one less.
func (x *finder) literal(n *ast.BasicLit) {
	if n.Kind != token.INT {
		return
	}
	v, ok := new(big.Int).SetString(strings.ReplaceAll(n.Value, "_", ""), 0)
	if !ok {
		return
	}
	for _, d := range []int64{1, -1} {
		other := new(big.Int).Add(v, big.NewInt(d))
		if t, ok := x.info.TypeOf(n).Underlying().(*types.Basic); ok && t.Info()&types.IsUnsigned != 0 && other.Sign() < 0 {
			continue
		}
		x.replace("constant", n, "("+other.String()+")")
	}
}

func (x *finder) truth(n *ast.Ident) {
	if x.info.Uses[n] == types.Universe.Lookup("true") {
		x.replace("constant", n, "false")
	} else if x.info.Uses[n] == types.Universe.Lookup("false") {
		x.replace("constant", n, "true")
	}
}

// condition negates one that is no comparison; those are negated by themselves.
func (x *finder) condition(c ast.Expr) {
	if b, ok := c.(*ast.BinaryExpr); ok && negation[b.Op] != 0 {
		return
	}
	x.replace("negation", c, "!("+x.text(c)+")")
}

func (x *finder) assignment(n *ast.AssignStmt) {
	if other, ok := opposite[n.Tok]; ok && !x.isText(n.Lhs[0]) {
		x.token("arithmetic", n, n.TokPos, n.Tok, other)
	}
	if n.Tok == token.DEFINE {
		return
	}
	if n.Tok != token.ASSIGN {
		x.replace("removed statement", n, "{}")
		return
	}
	blank := strings.TrimSuffix(strings.Repeat("_, ", len(n.Lhs)), ", ")
	if x.text(n.Lhs[0]) == "_" {
		return
	}
	from, to := x.at(n.Lhs[0].Pos()), x.at(n.Lhs[len(n.Lhs)-1].End())
	x.add("removed statement", n, x.text(n)+" → without effect", x.siteOf(n, nil), edit{from, to, blank})
}

// returned gives each result as the zero of its type, a truth as its opposite and
// zero as one.
func (x *finder) returned(n *ast.ReturnStmt) {
	results := x.results[len(x.results)-1]
	if len(n.Results) != results.Len() {
		return
	}
	for i, e := range n.Results {
		t := results.At(i).Type()
		was := x.text(e)
		with := ""
		switch u := t.Underlying().(type) {
		case *types.Basic:
			switch {
			case u.Info()&types.IsBoolean != 0:
				if was != "true" && was != "false" { // those are constants
					with = "!(" + was + ")"
				}
			case u.Info()&types.IsString != 0:
				with = `""`
			case was != "0":
				with = "0"
			}
		case *types.Struct:
			with = x.typeName(t) + "{}"
		default:
			with = "nil"
		}
		if v := x.info.Types[e].Value; v != nil && v.Kind() == constant.Int && constant.Sign(v) == 0 {
			continue // a name for what it would become
		}
		if with != "" && with != was {
			x.replaceAs("return", e, with, t)
		}
	}
}

// cases exchanges what two neighbouring cases do, and takes each case away.
func (x *finder) cases(body *ast.BlockStmt) {
	for i := 0; i+1 < len(body.List); i++ {
		a, b := body.List[i].(*ast.CaseClause), body.List[i+1].(*ast.CaseClause)
		afrom, ato, bfrom, bto := x.at(a.Colon)+1, x.at(a.End()), x.at(b.Colon)+1, x.at(b.End())
		if x.oneLine(afrom, ato) == x.oneLine(bfrom, bto) {
			continue
		}
		x.add("switched cases", a, fmt.Sprintf("%s ↔ %s", x.oneLine(x.at(a.Pos()), afrom), x.oneLine(x.at(b.Pos()), bfrom)),
			[]site{{afrom, ato, statement, ""}, {bfrom, bto, statement, ""}},
			edit{afrom, ato, string(x.src[bfrom:bto])}, edit{bfrom, bto, string(x.src[afrom:ato])})
	}
}
