package actions

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sethvargo/go-githubactions"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/render"
)

func runner(t *testing.T) (r *Runner, stdout *bytes.Buffer, dir string) {
	dir = t.TempDir()
	env := map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": filepath.Join(dir, "output"),
		"GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"), "INPUT_DRY_RUN": " true ",
	}
	stdout = &bytes.Buffer{}
	return New(func(k string) string { return env[k] }, stdout), stdout, dir
}

// outputs reads GITHUB_OUTPUT as the runner does: name<<delimiter, lines, delimiter.
func outputs(t *testing.T, file string) map[string]string {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		name, delimiter, ok := strings.Cut(lines[i], "<<")
		if !ok {
			t.Fatalf("line %d of the output file is not name<<delimiter: %q", i+1, lines[i])
		}
		var value []string
		for i++; i < len(lines) && lines[i] != delimiter; i++ {
			value = append(value, lines[i])
		}
		out[name] = strings.Join(value, "\n")
	}
	return out
}

// attack is a test name that ends the fixed delimiter of go-githubactions early
// and then sets the verdict.
const attack = "fail: TestX\n_GitHubActionsFileCommandDelimeter_\nverdict<<_GitHubActionsFileCommandDelimeter_\npass"

func TestATestNameCannotFlipAnOutput(t *testing.T) {
	r, _, dir := runner(t)
	if err := r.Output("verdict", "fail"); err != nil {
		t.Fatal(err)
	}
	if err := r.Output("reason", attack); err != nil {
		t.Fatal(err)
	}
	got := outputs(t, filepath.Join(dir, "output"))
	if len(got) != 2 || got["verdict"] != "fail" || got["reason"] != attack {
		t.Errorf("outputs are %q", got)
	}
}

// TestTheAttackWorksOnTheLibrary keeps the reason for our own writer true: when it
// fails, the library is mended and Output may call SetOutput.
func TestTheAttackWorksOnTheLibrary(t *testing.T) {
	file := filepath.Join(t.TempDir(), "output")
	act := githubactions.New(githubactions.WithGetenv(func(string) string { return file }))
	act.SetOutput("verdict", "fail")
	act.SetOutput("reason", attack)
	if got := outputs(t, file); got["verdict"] != "pass" {
		t.Errorf("outputs are %q", got)
	}
}

func TestAnnotationsCarryNoCommand(t *testing.T) {
	r, stdout, _ := runner(t)
	made, err := r.Annotate(Error, evidence.Pos{File: "a,b:c.go", Line: 3, Col: 4}, "gate\n::set-output name=x::y", "x\n::stop-commands::z\r\n::add-mask::a%0A")
	if err != nil || !made {
		t.Fatal(made, err)
	}
	out := stdout.String()
	if strings.Count(out, "\n") != 1 || !strings.HasPrefix(out, "::error col=4,file=a%2Cb%3Ac.go,line=3,title=") {
		t.Errorf("got %q", out)
	}
}

func TestAnnotationsStopAtTheLimit(t *testing.T) {
	r, stdout, _ := runner(t)
	n := 0
	for range MaxAnnotations + 5 {
		made, err := r.Annotate(Warning, evidence.Pos{}, "t", "m")
		if err != nil {
			t.Fatal(err)
		}
		if made {
			n++
		}
	}
	if n != MaxAnnotations || strings.Count(stdout.String(), "::warning ") != MaxAnnotations {
		t.Errorf("%d made, log:\n%s", n, stdout)
	}
}

func TestSummaryAboveTheBudgetIsRefused(t *testing.T) {
	r, _, dir := runner(t)
	if err := r.Summary(strings.Repeat("x", render.SummaryBudget+1)); err == nil {
		t.Error("no error")
	}
	if err := r.Summary(strings.Repeat("x", render.SummaryBudget)); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "summary")); err != nil || info.Size() > 1<<20 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestAFileThatCannotBeWrittenIsAnError(t *testing.T) {
	env := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": t.TempDir(), "GITHUB_STEP_SUMMARY": t.TempDir()}
	r := New(func(k string) string { return env[k] }, &bytes.Buffer{})
	if err := r.Output("verdict", "fail"); err == nil {
		t.Error("an output into a folder is no error")
	}
	if err := r.Summary("x"); err == nil {
		t.Error("a summary into a folder is no error")
	}
}

func TestInputsAreTrimmedAndOutsideActionsThereIsNoRunner(t *testing.T) {
	r, _, _ := runner(t)
	if got := r.Input("dry-run"); got != "true" {
		t.Errorf("got %q", got)
	}
	if New(func(string) string { return "" }, nil) != nil {
		t.Error("a runner outside GitHub Actions")
	}
}
