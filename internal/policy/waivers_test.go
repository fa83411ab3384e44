package policy

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// waiving is the policy that the waivers of these tests are read beside.
const waiving = `
version: 1
evidence: {unit: {tests: a.xml}, scans: {findings: a.sarif}}
gates:
  unit: {from: unit, require: [failed = 0, pass-rate > 90%], warn: skipped <= 3}
  security: {from: scans, require: [critical = 0, high <= 2]}
waivers: {max-days: {critical: 14, high: 30, default: 60}}
`

func waivingPolicy(t testing.TB) *Policy {
	t.Helper()
	p, err := Load("policy.yml", []byte(waiving))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestWaiverErrors reads waivers in which comments say what is wrong, in the form of
// TestErrors.
func TestWaiverErrors(t *testing.T) {
	for _, name := range files(t, "testdata/waivers/err/*.yml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := contents(t, name)
			p := waivingPolicy(t)
			var got []string
			for _, e := range errorsOf(t, p.ReadWaivers("p.yml", data)) {
				got = append(got, e.Error())
			}
			if diff := gocmp.Diff(wantErrors(t, data), got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if p.Waivers != nil {
				t.Errorf("a file with errors left %d waivers behind", len(p.Waivers))
			}
		})
	}
}

// TestNoWaiversAreRead holds that what is no file of waivers is an error and not a
// file without waivers.
func TestNoWaiversAreRead(t *testing.T) {
	for name, data := range map[string]string{
		"no bytes":           "",
		"a comment":          "# none yet\n",
		"half a file":        "version: 1\nwaivers:\n  - {finding: {rule: G101}, reason: \"leg",
		"an empty list":      "version: 1\nwaivers: []\n",
		"waivers of nothing": "version: 1\nwaivers:\n",
		"no version":         "waivers:\n  - {test: {name: a}, reason: a, owner: \"@a\", approved-by: \"@b\", created: 2026-11-01, expires: 2026-11-02}\n",
	} {
		err := waivingPolicy(t).ReadWaivers("w.yml", []byte(data))
		var es Errors
		if !errors.As(err, &es) || !strings.HasPrefix(es.Error(), "w.yml:") {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	if p := waivingPolicy(t); p.ReadWaivers("w.yml", []byte("version: 1\n")) != nil || len(p.Waivers) != 0 {
		t.Error("a file that says only its version is one without waivers")
	}
}

// TestWaivers reads one of each kind.
func TestWaivers(t *testing.T) { // R17
	p := waivingPolicy(t)
	if err := p.ReadWaivers("w.yml", contents(t, "testdata/waivers/ok.yml")); err != nil {
		t.Fatal(err)
	}
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	pos := func(line int) evidence.Pos { return evidence.Pos{File: "w.yml", Line: line, Col: 5} }
	ninety, err := evidence.ParseValue("90%")
	if err != nil {
		t.Fatal(err)
	}
	want := []gates.Waiver{
		{Finding: &gates.WaivedFinding{Tool: "gosec", Rule: "G1*", Path: "legacy/**", CWE: "CWE-798", Fingerprint: "abc"},
			Reason: "the key is a test key", Owner: "@ann", ApprovedBy: "@acme/security", Created: day(11, 1), Expires: day(11, 15), At: pos(3)},
		{Test: &gates.WaivedTest{Suite: "shop", Class: "Cart", Name: "adds[1]"}, Branches: []string{"main", "release/*"},
			Reason: "flaky on Windows", Owner: "@bob", ApprovedBy: "@ann", Created: day(11, 1), Expires: day(12, 31), At: pos(9)},
		{Condition: &gates.WaivedCondition{Gate: "unit", Metric: "pass-rate", Op: gates.More, Want: ninety, WithoutEvidence: true},
			Reason: "the runners move", Owner: "@bob", ApprovedBy: "@ann", Created: day(11, 1), Expires: day(11, 1), At: pos(16)},
	}
	if diff := gocmp.Diff(want, p.Waivers, gocmp.Comparer(func(a, b evidence.Value) bool { return a == b })); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
	if got, want := p.WaiversBeside("ops/tollgate.yml"), "ops/.tollgate-waivers.yml"; got != want {
		t.Errorf("the waivers are in %s, want %s", got, want)
	}
	if got := new(Policy).WaiversBeside(".tollgate.yml"); got != "" {
		t.Errorf("a policy that says nothing of waivers reads them from %s", got)
	}
}

// TestWaiverWarnings reads waivers on 22 November 2026.
func TestWaiverWarnings(t *testing.T) {
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	for _, name := range files(t, "testdata/waivers/lint/*.yml") {
		p := waivingPolicy(t)
		data := contents(t, name)
		if err := p.ReadWaivers("p.yml", data); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range LintWaivers(p, now) {
			got = append(got, w.String())
		}
		if diff := gocmp.Diff(wantErrors(t, data), got); diff != "" {
			t.Errorf("%s: warnings (-want +got):\n%s", name, diff)
		}
	}
}

const publishedWaivers = "../../docs/waivers.schema.json"

// TestWaiversSchema holds the published schema to the code, and both to the files
// of the tests.
func TestWaiversSchema(t *testing.T) {
	isPublished(t, publishedWaivers, WaiversSchema())
	s := compiled(t, WaiversSchema())
	for _, name := range append(files(t, "testdata/waivers/lint/*.yml"), "testdata/waivers/ok.yml") {
		if err := s.Validate(instance(t, contents(t, name))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	const good = `{version: 1, waivers: [{test: {name: a}, reason: r, owner: "@a", approved-by: "@b", created: 2026-11-01, expires: 2026-11-02}]}`
	for _, c := range []struct{ name, old, new string }{
		{"no reason", "reason: r, ", ""},
		{"no owner", `owner: "@a", `, ""},
		{"no approval", `approved-by: "@b", `, ""},
		{"no end", ", expires: 2026-11-02", ""},
		{"no beginning", ", created: 2026-11-01", ""},
		{"nothing that is waived", "test: {name: a}, ", ""},
		{"everything", "{name: a}", "{}"},
		{"two things", "test: {name: a}", "test: {name: a}, finding: {rule: a}"},
		{"an unknown key", "reason: r", "reason: r, until: never"},
		{"an end that is no day", "2026-11-02", "soon"},
		{"another version", "version: 1", "version: 2"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		var v any
		if err := yaml.Load([]byte(bad), &v); err != nil || bad == good {
			t.Fatal(c.name, err)
		}
		if err := s.Validate(instance(t, []byte(bad))); err == nil {
			t.Errorf("%s: the schema accepts %s", c.name, bad)
		}
		if err := waivingPolicy(t).ReadWaivers("w.yml", []byte(bad)); err == nil {
			t.Errorf("%s: ReadWaivers accepts %s", c.name, bad)
		}
	}
}

// Two waivers of one test for different labels are two; for the same label they are one
// that stands twice.
func TestWaiversOfOneTestForOtherLabels(t *testing.T) {
	p := waivingPolicy(t)
	entry := func(label string) string {
		return "  - {test: {name: a}, labels: [" + label + "], reason: r, owner: \"@ann\", approved-by: \"@bob\", created: 2026-11-01, expires: 2026-11-15}\n"
	}
	if err := p.ReadWaivers("w.yml", []byte("version: 1\nwaivers:\n"+entry("hotfix")+entry("urgent"))); err != nil {
		t.Errorf("for two labels: %v", err)
	}
	err := p.ReadWaivers("w.yml", []byte("version: 1\nwaivers:\n"+entry("hotfix")+entry("hotfix")))
	if err == nil || !strings.Contains(err.Error(), "w.yml:4:5: waiver 2 waives what the one at 3:5 does") {
		t.Errorf("for one label: %v", err)
	}
}
