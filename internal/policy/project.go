package policy

import (
	"cmp"
	"regexp"
	"strconv"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// usualField is the one that every project has.
const usualField = "Status"

// project is a field of a board. Its option for a phase is called as the phase is.
type project struct {
	owner  login
	number ordinal
	field  title
}

func (p *project) keys() []key {
	return []key{
		{"owner", "The organisation or the person that the project belongs to.", true, &p.owner},
		{"number", "The number of the project, as in its address.", true, &p.number},
		{"field", "The single-select field, with an option for each phase by its name; `Status`, if left out.", false, &p.field},
	}
}

func (p *project) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, p, w) }
func (p *project) schema() *jsonschema.Schema                 { return mappingSchema(p) }

func (p *project) rule() plan.Project {
	if p.number.value == 0 {
		return plan.Project{}
	}
	return plan.Project{Owner: p.owner.value, Number: p.number.value, Field: cmp.Or(p.field.value, usualField)}
}

// login is an account, without an @.
type login struct{ text }

const loginPattern = `^[A-Za-z0-9][A-Za-z0-9-]{0,38}$`

var loginForm = regexp.MustCompile(loginPattern)

func (l *login) read(in *input, n *yaml.Node, w where) bool {
	if !l.text.read(in, n, w) {
		return false
	}
	if !loginForm.MatchString(l.value) {
		in.fail(l.at, "%s is %q; write the account as in its address: acme", w.what, short(l.value))
		return false
	}
	return true
}

func (l *login) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: loginPattern}
}

// ordinal is a number that GitHub gave, from 1.
type ordinal struct{ value int }

func (o *ordinal) read(in *input, n *yaml.Node, w where) bool {
	value, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil || value < 1 || value > 1_000_000_000 || strconv.Itoa(value) != n.Value {
		in.fail(in.placeOf(n, w), "%s must be a number from 1 on, %s", w.what, found(n))
		return false
	}
	o.value = value
	return true
}

func (o *ordinal) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "1", Maximum: "1000000000"}
}
