package housetest

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// expression is what the runner replaces; the action uses no other kinds.
var expression = regexp.MustCompile(`\$\{\{ (inputs|steps\.binary\.outputs)\.([a-z-]+) \}\}`)

// actionStep runs the script of one step of action.yml as a runner does, in an
// empty folder, with the environment that the step asks for. It gives the
// outputs that the step set, what it printed and its exit status.
func actionStep(t *testing.T, number int, values map[string]string) (outputs, printed string, status int) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the bash on the path may be one that sees other files; CI runs the action itself on Windows")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		if os.Getenv("TOLLGATE_REQUIRE_TOOLS") != "" {
			t.Fatal("there is no bash")
		}
		t.Skip("there is no bash")
	}
	data, err := fs.ReadFile(os.DirFS(root), "action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	step := value(value(&doc, "runs"), "steps").Content[number]
	dir := t.TempDir()
	outputFile := filepath.Join(dir, "output")
	path := os.Getenv("PATH")
	if p, ok := values["PATH"]; ok {
		path = p
	}
	env := []string{"PATH=" + path, "RUNNER_TEMP=" + dir, "GITHUB_OUTPUT=" + outputFile}
	for k, v := range pairs(value(step, "env")) {
		env = append(env, k.Value+"="+expression.ReplaceAllStringFunc(v.Value, func(m string) string {
			return values[expression.FindStringSubmatch(m)[2]]
		}))
	}
	cmd := exec.Command(bash, "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", value(step, "run").Value)
	cmd.Dir, cmd.Env = values["workspace"], env
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	set, err := os.ReadFile(outputFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(set), string(out), cmd.ProcessState.ExitCode()
}

// stand writes a program that stands in for the binary: it prints what reaches it
// and ends with 3.
func stand(t *testing.T) (workspace string) {
	t.Helper()
	workspace = t.TempDir()
	script := "#!/usr/bin/env bash\necho \"arguments: $*\"\nenv | grep -E '^(INPUT_|GITHUB_TOKEN)' | sort\nexit 3\n"
	if err := os.WriteFile(filepath.Join(workspace, "tollgate"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return workspace
}

func TestTheActionFindsTheBinary(t *testing.T) {
	workspace := stand(t)
	for given, want := range map[string]string{
		"tollgate":                           "path=./tollgate\n",
		"./tollgate":                         "path=./tollgate\n",
		filepath.Join(workspace, "tollgate"): "path=" + filepath.Join(workspace, "tollgate") + "\n",
	} {
		outputs, printed, status := actionStep(t, 0, map[string]string{"binary": given, "workspace": workspace})
		if outputs != want || status != 0 {
			t.Errorf("binary %q: outputs %q, status %d, printed %q, want %q", given, outputs, status, printed, want)
		}
	}
}

func TestTheActionRefusesABinaryThatIsNotThere(t *testing.T) {
	workspace := stand(t)
	two := "tollgate\nverdict=pass"
	if err := os.WriteFile(filepath.Join(workspace, two), nil, 0o644); err != nil {
		t.Skipf("a file name cannot hold a line break here: %v", err)
	}
	for given, want := range map[string]string{"tolgate": "names no file", two: "line break"} {
		outputs, printed, status := actionStep(t, 0, map[string]string{"binary": given, "workspace": workspace})
		if outputs != "" || status != 2 || !strings.Contains(printed, "::error") || !strings.Contains(printed, want) {
			t.Errorf("binary %q: outputs %q, status %d, printed %q", given, outputs, status, printed)
		}
	}
}

func TestTheActionSaysThatItNeedsGo(t *testing.T) {
	outputs, printed, status := actionStep(t, 0, map[string]string{"PATH": "", "workspace": t.TempDir()})
	if outputs != "" || status != 2 || !strings.Contains(printed, "actions/setup-go") {
		t.Errorf("outputs %q, status %d, printed %q", outputs, status, printed)
	}
}

func TestTheActionHandsOverItsInputsAndTheStatus(t *testing.T) {
	hostile := "$(touch pwned) `touch pwned` '\" ; exit 0"
	values := map[string]string{
		"path": "./tollgate", "command": "handoff", "token": "t0ken", "policy": hostile,
		"dry-run": "true", "workspace": stand(t),
	}
	_, printed, status := actionStep(t, 1, values)
	if status != 3 {
		t.Errorf("status = %d, want the binary's 3", status)
	}
	lines := strings.Split(printed, "\n")
	for _, want := range []string{"arguments: handoff", "GITHUB_TOKEN=t0ken", "INPUT_POLICY=" + hostile, "INPUT_DRY_RUN=true", "INPUT_ISSUE="} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q in\n%s", want, printed)
		}
	}
	if _, err := os.Stat(filepath.Join(values["workspace"], "pwned")); err == nil {
		t.Error("an input was run as a command")
	}
}

func TestTheActionKnowsTwoCommands(t *testing.T) {
	for _, command := range []string{"", "version", "check --dry-run", "handoff\ncheck"} {
		_, printed, status := actionStep(t, 1, map[string]string{"path": "./tollgate", "command": command, "workspace": stand(t)})
		if status != 2 || strings.Contains(printed, "arguments:") {
			t.Errorf("command %q: status %d, printed %q, want a refusal", command, status, printed)
		}
	}
}
