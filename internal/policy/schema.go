package policy

import (
	"bytes"
	"encoding/json"

	"github.com/invopop/jsonschema"
)

// Schema gives the JSON Schema (draft 2020-12) of a policy, for editors. It
// rejects nothing that Load accepts. What holds between two places, such as a
// gate that reads a source that is not declared, only Load can tell.
func Schema() []byte {
	return schemaOf(new(document), "policy", "Tollgate policy", "What must hold, and what becomes of the issue: .tollgate.yml.")
}

// schemaOf writes out the schema of a kind of file.
func schemaOf(file value, name, title, description string) []byte {
	s := file.schema()
	s.Version = jsonschema.Version
	s.ID = jsonschema.ID("https://github.com/tollgate-ci/tollgate/docs/" + name + ".schema.json")
	s.Title = title
	s.Description = description
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		panic("policy: " + err.Error()) // the description above is not encodable
	}
	return out.Bytes()
}

// WaiversSchema gives the JSON Schema of the file of the waivers, likewise.
func WaiversSchema() []byte {
	return schemaOf(new(waiverFile), "waivers", "Tollgate waivers", "What people have waived, until when, and who answers for it: .tollgate-waivers.yml.")
}

// mappingSchema is that of a mapping with the keys of m and no others.
func mappingSchema(m mapping) *jsonschema.Schema {
	s := &jsonschema.Schema{
		Type:                 "object",
		Properties:           jsonschema.NewProperties(),
		AdditionalProperties: jsonschema.FalseSchema,
	}
	for _, k := range m.keys() {
		v := k.value.schema()
		v.Description = k.doc
		s.Properties.Set(k.name, v)
		if k.need {
			s.Required = append(s.Required, k.name)
		}
	}
	return s
}
