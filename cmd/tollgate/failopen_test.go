package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// way is one way in which another tool was seen to be green, or nearly so, over
// something that is not.
type way struct {
	lies   string // what lies there
	peer   string // who was green
	does   string // and why
	source string // where that is to be seen: an issue, or the source that was read
	policy string
	files  map[string]string
	before [][]string // commands that come first
	args   []string   // of check, or of the command that they begin with
	exit   int
}

// ways are all of them, in the order of the page.
var ways = []struct {
	title string
	rows  []way
}{
	{"Tests", testWays}, {"Formats of tests", formatWays}, {"Many machines and other runs", otherRunWays},
	{"Stale evidence", staleWays}, {"Coverage", coverageWays}, {"Findings", findingWays}, {"Findings against a base, and waivers", findingBaseWays},
	{"Checks of others", otherCheckWays},
	{"The policy and the command", policyWays},
}

const failOpenPage = "../../docs/failopen.md"

// Nothing that was seen to be green elsewhere is green here: the reports go through
// the program as a user runs it, and the page says what it answers. R9 R18
func TestNoWayIsOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: hundreds of runs of the program, one after the other")
	}
	page, err := filepath.Abs(failOpenPage)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	var tables strings.Builder
	for _, group := range ways {
		fmt.Fprintf(&tables, "\n## %s\n\n| | what lies there | who was green, and why | seen in | here |\n|---|---|---|---|---|\n", group.title)
		for _, w := range group.rows {
			total++
			answer := ""
			t.Run(fmt.Sprintf("%d %s", total, w.lies), func(t *testing.T) { answer = w.answer(t) })
			cells := []string{w.lies, "**" + w.peer + "**: " + w.does, w.source, answer}
			for i, c := range cells {
				cells[i] = strings.NewReplacer("|", `\|`, "\n", " ").Replace(c)
			}
			fmt.Fprintf(&tables, "| %d | %s |\n", total, strings.Join(cells, " | "))
		}
	}
	if total < 100 {
		t.Errorf("%d ways; there are to be 100 or more", total)
	}
	want := fmt.Sprintf(failOpenHead, total) + tables.String()
	if *update && !t.Failed() {
		if err := os.WriteFile(page, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("docs/failopen.md is not what the table gives; run go test ./cmd/tollgate -run TestNoWayIsOpen -update")
	}
}

// answer runs the program on a way, and gives the status and the reason for it.
func (w way) answer(t *testing.T) string {
	printed, status := w.run(t)
	if status == 0 || status != w.exit {
		t.Fatalf("exit status %d, want %d\n%s", status, w.exit, printed)
	}
	if status == 2 {
		for line := range strings.Lines(printed) {
			if line, ok := strings.CutPrefix(strings.TrimSpace(line), "tollgate: "); !ok || !strings.HasPrefix(line, "read ") {
				return "2 error: " + codeSpan(line)
			}
		}
	}
	var v struct {
		Gates []struct {
			Checks []struct{ Status, Why string }
		}
	}
	object := printed[max(strings.Index(printed, "{\n"), 0):] // after what is said on standard error
	if err := json.Unmarshal([]byte(object), &v); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	wanted := map[int]string{1: "fail"}[status]
	for _, g := range v.Gates {
		for _, c := range g.Checks {
			if c.Status != "pass" && (wanted == "" || c.Status == wanted) {
				return fmt.Sprintf("%d %s: %s", status, c.Status, codeSpan(c.Why))
			}
		}
	}
	t.Fatalf("no check says why\n%s", printed)
	return ""
}

func (w way) run(t *testing.T) (printed string, status int) {
	dir := t.TempDir()
	files := map[string]string{".tollgate.yml": w.policy}
	for name, text := range w.files {
		files[name] = text
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if text == "" && name == ".tollgate.yml" {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for _, c := range w.before {
		if printed, status := tollgate(c...); status != 0 {
			t.Fatalf("tollgate %s: exit status %d\n%s", strings.Join(c, " "), status, printed)
		}
	}
	args := w.args
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		args = append([]string{"check"}, args...)
	}
	if w.exit != 2 {
		args = append(args, "--format", "json")
	}
	return tollgate(args...)
}

// codeSpan shows text as it is, shortened in the middle of nowhere.
func codeSpan(s string) string {
	const most = 160
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}

// Every kind of policy in the table is green over sound evidence, so that none of the
// ways is shut by a policy that is never green.
func TestTheSamePoliciesAreGreenOverSoundEvidence(t *testing.T) {
	for _, w := range []way{
		{lies: "tests", policy: tests("failed = 0", "errored = 0", "skipped = 0", "pass-rate > 90%", "flaky = 0"), files: r(junit(`<testcase name="a"/>`))},
		{lies: "tests and their base", policy: tests("new.failures = 0", "lost-tests = 0", "newly-skipped = 0", "persistent-failures = 0"),
			files: map[string]string{"r/r": junit(`<testcase name="a"/>`), "b/r/r": junit(`<testcase name="a"/>`)}, args: []string{"--base-reports", "b", "--cycle-reports", "b"}},
		{lies: "coverage", policy: coverage("lines >= 100%"), files: r("SF:a\nDA:1,1\nend_of_record\n")},
		{lies: "statements", policy: coverage("statements >= 100%"), files: r("mode: set\nm/a.go:1.1,2.1 1 1\n")},
		{lies: "findings", policy: findings("error = 0", "note = 0", "findings = 0"), files: r(sarif(`"results": []`))},
		{lies: "findings and their base", policy: findings("new.error = 0"), files: map[string]string{"r/r": sarif(anError), "b/r/r": sarif(anError)}, args: []string{"--base-reports", "b"}},
	} {
		t.Run(w.lies, func(t *testing.T) {
			if printed, status := w.run(t); status != 0 {
				t.Errorf("exit status %d\n%s", status, printed)
			}
		})
	}
}

const failOpenHead = `# Ways to be green that are shut

<!-- Written by TestNoWayIsOpen; change cmd/tollgate/failopen_*_test.go and run go test ./cmd/tollgate -run TestNoWayIsOpen -update. -->

A gate that is green because something is missing, broken or mistyped is worse than none. These are %d ways in which other
tools were seen to be, in their issues, their documentation or their source as of autumn 2026; most can be told to be
stricter, and here nothing has to be. Each row is a test: its files and its policy go through the program, which answers
what stands in the last column: exit 1 is a failed gate, 2 a policy or a command that is refused, 3 inconclusive.
What is green elsewhere by GitHub's own doing, a skipped job or a neutral check, is in [facts](facts.md).
`
