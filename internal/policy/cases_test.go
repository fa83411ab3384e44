package policy

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
)

const publishedCases = "../../docs/cases.schema.json"

func everyKey(t *testing.T) *Policy {
	t.Helper()
	p, err := Load("p.yml", contents(t, "testdata/ok/every-key.yml"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCaseErrors reads files of cases about testdata/ok/every-key.yml in the form of
// TestErrors.
func TestCaseErrors(t *testing.T) {
	for _, name := range files(t, "testdata/cases/err/*.yml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := contents(t, name)
			_, err := LoadCases("p.yml", data, everyKey(t))
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

// TestCases compares what good cases come to with dumps written by hand.
func TestCases(t *testing.T) {
	for _, name := range files(t, "testdata/cases/ok/*.yml") {
		cases, err := LoadCases("p.yml", contents(t, name), everyKey(t))
		if err != nil {
			t.Fatal(err)
		}
		want := string(contents(t, strings.TrimSuffix(name, ".yml")+".want"))
		if diff := gocmp.Diff(want, dumpCases(cases)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func dumpCases(cases []Case) string {
	var b strings.Builder
	at := func(p evidence.Pos) string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }
	for _, c := range cases {
		fmt.Fprintf(&b, "case %q %s", c.Name, at(c.At))
		if !c.Time.IsZero() {
			fmt.Fprintf(&b, " at %s", c.Time.UTC().Format(time.RFC3339))
		}
		for _, s := range []struct{ format, value string }{{" in %q", c.Phase}, {" head %s", c.Head}, {" event %s", c.EventFile},
			{" base %s", c.Base}, {" cycle %s", c.Cycle}, {" snapshot %s", c.Snapshot}} {
			if s.value != "" {
				fmt.Fprintf(&b, s.format, s.value)
			}
		}
		if c.Labels != nil {
			fmt.Fprintf(&b, " labels %v", c.Labels)
		}
		for _, f := range c.Changed {
			lines := "unknown"
			if !f.Cut {
				lines = fmt.Sprint(f.Added[0].Len())
			}
			fmt.Fprintf(&b, " change %s %s %s lines", f.Path, f.How, lines)
		}
		b.WriteByte('\n')
		if c.Directory != "" {
			fmt.Fprintf(&b, "  below %s\n", c.Directory)
		}
		for _, r := range c.Reports {
			fmt.Fprintf(&b, "  %s %v\n", r.Source, r.Patterns)
		}
		for _, e := range c.Expect {
			fmt.Fprintf(&b, "  %s is %q %s\n", e, e.Want, at(e.At))
		}
	}
	return b.String()
}

// TestCasePolicy holds that a case changes where reports are looked for, and that a
// source that it leaves out has no file to look for and is still known by its own.
func TestCasePolicy(t *testing.T) {
	p := everyKey(t)
	c := Case{Reports: []CaseReports{{Source: "it", Patterns: []string{"a.jsonl", "b.jsonl"}}}}
	got := c.Policy(p)
	if diff := gocmp.Diff([]Files{{evidence.Tests, []string{"a.jsonl", "b.jsonl"}}}, got.Sources[1].Files); diff != "" {
		t.Errorf("files of it (-want +got):\n%s", diff)
	}
	if got.Sources[0].Files != nil || !gocmp.Equal(got.Gates.Sources[0].Patterns, []string{"reports/unit/**/*.xml"}) {
		t.Errorf("unit has files %v and patterns %v", got.Sources[0].Files, got.Gates.Sources[0].Patterns)
	}
	if diff := gocmp.Diff(everyKey(t).Sources, p.Sources); diff != "" {
		t.Errorf("the policy itself was changed (-want +got):\n%s", diff)
	}
	if whole := (Case{Directory: "tree"}).Policy(p); whole != p {
		t.Error("a folder does not keep the policy's own patterns")
	}
}

func TestChecksNamed(t *testing.T) {
	p, err := Load("p.yml", []byte(`version: 1
evidence: {unit: {tests: ["*.xml"]}, cov: {coverage: [c.out]}}
gates:
  unit: {from: unit, require: [failed = 0, tests >= 5], warn: [tests <= 100]}
  slow: {from: unit, require: [failed <= 3]}
  lines: {from: cov, require: [lines > 10%, branches > 1%]}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, want string }{
		{"1", "unit/failed"},
		{"6", "lines/branches"},
		{"0", "there is no check 0; the policy has 6"},
		{"7", "there is no check 7; the policy has 6"},
		{"unit/failed", "unit/failed"},
		{"unit/failed=0", "unit/failed"},
		{"unit/failed = 1", `there is no check "unit/failed = 1"; did you mean "unit/failed = 0"?`},
		{"unit/tests", "unit/tests >= 5, unit/tests <= 100"},
		{"unit/tests<=100", "unit/tests <= 100"},
		{"slow", "slow/failed"},
		{"failed", "unit/failed, slow/failed"},
		{"failed <= 3", "slow/failed"},
		{"lines", "lines/lines, lines/branches"}, // a gate goes before a metric
		{"lines/lines", "lines/lines"},
		{"unti", `there is no check "unti"; did you mean "unit"?`},
		{"", `there is no check ""; there are unit/failed, unit/tests >= 5, unit/tests <= 100, slow/failed, lines/lines, lines/branches`},
	} {
		found, err := p.ChecksNamed(tt.name)
		var names []string
		for _, c := range found {
			names = append(names, c.Name)
		}
		got := strings.Join(names, ", ")
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("ChecksNamed(%q) = %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestCasesSchemaIsPublished holds the copy that editors are pointed at to the code,
// and that it takes what LoadCases takes.
func TestCasesSchemaIsPublished(t *testing.T) {
	isPublished(t, publishedCases, CasesSchema())
	s := compiled(t, CasesSchema())
	for _, name := range files(t, "testdata/cases/ok/*.yml") {
		if err := s.Validate(instance(t, contents(t, name))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Validate(instance(t, []byte("version: 1\ncases: [{nme: x, expect: {verdict: fail}}]\n"))); err == nil {
		t.Error("a misspelt key passes the schema")
	}
}
