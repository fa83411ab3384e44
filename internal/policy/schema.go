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
	s := new(document).schema()
	s.ID = "https://github.com/tollgate-ci/tollgate/docs/policy.schema.json"
	s.Title = "Tollgate policy"
	s.Description = "What must hold, and what becomes of the issue: .tollgate.yml."
	return encoded(s)
}

func encoded(s *jsonschema.Schema) []byte {
	s.Version = jsonschema.Version
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
	s := new(waiverFile).schema()
	s.ID = "https://github.com/tollgate-ci/tollgate/docs/waivers.schema.json"
	s.Title = "Tollgate waivers"
	s.Description = "What people have waived, until when, and who answers for it: .tollgate-waivers.yml."
	return encoded(s)
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
