package policy

import (
	"slices"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// This file describes the document. A key is added here, with its sentence, and
// is then read, refused where it is misspelt, and in the schema.

// document is the whole file.
type document struct {
	version    version
	extends    reference
	evidence   named[source, *source]
	gates      named[gate, *gate]
	profiles   list[profile, *profile]
	phases     list[phase, *phase]
	escalation escalation
	workflow   workflowRules
	waivers    waiverRules
	clocks     clocks
	owners     list[handle, *handle]
	reports    reports
}

func (d *document) keys() []key {
	return []key{
		{"version", "The version of the policy's language: 1.", true, &d.version},
		{"extends", "A policy at one commit of a repository, to which this one adds: `org/repo/path@` and the 40 digits of the commit. What has the same name is replaced.", false, &d.extends},
		{"evidence", "The sources of evidence by name, each with the files that it is read from.", true, &d.evidence},
		{"gates", "The gates by name, each with what must hold on its evidence.", true, &d.gates},
		{"profiles", "What else holds for some changes, by branch, label or path.", false, &d.profiles},
		{"phases", "Where an issue can stand, in order. Without phases every gate is due at once.", false, &d.phases},
		{"escalation", "To whom work is handed out of turn, and when.", false, &d.escalation},
		{"workflow", "What else there is to the way of an issue: task lists, commands, labels that people move.", false, &d.workflow},
		{"waivers", "Where the waivers are: a file, or a file and how long a waiver may last. Left out: there are none.", false, &d.waivers},
		{"clocks", "How much working time each thing may take, and what working time is. Left out: there are no clocks.", false, &d.clocks},
		{"policy-owners", "Who may approve a pull request that makes the policy ask for less: `@user` or `@org/team`. Left out: such changes are shown, and block nothing.", false, &d.owners},
		{"reports", "What a sweep reports, and to whom. Left out: nothing.", false, &d.reports},
	}
}

func (d *document) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, d, w) }

// schema asks for evidence and gates only where there is nothing that could have them.
func (d *document) schema() *jsonschema.Schema {
	s := mappingSchema(d)
	s.Required = []string{"version"}
	s.AnyOf = []*jsonschema.Schema{{Required: []string{"extends"}}, {Required: []string{"evidence", "gates"}}}
	return s
}

// source is a body of evidence.
type source struct {
	tests, coverage, findings list[glob, *glob]
	benchmarks                list[glob, *glob]
	expect                    expect
	reruns                    reruns
	severity                  severities
	root                      folderName
}

func (s *source) keys() []key {
	return []key{
		{"tests", "Patterns of files with test results, from the root of the repository.", false, &s.tests},
		{"coverage", "Patterns of files with coverage.", false, &s.coverage},
		{"findings", "Patterns of SARIF files.", false, &s.findings},
		{"benchmarks", "Patterns of files with benchmarks or load tests.", false, &s.benchmarks},
		{"expect", "What must be there for the source to be whole. Less makes its gates inconclusive.", false, &s.expect},
		{"reruns", "How retries are written. `duplicates`: as more cases of the same name. Left out: only as the format marks them.", false, &s.reruns},
		{"severity-from", "Where the severity of findings is read: `security-severity`, `level` or a property such as `properties.severity`, for all tools or by the name of each. Left out: `security-severity`.", false, &s.severity},
		{"root", "The folder that the reports name files from: `services/api`. Left out: that of the repository.", false, &s.root},
	}
}

func (*source) noun() string { return "source" }

func (s *source) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, s, w) }
func (s *source) schema() *jsonschema.Schema                 { return mappingSchema(s) }

// patterns gives those of one kind.
func (s *source) patterns(k evidence.Kind) *list[glob, *glob] {
	switch k {
	case evidence.Tests:
		return &s.tests
	case evidence.Coverage:
		return &s.coverage
	case evidence.Findings:
		return &s.findings
	case evidence.Benchmarks:
		return &s.benchmarks
	default:
		panic("policy: kind " + k.String())
	}
}

// kinds are those that the source has a key for, whether or not it could be read.
func (s *source) kinds() evidence.Kind {
	var all evidence.Kind
	for _, k := range evidence.Kinds {
		if s.patterns(k).given {
			all |= k
		}
	}
	return all
}

// expect says when a source is whole.
type expect struct {
	files, tests span
	rules        span
	tools        list[text, *text]
	shards       shards
	commit       ofCommit
	age          age
}

func (e *expect) keys() []key {
	return []key{
		{"files", "How many files: `3`, `1..`, `1..5` or `..5`. At least one is always expected.", false, &e.files},
		{"tests", "How many tests ran, as a range.", false, &e.tests},
		{"tools", "The tools that must have run, by the names in their reports.", false, &e.tools},
		{"rules", "How many rules each run of a tool lists in its report, as a range. One that lists none has proved nothing.", false, &e.rules},
		{"shards", "In how many shards the evidence comes: every part must be a shard of that many, and all of them there.", false, &e.shards},
		{"commit", "`head`: the evidence must be known to be of the commit that is judged. Left out: it must not be of another one.", false, &e.commit},
		{"age", "How old each report may be, by the time that it states itself: `90m`, `24h`, `7d`. One that states none, or one in the future, is inconclusive.", false, &e.age},
	}
}

func (e *expect) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, e, w) }
func (e *expect) schema() *jsonschema.Schema                 { return mappingSchema(e) }

// gate is a named set of conditions on sources.
type gate struct {
	from                  list[text, *text]
	paths                 list[pathGlob, *pathGlob]
	suites, rules, tools  list[nameGlob, *nameGlob]
	cwes                  list[weakness, *weakness]
	benchmarks, measures  list[nameGlob, *nameGlob]
	tests                 testFilter
	compare               compare
	starts                day
	facts                 facts
	change                changeRules
	generated             generated
	minLines              atLeast
	lowestBy              lowestBy
	matrix                matrixRules
	require, warn, shadow list[dated, *dated]
}

func (g *gate) keys() []key {
	return slices.Concat([]key{
		{"from", "The sources that it reads.", true, &g.from},
		{"paths", "Patterns of the source files to look at. One that begins with `!` takes away, and the last that matches counts.", false, &g.paths},
		{"suites", "Patterns of the suites of tests and benchmarks to look at, likewise.", false, &g.suites},
		{"rules", "Patterns of the rules whose findings to look at, likewise.", false, &g.rules},
		{"tools", "Patterns of the tools whose findings to look at, likewise and without case.", false, &g.tools},
		{"cwes", "The weaknesses to look at, by their numbers: a finding must name one of them.", false, &g.cwes},
		{"benchmarks", "Patterns of the benchmarks to look at, likewise: by name, or by name, space and parameters as `tollgate inspect` shows them.", false, &g.benchmarks},
		{"measures", "Patterns of what benchmarks measured, such as `ns/op` or `http_req_duration`, likewise.", false, &g.measures},
		{"compare", "When a benchmark is worse than its baseline, for `regressions`.", false, &g.compare},
		{"starts", "The day, in UTC, from which the gate counts: `2027-01-01`. Until then it is shown and changes nothing.", false, &g.starts},
		{"generated", "Whether `patch` and `new-files` look at generated files: `exclude`, if left out, or `include`.", false, &g.generated},
		{"min-lines", "How many coverable lines, or statements, a change must have for `patch` to be judged. Left out: one.", false, &g.minLines},
		{"lowest-by", "What `lowest` looks at one by one: `file`, if left out, or `folder`, with the files directly in it.", false, &g.lowestBy},
		{"require", "Conditions that block while they do not hold.", false, &g.require},
		{"warn", "Conditions that are shown as warnings while they do not hold, and never block.", false, &g.warn},
		{"shadow", "Conditions that are evaluated and shown and change nothing: how a team adopts a gate.", false, &g.shadow},
		{"classes", "Patterns of the classes of tests to look at, likewise.", false, &g.tests.classes},
		{"names", "Patterns of the names of tests to look at, likewise. `*` stops at a slash, `**` does not, and a bracket is written `\\[`.", false, &g.tests.names},
		{"properties", "Patterns of the values of the properties of tests to look at, likewise, by the name of each property: `{category: integration}`.", false, &g.tests.properties},
	}, g.change.keys(), g.facts.keys(), g.matrix.keys())
}

func (*gate) noun() string { return "gate" }

func (g *gate) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, g, w) }

func (g *gate) schema() *jsonschema.Schema {
	s := mappingSchema(g)
	for _, name := range append([]string{"require", "warn", "shadow"}, impliedKeys...) {
		s.AnyOf = append(s.AnyOf, &jsonschema.Schema{Required: []string{name}})
	}
	return s
}

// conditions gives those of one mode.
func (g *gate) conditions(m gates.Mode) *list[dated, *dated] {
	switch m {
	case gates.Require:
		return &g.require
	case gates.Warn:
		return &g.warn
	case gates.Shadow:
		return &g.shadow
	default:
		panic("policy: undefined mode")
	}
}

// conditionOn reports whether a condition of the gate is on the metric.
func (g *gate) conditionOn(metric string) bool {
	for _, m := range modes {
		for _, c := range g.conditions(m).items {
			if c.metric == metric {
				return true
			}
		}
	}
	return false
}

// modes lists them in the order in which a gate's conditions are shown.
var modes = []gates.Mode{gates.Require, gates.Warn, gates.Shadow}
