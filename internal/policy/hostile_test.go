package policy

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/gates"
)

// TestUnknownKeyAnywhere adds a key to each mapping of each good policy in turn:
// none may be read past, because a key that is skipped is a gate that is off.
func TestUnknownKeyAnywhere(t *testing.T) {
	for _, name := range files(t, "testdata/ok/*.yml") {
		data := contents(t, name)
		mappings := 0
		for i := 0; ; i++ {
			var doc yaml.Node
			if err := yaml.Load(data, &doc); err != nil {
				t.Fatal(err)
			}
			all := mappingsIn(&doc)
			if i == len(all) {
				mappings = i
				break
			}
			all[i].Content = append(all[i].Content,
				&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "qqq"},
				&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}) // which nothing is whose name the policy gives
			changed, err := yaml.Dump(&doc)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Load("p.yml", changed)
			if err == nil || !strings.Contains(err.Error(), "qqq") {
				t.Errorf("%s, with a key more in the mapping at %d:%d: %v", name, all[i].Line, all[i].Column, err)
			}
		}
		if mappings < 5 {
			t.Errorf("%s has %d mappings; the root, evidence, a source, gates and a gate are five", name, mappings)
		}
	}
}

func mappingsIn(n *yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	if n.Kind == yaml.MappingNode {
		out = append(out, n)
	}
	for _, c := range n.Content {
		out = append(out, mappingsIn(c)...)
	}
	return out
}

// TestLineEndsAndByteOrderMark holds that the editor that saved a policy changes
// neither what it says nor where it says it.
func TestLineEndsAndByteOrderMark(t *testing.T) {
	for _, pattern := range []string{"testdata/ok/*.yml", "testdata/err/*.yml"} {
		for _, name := range files(t, pattern) {
			t.Run(filepath.Base(name), func(t *testing.T) {
				data := contents(t, name)
				want := outcome(Load("p.yml", data))
				for end, changed := range map[string][]byte{
					"CRLF": bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
					"CR":   bytes.ReplaceAll(data, []byte("\n"), []byte("\r")),
					"BOM":  append([]byte("\ufeff"), data...),
				} {
					if diff := gocmp.Diff(want, outcome(Load("p.yml", changed))); diff != "" {
						t.Errorf("with %s (-LF +%s):\n%s", end, end, diff)
					}
				}
			})
		}
	}
}

// outcome is all that Load gives but the digest: the policy, or the errors with
// their excerpts.
func outcome(p *Policy, err error) string {
	if err == nil {
		return dump(p)
	}
	var b strings.Builder
	for _, e := range err.(Errors) {
		fmt.Fprintf(&b, "%v\n%s", e, e.Excerpt())
	}
	return b.String()
}

func TestHostileFiles(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a: &a [x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c < 'z'; c++ {
		fmt.Fprintf(&bomb, "%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), ","))
	}
	for _, c := range []struct{ name, data, want string }{
		{"200 k opening brackets", strings.Repeat("[", 200_000), "p.yml:1:101: nested deeper than 100 levels; no policy is"},
		{"200 k opening braces", strings.Repeat("{a: ", 200_000), "p.yml:1:401: nested deeper than 100 levels; no policy is"},
		{"200 k dashes", strings.Repeat("- ", 200_000), "p.yml:1:201: nested deeper than 100 levels; no policy is"},
		{"an alias bomb", bomb.String(), `p.yml:1:1: unknown key "a" in the policy; the keys here are ` + keysHere()},
		{"an alias bomb where a list is read", "evidence:\n a: {tests: &a [x]}\n b: {tests: [*a,*a]}", "p.yml:3:14: an alias, *a; what holds at a line is written there, so put the value itself, or a text that begins with * in quotes"},
		{"an alias of itself", "evidence: &a {b: *a}", "p.yml:1:11: an anchor, &a; policies have no aliases: write each value where it holds"},
		{"more than a mebibyte", "#" + strings.Repeat(" ", 1<<20), "p.yml: the file has 1048577 bytes; a policy has at most 1048576"},
		{"a mebibyte of nothing", strings.Repeat("\n", 1<<20), "p.yml:1:1: the file is empty; a policy has at least version, evidence and gates"},
		{"a key of 200 kB", `? "` + strings.Repeat("k", 200_000) + "\"\n: 1", `p.yml:1:3: unknown key "` + strings.Repeat("k", 64) + `…" in the policy; the keys here are ` + keysHere()},
		{"a value of 200 kB", "version: " + strings.Repeat("9", 200_000), "p.yml:1:10: version must be the number 1, without quotes"},
		{"a name of 200 kB", "gates: {? " + strings.Repeat("k", 200_000) + " : {}}", "p.yml:1:11: gate " + strings.Repeat("k", 64) + "… has no from, which is required: the sources that it reads"},
		{"two names of 100 kB", "evidence: {? " + strings.Repeat("k", 100_000) + " : {}}\ngates: {u: {from: " + strings.Repeat("k", 100_000) + "x}}",
			`p.yml:2:19: gate u reads "` + strings.Repeat("k", 64) + `…", which is no source under evidence; there are ` + strings.Repeat("k", 64) + "…, change, issue, reviews, checks"},
		{"no bytes", "", "p.yml:1:1: the file is empty; a policy has at least version, evidence and gates"},
		{"JSON that is cut short", `{"version": 1, "evidence": {`, "p.yml:1:29: not YAML: did not find expected node content"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load("p.yml", []byte(c.data))
			es := errorsOf(t, err)
			if !strings.Contains("\n"+err.Error()+"\n", "\n"+c.want+"\n") {
				t.Errorf("the errors are\n%v\nwant among them\n%s", err, c.want)
			}
			for _, e := range es {
				if len(e.Message) > 1000 || len(e.Excerpt()) > 1000 {
					t.Errorf("an error of %d bytes and an excerpt of %d; one line each is enough", len(e.Message), len(e.Excerpt()))
				}
			}
		})
	}
}

// TestErrorsAreBounded writes 150 gates with two errors each.
func TestErrorsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nevidence: {unit: {tests: a.xml}}\ngates:\n")
	for i := range 150 {
		fmt.Fprintf(&b, "  g%d: {from: unitt, require: faild = 0}\n", i)
	}
	_, err := Load("p.yml", []byte(b.String()))
	es := errorsOf(t, err)
	if len(es) != 101 {
		t.Fatalf("%d errors, want 100 and one that says that there are more", len(es))
	}
	if got, want := es[100].Message, "more than 100 errors; mend these and look again"; got != want {
		t.Errorf("the last error is %q, want %q", got, want)
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("abcdefghij", 20)
	for _, c := range []struct {
		name, data string
		want       string
	}{
		{"one line", "version: 1\nevidence: {unit: {test: a}}\n", "" +
			" 2 | evidence: {unit: {test: a}}\n" +
			"   |                   ^~~~\n"},
		{"a text in quotes", "version: \"one\"\n", "" +
			" 1 | version: \"one\"\n" +
			"   |          ^~~~~\n"},
		{"characters two columns wide", "{測試: 試, version: one, gates: 1}", "" +
			" 1 | {測試: 試, version: one, gates: 1}\n" +
			"   |  ^~~~\n"},
		{"after characters two columns wide", "{測試: 試, version: one, gates: 1}", "" +
			" 1 | {測試: 試, version: one, gates: 1}\n" +
			"   | " + strings.Repeat(" ", 20) + "^~~\n"},
		{"after a tab", "version: 1\nevidence: {\t\tunit: {test: a}}\n", "" +
			" 2 | evidence: {\t\tunit: {test: a}}\n" +
			"   |            \t\t       ^~~~\n"},
		{"a line that is too long", "version: 1\nevidence: {" + long + ": {test: a}}\n", "" +
			" 2 | " + long[92:] + ": {test: a}}\n" +
			"   | " + strings.Repeat(" ", 111) + "^~~~\n"},
		{"a place that is longer than what is shown", "'" + long + "': 1\n", "" +
			" 1 | '" + long[:119] + "\n" +
			"   | ^" + strings.Repeat("~", 119) + "\n"},
		{"escapes for the terminal", "# \x1b[31m \u202e\nversion: 1", "" +
			" 1 | # \ufffd[31m \ufffd\n" +
			"   |   ^\n"},
		{"line 100", strings.Repeat("\n", 99) + "faults: 1\n", "" +
			"100 | faults: 1\n" +
			"    | ^~~~~~\n"},
		{"the end of the file", "[\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load("p.yml", []byte(c.data))
			var all []string
			for _, e := range errorsOf(t, err) {
				if e.Excerpt() == c.want {
					return
				}
				all = append(all, e.Error()+"\n"+e.Excerpt())
			}
			t.Errorf("no error has the excerpt\n%s\nthere are\n%s", c.want, strings.Join(all, "\n"))
		})
	}
}

// TestDigest compares with the SHA-256 that sha256sum gives for the bytes.
func TestDigest(t *testing.T) {
	const data = "version: 1\nevidence: {unit: {tests: junit.xml}}\ngates: {unit: {from: unit, require: failed=0}}\n"
	p, err := Load("a/b.yml", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if want := "46d6d4a1272c56d40d6ace8c5368e4acf95a8c973812be471563a09377f076f4"; p.Digest != want {
		t.Errorf("digest %s, want %s", p.Digest, want)
	}
	if p.Name != "a/b.yml" || p.Gates.Gates[0].At.String() != "a/b.yml:3:9" {
		t.Errorf("name %q, first gate at %v", p.Name, p.Gates.Gates[0].At)
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"same", "same", 0}, {"form", "from", 1}, {"require", "requires", 1},
		{"kitten", "sitting", 3}, {"ca", "abc", 3}, {"größe", "grosse", 3},
	} {
		if got := edits(c.a, c.b); got != c.want {
			t.Errorf("edits(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := edits(c.b, c.a); got != c.want {
			t.Errorf("edits(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

// FuzzLoad holds that no bytes make Load panic or say two things, and that what
// it accepts is a policy: at least one gate, each with a condition on a source
// that has it. The schema must accept the same bytes.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/ok/*.yml", "testdata/err/*.yml", "testdata/lint/*.yml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			f.Add(contents(f, name))
		}
	}
	s := compiled(f, Schema())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Load("p.yml", data)
		if first, again := outcome(p, err), outcome(Load("p.yml", data)); first != again {
			t.Fatalf("twice loaded, two outcomes:\n%s\n%s", first, again)
		}
		if err != nil {
			if p != nil {
				t.Fatal("a policy with errors")
			}
			for _, e := range err.(Errors) {
				if e.Pos.File != "p.yml" || e.Message == "" {
					t.Fatalf("an error without file or message: %v", e)
				}
				if len(data) <= maxBytes && (e.Pos.Line < 1 || e.Pos.Col < 1) {
					t.Fatalf("an error without a place: %v", e)
				}
			}
			return
		}
		for _, w := range Lint(p, time.Time{}) {
			if w.Pos.Line < 1 {
				t.Fatalf("a warning without a place: %v", w)
			}
		}
		holdsTogether(t, p)
		if err := s.Validate(instance(t, data)); err != nil {
			t.Fatalf("the schema is stricter than Load: %v", err)
		}
	})
}

// holdsTogether checks what an accepted policy promises.
func holdsTogether(t *testing.T, p *Policy) {
	t.Helper()
	sources := map[string]gates.Source{}
	for _, s := range p.Gates.Sources {
		if s.Kinds == 0 || len(s.Patterns) == 0 {
			t.Fatalf("source %s has no kind or no pattern", s.Name)
		}
		sources[s.Name] = s
	}
	names := map[string]bool{}
	for _, g := range p.Gates.Gates {
		names[g.Name] = true
		if len(g.From) == 0 || len(g.Conditions) == 0 {
			t.Fatalf("gate %s has sources %v and conditions %v", g.Name, g.From, g.Conditions)
		}
		for _, c := range g.Conditions {
			m, ok := gates.MetricNamed(c.Metric)
			provided := false
			for _, from := range g.From {
				given, _ := gates.Given(from)
				provided = provided || (sources[from].Kinds|given)&m.Kind != 0
			}
			if !ok || !provided || c.Want.Kind != m.Value || c.Mode < gates.Require || c.Mode > gates.Shadow {
				t.Fatalf("condition %v of gate %s cannot be judged", c, g.Name)
			}
		}
	}
	if len(names) == 0 {
		t.Fatal("a policy without gates")
	}
	labels := map[string]bool{}
	for i, ph := range p.Rules.Phases {
		if labels[strings.ToLower(ph.Label)] || ph.Label == "" || ph.Owner == "" {
			t.Fatalf("phase %q has label %q and owner %q", ph.Name, ph.Label, ph.Owner)
		}
		labels[strings.ToLower(ph.Label)] = true
		if len(ph.Exit) == 0 && !ph.Manual && i < len(p.Rules.Phases)-1 {
			t.Fatalf("nothing guards the exit of phase %q", ph.Name)
		}
		for _, g := range ph.Exit {
			if !names[g] {
				t.Fatalf("phase %q names gate %q", ph.Name, g)
			}
		}
	}
}

// keysHere are the keys that a policy has, as messages list them.
func keysHere() string {
	var names []string
	for _, k := range new(document).keys() {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}
