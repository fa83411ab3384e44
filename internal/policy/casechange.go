package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
)

// changedFile is a file that the change of a case touches: a path, or what is known
// of it besides.
type changedFile struct {
	path  glob
	how   changeWord
	lines lineCount
}

func (f *changedFile) keys() []key {
	return []key{
		{"path", "The path of the file from the root of the repository.", true, &f.path},
		{"how", "What became of it: `added`, `modified` or `deleted`. Left out: `modified`.", false, &f.how},
		{"lines", "How many of its lines were added or changed. Left out: that is not known, and a limit on lines is inconclusive.", false, &f.lines},
	}
}

func (*changedFile) noun() string { return "file" }

func (f *changedFile) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind == yaml.MappingNode {
		if !readMapping(in, n, f, w) {
			return false
		}
	} else if !in.read(n, &f.path, w) {
		return false
	}
	if strings.ContainsAny(f.path.value, "*?[{") {
		in.fail(f.path.at, "%q is a pattern; a case names the files themselves", short(f.path.value))
		return false
	}
	return f.path.value != ""
}

func (f *changedFile) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{f.path.schema(), mappingSchema(f)}}
}

// change is the file as a change has it. Lines are counted from the first, because
// a case says how many and not which.
func (f *changedFile) change() evidence.FileChange {
	out := evidence.FileChange{Path: f.path.value, How: evidence.Modified, Cut: !f.lines.given}
	for _, k := range changeKinds {
		if f.how.value == k.String() {
			out.How = k
		}
	}
	if f.lines.n > 0 {
		out.Added = []evidence.LineRange{{First: 1, Last: f.lines.n}}
	}
	return out
}

// changeKinds are what can become of a file in a case.
var changeKinds = []evidence.ChangeKind{evidence.Added, evidence.Modified, evidence.Deleted}

// changeWord says what became of a file.
type changeWord struct{ text }

var changeWords = func() (words []string) {
	for _, k := range changeKinds {
		words = append(words, k.String())
	}
	return words
}()

func (c *changeWord) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &c.text, changeWords, n, w)
}

func (c *changeWord) schema() *jsonschema.Schema { return choiceSchema(changeWords) }

// lineCount is a number of lines.
type lineCount struct {
	n     int
	given bool
}

const maxLines = 1_000_000

func (l *lineCount) read(in *input, n *yaml.Node, w where) bool {
	k, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil || k < 0 || k > maxLines {
		in.fail(in.placeOf(n, w), "%s must be how many lines, a whole number up to %d", w.what, maxLines)
		return false
	}
	l.n, l.given = k, true
	return true
}

func (l *lineCount) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "0"}
}

// changed gives the files of the change of a case by their paths, each once.
func (r *caseResolver) changed(c *caseEntry) (out []evidence.FileChange) {
	first := map[string]Place{}
	for i := range c.change.items {
		f := &c.change.items[i]
		if before, twice := first[f.path.value]; twice {
			r.in.fail(f.path.at, "%q stands twice in the change, first at %d:%d", short(f.path.value), before.Pos.Line, before.Pos.Col)
			continue
		}
		first[f.path.value] = f.path.at
		out = append(out, f.change())
	}
	slices.SortFunc(out, func(a, b evidence.FileChange) int { return strings.Compare(a.Path, b.Path) })
	return out
}
