package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// trial is one test, as it went before anything was changed.
type trial struct {
	name    string
	took    time.Duration
	reaches map[int]bool // the mutants, by number, that it came to
}

// quick is how long tests may take that run in one process: to start one takes about
// ten milliseconds, and most of the tests less than one.
const quick = 50 * time.Millisecond

// rehearse runs each test by itself, unchanged, and keeps how long it took and which
// mutants it came to. Those that take longer than within, if it says something, are
// left out.
func (l *lab) rehearse(ctx context.Context, work string, within time.Duration) error {
	cmd := exec.CommandContext(ctx, l.all, "-test.list", "^(Test|Example|Fuzz)")
	cmd.Dir = l.dir
	list, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("listing the tests: %w", err)
	}
	path := filepath.Join(work, "reached")
	for _, name := range strings.Fields(string(list)) {
		limit := within
		if limit == 0 {
			limit = time.Hour
		}
		start := time.Now()
		long, err := l.rehearseOne(ctx, name, path, limit)
		if err != nil {
			return err
		}
		t := trial{name: name, took: time.Since(start), reaches: map[int]bool{}}
		text, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // which it is not when it reached nothing
			return err
		}
		for line := range strings.Lines(string(text)) {
			n, err := strconv.Atoi(strings.TrimSpace(line))
			if err != nil {
				return fmt.Errorf("what %s reached: %w", name, err)
			}
			t.reaches[n] = true
		}
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		if !long {
			l.trials = append(l.trials, t)
		}
	}
	slices.SortStableFunc(l.trials, func(a, b trial) int { return int(a.took - b.took) })
	return nil
}

// rehearseOne runs one test, and says whether it took longer than it may.
func (l *lab) rehearseOne(ctx context.Context, name, path string, limit time.Duration) (long bool, err error) {
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(within, l.all, "-test.run", "^"+name+"$")
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), reached+"="+path)
	said, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case within.Err() != nil:
		return true, nil
	case err != nil:
		return false, fmt.Errorf("%s fails before anything is changed: %w\n%s", name, err, said)
	default:
		return false, nil
	}
}

// groups are the tests that can notice a mutant, in the order in which they run: the
// quick ones in one process, then the others, each in its own. Which reach a mutant
// that is built alone is not known.
func (l *lab) groups(m *mutant) [][]trial {
	var first []trial
	var rest [][]trial
	for _, t := range l.trials {
		switch n := l.number[m]; {
		case n != 0 && !t.reaches[n]:
		case t.took <= quick:
			first = append(first, t)
		default:
			rest = append(rest, []trial{t})
		}
	}
	if first == nil {
		return rest
	}
	return append([][]trial{first}, rest...)
}

// usual is how long all the tests took, one after the other.
func (l *lab) usual() (all time.Duration) {
	for _, t := range l.trials {
		all += t.took
	}
	return all
}
