package policy

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// facts are the keys of a gate on GitHub's own evidence.
type facts struct {
	checklist    text
	on           listPlace
	tickedBy, by list[handle, *handle]
	stale        stale
	comments     list[class, *class]
	checks       list[namedCheck, *namedCheck]
}

func (f *facts) keys() []key {
	return []key{
		{"checklist", "The heading that the task list is under, without case; all tasks of the text, if left out.", false, &f.checklist},
		{"on", "Where the task list is: `issue` or `pull`. Left out: `issue`.", false, &f.on},
		{"ticked-by", "Who may tick the items: `@user` or `@org/team`. Left out: whoever can edit the text.", false, &f.tickedBy},
		{"by", "Whose approvals count: `@user` or `@org/team`. Left out: those of all who may write.", false, &f.by},
		{"stale", "`allowed`: an approval of an earlier commit counts. Left out: only one of the head.", false, &f.stale},
		{"comments", "The classes of the threads to count, as in Conventional Comments: labels and decorations, or `unclassified`.", false, &f.comments},
		{"checks", "The check runs and statuses that must be there and green: patterns of names, or name and app.", false, &f.checks},
	}
}

// listPlace is the text that a task list is in.
type listPlace struct{ text }

var listPlaces = []string{"issue", "pull"}

func (p *listPlace) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &p.text, listPlaces, n, w)
}

func (p *listPlace) schema() *jsonschema.Schema { return choiceSchema(listPlaces) }

// stale says what becomes of approvals of earlier commits.
type stale struct{ text }

var staleWords = []string{"allowed"}

func (s *stale) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &s.text, staleWords, n, w)
}

func (s *stale) schema() *jsonschema.Schema { return choiceSchema(staleWords) }

// class is a label or a decoration of a review comment.
type class struct{ text }

func (c *class) read(in *input, n *yaml.Node, w where) bool {
	if !c.text.read(in, n, w) {
		return false
	}
	if strings.ContainsAny(c.value, "(),:") {
		in.fail(c.at, "the class %q is not one word of a comment; write a label or a decoration, as in architecture", short(c.value))
		return false
	}
	return true
}

func (c *class) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), Examples: []any{"architecture", "blocking", gates.Unclassified}}
}

// namedCheck is a check by its name, or by its name and the app that posts it.
type namedCheck struct {
	name checkGlob
	app  app
	flow workflowFile
	at   Place
}

func (c *namedCheck) keys() []key {
	return []key{
		{"name", "The name of the check run or the context of the status; a pattern.", true, &c.name},
		{"app", "The app that must have posted it, by its slug: `github-actions`. Of a status, the login.", false, &c.app},
		{"workflow", "The file of the workflow that it must be of: `ci.yml`.", false, &c.flow},
	}
}

func (*namedCheck) noun() string { return "check" }

func (c *namedCheck) read(in *input, n *yaml.Node, w where) bool {
	c.at = in.placeOf(n, w)
	if n.Kind != yaml.MappingNode {
		return c.name.read(in, n, w)
	}
	return readMapping(in, n, c, w) && c.name.value != ""
}

func (c *namedCheck) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{c.name.schema(), mappingSchema(c)}}
}

// checkGlob is a pattern of the names of checks.
type checkGlob struct{ text }

func (g *checkGlob) read(in *input, n *yaml.Node, w where) bool {
	if !g.text.read(in, n, w) {
		return false
	}
	switch {
	case strings.HasPrefix(g.value, "!"):
		in.fail(g.at, "the pattern %q begins with !, which takes nothing away here; name what must be there", short(g.value))
	case !doublestar.ValidatePattern(g.value):
		in.fail(g.at, "the pattern %q %s", short(g.value), notGlob)
	case g.value == gates.OwnCheck:
		in.fail(g.at, "%s is where this verdict is posted, and cannot wait for itself", g.value)
	default:
		return true
	}
	return false
}

func (g *checkGlob) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), Examples: []any{"build", "test (*)"}}
}

// workflowFile is a file below .github/workflows, by its name there.
type workflowFile struct{ text }

func (f *workflowFile) read(in *input, n *yaml.Node, w where) bool {
	if !f.text.read(in, n, w) {
		return false
	}
	if ext := path.Ext(f.value); ext != ".yml" && ext != ".yaml" || strings.ContainsAny(f.value, `/\*?[{`) {
		in.fail(f.at, "%s is %q; write the name of one file in .github/workflows, as in ci.yml", w.what, short(f.value))
		return false
	}
	return true
}

// app is the slug of an app, or a login.
type app struct{ text }

func (a *app) read(in *input, n *yaml.Node, w where) bool {
	if !a.text.read(in, n, w) {
		return false
	}
	if bare := strings.TrimPrefix(a.value, "@"); bare != a.value {
		in.fail(a.at, "%s is %q; write it without @: %s", w.what, short(a.value), short(bare))
		return false
	}
	return true
}

// facts fills in what a gate says of GitHub's own evidence. What its conditions do
// not read is an error: it would look like a demand and be none.
func (r *resolver) facts(e *entry[gate], kinds evidence.Kind, out *gates.Gate) {
	f, gate := &e.value.facts, short(e.name)
	measures := func(names ...string) bool {
		return slices.ContainsFunc(out.Conditions, func(c gates.Condition) bool { return slices.Contains(names, c.Metric) })
	}
	whole := kinds != 0 && len(out.Conditions) > 0
	idle := func(at Place, said bool, key, of string, metrics ...string) {
		if said && whole && !measures(metrics...) {
			r.in.fail(at, "%s says %s, and no condition of gate %s is on %s", key, of, gate, orNames(metrics))
		}
	}
	if factual := evidence.Issue | evidence.Reviews | evidence.Checks; len(e.value.paths.items) > 0 && kinds != 0 && kinds&^factual == 0 {
		r.in.fail(e.value.paths.at[0], "paths is a filter on files, and gate %s judges %s", gate, kindList(kinds))
	}
	lists := []string{"unticked", "ticked-share", "items"}
	idle(f.checklist.at, f.checklist.value != "", "checklist", "which list is judged", lists...)
	idle(f.on.at, f.on.value != "", "on", "where a list is", lists...)
	idle(cmp.Or(f.tickedBy.at...), f.tickedBy.given, "ticked-by", "whose ticks count", lists[:2]...)
	idle(cmp.Or(f.by.at...), f.by.given, "by", "whose reviews count", "approvals", "reviewers")
	idle(f.stale.at, f.stale.value != "", "stale", "which approvals count", "approvals")
	idle(cmp.Or(f.comments.at...), f.comments.given, "comments", "which threads count", "unresolved-threads")
	idle(cmp.Or(f.checks.at...), f.checks.given, "checks", "which checks are judged", "checks-failed", "checks-missing", "checks-pending")
	if measures("checks-failed", "checks-missing", "checks-pending") && !f.checks.given {
		r.in.fail(e.at, "gate %s judges checks and names none; a check that nobody names cannot be missed: add checks: [build]", gate)
	}
	out.Checklist = gates.Checklist{
		Heading: f.checklist.value, Pull: f.on.value == "pull",
		TickedBy: r.distinctFold(textsOf(&f.tickedBy), "ticked-by of gate "+gate),
	}
	out.Reviewers = gates.Reviewers{
		By: r.distinctFold(textsOf(&f.by), "by of gate "+gate), Stale: f.stale.value != "",
		Classes: lowered(r.distinctFold(textsOf(&f.comments), "comments of gate "+gate)),
	}
	first := map[gates.NamedCheck]Place{}
	for _, c := range f.checks.items {
		n := gates.NamedCheck{Name: c.name.value, App: c.app.value, Workflow: c.flow.value}
		if before, twice := first[n]; twice {
			r.in.fail(c.at, "%q stands twice in checks of gate %s, first at %d:%d", short(c.name.value), gate, before.Pos.Line, before.Pos.Col)
			continue
		}
		first[n] = c.at
		out.Checks = append(out.Checks, n)
	}
}

// orNames lists the metrics of which one is enough.
func orNames(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

func lowered(words []string) []string {
	for i, w := range words {
		words[i] = strings.ToLower(w)
	}
	return words
}

// exampleOf is a condition on some kinds of evidence, for who wrote none.
func exampleOf(kinds evidence.Kind) string {
	for _, x := range []struct {
		kind      evidence.Kind
		condition string
	}{{evidence.Issue, "unticked = 0"}, {evidence.Reviews, "approvals >= 1"}, {evidence.Checks, "checks-failed = 0"}} {
		if kinds == x.kind {
			return x.condition
		}
	}
	return "failed = 0"
}
