package policy

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestErrors reads policies in which comments say what is wrong: one with a ^
// stands under the place in the line above it, one with `want` gives the place
// in figures where ^ cannot stand.
func TestErrors(t *testing.T) {
	for _, name := range files(t, "testdata/err/*.yml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := contents(t, name)
			_, err := Load("p.yml", data)
			var got []string
			for _, e := range errorsOf(t, err) {
				got = append(got, e.Error())
			}
			if diff := gocmp.Diff(wantErrors(t, data), got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// wantErrors gives what the comments in a policy expect, by place.
func wantErrors(t *testing.T, data []byte) []string {
	type wanted struct {
		line, col int
		message   string
	}
	var want []wanted
	last := 0 // the last line that is not a comment of ours
	for i, line := range strings.Split(string(data), "\n") {
		comment, isComment := strings.CutPrefix(line, "#")
		if place, ok := strings.CutPrefix(comment, " want "); isComment && ok {
			parts := strings.SplitN(place, ":", 3)
			l, err1 := strconv.Atoi(parts[0])
			c, err2 := strconv.Atoi(parts[1])
			if err1 != nil || err2 != nil {
				t.Fatalf("line %d is no expectation: %s", i+1, line)
			}
			want = append(want, wanted{l, c, strings.TrimPrefix(parts[2], " ")})
			continue
		}
		if before, message, ok := strings.Cut(comment, "^ "); isComment && ok && strings.TrimSpace(before) == "" {
			want = append(want, wanted{last, len(before) + 2, message})
			continue
		}
		last = i + 1
	}
	slices.SortStableFunc(want, func(a, b wanted) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.col, b.col), cmp.Compare(a.message, b.message))
	})
	out := make([]string, len(want))
	for i, w := range want {
		out[i] = "p.yml:" + strconv.Itoa(w.line) + ":" + strconv.Itoa(w.col) + ": " + w.message
	}
	if len(out) == 0 {
		t.Fatal("no expectation in the file")
	}
	return out
}

func errorsOf(t *testing.T, err error) Errors {
	t.Helper()
	es, ok := err.(Errors)
	if !ok || len(es) == 0 {
		t.Fatalf("the error is %#v, want Errors", err)
	}
	return es
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files match %s: %v", len(names), pattern, err)
	}
	return names
}

func contents(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestPolicies compares what good policies come to with dumps written by hand.
func TestPolicies(t *testing.T) {
	for _, name := range files(t, "testdata/ok/*.yml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			p, err := Load("p.yml", contents(t, name))
			if err != nil {
				t.Fatal(err)
			}
			want := string(contents(t, strings.TrimSuffix(name, ".yml")+".want"))
			if diff := gocmp.Diff(want, dump(p)); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
		})
	}
}

// dump writes every value of a policy with its place.
func dump(p *Policy) string {
	var b strings.Builder
	place := func(at evidence.Pos) string {
		if at.File != p.Name {
			return at.String()
		}
		return fmt.Sprintf("%d:%d", at.Line, at.Col)
	}
	span := func(name string, r gates.Range) {
		switch {
		case r == gates.Range{}:
		case r.Max == 0:
			fmt.Fprintf(&b, " %s %d..", name, r.Min)
		default:
			fmt.Fprintf(&b, " %s %d..%d", name, r.Min, r.Max)
		}
	}
	list := func(name string, values []string) {
		if len(values) > 0 {
			fmt.Fprintf(&b, "%s%v", name, values)
		}
	}
	conditions := func(cs []gates.Condition) {
		for _, c := range cs {
			fmt.Fprintf(&b, "  %s %s %s", c.Mode, c, place(c.At))
			if dates := c.Dates(); dates != "" {
				fmt.Fprintf(&b, ", %s", dates)
			}
			b.WriteByte('\n')
		}
	}
	for i, s := range p.Sources {
		fmt.Fprintf(&b, "source %s %s", s.Name, place(s.At))
		for _, f := range s.Files {
			fmt.Fprintf(&b, " {%s %v}", f.Kind, f.Patterns)
		}
		if s.FoldDuplicates {
			b.WriteString(" fold")
		}
		j := p.Gates.Sources[i]
		span("files", j.Expect.Files)
		span("tests", j.Expect.Tests)
		list(" tools ", j.Expect.Tools)
		span("rules", j.Expect.Rules)
		if e := j.Expect; e.Shards > 0 || e.Head || e.Age > 0 {
			fmt.Fprintf(&b, " shards %d", e.Shards)
			if e.Head {
				b.WriteString(" of the head")
			}
			fmt.Fprintf(&b, " at most %s old", e.Age)
		}
		for _, s := range j.SeverityFrom {
			fmt.Fprintf(&b, " severity of %q from %s", s.Tool, s.From)
		}
		fmt.Fprintf(&b, "\n  judged as %s %v\n", kindList(j.Kinds), j.Patterns)
		if j.Name != s.Name || j.At != s.At {
			fmt.Fprintf(&b, "  but it is %s at %s\n", j.Name, place(j.At))
		}
	}
	for _, g := range p.Gates.Gates {
		fmt.Fprintf(&b, "gate %s %s from %v", g.Name, place(g.At), g.From)
		list(" paths ", g.Filter.Paths)
		list(" suites ", g.Filter.Suites)
		list(" rules ", g.Filter.Rules)
		list(" tools ", g.Filter.Tools)
		list(" cwes ", g.Filter.CWEs)
		list(" benchmarks ", g.Filter.Benchmarks)
		list(" measures ", g.Filter.Measures)
		list(" classes ", g.Filter.Classes)
		list(" names ", g.Filter.Names)
		for _, p := range g.Filter.Properties {
			list(" property "+p.Name+" ", p.Patterns)
		}
		if g.Compare.Alpha.Measured() {
			fmt.Fprintf(&b, " compare alpha %s effect %s counts %s", g.Compare.Alpha.ExactPercent(), g.Compare.Effect.ExactPercent(), g.Compare.Counts.ExactPercent())
		}
		if l := g.Checklist; l.Heading != "" || l.Pull {
			fmt.Fprintf(&b, " checklist %q pull %v", l.Heading, l.Pull)
		}
		list(" ticked-by ", g.Checklist.TickedBy)
		list(" by ", g.Reviewers.By)
		if g.Reviewers.Stale {
			b.WriteString(" stale")
		}
		list(" comments ", g.Reviewers.Classes)
		for _, c := range g.Checks {
			fmt.Fprintf(&b, " check %q of %q", c.Name, c.App)
		}
		for _, pair := range g.Change.Pairs {
			fmt.Fprintf(&b, " if %v then %v", pair.If, pair.Then)
		}
		list(" never together ", g.Change.Never)
		list(" owners ", g.Change.Owners)
		if g.ByFolder {
			b.WriteString(" by folder")
		}
		if g.Patch != (gates.PatchRules{}) {
			fmt.Fprintf(&b, " generated %t min-lines %d", g.Patch.Generated, g.Patch.MinLines)
		}
		for _, d := range g.Matrix.Dimensions {
			fmt.Fprintf(&b, " side %s %v by %v", d.Name, d.Values, d.PlacedBy)
		}
		for _, r := range g.Matrix.Rows {
			fmt.Fprintf(&b, " row %s %v", r.Name, r.Cells)
		}
		b.WriteByte('\n')
		conditions(g.Conditions)
	}
	for _, f := range p.Gates.Profiles {
		fmt.Fprintf(&b, "profile %s %s for", f.Name, place(f.At))
		list(" branches ", f.Branches)
		list(" labels ", f.Labels)
		list(" paths ", f.Paths)
		if f.MayRelax {
			b.WriteString(", may relax")
		}
		b.WriteByte('\n')
		for _, g := range f.Gates {
			fmt.Fprintf(&b, "  gate %s\n", g.Gate)
			conditions(g.Conditions)
		}
	}
	for _, ph := range p.Rules.Phases {
		fmt.Fprintf(&b, "phase %q label %q owner %s", ph.Name, ph.Label, ph.Owner)
		list(" exit ", ph.Exit)
		if ph.Manual {
			b.WriteString(" manual")
		}
		b.WriteByte('\n')
	}
	if e := p.Rules.Escalation; e.To != "" {
		fmt.Fprintf(&b, "escalation to %s label %q\n", e.To, e.Label)
		for _, row := range e.Matrix {
			fmt.Fprintf(&b, "  %q on %s", row.Category, row.On)
			list(" ", row.Gates)
			b.WriteByte('\n')
		}
	}
	if p.WaiverFile != "" {
		d := p.Gates.WaiverDays
		fmt.Fprintf(&b, "waivers in %s, days %v else %d\n", p.WaiverFile, d.Severity, d.Default)
	}
	if c := p.Rules.Clocks; c.WarnAt.Measured() {
		fmt.Fprintf(&b, "clocks assessment %s escalation %s correction %s blocked %s architect %s validation %s warn at %s\n",
			c.Assessment, c.Escalation, c.Correction, c.Blocked, c.Architect, c.Validation, c.WarnAt.ExactPercent())
	}
	return b.String()
}

// TestEveryOperatorIsNamed holds the list in messages to the table in gates.
func TestEveryOperatorIsNamed(t *testing.T) {
	names := slices.Sorted(maps.Keys(gates.Ops))
	listed := slices.Sorted(slices.Values(opNames))
	if !slices.Equal(names, listed) {
		t.Errorf("messages name the operators %v, gates has %v", listed, names)
	}
}
