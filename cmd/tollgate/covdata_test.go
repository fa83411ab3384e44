package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/cli"
)

// shopProgram has 6 statements by hand: the if and the println of main, the switch
// and the three returns of price. Run with "a" or "b" it executes 4 of them, with
// both 5, without an argument 1.
const shopProgram = `package main

import "os"

func main() {
	if len(os.Args) > 1 {
		println(price(os.Args[1]))
	}
}

func price(s string) int {
	switch s {
	case "a":
		return 1
	case "b":
		return 2
	}
	return 3
}
`

const shopTest = `package main

import (
	"os"
	"testing"
)

func TestShop(t *testing.T) {
	for _, arg := range []string{"a", "b"} {
		os.Args = []string{"shop", arg}
		main()
	}
}
`

// tollgate runs the program in this process and gives what it prints and its status.
func tollgate(args ...string) (printed string, status int) {
	var out bytes.Buffer
	status = cli.Main(cli.Env{Args: args, Getenv: func(name string) string {
		if strings.HasPrefix(name, "GITHUB_") {
			return ""
		}
		return os.Getenv(name)
	}, Stdout: &out, Stderr: &out, Now: time.Now})
	return out.String(), status
}

// A GOCOVERDIR says what go test -coverprofile says of the same execution. R3
func TestGOCOVERDIR(t *testing.T) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		if os.Getenv("TOLLGATE_REQUIRE_TOOLS") != "" {
			t.Fatal("there is no go")
		}
		t.Skip("there is no go, which builds a program that counts and reads what it counted")
	}
	dir := t.TempDir()
	for name, data := range map[string]string{
		"go.mod": "module example.com/shop\n\ngo 1.24\n", "main.go": shopProgram, "main_test.go": shopTest,
		".tollgate.yml": "version: 1\nevidence: {c: {coverage: [\"cov/*/cov*\"], expect: {files: 1}}}\ngates: {c: {from: c, require: [statements >= 80%]}}\n",
		"one.yml":       "version: 1\nevidence: {c: {coverage: [cov/a]}}\ngates: {c: {from: c, require: [statements >= 80%]}}\n",
		"two.yml":       "version: 1\nevidence: {c: {coverage: [\"cov/{a,b}\"]}, d: {coverage: [\"cov/a/covmeta.*\", cov/b]}}\ngates: {c: {from: [c, d], require: [statements >= 80%]}}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run := func(env string, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local", env)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %q: %v\n%s", name, args, err, out)
		}
	}
	run("", goCommand, "build", "-cover", "-o", "shop.exe", ".")
	run("", goCommand, "test", "-coverprofile=cover.out", ".")
	for i, args := range [][]string{{"a"}, {"b"}, {}} {
		cov := filepath.Join(dir, "cov", "abc"[i:i+1])
		if err := os.MkdirAll(cov, 0o777); err != nil {
			t.Fatal(err)
		}
		run("GOCOVERDIR="+cov, filepath.Join(dir, "shop.exe"), args...)
	}
	in := func(names ...string) (args []string) {
		args = []string{"inspect"}
		for _, name := range names {
			found, err := filepath.Glob(filepath.Join(dir, name))
			if err != nil || len(found) == 0 {
				t.Fatalf("%s: %v", name, err)
			}
			args = append(args, found...)
		}
		return args
	}
	for _, tt := range []struct {
		about string
		args  []string
		want  string
	}{
		{"go test", in("cover.out"), "83.33% (5/6)"},
		{"both runs", in("cov/a", "cov/b"), "83.33% (5/6)"},
		{"all three, file by file", in("cov/*/*"), "83.33% (5/6)"},
		{"one run", in("cov/b"), "66.66% (4/6)"},
		{"one run by one of its files", in("cov/b/covmeta.*"), "66.66% (4/6)"},
		{"the run without an argument", in("cov/c"), "16.66% (1/6)"},
	} {
		if printed, status := tollgate(tt.args...); status != 0 || !strings.Contains(printed, "1 file; statements "+tt.want) {
			t.Errorf("%s: status %d, want %s:\n%s", tt.about, status, tt.want, printed)
		}
	}
	for policy, want := range map[string]int{".tollgate.yml": 0, "two.yml": 0, "one.yml": 1} {
		if printed, status := tollgate("check", "-C", dir, "--policy", filepath.Join(dir, policy)); status != want {
			t.Errorf("%s: status %d, want %d:\n%s", policy, status, want, printed)
		}
	}

	t.Setenv("PATH", "")
	printed, status := tollgate("check", "-C", dir)
	if status != 3 || !strings.Contains(printed, "actions/setup-go") {
		t.Errorf("without Go: status %d\n%s", status, printed)
	}
}
