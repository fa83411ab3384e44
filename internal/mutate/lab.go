package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// fate is what came of a mutant.
type fate string

const (
	killed   fate = "killed"   // a test failed
	survived fate = "survived" // no test noticed
	timedOut fate = "timeout"  // the tests did not end, which is noticed too
	unbuilt  fate = "unbuilt"  // it is no Go program, and counts for nothing
)

// target is the package that is broken.
type target struct {
	name, dir string
	files     []string // without tests
}

func findTarget(ctx context.Context, pattern string) (*target, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles", pattern).Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", pattern, err)
	}
	var p struct {
		ImportPath, Dir                    string
		GoFiles, TestGoFiles, XTestGoFiles []string
	}
	d := json.NewDecoder(strings.NewReader(string(out)))
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("reading go list: %w", err)
	}
	if d.More() {
		return nil, fmt.Errorf("%s is more than one package", pattern)
	}
	if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
		return nil, fmt.Errorf("%s has no tests that could notice anything", pattern)
	}
	slices.Sort(p.GoFiles)
	return &target{name: p.ImportPath, dir: p.Dir, files: p.GoFiles}, nil
}

// lab builds and runs mutants.
type lab struct {
	*program
	cache   string          // of the compiler for mutants that are built alone; "" is the user's
	all     string          // the program that holds many mutants
	number  map[*mutant]int // of those that it holds, from 1
	trials  []trial         // the quickest first
	timeout time.Duration   // of a test; 0 is ten times what it takes, and 5s
}

func newLab(ctx context.Context, p *program, todo []*mutant, work string, s settings) (*lab, error) {
	l := &lab{program: p, cache: s.cache, all: filepath.Join(work, "all.test.exe"), timeout: s.timeout}
	var files map[string]string
	files, l.number = p.weave(todo)
	if said, err := l.build(ctx, l.all, filepath.Join(work, "all"), files, ""); err != nil {
		return nil, fmt.Errorf("building the tests: %w\n%s", err, said)
	}
	return l, l.rehearse(ctx, work, s.within)
}

// build builds the tests with other files in place of the package's own, which are
// written into a folder.
func (l *lab) build(ctx context.Context, binary, dir string, files map[string]string, cache string) (string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for name, text := range files {
		replace[filepath.Join(l.dir, name)] = filepath.Join(dir, name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return "", err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, overlay, 0o666); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", binary, "-overlay", path, l.name)
	cmd.Dir = l.dir
	if cache != "" {
		cmd.Env = append(os.Environ(), "GOCACHE="+cache)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// try runs the tests that reach a mutant on it until one fails; a mutant that the
// large program does not hold is built first, in a folder of its own.
func (l *lab) try(ctx context.Context, m *mutant, dir string) (fate, error) {
	binary := l.all
	if l.number[m] == 0 {
		changed := string(m.apply(l.sources[m.file]))
		if !l.compiles(m.file, changed) {
			return unbuilt, nil
		}
		binary = filepath.Join(dir, "mutant.test.exe")
		if said, err := l.build(ctx, binary, dir, map[string]string{m.file: changed}, l.cache); err != nil {
			if ctx.Err() != nil || !strings.Contains(said, m.file+":") {
				return "", fmt.Errorf("building %s: %w\n%s", m, err, said)
			}
			return unbuilt, nil
		}
	}
	for _, together := range l.groups(m) {
		limit := l.limit(together)
		f, err := l.test(ctx, binary, m, together, limit)
		if f == timedOut { // the machine may have been busy
			f, err = l.test(ctx, binary, m, together, 4*limit)
		}
		if err != nil || f != survived {
			return f, err
		}
	}
	return survived, nil
}

// limit is how long tests may take together.
func (l *lab) limit(trials []trial) time.Duration {
	if l.timeout > 0 {
		return l.timeout
	}
	limit := 5 * time.Second
	for _, t := range trials {
		limit += 10 * t.took
	}
	return limit
}

func (l *lab) test(ctx context.Context, binary string, m *mutant, trials []trial, limit time.Duration) (fate, error) {
	names := make([]string, len(trials))
	for i, t := range trials {
		names[i] = t.name
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(within, binary, "-test.failfast", "-test.run", "^("+strings.Join(names, "|")+")$")
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=2GiB", fmt.Sprintf("%s=%d", chosen, l.number[m]))
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case within.Err() != nil:
		return timedOut, nil
	case err == nil:
		return survived, nil
	case errors.As(err, &exit):
		return killed, nil
	default:
		return "", err
	}
}
