package policy

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
)

// This file describes the file of the waivers, as document.go does the policy.

// wholeWaivers is what the file of the waivers is called.
const wholeWaivers = "the file of the waivers"

var fileOfWaivers = kindOfFile{"file of waivers", "version: 1"}

// waiverFile is the whole file.
type waiverFile struct {
	version version
	waivers list[waiver, *waiver]
}

func (f *waiverFile) keys() []key {
	return []key{
		{"version", "The version of the language of waivers: 1.", true, &f.version},
		{"waivers", "The waivers. Left out: there are none.", false, &f.waivers},
	}
}

func (f *waiverFile) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, f, w) }
func (f *waiverFile) schema() *jsonschema.Schema                 { return mappingSchema(f) }

// waiver is a person's recorded override.
type waiver struct {
	finding           waivedFinding
	test              waivedTest
	condition         waivedCondition
	branches          list[branchGlob, *branchGlob]
	labels            list[title, *title]
	reason            text
	owner, approvedBy handle
	created, expires  day
}

func (v *waiver) keys() []key {
	return []key{
		{"finding", "Findings, by all of what is said here. Exactly one of finding, test and condition says what is waived.", false, &v.finding},
		{"test", "Tests in quarantine: their failures are shown and not counted.", false, &v.test},
		{"condition", "One condition of one gate.", false, &v.condition},
		{"branches", "Patterns of the branches that the change is for. Left out: any.", false, &v.branches},
		{"labels", "Labels of the issue or the pull request, one of which it must bear. Left out: any or none.", false, &v.labels},
		{"reason", "Why, in a sentence.", true, &v.reason},
		{"owner", "Who answers for it and mends it: `@user` or `@org/team`.", true, &v.owner},
		{"approved-by", "Who allowed it: `@user` or `@org/team`.", true, &v.approvedBy},
		{"created", "The day from which it holds, in UTC: `2026-11-01`.", true, &v.created},
		{"expires", "Its last day, to its end in UTC: `2026-11-30`.", true, &v.expires},
	}
}

func (*waiver) noun() string { return "waiver" }

func (v *waiver) read(in *input, n *yaml.Node, w where) bool {
	if !readMapping(in, n, v, w) {
		return false
	}
	given := 0
	for _, g := range []bool{v.finding.given, v.test.given, v.condition.given} {
		if g {
			given++
		}
	}
	if given != 1 {
		in.fail(w.at, "%s must say what it waives by exactly one of finding, test and condition, and says %s", w.what,
			[]string{"none", "one", "two", "all three"}[given])
		return false
	}
	return true
}

func (v *waiver) schema() *jsonschema.Schema {
	s := mappingSchema(v)
	for _, name := range []string{"finding", "test", "condition"} {
		s.OneOf = append(s.OneOf, &jsonschema.Schema{Required: []string{name}})
	}
	return s
}

// waivedFinding is findings by rule, weakness, tool, path and fingerprint.
type waivedFinding struct {
	given       bool
	rule        nameGlob
	cwe         weakness
	tool        text
	path        pathGlob
	fingerprint text
}

func (f *waivedFinding) keys() []key {
	return []key{
		{"rule", "A pattern of the rule.", false, &f.rule},
		{"cwe", "The weakness: `CWE-79` or 79.", false, &f.cwe},
		{"tool", "The tool, without case.", false, &f.tool},
		{"path", "A pattern of the file that it is in.", false, &f.path},
		{"fingerprint", "The value of one of its fingerprints, as `tollgate inspect` shows them.", false, &f.fingerprint},
	}
}

func (f *waivedFinding) present() { f.given = true }

func (f *waivedFinding) read(in *input, n *yaml.Node, w where) bool {
	return readSome(in, n, f, w)
}

func (f *waivedFinding) schema() *jsonschema.Schema { return someSchema(f) }

// waivedTest is tests by suite, class and name.
type waivedTest struct {
	given              bool
	suite, class, name text
}

func (t *waivedTest) keys() []key {
	return []key{
		{"suite", "The suite, exactly.", false, &t.suite},
		{"class", "The class, exactly.", false, &t.class},
		{"name", "The name, exactly.", false, &t.name},
	}
}

func (t *waivedTest) present() { t.given = true }

func (t *waivedTest) read(in *input, n *yaml.Node, w where) bool { return readSome(in, n, t, w) }
func (t *waivedTest) schema() *jsonschema.Schema                 { return someSchema(t) }

// waivedCondition is a condition of a gate.
type waivedCondition struct {
	given           bool
	gate            text
	is              condition
	withoutEvidence yes
}

func (c *waivedCondition) keys() []key {
	return []key{
		{"gate", "The gate.", true, &c.gate},
		{"is", "The condition as the policy writes it; another threshold is another condition.", true, &c.is},
		{"without-evidence", "Whether missing evidence is waived as well, not only a failure.", false, &c.withoutEvidence},
	}
}

func (c *waivedCondition) present() { c.given = true }

func (c *waivedCondition) read(in *input, n *yaml.Node, w where) bool {
	return readMapping(in, n, c, w)
}
func (c *waivedCondition) schema() *jsonschema.Schema { return mappingSchema(c) }

// readSome reads a mapping that must have a key at least: one without would be of
// everything.
func readSome(in *input, n *yaml.Node, m mapping, w where) bool {
	if !readMapping(in, n, m, w) {
		return false
	}
	if len(n.Content) == 0 {
		in.fail(in.placeOf(n, w), "%s is empty, which would waive everything; say what is meant", w.what)
		return false
	}
	return true
}

func someSchema(m mapping) *jsonschema.Schema {
	s := mappingSchema(m)
	s.MinProperties = ptr(uint64(1))
	return s
}

// branchGlob is a pattern of branches.
type branchGlob struct{ text }

func (g *branchGlob) read(in *input, n *yaml.Node, w where) bool {
	if !g.text.read(in, n, w) {
		return false
	}
	if !doublestar.ValidatePattern(g.value) || g.value[0] == '!' {
		in.fail(g.at, "the pattern %q is not one of branches; write main, or release/*", short(g.value))
		return false
	}
	return true
}

func (g *branchGlob) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), Examples: []any{"main", "release/*"}}
}

// weakness is an entry of the Common Weakness Enumeration.
type weakness struct{ text }

const weaknessPattern = `^CWE-[1-9][0-9]{0,5}$`

var weaknessForm = regexp.MustCompile(weaknessPattern)

func (c *weakness) read(in *input, n *yaml.Node, w where) bool {
	number := n.Kind == yaml.ScalarNode && n.Tag == "!!int"
	if number {
		c.text = text{"CWE-" + n.Value, in.placeOf(n, w)}
	} else if !c.text.read(in, n, w) {
		return false
	}
	if !weaknessForm.MatchString(c.value) {
		in.fail(c.at, "%s is %q; write it as CWE-79", w.what, short(n.Value))
		return false
	}
	return true
}

func (c *weakness) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "string", Pattern: weaknessPattern, Examples: []any{"CWE-79"}},
		{Type: "integer", Minimum: "1", Maximum: "999999"},
	}}
}

// day is a day, kept as its midnight in UTC.
type day struct {
	time.Time
	at Place
}

var dayForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

func (d *day) read(in *input, n *yaml.Node, w where) bool {
	d.at = in.placeOf(n, w)
	t, err := time.Parse(time.DateOnly, n.Value)
	switch {
	case n.Kind != yaml.ScalarNode || !dayForm.MatchString(n.Value):
		in.fail(d.at, "%s must be a day, written 2026-11-30", w.what)
		return false
	case err != nil || t.Year() < 1:
		in.fail(d.at, "%s is %s, and there is no such day", w.what, n.Value)
		return false
	}
	d.Time = t
	return true
}

// schema admits a time as well: that is what readers of YAML make of a date.
func (d *day) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}`, Examples: []any{"2026-11-30"}}
}

// waiverRules are what the policy says of waivers: where they are, and how long one
// may last. The name of the file alone will do.
type waiverRules struct {
	given   bool
	file    fileName
	maxDays maxDays
	command waiveWord

	approvers approvers
}

func (r *waiverRules) keys() []key {
	return []key{
		{"file", "The file of the waivers, from the directory of the policy; `.tollgate-waivers.yml`, if left out.", false, &r.file},
		{"max-days", "How many days a waiver may last, by the severity of the finding: `{critical: 14, high: 30, default: 90}`. Of what has no limit of its own it is that of `default`, and of that 90.", false, &r.maxDays},
		{"approvers", "Who may approve a waiver, people and teams: one list, or lists by the severity of the finding, `{critical: [\"@acme/security\"], default: [\"@acme/leads\"]}`. Left out: anybody.", false, &r.approvers},
		{"command", "What `/waive` does: `record` it in the decision log, or `propose` it, which opens a pull request that adds the entry to the file. `record`, if left out.", false, &r.command},
	}
}

func (r *waiverRules) present() { r.given = true }

func (r *waiverRules) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		return r.file.read(in, n, w)
	}
	return readMapping(in, n, r, w)
}

func (r *waiverRules) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{r.file.schema(), mappingSchema(r)}}
}

// fileName is one file in the repository.
type fileName struct{ text }

var patternSigns = regexp.MustCompile(`[*?\[\]{}]`)

func (f *fileName) read(in *input, n *yaml.Node, w where) bool {
	if !f.text.read(in, n, w) {
		return false
	}
	switch why := badGlob(f.value); {
	case patternSigns.MatchString(f.value):
		in.fail(f.at, "%s is %q, a pattern; name one file", w.what, short(f.value))
		return false
	case why != "":
		in.fail(f.at, "%s is %q, which %s", w.what, short(f.value), why)
		return false
	}
	return true
}

func (f *fileName) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), Examples: []any{defaultWaivers}}
}

// maxDays are limits in days by severity.
type maxDays struct {
	byDefault int
	severity  map[evidence.Severity]int
}

// mostDays is the highest limit: a waiver without end is no waiver.
const mostDays = 366

var severityWords = func() (words []string) {
	for _, s := range evidence.Severities {
		words = append(words, s.String())
	}
	return append(words, "default")
}()

func (m *maxDays) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		in.fail(in.placeOf(n, w), "%s must be a mapping from severities to days, as in {critical: 14, default: 90}", w.what)
		return false
	}
	m.severity = map[evidence.Severity]int{}
	in.eachKey(n, w, func(name, v *yaml.Node) {
		i := slices.Index(severityWords, name.Value)
		if i < 0 {
			in.fail(in.place(name), "unknown severity %q in %s; %s", short(name.Value), w.what, in.meant(name.Value, "there are", severityWords))
			return
		}
		days, err := strconv.Atoi(v.Value)
		if v.Kind != yaml.ScalarNode || v.Tag != "!!int" || err != nil || days < 1 || days > mostDays {
			in.fail(in.placeOf(v, where{name.Value, in.place(name)}), "%s of %s must be a number of days from 1 to %d", name.Value, w.what, mostDays)
			return
		}
		if i == len(evidence.Severities) {
			m.byDefault = days
			return
		}
		m.severity[evidence.Severities[i]] = days
	})
	return true
}

func (m *maxDays) schema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", MinProperties: ptr(uint64(1)), Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	for _, word := range severityWords {
		s.Properties.Set(word, &jsonschema.Schema{Type: "integer", Minimum: "1", Maximum: "366"})
	}
	return s
}
