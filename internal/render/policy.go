package render

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// Settings is a policy to be shown.
type Settings struct {
	Policy   PolicyRef
	Whole    policy.Setting
	Defaults bool // show also what the file does not say
}

// maxAligned is the column up to which the comments of SettingsYAML are aligned.
const maxAligned = 60

// SettingsYAML prints a policy as YAML with the origin of each value as a comment.
// It is a policy itself, and judges as the one that it shows.
func SettingsYAML(w io.Writer, s Settings) error {
	var lines []commented
	for _, c := range s.shown(s.Whole) {
		lines = s.yaml(lines, c, "", key(c))
	}
	width := 0
	for _, l := range lines {
		if n := columns.StringWidth(l.text); l.comment != "" && n <= maxAligned {
			width = max(width, n)
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", Clean(s.Policy.String(), 200))
	for _, l := range lines {
		b.WriteString(l.text)
		if l.comment != "" {
			fmt.Fprintf(&b, "%*s  # %s", max(0, width-columns.StringWidth(l.text)), "", l.comment)
		}
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}

type commented struct{ text, comment string }

func key(s policy.Setting) string { return scalarYAML(s.Key, true) + ":" }

// shown gives what is below a setting and is to be shown.
func (s Settings) shown(of policy.Setting) []policy.Setting {
	return slices.DeleteFunc(slices.Clone(of.Below), func(c policy.Setting) bool { return c.Default && !s.Defaults })
}

// yaml appends the lines of a setting: first is what its first line begins with
// after the indentation, a key or the dash of a list.
func (s Settings) yaml(lines []commented, x policy.Setting, indent, first string) []commented {
	if x.Scalar() {
		return append(lines, commented{indent + first + " " + scalarYAML(x.Value, x.Text), origin(x)})
	}
	if first == "-" { // the first key of an entry stands on the line of the dash
		for i, c := range s.shown(x) {
			lead := "  "
			if i == 0 {
				lead = "- "
			}
			lines = s.entry(lines, c, indent, lead)
		}
		return lines
	}
	lines = append(lines, commented{text: indent + first})
	for _, c := range s.shown(x) {
		if x.List {
			lines = s.yaml(lines, c, indent+"  ", "-")
		} else {
			lines = s.yaml(lines, c, indent+"  ", key(c))
		}
	}
	return lines
}

// entry appends a key of a mapping that is an entry of a list.
func (s Settings) entry(lines []commented, c policy.Setting, indent, lead string) []commented {
	at := len(lines)
	lines = s.yaml(lines, c, indent+"  ", key(c))
	lines[at].text = indent + lead + strings.TrimPrefix(lines[at].text, indent+"  ")
	return lines
}

func origin(x policy.Setting) string {
	if x.Default {
		return "default"
	}
	return Clean(x.At.String(), 200)
}

// plainYAML are texts that every reader of YAML takes as they stand.
var (
	plainYAML    = regexp.MustCompile(`^([A-Za-z]|[0-9]+\.\.)[A-Za-z0-9 _./<>=%+-]*$`)
	reservedYAML = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n)$`)
)

// scalarYAML writes a scalar so that it is read back as what it is. JSON's quotes
// are YAML's as well.
func scalarYAML(s string, text bool) string {
	if !text || plainYAML.MatchString(s) && !reservedYAML.MatchString(s) && !strings.HasSuffix(s, " ") {
		return s
	}
	return strings.TrimSpace(string(jsonText(s, "")))
}

// jsonSetting is one value of `policy show --format json`.
type jsonSetting struct {
	Path    string        `json:"path"`
	Value   string        `json:"value"`
	Default bool          `json:"default"`
	At      *evidence.Pos `json:"at,omitempty"`
}

// SettingsJSON prints every value with its path and its origin.
func SettingsJSON(w io.Writer, s Settings) error {
	out := struct {
		Schema string        `json:"schema"`
		Policy jsonPolicy    `json:"policy"`
		Values []jsonSetting `json:"values"`
	}{"tollgate/policy/v1", jsonPolicy{s.Policy.Path, s.Policy.Digest}, []jsonSetting{}}
	var walk func(path string, x policy.Setting)
	walk = func(path string, x policy.Setting) {
		if x.Scalar() {
			v := jsonSetting{Path: path, Value: x.Value, Default: x.Default}
			if !x.Default {
				v.At = &x.At
			}
			out.Values = append(out.Values, v)
		}
		for i, c := range s.shown(x) {
			switch {
			case x.List:
				walk(path+"["+strconv.Itoa(i)+"]", c)
			case path == "":
				walk(c.Key, c)
			default:
				walk(path+"."+c.Key, c)
			}
		}
	}
	walk("", s.Whole)
	return writeJSON(w, out)
}
