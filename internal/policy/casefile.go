package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/gates"
)

// This file describes a file of cases, as document.go describes the policy.

// wholeCases is what a file of cases is called.
const wholeCases = "the file of cases"

var fileOfCases = kindOfFile{"file of cases", "version and cases"}

// caseFile is the whole file.
type caseFile struct {
	version version
	cases   list[caseEntry, *caseEntry]
}

func (f *caseFile) keys() []key {
	return []key{
		{"version", "The version of the language: 1.", true, &f.version},
		{"cases", "What the policy is asked, and what it should answer.", true, &f.cases},
	}
}

func (f *caseFile) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, f, w) }
func (f *caseFile) schema() *jsonschema.Schema                 { return mappingSchema(f) }

// caseEntry is one case.
type caseEntry struct {
	name      text
	time      moment
	phase     text
	directory folderName
	reports   named[caseReports, *caseReports]
	base      folderName
	cycle     folderName
	snapshot  glob
	change    list[changedFile, *changedFile]
	event     caseEvent
	expect    expectation
}

func (c *caseEntry) keys() []key {
	return []key{
		{"name", "What the case shows, in your words.", true, &c.name},
		{"time", "When the policy is asked. Left out: when the cases are run.", false, &c.time},
		{"phase", "Where the issue stands. Left out: where its labels say, else in the first phase.", false, &c.phase},
		{"directory", "A folder beside the file of cases in which the policy's own patterns look for the reports.", false, &c.directory},
		{"reports", "The reports of each source, as patterns from the folder of the file of cases. A source that is left out has none.", false, &c.reports},
		{"base", "A folder beside the file of cases with the reports of the base, in the same places below it as those of the case.", false, &c.base},
		{"cycle", "Likewise a folder with the reports of the start of the correction cycle.", false, &c.cycle},
		{"snapshot", "The file of a saved state of GitHub, as `tollgate snapshot` writes it: the issue with its labels and facts.", false, &c.snapshot},
		{"change", "The files that the change touches: paths, or `{path: api/pay.go, how: added, lines: 12}`. Left out: the change is not known.", false, &c.change},
		{"event", "What happened: the file of an event, or the facts of one that matter.", false, &c.event},
		{"expect", "What the policy should answer. What is left out can be anything.", true, &c.expect},
	}
}

func (*caseEntry) noun() string { return "case" }

func (c *caseEntry) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, c, w) }
func (c *caseEntry) schema() *jsonschema.Schema                 { return mappingSchema(c) }

// caseReports are the reports of one source.
type caseReports struct{ list[glob, *glob] }

func (*caseReports) noun() string { return "source" }

// caseEvent is the file of an event, or its facts.
type caseEvent struct {
	file   glob
	head   text
	branch text
	labels list[text, *text]
}

func (e *caseEvent) keys() []key {
	return []key{
		{"head", "The SHA of the commit that the reports are about.", false, &e.head},
		{"branch", "The branch that the change is for.", false, &e.branch},
		{"labels", "The labels of the issue.", false, &e.labels},
	}
}

func (e *caseEvent) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		return in.read(n, &e.file, w)
	}
	return readMapping(in, n, e, w)
}

func (e *caseEvent) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{e.file.schema(), mappingSchema(e)}}
}

// expectation is what a case expects.
type expectation struct {
	verdict       verdictWord
	gates, checks answers
	outcome       outcomeWord
	phase         text
}

func (e *expectation) keys() []key {
	return []key{
		{"verdict", "The verdict of all gates that are due.", false, &e.verdict},
		{"gates", "The status of gates by their names, due or not.", false, &e.gates},
		{"checks", "What conditions come to, whatever their mode, by gate/metric or gate/condition: `unit/failed: fail`.", false, &e.checks},
		{"outcome", "What becomes of the issue.", false, &e.outcome},
		{"phase", "Where the issue stands afterwards.", false, &e.phase},
	}
}

func (e *expectation) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		in.fail(in.place(n), "%s is empty, so the case shows nothing; add verdict, gates, checks, outcome or phase", w.what)
		return false
	}
	return readMapping(in, n, e, w)
}

func (e *expectation) schema() *jsonschema.Schema {
	s := mappingSchema(e)
	s.MinProperties = ptr(uint64(1))
	return s
}

// The words of an answer. A check is never warn or not applicable: that is what its
// mode makes of it, and what a case asks of the gate.
var (
	verdictWords = []string{gates.Pass.String(), gates.Fail.String(), gates.Inconclusive.String(), gates.Warned.String(), gates.Waived.String(), gates.NotApplicable.String()}
	checkWords   = []string{gates.Pass.String(), gates.Fail.String(), gates.Inconclusive.String(), gates.Waived.String(), gates.NotApplicable.String()}
	outcomeWords = []string{"entered", "handed off", "sent back", "held", "escalated", "done"}
)

type verdictWord struct{ text }

func (v *verdictWord) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &v.text, verdictWords, n, w)
}

func (*verdictWord) schema() *jsonschema.Schema { return choiceSchema(verdictWords) }

type outcomeWord struct{ text }

func (o *outcomeWord) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &o.text, outcomeWords, n, w)
}

func (*outcomeWord) schema() *jsonschema.Schema { return choiceSchema(outcomeWords) }

// answers are words by the name of a gate or a check. Which words and which names
// there are is for who resolves them.
type answers struct{ entries []answer }

type answer struct{ name, word text }

func (a *answers) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		in.fail(in.placeOf(n, w), "%s must be a mapping from names to what is expected, as in {unit: fail}", w.what)
		return false
	}
	in.eachKey(n, w, func(name, v *yaml.Node) {
		e := answer{name: text{name.Value, in.place(name)}}
		if in.read(v, &e.word, where{w.what + " for " + short(name.Value), e.name.at}) {
			a.entries = append(a.entries, e)
		}
	})
	return len(a.entries) > 0
}

func (a *answers) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", MinProperties: ptr(uint64(1)), AdditionalProperties: choiceSchema(verdictWords)}
}

// folderName is a path of a folder, without patterns.
type folderName struct{ text }

func (f *folderName) read(in *input, n *yaml.Node, w where) bool {
	if !f.text.read(in, n, w) {
		return false
	}
	path := strings.TrimSuffix(f.value, "/")
	why := badGlob(path + "/x")
	switch {
	case path == ".":
	case strings.ContainsAny(path, "*?[{"):
		in.fail(f.at, "the folder %q is a pattern; name one folder", short(f.value))
		return false
	case why != "":
		in.fail(f.at, "the folder %q %s", short(f.value), why)
		return false
	}
	f.value = path
	return true
}

// moment is a date with a time and a zone.
type moment struct {
	time.Time
	at Place
}

func (m *moment) read(in *input, n *yaml.Node, w where) bool {
	m.at = in.placeOf(n, w)
	t, err := time.Parse(time.RFC3339, n.Value)
	if n.Kind != yaml.ScalarNode || !slices.Contains([]string{"!!timestamp", "!!str"}, n.Tag) || err != nil {
		in.fail(m.at, "%s must be a date, a time and a zone, as in 2026-03-01T09:00:00Z", w.what)
		return false
	}
	m.Time = t
	return true
}

func (*moment) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Format: "date-time", Examples: []any{"2026-03-01T09:00:00Z"}}
}
