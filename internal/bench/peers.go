package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// peer is a program, or a library in a program of a few lines, that reads a format.
type peer struct {
	format  string
	module  string // with its version; of what is no Go, its name
	install string // path of the command in the module, if it is a program
	source  string // the program, if it is a library
	c       string // likewise in C, for what lies on the machine
	program string // what is looked for on the machine
	args    []string
	count   *regexp.Regexp // finds in its output how many tests it read
}

// peers are what others use, at fixed versions. Libraries are put into the
// smallest program that loads a file with them.
var peers = []peer{
	{
		format: "go-test-json", module: "gotest.tools/gotestsum@v1.13.0", install: "gotest.tools/gotestsum",
		args:  []string{"--format", "none", "--junitfile", os.DevNull, "--raw-command", "--", "cat"},
		count: regexp.MustCompile(`DONE (\d+) tests`),
	},
	{
		format: "junit-xml", module: "github.com/joshdk/go-junit@v1.0.0",
		source: `package main

import (
	"fmt"
	"log"
	"os"

	"github.com/joshdk/go-junit"
)

func main() {
	suites, err := junit.IngestFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	tests := 0
	for _, s := range suites {
		tests += len(s.Tests)
	}
	fmt.Println("read", tests)
}
`,
		count: regexp.MustCompile(`read (\d+)`),
	},
	{format: "junit-xml", module: iterparse, program: "python3", args: []string{"-c", iterparseSource}, count: regexp.MustCompile(`read (\d+)`)},
	{format: "cobertura", module: iterparse, program: "python3", args: []string{"-c", iterparseSource}, count: regexp.MustCompile(`read (\d+)`)},
	{format: "jacoco", module: iterparse, program: "python3", args: []string{"-c", iterparseSource}, count: regexp.MustCompile(`read (\d+)`)},
	{format: "junit-xml", module: "expat", c: expatSource, count: regexp.MustCompile(`read (\d+)`)},
	{format: "cobertura", module: "expat", c: expatSource, count: regexp.MustCompile(`read (\d+)`)},
	{format: "jacoco", module: "expat", c: expatSource, count: regexp.MustCompile(`read (\d+)`)},
	{
		format: "lcov", module: octocov,
		source: `package main

import (
	"fmt"
	"log"
	"os"

	"github.com/k1LoW/octocov/pkg/coverage"
)

func main() {
	c, _, err := coverage.NewLcov().ParseReport(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("read", c.Total)
}
`,
		count: regexp.MustCompile(`read (\d+)`),
	},
	{format: "lcov", module: "lcov", program: "lcov", args: []string{"--summary"}, count: regexp.MustCompile(`of (\d+) lines`)},
}

const (
	iterparse = "python iterparse"
	octocov   = "github.com/k1LoW/octocov@v0.75.8"
)

// iterparseSource counts cases and lines with expat under Python, which is what
// readers of reports in scripts use.
const iterparseSource = `
import sys
from xml.etree.ElementTree import iterparse
items = lines = 0
for _, e in iterparse(sys.argv[1]):
    tag = e.tag
    if tag == "testcase":
        items += 1
    elif tag == "line":
        lines += 1
    elif tag == "methods":
        lines = 0
    elif tag == "class" or tag == "sourcefile":
        items += lines
        lines = 0
    e.clear()
print("read", items)
`

// install gives a reader for every peer of a format that could be installed, and
// says why for those that could not.
func install(format, work string, out io.Writer) (readers []reader) {
	for i, p := range peers {
		if p.format != format {
			continue
		}
		dir := filepath.Join(work, fmt.Sprintf("peer%d", i))
		binary, err := p.build(dir)
		if err != nil {
			fmt.Fprintf(out, "%s is left out: %v\n", p.module, err)
			continue
		}
		readers = append(readers, reader{
			name: p.name(), counts: true, optional: true,
			command: append([]string{binary}, p.args...), count: p.count,
		})
	}
	return readers
}

// name is the end of the module's, with its version.
func (p peer) name() string { return p.module[strings.LastIndex(p.module, "/")+1:] }

func (p peer) build(dir string) (binary string, err error) {
	if p.program != "" {
		return exec.LookPath(p.program)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if p.c != "" {
		return buildC(dir, p.c)
	}
	if p.install != "" {
		_, version, _ := strings.Cut(p.module, "@")
		if err := goCommand(dir, "install", p.install+"@"+version); err != nil {
			return "", err
		}
		found, err := filepath.Glob(filepath.Join(dir, "[a-z]*"))
		if err != nil || len(found) != 1 {
			return "", fmt.Errorf("go install left %d files", len(found))
		}
		return found[0], nil
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(p.source), 0o644); err != nil {
		return "", err
	}
	binary = filepath.Join(dir, "peer")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	for _, args := range [][]string{{"mod", "init", "peer"}, {"get", p.module}, {"build", "-o", binary}} {
		if err := goCommand(dir, args...); err != nil {
			return "", err
		}
	}
	return binary, nil
}

func goCommand(dir string, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		return fmt.Errorf("go %s: %w: %s", args[0], err, lines[len(lines)-1])
	}
	return nil
}
