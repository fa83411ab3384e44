package render

import (
	"bytes"
	"encoding/json"
	"io"
)

// writeJSON writes a value for programs, so that it may stand in HTML as well.
func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// jsonText is a value with its line end, in which <, > and & stand as they are: on one
// line if there is no indent. The value is of strings, numbers and times, which always
// encode.
func jsonText(v any, indent string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", indent)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("render: " + err.Error())
	}
	return b.Bytes()
}
