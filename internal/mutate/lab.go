package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	*target
	cache   string // of the compiler, for this run alone: every mutant leaves megabytes there
	late    string // tests that take long, which run where the others noticed nothing
	usual   time.Duration
	timeout time.Duration
}

// slow is from when on a test runs late.
const slow = 400 * time.Millisecond

var ended = regexp.MustCompile(`^--- PASS: (\w+) \(([0-9.]+)s\)`)

func newLab(ctx context.Context, t *target, work string, timeout time.Duration) (*lab, error) {
	l := &lab{target: t, cache: filepath.Join(work, "cache"), timeout: timeout}
	binary := filepath.Join(work, "unchanged.test.exe")
	if said, err := l.build(ctx, binary, ""); err != nil {
		return nil, fmt.Errorf("building the tests: %w\n%s", err, said)
	}
	cmd := exec.CommandContext(ctx, binary, "-test.v", "-test.failfast")
	cmd.Dir = t.dir
	start := time.Now()
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("the tests fail before anything is changed: %w", err)
	}
	l.usual = time.Since(start)
	if l.timeout == 0 {
		l.timeout = 10*l.usual + 10*time.Second
	}
	var late []string
	for sc := bufio.NewScanner(strings.NewReader(string(out))); sc.Scan(); {
		if m := ended.FindStringSubmatch(sc.Text()); m != nil {
			if took, err := time.ParseDuration(m[2] + "s"); err == nil && took > slow {
				late = append(late, m[1])
			}
		}
	}
	if late != nil {
		l.late = "^(" + strings.Join(late, "|") + ")$"
	}
	return l, nil
}

func (l *lab) build(ctx context.Context, binary, overlay string) (string, error) {
	args := []string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", binary}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, l.name)...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "GOCACHE="+l.cache)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// try makes a mutant in a folder of its own, and runs the tests on it.
func (l *lab) try(ctx context.Context, m *mutant, dir string) (fate, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	path := filepath.Join(l.dir, m.file)
	src, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, m.file)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		return "", err
	}
	overlayFile := filepath.Join(dir, "overlay.json")
	if err := errors.Join(os.WriteFile(changed, m.apply(src), 0o666), os.WriteFile(overlayFile, overlay, 0o666)); err != nil {
		return "", err
	}
	defer os.Remove(changed)
	binary := filepath.Join(dir, "mutant.test.exe")
	if said, err := l.build(ctx, binary, overlayFile); err != nil {
		if ctx.Err() != nil || !strings.Contains(said, m.file+":") {
			return "", fmt.Errorf("building %s: %w\n%s", m, err, said)
		}
		return unbuilt, nil
	}
	if l.late == "" {
		return l.test(ctx, binary)
	}
	if f, err := l.test(ctx, binary, "-test.skip", l.late); err != nil || f != survived {
		return f, err
	}
	return l.test(ctx, binary, "-test.run", l.late)
}

func (l *lab) test(ctx context.Context, binary string, args ...string) (fate, error) {
	within, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	cmd := exec.CommandContext(within, binary, append(args, "-test.failfast")...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=2GiB")
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
