package policy

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

const published = "../../docs/policy.schema.json"

// TestSchemaIsPublished holds the copy that editors are pointed at to the code.
func TestSchemaIsPublished(t *testing.T) { isPublished(t, published, Schema()) }

// isPublished holds a published schema to the code.
func isPublished(t *testing.T, path string, schema []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, schema, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(contents(t, path), schema) {
		t.Errorf("%s is not what the code gives; run go test ./internal/policy -run %s -update", path, t.Name())
	}
}

// compiled is a schema as another implementation of the standard reads it.
func compiled(t testing.TB, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4) // so that only $schema can make it 2020-12
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if s.DraftVersion != 2020 {
		t.Errorf("the schema is of draft %d, want 2020", s.DraftVersion)
	}
	return s
}

// instance gives a YAML document as JSON has it.
func instance(t testing.TB, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Load(data, &v); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSchemaAcceptsWhatLoadAccepts(t *testing.T) {
	s := compiled(t, Schema())
	for _, pattern := range []string{"testdata/ok/*.yml", "testdata/lint/*.yml"} {
		for _, name := range files(t, pattern) {
			if err := s.Validate(instance(t, contents(t, name))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestSchemaRejects changes one thing in a policy that both accept; what the
// schema can say, it says, and Load agrees.
func TestSchemaRejects(t *testing.T) {
	const good = `
version: 1
evidence: {unit: {tests: a.xml, expect: {files: 1..}}}
gates: {unit: {from: unit, require: failed = 0}}
phases: [{name: A, owner: "@a", exit: unit}, {name: B, owner: "@b"}]
escalation: {to: "@c", matrix: [{category: code, "on": fail}]}
`
	s := compiled(t, Schema())
	if _, err := Load("p.yml", []byte(good)); err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(instance(t, []byte(good))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new string }{
		{"an unknown key", "version: 1", "version: 1\nqualityGate: {}"},
		{"an unknown key of a source", "tests: a.xml", "tests: a.xml, form: b"},
		{"an unknown key of a gate", "from: unit", "from: unit, requires: failed = 0"},
		{"an unknown key of an expectation", "files: 1..", "flies: 1.."},
		{"an unknown key of a phase", "name: B", "name: B, next: C"},
		{"an unknown key of the escalation", `to: "@c"`, `to: "@c", within: 2h`},
		{"an unknown key of a row", "category: code", "category: code, gate: unit"},
		{"another version", "version: 1", "version: 2"},
		{"a version in quotes", "version: 1", `version: "1"`},
		{"no version", "version: 1", ""},
		{"no gates", "gates: {unit: {from: unit, require: failed = 0}}", ""},
		{"empty gates", "gates: {unit: {from: unit, require: failed = 0}}", "gates: {}"},
		{"a gate without conditions", ", require: failed = 0", ""},
		{"a gate without sources", "from: unit, ", ""},
		{"an empty list of conditions", "failed = 0", "[]"},
		{"an unknown metric", "failed = 0", "faild = 0"},
		{"an unknown operator", "failed = 0", "failed == 0"},
		{"a bad number", "failed = 0", "failed = 0.5.1"},
		{"a ratio where a count is", "failed = 0", "failed = 0%"},
		{"a count where a ratio is", "failed = 0", "pass-rate > 90"},
		{"a condition that is a mapping", "failed = 0", "{failed: 0}"},
		{"a name with a space", "gates: {unit:", "gates: {u nit:"},
		{"a pattern that is a number", "a.xml", "1"},
		{"a range that is none", "1..", "many"},
		{"a range of nothing", "1..", "0"},
		{"an owner that is no handle", `"@a"`, "ann"},
		{"a phase without owner", `, owner: "@b"`, ""},
		{"a label that is too long", "name: B", "name: 123456789 123456789 123456789 123456789 123456789 B"},
		{"a flag that is a text", `owner: "@b"`, `owner: "@b", manual: "true"`},
		{"a status that does not escalate", "fail}", "warn}"},
		{"an escalation without matrix", `, matrix: [{category: code, "on": fail}]`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := bytes.Replace([]byte(good), []byte(c.old), []byte(c.new), 1)
			if bytes.Equal(bad, []byte(good)) {
				t.Fatalf("%q is not in the policy", c.old)
			}
			if err := s.Validate(instance(t, bad)); err == nil {
				t.Errorf("the schema accepts %s", bad)
			}
			if _, err := Load("p.yml", bad); err == nil {
				t.Errorf("Load accepts %s", bad)
			}
		})
	}
}
