// Command fuzz runs every fuzz target of the module for its time, one after the
// other, and says what came of it:
//
//	go run ./internal/fuzz -time 3m -scanner-time 30m
//	go run ./internal/fuzz -time 10s -package ./parsers/testresult -target JUnit
//
// Targets are found by `go test -list`, so a new one needs no word here. The
// readers that formats share get the scanner time. FuzzParse, which holds all
// formats to the same promises, is run once for each format, with seeds and a
// corpus of its own. Corpora are kept in the user's cache and grow from run to run.
// Interrupted, it prints what there is. The status is 1 if a target failed.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/parsers"
)

// settings are the flags.
type settings struct {
	time, scannerTime time.Duration
	minimize          string
	packages          string
	target            *regexp.Regexp
	cache             string
	parallel          int
}

// target is one thing to fuzz.
type target struct {
	pkg, dir, name string
	format         string // of FuzzParse
}

func (t target) String() string {
	if t.format != "" {
		return t.name + "/" + t.format
	}
	return t.name
}

// result is what came of a target.
type result struct {
	target
	elapsed                    time.Duration
	execs, interesting, corpus int64
	failure                    string // "" if there is none
	input                      string // that makes it fail
	commit                     string
}

// formatVariable tells FuzzParse which format to stay with.
const formatVariable = "TOLLGATE_FUZZ_FORMAT"

const page = "docs/fuzzing.md"

func main() {
	s := settings{target: regexp.MustCompile("")}
	update := flag.Bool("update-docs", false, "write the results into "+page)
	list := flag.Bool("n", false, "print the targets and their times, and run nothing")
	flag.DurationVar(&s.time, "time", 3*time.Minute, "for each target")
	flag.DurationVar(&s.scannerTime, "scanner-time", 30*time.Minute, "for each target of a reader that formats share")
	flag.StringVar(&s.minimize, "minimize", "100x", "executions or time for making one input small; while it lasts nothing is counted")
	flag.StringVar(&s.packages, "package", "./...", "where targets are looked for")
	flag.Func("target", "only targets, or formats of FuzzParse, that match this regular expression", func(v string) (err error) {
		s.target, err = regexp.Compile(v)
		return err
	})
	flag.StringVar(&s.cache, "cache", "", "where the corpora are kept; default the user's cache")
	flag.IntVar(&s.parallel, "parallel", 0, "processes that fuzz at a time; default one for each processor")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	failed, err := run(ctx, s, *list, *update, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(2)
	case failed:
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings, list, update bool, out io.Writer) (failed bool, err error) {
	if s.cache == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return false, err
		}
		s.cache = filepath.Join(cache, "tollgate", "fuzz")
	}
	targets, err := find(ctx, s)
	if err != nil {
		return false, err
	}
	var sum time.Duration
	for _, t := range targets {
		sum += s.timeOf(t)
		if list {
			fmt.Fprintf(out, "%-8s %s %s\n", s.timeOf(t), t.pkg, t)
		}
	}
	fmt.Fprintf(out, "%d targets, %s\n", len(targets), sum)
	if list {
		return false, nil
	}
	work, err := os.MkdirTemp("", "tollgate-fuzz-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(work)
	commit := commitOf(ctx)
	var results []result
	for _, t := range targets {
		r, err := s.fuzz(ctx, t, work, out)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			return false, fmt.Errorf("%s %s: %w", t.pkg, t, err)
		}
		r.commit = commit
		results = append(results, r)
		failed = failed || r.failure != ""
	}
	fmt.Fprintf(out, "\n%s", table(results))
	for _, r := range results {
		if r.failure != "" {
			fmt.Fprintf(out, "\n%s %s failed: %s\n%s\n", r.pkg, r, r.failure, r.input)
		}
	}
	if update {
		old, err := os.ReadFile(page)
		if err != nil {
			return failed, err
		}
		text, err := updated(string(old), results)
		if err != nil {
			return failed, err
		}
		return failed, os.WriteFile(page, []byte(text), 0o666)
	}
	return failed, nil
}

func (s settings) timeOf(t target) time.Duration {
	if strings.Contains(t.pkg, "/parsers/internal/") {
		return s.scannerTime
	}
	return s.time
}

// find lists the targets of all packages.
func find(ctx context.Context, s settings) ([]target, error) {
	out, err := command(ctx, "go", "list", "-f", "{{.ImportPath}}\t{{.Dir}}\t{{len .TestGoFiles}}{{len .XTestGoFiles}}", s.packages)
	if err != nil {
		return nil, err
	}
	var targets []target
	for line := range strings.Lines(out) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 || fields[2] == "00" {
			continue
		}
		pkg, dir := fields[0], fields[1]
		names, err := command(ctx, "go", "test", "-list", "^Fuzz", pkg)
		if err != nil {
			return nil, err
		}
		for name := range strings.Lines(names) {
			name = strings.TrimSpace(name)
			if !strings.HasPrefix(name, "Fuzz") {
				continue
			}
			if name != "FuzzParse" {
				targets = append(targets, target{pkg, dir, name, ""})
				continue
			}
			for _, f := range parsers.Formats {
				targets = append(targets, target{pkg, dir, name, f.Name})
			}
		}
	}
	wanted := targets[:0]
	for _, t := range targets {
		if s.target.MatchString(t.String()) {
			wanted = append(wanted, t)
		}
	}
	if len(wanted) == 0 {
		return nil, errors.New("there is no such target")
	}
	return wanted, nil
}

// fuzz runs one target. The test binary is run by itself, not by go test, because
// that has one corpus for FuzzParse whatever the format.
func (s settings) fuzz(ctx context.Context, t target, work string, out io.Writer) (result, error) {
	r := result{target: t}
	binary := filepath.Join(work, strings.ReplaceAll(t.pkg, "/", "_")+".test.exe") // a name that every system runs
	if _, err := os.Stat(binary); err != nil {
		if _, err := command(ctx, "go", "test", "-c", "-fuzz", "Fuzz", "-o", binary, t.pkg); err != nil {
			return r, err
		}
	}
	cache := filepath.Join(s.cache, filepath.FromSlash(t.pkg), t.format)
	if err := os.MkdirAll(cache, 0o777); err != nil {
		return r, err
	}
	args := []string{"-test.run=^$", "-test.fuzz=^" + t.name + "$", "-test.fuzztime=" + s.timeOf(t).String(),
		"-test.fuzzminimizetime=" + s.minimize, "-test.fuzzcachedir=" + cache, "-test.timeout=0"}
	if s.parallel > 0 {
		args = append(args, "-test.parallel="+strconv.Itoa(s.parallel))
	}
	fmt.Fprintf(out, "\n== %s %s for %s\n", t.pkg, t, s.timeOf(t))
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Dir = t.dir
	cmd.Env = append(os.Environ(), formatVariable+"="+t.format)
	said, err := cmd.StdoutPipe()
	if err != nil {
		return r, err
	}
	cmd.Stderr = cmd.Stdout
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	var log []string
	for sc := bufio.NewScanner(said); sc.Scan(); {
		line := sc.Text()
		if !r.progress(line) {
			log = append(log, line)
		}
		fmt.Fprintln(out, line)
	}
	err = cmd.Wait()
	r.elapsed = time.Since(start)
	r.corpus = count(filepath.Join(cache, t.name))
	r.judge(err, log)
	return r, nil
}

var progress = regexp.MustCompile(`^fuzz: elapsed: .*, execs: (\d+) .*new interesting: (\d+) \(total: \d+\)`)

// progress takes the numbers of a line, and says whether it had any.
func (r *result) progress(line string) bool {
	m := progress.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	r.execs, _ = strconv.ParseInt(m[1], 10, 64)
	r.interesting, _ = strconv.ParseInt(m[2], 10, 64)
	return true
}

// judge says whether the target failed. When the time is up in the middle of an
// execution, package testing calls that a failure too (golang/go#75804, mended in Go 1.27); it names
// no input then.
func (r *result) judge(err error, log []string) {
	if err == nil {
		return
	}
	r.failure = err.Error()
	text := strings.Join(log, "\n")
	for _, line := range log {
		line = strings.TrimSpace(line)
		if file, ok := strings.CutPrefix(line, "Failing input written to "); ok {
			r.input = file
		}
	}
	if r.input == "" && strings.Contains(text, "context deadline exceeded") && !strings.Contains(text, "panic") {
		r.failure = ""
		return
	}
	for i, line := range log {
		if strings.Contains(line, "--- FAIL") && i+2 < len(log) {
			r.failure = strings.TrimSpace(log[min(i+2, len(log)-1)])
			break
		}
	}
}

// count is how many inputs there are in a folder of the corpus.
func count(dir string) (n int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return nil
	})
	return n
}

func commitOf(ctx context.Context) string {
	out, err := command(ctx, "git", "rev-parse", "--short=7", "HEAD")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}

// command gives what a program prints; if it fails, the error is that.
func command(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, out, said.String())
	}
	return string(out), nil
}
