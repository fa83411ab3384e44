package policy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// measured are the kinds of evidence that some metric measures.
var measured = func() (all evidence.Kind) {
	for _, m := range gates.Metrics {
		all |= m.Kind
	}
	return all
}()

// givenNames are the sources that every policy has.
var givenNames = func() (names []string) {
	for _, k := range evidence.Given {
		names = append(names, k.String())
	}
	return names
}()

// resolver checks what holds between places of the document, and fills a Policy.
// What could not be read has been complained of and is not complained of again.
type resolver struct {
	in      *input
	doc     *document
	sources []string                 // names, for suggestions
	kinds   map[string]evidence.Kind // of each source
	gates   []string
	known   map[string]bool // gates
}

func resolve(in *input, doc *document, p *Policy) {
	r := &resolver{
		in: in, doc: doc,
		sources: doc.evidence.names(), kinds: map[string]evidence.Kind{},
		gates: doc.gates.names(), known: map[string]bool{},
	}
	for _, k := range evidence.Given {
		r.kinds[k.String()] = k
	}
	for i := range doc.evidence.entries {
		e := &doc.evidence.entries[i]
		if _, given := gates.Given(e.name); given {
			r.in.fail(e.at, "the source %s is always there; give this one another name", e.name)
			continue
		}
		r.kinds[e.name] = e.value.kinds()
		src, judged := r.source(e)
		p.Sources = append(p.Sources, src)
		p.Gates.Sources = append(p.Gates.Sources, judged)
	}
	for i := range doc.gates.entries {
		e := &doc.gates.entries[i]
		r.known[e.name] = true
		p.Gates.Gates = append(p.Gates.Gates, r.gate(e))
	}
	p.Gates.Profiles = r.profiles()
	p.Owners = r.distinctFold(textsOf(&doc.owners), "policy-owners")
	r.rules(&p.Rules)
	p.Rules.Voices = r.voices(p)
	for i := range p.Gates.Gates {
		g, may := &p.Gates.Gates[i], p.Rules.Author
		g.Reviewers.Voices, g.Reviewers.OwnResolve, g.Checklist.Own = p.Rules.Voices, may.Resolve, may.Tick
	}
	r.clocks(p)
	if w := &doc.waivers; w.given {
		p.WaiverFile = cmp.Or(w.file.value, defaultWaivers)
		p.Gates.WaiverDays = gates.WaiverDays{Default: w.maxDays.byDefault, Severity: w.maxDays.severity}
		p.Gates.Approvers = r.approvers(&w.approvers)
		p.Rules.Waive = workflow.Waiving{Propose: w.command.value == "propose", Days: p.Gates.WaiverDays.For(0), FindingDays: p.Gates.WaiverDays.For(0)}
		for _, s := range evidence.Severities {
			p.Rules.Waive.FindingDays = min(p.Rules.Waive.FindingDays, p.Gates.WaiverDays.For(s))
		}
	}
}

func (r *resolver) source(e *entry[source]) (Source, gates.Source) {
	s := &e.value
	kinds := s.kinds()
	if kinds == 0 && e.ok {
		r.in.fail(e.at, "source %s names no files; add tests, coverage, findings or benchmarks with a pattern", short(e.name))
	}
	src := Source{Name: e.name, FoldDuplicates: s.reruns.value != "", At: e.at.Pos}
	if root := s.root.value; root != "." {
		src.Root, src.RootAt = root, s.root.at.Pos
	}
	r.applies(e, kinds, evidence.Tests|evidence.Coverage|evidence.Findings, s.root.at, src.Root != "", "root")
	var patterns []string
	for _, k := range evidence.Kinds {
		if l := s.patterns(k); l.given {
			values := r.distinct(textsOf(l), k.String()+" of source "+short(e.name))
			src.Files = append(src.Files, Files{k, values})
			patterns = append(patterns, values...)
		}
	}
	x := &s.expect
	tools := r.distinctFold(x.tools.items, "tools of expect of source "+short(e.name))
	r.applies(e, kinds, evidence.Tests, x.tests.at, x.tests.Range != gates.Range{}, "an expected number of tests")
	r.applies(e, kinds, evidence.Findings, cmp.Or(x.tools.at...), len(tools) > 0, "an expected tool")
	r.applies(e, kinds, evidence.Findings, x.rules.at, x.rules.Range != gates.Range{}, "an expected number of rules")
	r.applies(e, kinds, evidence.Tests, s.reruns.at, src.FoldDuplicates, "reruns")
	r.applies(e, kinds, evidence.Findings, s.severity.at, len(s.severity.entries) > 0, "severity-from")
	r.distinctFold(s.severity.tools(), "severity-from of source "+short(e.name))
	return src, gates.Source{
		Name: e.name, Patterns: patterns, Kinds: kinds, At: e.at.Pos,
		Expect:       gates.Expect{Files: x.files.Range, Tests: x.tests.Range, Tools: tools, Rules: x.rules.Range, Shards: x.shards.n, Head: x.commit.value != "", Age: x.age.most},
		SeverityFrom: s.severity.judged(), Root: src.Root,
	}
}

// applies complains of what is said of a source that has no evidence of the kind.
func (r *resolver) applies(e *entry[source], have, need evidence.Kind, at Place, said bool, what string) {
	if said && have != 0 && have&need == 0 {
		r.in.fail(at, "%s says nothing of source %s, which has %s and no %s", what, short(e.name), kindList(have), kindList(need))
	}
}

func (r *resolver) gate(e *entry[gate]) gates.Gate {
	g := &e.value
	name := short(e.name)
	out := gates.Gate{
		Name: e.name, At: e.at.Pos,
		From: r.distinct(g.from.items, "from of gate "+name),
		Filter: gates.Filter{
			Paths:  r.distinct(textsOf(&g.paths), "paths of gate "+name),
			Suites: r.distinct(textsOf(&g.suites), "suites of gate "+name),
			Rules:  r.distinct(textsOf(&g.rules), "rules of gate "+name),
			Tools:  r.distinctFold(textsOf(&g.tools), "tools of gate "+name),
			CWEs:   r.distinct(textsOf(&g.cwes), "cwes of gate "+name),

			Benchmarks: r.distinct(textsOf(&g.benchmarks), "benchmarks of gate "+name),
			Measures:   r.distinct(textsOf(&g.measures), "measures of gate "+name),
		},
		Compare: g.compare.judged(),
		Change:  r.changeRules(name, g),
	}
	r.filterTests(name, &g.tests, &out.Filter)
	kinds := r.reads(name, g.from.items)
	if e.ok && !g.require.given && !g.warn.given && !g.shadow.given && !g.change.given() {
		r.in.fail(e.at, "gate %s has no conditions; add require, warn or shadow, as in require: [%s]", name, exampleOf(kinds))
	}
	var judged evidence.Kind
	out.Conditions, judged = r.conditions(name, g, kinds)
	implied := g.change.implied(out.Conditions)
	out.Conditions = append(out.Conditions, implied...)
	if len(implied) > 0 && (judged != 0 || !g.require.given && !g.warn.given && !g.shadow.given) {
		judged |= evidence.Change
	}
	if judged != 0 {
		kinds = judged
		for _, f := range g.from.items {
			if k := r.kinds[f.value]; k != 0 && k&judged == 0 {
				r.in.fail(f.at, "gate %s reads source %s and has no condition on %s; add one, or leave the source out", name, short(f.value), kindList(k))
			}
		}
	}
	r.narrows(name, kinds, evidence.Tests|evidence.Benchmarks, &g.suites, "suites")
	r.narrows(name, kinds, evidence.Findings, &g.rules, "rules")
	r.narrows(name, kinds, evidence.Findings, &g.tools, "tools")
	if len(g.cwes.items) > 0 && kinds != 0 && kinds&evidence.Findings == 0 {
		r.in.fail(g.cwes.at[0], "cwes is a filter on findings, and gate %s judges %s", name, kindList(kinds))
	}
	r.narrows(name, kinds, evidence.Benchmarks, &g.benchmarks, "benchmarks")
	r.narrows(name, kinds, evidence.Benchmarks, &g.measures, "measures")
	g.tests.narrow(r, name, kinds)
	if len(g.paths.items) > 0 && kinds == evidence.Benchmarks {
		r.in.fail(g.paths.at[0], "benchmarks have no paths; filter gate %s by benchmarks, suites or measures", name)
	}
	r.compare(name, g, out)
	r.facts(e, kinds, &out)
	r.change(name, g)
	out.Patch = r.patchRules(name, g, out.Conditions)
	out.ByFolder = r.byFolder(name, g, out.Conditions)
	out.Matrix = r.matrix(e, out.Conditions)
	return out
}

// conditions gives those of a gate, and the kinds of evidence that they measure:
// none if one of them could not be read.
func (r *resolver) conditions(gate string, g *gate, kinds evidence.Kind) (out []gates.Condition, judged evidence.Kind) {
	whole := true
	first := map[gates.Condition]Place{}
	for _, mode := range modes {
		l := g.conditions(mode)
		whole = whole && !l.lossy
		for i := range l.items {
			c := &l.items[i]
			m, want, ok := c.check(r.in, gate, cmp.Or(kinds, measured))
			if !ok {
				whole = false
				continue
			}
			judged |= m.Kind
			same := gates.Condition{Metric: c.metric, Op: c.op, Want: want}
			if before, twice := first[same]; twice {
				r.in.fail(c.at, "%s stands twice in gate %s, first at %d:%d", c.value, gate, before.Pos.Line, before.Pos.Col)
				continue
			}
			first[same] = c.at
			same.Mode, same.At = mode, c.at.Pos
			r.dates(gate, g.starts, c, m, &same)
			out = append(out, same)
		}
	}
	if !whole {
		judged = 0
	}
	return out, judged
}

// reads gives the kinds of the sources that a gate names, and complains of those
// that are not declared.
func (r *resolver) reads(gate string, from []text) evidence.Kind {
	for _, f := range from {
		if _, declared := r.kinds[f.value]; !declared && len(r.sources) > 0 {
			r.in.fail(f.at, "gate %s reads %q, which is no source under evidence; %s", gate, short(f.value), r.in.meant(f.value, "there are", append(r.sources[:len(r.sources):len(r.sources)], givenNames...)))
		}
	}
	return r.kindsOf(from)
}

// kindsOf gives the kinds of sources, or none if one of them is not declared or has
// no kind, so that what depends on it is not judged.
func (r *resolver) kindsOf(from []text) (kinds evidence.Kind) {
	for _, f := range from {
		k := r.kinds[f.value]
		if k == 0 {
			return 0
		}
		kinds |= k
	}
	return kinds
}

// narrows complains of a filter on what a gate does not judge.
func (r *resolver) narrows(gate string, have, need evidence.Kind, l *list[nameGlob, *nameGlob], filter string) {
	if len(l.items) > 0 && have != 0 && have&need == 0 {
		r.in.fail(l.at[0], "%s is a filter on %s, and gate %s judges %s", filter, kindList(need), gate, kindList(have))
	}
}

// gateNames gives names of gates, each of which must be declared.
func (r *resolver) gateNames(items []text, what string) []string {
	for _, t := range items {
		if !r.known[t.value] && len(r.gates) > 0 {
			r.in.fail(t.at, "%s names %q, which is no gate; %s", what, short(t.value), r.in.meant(t.value, "there are", r.gates))
		}
	}
	return r.distinct(items, what)
}

// once complains of a text that is there already; GitHub's labels ignore case.
func (r *resolver) once(seen map[string]Place, t text, format string) bool {
	fold := strings.ToLower(t.value)
	if first, twice := seen[fold]; twice {
		where := fmt.Sprintf("%d:%d", first.Pos.Line, first.Pos.Col)
		if first.Pos.File != t.at.Pos.File { // it extends that file
			where = first.Pos.String()
		}
		r.in.fail(t.at, format, short(t.value), where)
		return false
	}
	if t.value != "" { // else it could not be read
		seen[fold] = t.at
	}
	return true
}

// distinct gives the values of a list, in which nothing may stand twice.
func (r *resolver) distinct(items []text, what string) []string {
	return r.distinctBy(items, what, func(s string) string { return s })
}

// distinctFold is distinct for names that are compared without case.
func (r *resolver) distinctFold(items []text, what string) []string {
	return r.distinctBy(items, what, strings.ToLower)
}

func (r *resolver) distinctBy(items []text, what string, same func(string) string) []string {
	var out []string
	first := map[string]Place{}
	for _, t := range items {
		if before, twice := first[same(t.value)]; twice {
			r.in.fail(t.at, "%q stands twice in %s, first at %d:%d", short(t.value), what, before.Pos.Line, before.Pos.Col)
			continue
		}
		first[same(t.value)] = t.at
		out = append(out, t.value)
	}
	return out
}

// textual is a value that is a text of which more was asked.
type textual interface{ self() text }

func (t text) self() text { return t }

// textsOf gives the texts of a list.
func textsOf[T textual, P pointer[T]](l *list[T, P]) []text {
	out := make([]text, len(l.items))
	for i, v := range l.items {
		out[i] = v.self()
	}
	return out
}
