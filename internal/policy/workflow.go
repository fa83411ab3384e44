package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// This file describes the keys about the way of an issue; rules.go makes rules of
// them.

// phase is one place where an issue can stand, and the ways out of it.
type phase struct {
	name      title
	owner     handle
	exit      list[text, *text]
	manual    yes
	label     title
	lost      lost
	on        routes
	reviewers list[handle, *handle]
	rotation  list[handle, *handle]
	lists     list[text, *text]

	checkpoints list[checkpoint, *checkpoint]
}

func (p *phase) keys() []key {
	return []key{
		{"name", "What the phase is called.", true, &p.name},
		{"owner", "Who works in it: `@user` or `@org/team`.", true, &p.owner},
		{"exit", "The gates that must hold to leave it. Only the last phase, and one that is manual, can do without.", false, &p.exit},
		{"manual", "Whether a person moves the issue on, not Tollgate.", false, &p.manual},
		{"label", "The label that shows it on the issue; its name, if left out.", false, &p.label},
		{"lost", "What becomes of an issue that is past this phase when a gate of its exit fails: `back` to this phase, or `hold` where it is. `back`, if left out.", false, &p.lost},
		{"on", "To which phase an issue goes from here when something happens. What is left out leaves it here.", false, &p.on},
		{"reviewers", "Whose review of the pull request is asked for here: `@user` or `@org/team`.", false, &p.reviewers},
		{"rotation", "Who takes turns here, people or teams for their members: one of them is assigned, by the number of the issue; in a phase of review never the author of the pull request.", false, &p.rotation},
		{"lists", "The task lists of `workflow` that are put on the issue when it comes here.", false, &p.lists},
		{"checkpoints", "What holds by which working day of the phase. It is shown, and warned of when it does not; no verdict depends on it.", false, &p.checkpoints},
	}
}

func (*phase) noun() string { return "phase" }

func (p *phase) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, p, w) }
func (p *phase) schema() *jsonschema.Schema                 { return mappingSchema(p) }

// shown is the label that shows the phase, and its place.
func (p *phase) shown() text {
	if p.label.value != "" {
		return p.label.text
	}
	return p.name.text
}

// routes says where an issue goes from a phase on each event.
type routes struct {
	minor, guidance, redesign, alternative text
}

func (r *routes) keys() []key {
	return []key{
		{"minor", "When a review asks for changes that need no architect; an earlier phase.", false, &r.minor},
		{"guidance", "When the architect advises how to go on.", false, &r.guidance},
		{"redesign", "When the architect asks for another design.", false, &r.redesign},
		{"alternative", "When the architect asks for something else instead.", false, &r.alternative},
	}
}

func (r *routes) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, r, w) }
func (r *routes) schema() *jsonschema.Schema                 { return mappingSchema(r) }

func (r *routes) of(e workflow.Event) text {
	return map[workflow.Event]text{
		workflow.OnMinor: r.minor, workflow.OnGuidance: r.guidance,
		workflow.OnRedesign: r.redesign, workflow.OnAlternative: r.alternative,
	}[e]
}

// escalation says to whom and when.
type escalation struct {
	to     handle
	label  title
	matrix list[trigger, *trigger]
	after  architectGates
	given  bool
}

func (e *escalation) keys() []key {
	return []key{
		{"to", "Who takes over: `@user` or `@org/team`.", true, &e.to},
		{"label", "The label that the issue bears while it is escalated; `escalated`, if left out.", false, &e.label},
		{"matrix", "What escalates, and what is corrected the standard way: a row for each.", true, &e.matrix},
		{"after", "The gates that are due only once an architect has given an answer: enhanced testing, another validation.", false, &e.after},
	}
}

func (e *escalation) present() { e.given = true }

func (e *escalation) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, e, w) }
func (e *escalation) schema() *jsonschema.Schema                 { return mappingSchema(e) }

// architectGates are the gates that an architect's answer makes due.
type architectGates struct {
	guidance, redesign, alternative list[text, *text]
}

func (a *architectGates) keys() []key {
	return []key{
		{"guidance", "The gates that are due after advice.", false, &a.guidance},
		{"redesign", "The gates that are due after another design was asked for.", false, &a.redesign},
		{"alternative", "The gates that are due after something else was asked for.", false, &a.alternative},
	}
}

func (a *architectGates) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, a, w) }
func (a *architectGates) schema() *jsonschema.Schema                 { return mappingSchema(a) }

// trigger is a row of the escalation matrix.
type trigger struct {
	category   title
	route      route
	to         handle
	severity   gravityWord
	on         status
	gates      list[text, *text]
	comments   list[text, *text]
	labels     list[text, *text]
	paths      list[glob, *glob]
	owners     list[handle, *handle]
	rules      list[nameGlob, *nameGlob]
	tools      list[nameGlob, *nameGlob]
	cwes       list[nameGlob, *nameGlob]
	severities list[severityWord, *severityWord]
	blocked    yes
	overdue    list[clockWord, *clockWord]
}

func (t *trigger) keys() []key {
	return []key{
		{"category", "What it is about, in your words: `security`.", true, &t.category},
		{"route", "`escalate` hands it to the architect at once, `correct` puts it onto the correction list. `escalate`, if left out.", false, &t.route},
		{"to", "Who takes over; `to` of `escalation`, if left out.", false, &t.to},
		{"severity", "How grave it is on the correction list: `critical`, `major`, `minor` or `trivial`.", false, &t.severity},
		{"on", "The status of a gate that matches: `fail` or `inconclusive`.", false, &t.on},
		{"gates", "The gates whose status it is; any gate that is due, if left out.", false, &t.gates},
		{"comments", "Words of review comments in the form of Conventional Comments: `issue architecture` is one of that label with that decoration.", false, &t.comments},
		{"labels", "Labels of the issue or its pull request.", false, &t.labels},
		{"paths", "Patterns of files that the change touches.", false, &t.paths},
		{"owners", "Owners, by CODEOWNERS, of files that the change touches.", false, &t.owners},
		{"rules", "Patterns of the rules of open findings. What is said of findings must hold together.", false, &t.rules},
		{"tools", "Patterns of the tools of open findings.", false, &t.tools},
		{"cwes", "Patterns of the weaknesses of open findings: `CWE-89`.", false, &t.cwes},
		{"severities", "Severities of open findings: `critical`, `high`, `medium`, `low`.", false, &t.severities},
		{"blocked", "Whether work that is blocked for longer than its clock allows matches.", false, &t.blocked},
		{"overdue", "Clocks that match when they have run out, by name.", false, &t.overdue},
	}
}

func (*trigger) noun() string { return "row" }

func (t *trigger) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, t, w) }
func (t *trigger) schema() *jsonschema.Schema                 { return mappingSchema(t) }

// asks reports whether the row names anything to match.
func (t *trigger) asks() bool {
	return t.on.value != "" || t.comments.given || t.labels.given || t.paths.given || t.owners.given || t.rules.given ||
		t.tools.given || t.cwes.given || t.severities.given || t.blocked.set || t.overdue.given
}

// workflowRules is the rest of what there is to the way of an issue.
type workflowRules struct {
	moved            moved
	blocked, waiting title
	lists            named[taskList, *taskList]
	commands         commands
	voices           list[voice, *voice]
	authorMay        list[authorWord, *authorWord]
	checkRun         yes
	project          project
}

func (r *workflowRules) keys() []key {
	return []key{
		{"moved", "What becomes of a label that a person moved past gates that fail: `revert` it, `accept` it, or `ask` the owner of the phase. `revert`, if left out.", false, &r.moved},
		{"blocked", "The label that says that the work is blocked; `blocked`, if left out.", false, &r.blocked},
		{"waiting", "The label that says that the author is waited for; `waiting-for-author`, if left out.", false, &r.waiting},
		{"lists", "Task lists by name, for phases to put on the issue.", false, &r.lists},
		{"commands", "Who may give which slash command. Left out: whoever may write; `/architect` is for whom the matrix names.", false, &r.commands},
		{"voices", "Whose reviews and threads count besides those whom the policy names elsewhere: people, teams, apps (`@name[bot]`), or what GitHub lets people do. `write`, if left out.", false, &r.voices},
		{"author-may", "What the author of the pull request may settle of their own change: `resolve` what reviewers ask for, `tick` where a gate names who ticks, `answer` where they are the architect. Nothing, if left out.", false, &r.authorMay},
		{"check-run", "Whether the verdict and the head of the decision log are also written as a check run, which needs `checks: write`.", false, &r.checkRun},
		{"project", "A field of a project board that shows the phase besides the label, for which a workflow's own token does not do.", false, &r.project},
	}
}

func (r *workflowRules) read(in *input, n *yaml.Node, w where) bool {
	return readMapping(in, n, r, w)
}
func (r *workflowRules) schema() *jsonschema.Schema { return mappingSchema(r) }

// taskList is a list that people tick.
type taskList struct {
	title text
	items list[text, *text]
}

func (l *taskList) keys() []key {
	return []key{
		{"title", "What the list is called.", true, &l.title},
		{"items", "Its items.", true, &l.items},
	}
}

func (*taskList) noun() string { return "task list" }

func (l *taskList) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, l, w) }
func (l *taskList) schema() *jsonschema.Schema                 { return mappingSchema(l) }

// commands says who may give each command.
type commands struct {
	who []list[permitted, *permitted] // in the order of workflow.CommandNames
}

func (c *commands) keys() []key {
	if c.who == nil {
		c.who = make([]list[permitted, *permitted], len(workflow.CommandNames))
	}
	var out []key
	for i, n := range workflow.CommandNames {
		out = append(out, key{n.Name, "Who may say `" + strings.TrimSpace("/"+n.Name+" "+n.Args) + "`. " + n.Doc, false, &c.who[i]})
	}
	return out
}

func (c *commands) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, c, w) }
func (c *commands) schema() *jsonschema.Schema                 { return mappingSchema(c) }

// permitted is a handle, or what GitHub lets people do.
type permitted struct{ handle }

// roles are what GitHub lets people do, and permissions the author of the issue or the
// pull request besides.
var (
	roles       = []string{"triage", "write", "maintain", "admin"}
	permissions = append(roles[:len(roles):len(roles)], "author")
)

func (p *permitted) read(in *input, n *yaml.Node, w where) bool {
	if slices.Contains(permissions, n.Value) {
		return p.text.read(in, n, w)
	}
	return p.handle.read(in, n, w)
}

func (p *permitted) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{p.handle.schema(), {Type: "string", Enum: anys(permissions)}}}
}

// voice is a handle, an app, or what GitHub lets people do.
type voice struct{ handle }

const appPattern = `^@[A-Za-z0-9][A-Za-z0-9_-]{0,99}\[bot\]$`

var appForm = regexp.MustCompile(appPattern)

func (v *voice) read(in *input, n *yaml.Node, w where) bool {
	if !v.text.read(in, n, w) {
		return false
	}
	if !slices.Contains(roles, v.value) && !handleForm.MatchString(v.value) && !appForm.MatchString(v.value) {
		in.fail(v.at, `%s is %q; write "@user", "@org/team", "@app[bot]", or one of %s`, w.what, short(v.value), strings.Join(roles, ", "))
		return false
	}
	return true
}

func (v *voice) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		v.handle.schema(), {Type: "string", Pattern: appPattern, Examples: []any{"@reviewer[bot]"}}, {Type: "string", Enum: anys(roles)},
	}}
}

// word is a text of a few that there are.
type word struct{ text }

func (v *word) readOf(in *input, n *yaml.Node, w where, words []string) bool {
	if !v.text.read(in, n, w) {
		return false
	}
	if !slices.Contains(words, v.value) {
		in.fail(v.at, "%s is %q; %s", w.what, short(v.value), in.meant(v.value, "write one of", words))
		return false
	}
	return true
}

// The words of each key that has a few.
var (
	lostWords    = []string{"back", "hold"}
	waiveWords   = []string{"record", "propose"}
	movedWords   = []string{"revert", "accept", "ask"}
	authorWords  = []string{"resolve", "tick", "answer"}
	routeWords   = []string{string(workflow.Escalate), string(workflow.Correct)}
	gravityWords = workflow.Severities[1:]
	findingWords = severityWords[:len(severityWords)-1] // without "default"
	clockWords   = []string{"assessment", "escalation", "correction", workflow.BlockedClock, "architect", "validation", workflow.CheckpointClock}
)

type (
	lost        struct{ word }
	waiveWord   struct{ word }
	moved       struct{ word }
	authorWord  struct{ word }
	route       struct{ word }
	gravityWord struct{ word }

	severityWord struct{ word }
	clockWord    struct{ word }
)

func (v *lost) read(in *input, n *yaml.Node, w where) bool { return v.readOf(in, n, w, lostWords) }
func (v *waiveWord) read(in *input, n *yaml.Node, w where) bool {
	return v.readOf(in, n, w, waiveWords)
}
func (v *moved) read(in *input, n *yaml.Node, w where) bool { return v.readOf(in, n, w, movedWords) }
func (v *authorWord) read(in *input, n *yaml.Node, w where) bool {
	return v.readOf(in, n, w, authorWords)
}
func (v *route) read(in *input, n *yaml.Node, w where) bool { return v.readOf(in, n, w, routeWords) }
func (v *gravityWord) read(in *input, n *yaml.Node, w where) bool {
	return v.readOf(in, n, w, gravityWords)
}

func (v *severityWord) read(in *input, n *yaml.Node, w where) bool {
	return v.readOf(in, n, w, findingWords)
}
func (v *clockWord) read(in *input, n *yaml.Node, w where) bool {
	return v.readOf(in, n, w, clockWords)
}

func (v *lost) schema() *jsonschema.Schema        { return wordSchema(lostWords) }
func (v *waiveWord) schema() *jsonschema.Schema   { return wordSchema(waiveWords) }
func (v *moved) schema() *jsonschema.Schema       { return wordSchema(movedWords) }
func (v *authorWord) schema() *jsonschema.Schema  { return wordSchema(authorWords) }
func (v *route) schema() *jsonschema.Schema       { return wordSchema(routeWords) }
func (v *gravityWord) schema() *jsonschema.Schema { return wordSchema(gravityWords) }

func (v *severityWord) schema() *jsonschema.Schema { return wordSchema(findingWords) }
func (v *clockWord) schema() *jsonschema.Schema    { return wordSchema(clockWords) }

func wordSchema(words []string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Enum: anys(words)}
}

func anys(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}
