package fake

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

//go:embed testdata/schema.graphql.gz
var packedSchema []byte

// loadSchema is GitHub's own schema of its GraphQL API.
var loadSchema = sync.OnceValues(func() (*ast.Schema, error) {
	r, err := gzip.NewReader(bytes.NewReader(packedSchema))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
})

// parsed keeps the queries that were found to fit the schema: there are few, and
// they come over and over.
var parsed sync.Map

// parseQuery reads a query and holds it against the schema.
func parseQuery(schema *ast.Schema, text string) (*ast.QueryDocument, error) {
	if doc, ok := parsed.Load(text); ok {
		return doc.(*ast.QueryDocument), nil
	}
	doc, errs := gqlparser.LoadQueryWithRules(schema, text, rules.NewDefaultRules())
	if len(errs) > 0 {
		return nil, errs
	}
	if len(doc.Operations) != 1 || len(doc.Fragments) != 0 || !slices.Contains([]ast.Operation{ast.Query, ast.Mutation}, doc.Operations[0].Operation) {
		return nil, errors.New("the fake answers one query or mutation without named fragments")
	}
	parsed.Store(text, doc)
	return doc, nil
}

// denied stands for a field that the token may not read, in the place of a value.
type denied struct{}

// computed is a field with arguments.
type computed func(arguments map[string]any) any

// graphql answers a query from what the server holds. The query is checked against
// GitHub's schema, and so is the answer: a field that the fake does not know, or
// one whose value is not of its type, is a violation.
func (c *call) graphql() {
	schema, err := loadSchema()
	if err != nil {
		panic(err) // there is no test without it
	}
	var request struct {
		Query     string
		Variables map[string]any
	}
	if err := json.Unmarshal(c.body, &request); err != nil {
		c.s.options.Violation(fmt.Errorf("POST /graphql: %w", err))
	}
	doc, err := parseQuery(schema, request.Query)
	if err != nil {
		c.s.options.Violation(fmt.Errorf("POST /graphql: %w in the query %s", err, request.Query))
		c.give(http.StatusOK, object{"errors": []object{{"message": err.Error()}}})
		return
	}
	op := doc.Operations[0]
	variables, gqlErr := validator.VariableValues(schema, op, request.Variables)
	if gqlErr != nil {
		c.s.options.Violation(fmt.Errorf("POST /graphql: %w", gqlErr))
	}
	x := &execution{c: c, schema: schema, variables: variables}
	if missing := x.unknown(op.SelectionSet); missing != nil {
		c.give(http.StatusOK, object{"errors": []object{missing}})
		return
	}
	cost := x.cost(op.SelectionSet)
	c.s.points += cost
	root, from := schema.Query, c.query(cost)
	if op.Operation == ast.Mutation {
		root, from = schema.Mutation, c.mutation()
	}
	data, _ := x.object(root, op.SelectionSet, from, nil)
	answer := object{"data": data}
	if data == nil {
		answer["data"] = nil
	}
	if len(x.errors) > 0 {
		answer["errors"] = x.errors
	}
	c.give(http.StatusOK, answer)
}

// execution is one query on its way over the state.
type execution struct {
	c         *call
	schema    *ast.Schema
	variables map[string]any
	errors    []object
}

// fields are those of a selection set that are asked for of an object: without
// what a directive leaves out and what is for other types.
func (x *execution) fields(set ast.SelectionSet, typename string) []*ast.Field {
	var fields []*ast.Field
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if x.included(s.Directives) {
				fields = append(fields, s)
			}
		case *ast.InlineFragment:
			if x.included(s.Directives) && (typename == "" || s.TypeCondition == "" || s.TypeCondition == typename) {
				fields = append(fields, x.fields(s.SelectionSet, typename)...)
			}
		}
	}
	return fields
}

func (x *execution) included(directives ast.DirectiveList) bool {
	for _, d := range directives {
		on, _ := d.ArgumentMap(x.variables)["if"].(bool)
		if d.Name == "include" && !on || d.Name == "skip" && on {
			return false
		}
	}
	return true
}

// unknown is the answer to a field that this GitHub, an older one, does not have.
func (x *execution) unknown(set ast.SelectionSet) object {
	for _, f := range x.fields(set, "") {
		if f.ObjectDefinition != nil && slices.Contains(x.c.s.forgotten, f.ObjectDefinition.Name+"."+f.Name) {
			return object{
				"path": []string{"query", f.Name}, "message": fmt.Sprintf("Field '%s' doesn't exist on type '%s'", f.Name, f.ObjectDefinition.Name),
				"extensions": object{"code": "undefinedField", "typeName": f.ObjectDefinition.Name, "fieldName": f.Name},
			}
		}
		if found := x.unknown(f.SelectionSet); found != nil {
			return found
		}
	}
	return nil
}

// cost is what GitHub charges: the requests that it takes to fetch every
// connection if each were full, divided by 100 and rounded, at least one point.
// The source is docs.github.com, "Rate limits and query limits for the GraphQL API".
func (x *execution) cost(set ast.SelectionSet) int {
	return max(1, (x.requests(set, 1)+50)/100)
}

// requests counts those below so many parents.
func (x *execution) requests(set ast.SelectionSet, parents int) int {
	n := 0
	for _, f := range x.fields(set, "") {
		below := parents
		arguments := f.ArgumentMap(x.variables)
		for _, name := range []string{"first", "last"} {
			if size, ok := arguments[name]; ok {
				n += parents
				below = parents * int(number(size))
			}
		}
		n += x.requests(f.SelectionSet, below)
	}
	return n
}

func number(v any) int64 {
	n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// object answers a selection of an object. Where a field that is never null has
// no value, neither has the object, as GraphQL prescribes.
func (x *execution) object(def *ast.Definition, set ast.SelectionSet, from object, path []any) (object, bool) {
	typename := def.Name
	if name, ok := from["__typename"].(string); ok {
		typename = name
	}
	out := object{}
	for _, f := range x.fields(set, typename) {
		at := append(slices.Clone(path), f.Alias)
		if f.Name == "__typename" {
			out[f.Alias] = typename
			continue
		}
		value, ok := from[f.Name]
		if !ok {
			x.violate(at, fmt.Errorf("the fake does not know %s.%s", typename, f.Name))
			return nil, false
		}
		if make, ok := value.(computed); ok {
			value = make(f.ArgumentMap(x.variables))
		}
		if _, ok := value.(denied); ok {
			x.errors = append(x.errors, object{"type": "FORBIDDEN", "path": at, "message": "Resource not accessible by integration"})
			value = nil
		}
		if m, ok := value.(missing); ok {
			x.errors = append(x.errors, object{"type": "NOT_FOUND", "path": at, "message": "Could not resolve to a node with the global id of '" + m.id + "'."})
			value = nil
		}
		got, ok := x.value(f.Definition.Type, f.SelectionSet, value, at)
		if !ok {
			return nil, false
		}
		out[f.Alias] = got
	}
	return out, true
}

// value answers a selection of any value; false is null where there may be none.
func (x *execution) value(t *ast.Type, set ast.SelectionSet, value any, path []any) (any, bool) {
	if o, ok := value.(object); value == nil || ok && o == nil {
		return nil, !t.NonNull
	}
	if t.Elem != nil {
		list, ok := value.([]object)
		if !ok {
			x.violate(path, fmt.Errorf("the fake has %T for a list", value))
			return nil, !t.NonNull
		}
		out := []any{}
		for i, item := range list {
			got, ok := x.value(t.Elem, set, item, append(slices.Clone(path), i))
			if !ok {
				return nil, !t.NonNull
			}
			out = append(out, got)
		}
		return out, true
	}
	def := x.schema.Types[t.NamedType]
	if def.Kind == ast.Scalar || def.Kind == ast.Enum {
		if err := leaf(def, value); err != nil {
			x.violate(path, err)
		}
		return value, true
	}
	from, ok := value.(object)
	if !ok {
		x.violate(path, fmt.Errorf("the fake has %T for an object", value))
		return nil, !t.NonNull
	}
	got, ok := x.object(def, set, from, path)
	if !ok {
		return nil, !t.NonNull
	}
	return got, true
}

// leaf holds a value against its type.
func leaf(def *ast.Definition, value any) error {
	ok := true
	text, isText := value.(string)
	switch {
	case def.Kind == ast.Enum:
		ok = isText && def.EnumValues.ForName(text) != nil
	case def.Name == "Int":
		n, isInt := value.(int)
		ok = isInt && int64(int32(n)) == int64(n)
	case def.Name == "Boolean":
		_, ok = value.(bool)
	default: // String, ID, DateTime, URI, BigInt, GitObjectID
		ok = isText
	}
	if !ok {
		return fmt.Errorf("%v is no %s", value, def.Name)
	}
	return nil
}

func (x *execution) violate(path []any, err error) {
	var names []string
	for _, p := range path {
		names = append(names, fmt.Sprint(p))
	}
	x.c.s.options.Violation(fmt.Errorf("POST /graphql: %s: %w", strings.Join(names, "."), err))
}

// connection is a list that comes in pages.
func connection(list []object) computed {
	return func(arguments map[string]any) any {
		start := 0
		if after, ok := arguments["after"].(string); ok && after != "" {
			plain, err := base64.StdEncoding.DecodeString(after)
			if err != nil {
				return nil
			}
			start = int(number(strings.TrimPrefix(string(plain), "cursor:")))
		}
		if last, ok := arguments["last"]; ok {
			tail := list[max(0, len(list)-min(int(number(last)), 100)):]
			return object{"pageInfo": object{"hasPreviousPage": len(tail) < len(list)}, "nodes": tail, "totalCount": len(list)}
		}
		start = min(start, len(list))
		end := min(start+min(int(number(arguments["first"])), 100), len(list))
		info := object{"hasNextPage": end < len(list), "endCursor": nil}
		if end > start {
			info["endCursor"] = base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "cursor:%d", end))
		}
		return object{"pageInfo": info, "nodes": list[start:end], "totalCount": len(list)}
	}
}

// Points are what the queries so far have cost.
func (s *Server) Points() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.points
}

// Forget makes the server an older one, whose GraphQL does not know some fields:
// "PullRequest.reviewThreads".
func (s *Server) Forget(fields ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgotten = append(s.forgotten, fields...)
}

// Ungraphed is an answer of GraphQL that is an error, with the status that it has
// all the same.
func Ungraphed(kind, message string) Answer {
	return Answer{Status: http.StatusOK, Body: `{"data":null,"errors":[{"type":` + strconv.Quote(kind) + `,"message":` + strconv.Quote(message) + `}]}`}
}
