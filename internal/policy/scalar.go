package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/gates"
)

// text is one line of characters with its place. The types below are texts of
// which more is asked.
type text struct {
	value string
	at    Place
}

func (t *text) read(in *input, n *yaml.Node, w where) bool {
	t.at = in.placeOf(n, w)
	switch {
	case n.Kind != yaml.ScalarNode || n.Tag != "!!str":
		in.fail(t.at, "%s must be a text, %s%s", w.what, found(n), quoteHint(n))
		return false
	case strings.TrimSpace(n.Value) == "":
		in.fail(t.at, "%s is an empty text; write one, or leave the key out", w.what)
		return false
	case strings.TrimSpace(n.Value) != n.Value:
		in.fail(t.at, "%s begins or ends with white space; take it away", w.what)
		return false
	case strings.ContainsFunc(n.Value, unprintable):
		in.fail(t.at, "%s must be one line of printable text", w.what)
		return false
	}
	t.value = n.Value
	return true
}

// unprintable is what an escape in double quotes can smuggle past input.legible.
func unprintable(c rune) bool { return c == '\t' || c == '\n' || hidden(c) }

func (t *text) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1))}
}

// title is a text that becomes a label on GitHub or stands for one.
type title struct{ text }

// maxTitle is how long GitHub lets a label be.
const maxTitle = 50

func (t *title) read(in *input, n *yaml.Node, w where) bool {
	if !t.text.read(in, n, w) {
		return false
	}
	if runes(t.value) > maxTitle {
		in.fail(t.at, "%s has %d characters; a label on GitHub has at most %d", w.what, runes(t.value), maxTitle)
		return false
	}
	return true
}

func (t *title) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), MaxLength: ptr(uint64(maxTitle))}
}

// handle names a person or a team on GitHub.
type handle struct{ text }

const handlePattern = `^@[A-Za-z0-9][A-Za-z0-9_-]{0,38}(/[A-Za-z0-9._-]{1,100})?$`

var handleForm = regexp.MustCompile(handlePattern)

func (h *handle) read(in *input, n *yaml.Node, w where) bool {
	if !h.text.read(in, n, w) {
		return false
	}
	if !handleForm.MatchString(h.value) {
		in.fail(h.at, `%s is %q; write "@user" or "@org/team"`, w.what, short(h.value))
		return false
	}
	return true
}

func (h *handle) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: handlePattern, Examples: []any{"@ann", "@acme/reviewers"}}
}

// glob is a pattern of files in the repository.
type glob struct{ text }

func (g *glob) read(in *input, n *yaml.Node, w where) bool {
	if !g.text.read(in, n, w) {
		return false
	}
	if why := badGlob(g.value); why != "" {
		in.fail(g.at, "the pattern %q %s", short(g.value), why)
		return false
	}
	return true
}

func (g *glob) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), Examples: []any{"reports/**/*.xml"}}
}

const notGlob = "is not one: it is empty, or a bracket, brace or backslash is not closed"

var drive = regexp.MustCompile(`^[A-Za-z]:`)

// badGlob says what is wrong with a pattern of files, or nothing.
func badGlob(p string) string {
	elements := strings.FieldsFunc(p, func(c rune) bool { return c == '/' || c == '{' || c == '}' || c == ',' })
	switch {
	case strings.HasPrefix(p, "!"):
		return "begins with !, which takes nothing away here; name what to read"
	case strings.HasPrefix(p, "/"), strings.HasPrefix(p, `\\`), drive.MatchString(p):
		return "is absolute; write it from the root of the repository"
	case slices.Contains(elements, ".."):
		return "leaves the repository by ..; reports must lie in it"
	case foldersByBackslash.MatchString(p):
		return `has a \ between folders; write /`
	case strings.HasPrefix(p, "./"):
		return "begins with ./; leave that out"
	case strings.HasSuffix(p, "/"):
		return "is a folder; name its files: " + p + "**"
	case strings.Contains(p, "//") || slices.Contains(strings.Split(p, "/"), "."):
		return "has an element that is empty or a dot; leave it out"
	case p == "" || !doublestar.ValidatePattern(p):
		return notGlob
	default:
		return ""
	}
}

// foldersByBackslash finds a backslash that escapes nothing.
var foldersByBackslash = regexp.MustCompile(`\\[^\\*?\[\]{}!,-]`)

// nameGlob is a pattern of names that a gate filters by: suites, rules, tools.
// One that begins with ! takes away.
type nameGlob struct{ text }

func (g *nameGlob) read(in *input, n *yaml.Node, w where) bool {
	if !g.text.read(in, n, w) {
		return false
	}
	if p := strings.TrimPrefix(g.value, "!"); p == "" || !doublestar.ValidatePattern(p) {
		in.fail(g.at, "the pattern %q %s", short(g.value), notGlob)
		return false
	}
	return true
}

func (g *nameGlob) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), Examples: []any{"smoke/*", "!*_slow"}}
}

// pathGlob is a pattern of paths that a gate filters by. A pattern that can match
// no path would leave nothing to find fault with, so it is as strict as glob.
type pathGlob struct{ text }

func (g *pathGlob) read(in *input, n *yaml.Node, w where) bool {
	if !g.text.read(in, n, w) {
		return false
	}
	if why := badGlob(strings.TrimPrefix(g.value, "!")); why != "" {
		in.fail(g.at, "the pattern %q %s", short(g.value), why)
		return false
	}
	return true
}

func (g *pathGlob) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), Examples: []any{"pay/**", "!**/*_gen.go"}}
}

// span is a range of counts: 3, 1.., 1..5 or ..5.
type span struct {
	gates.Range
	at Place
}

const spanPattern = `^((0|[1-9][0-9]{0,15})?\.\.([1-9][0-9]{0,15})?|[1-9][0-9]{0,15})$`

var spanForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,15})?(\.\.)?([1-9][0-9]{0,15})?$`)

func (s *span) read(in *input, n *yaml.Node, w where) bool {
	s.at = in.placeOf(n, w)
	m := spanForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil || m[1] == "" && m[3] == "" || m[2] == "" && m[3] != "" {
		in.fail(s.at, "%s must be a range of whole numbers: 50.. for at least, 1..5 for between, ..5 for at most, 3 for exactly", w.what)
		return false
	}
	lo, hi := whole(m[1]), whole(m[3])
	if m[2] == "" {
		hi = lo
	}
	switch {
	case hi == 0 && lo == 0:
		in.fail(s.at, "%s is %s, which expects nothing; write 1.. or more, or leave it out", w.what, n.Value)
		return false
	case hi != 0 && lo > hi:
		in.fail(s.at, "%s is %s, which no number is in; write %d..%d", w.what, n.Value, hi, lo)
		return false
	}
	s.Range = gates.Range{Min: lo, Max: hi}
	return true
}

// whole reads digits that spanForm has seen; none are 0.
func whole(digits string) uint64 {
	n, _ := strconv.ParseUint("0"+digits, 10, 64)
	return n
}

func (s *span) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "integer", Minimum: "1"},
		{Type: "string", Pattern: spanPattern, Examples: []any{"1..", "1..5", "..5"}},
	}}
}

// yes is true or false. One that could not be read counts as true, so that
// nothing more is asked of what it excuses.
type yes struct{ set bool }

func (y *yes) read(in *input, n *yaml.Node, w where) bool {
	y.set = n.Value != "false"
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || y.set && n.Value != "true" {
		y.set = true
		in.fail(in.placeOf(n, w), "%s must be true or false, in small letters and without quotes", w.what)
		return false
	}
	return true
}

func (y *yes) schema() *jsonschema.Schema { return &jsonschema.Schema{Type: "boolean"} }

// version is the number of the policy's language.
type version struct{}

func (*version) read(in *input, n *yaml.Node, w where) bool {
	at := in.placeOf(n, w)
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!int" && n.Value == "1":
		return true
	case n.Kind == yaml.ScalarNode && n.Tag == "!!int":
		in.fail(at, "version %s of the %s is not known here; this Tollgate reads version 1", short(n.Value), in.kind.noun)
	default:
		in.fail(at, "version must be the number 1, without quotes")
	}
	return false
}

func (*version) schema() *jsonschema.Schema { return &jsonschema.Schema{Type: "integer", Const: 1} }

// readChoice reads a text that is one of a few words.
func readChoice(in *input, t *text, words []string, n *yaml.Node, w where) bool {
	if !t.read(in, n, w) {
		return false
	}
	if !slices.Contains(words, t.value) {
		in.fail(t.at, "%s is %q; %s", w.what, short(t.value), in.meant(t.value, "it can be", words))
		return false
	}
	return true
}

func choiceSchema(words []string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return s
}

// reruns says how a runner writes retries that its format has no mark for.
type reruns struct{ text }

var rerunWords = []string{"duplicates"}

func (r *reruns) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &r.text, rerunWords, n, w)
}

func (r *reruns) schema() *jsonschema.Schema { return choiceSchema(rerunWords) }

// status is one that can escalate.
type status struct{ text }

var statusWords = []string{gates.Fail.String(), gates.Inconclusive.String()}

func (s *status) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &s.text, statusWords, n, w)
}

func (s *status) schema() *jsonschema.Schema { return choiceSchema(statusWords) }

// gate gives the status that was read.
func (s *status) gate() gates.Status {
	if s.value == gates.Fail.String() {
		return gates.Fail
	}
	return gates.Inconclusive
}
