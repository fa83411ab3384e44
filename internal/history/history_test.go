package history_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/history"
	"github.com/tollgate-ci/tollgate/internal/part"
)

var (
	noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	one  = strings.Repeat("1", 40)
	two  = strings.Repeat("2", 40)
)

// partOf is a part of a commit with so many tests, all of the name.
func partOf(commit, name string, tests int) *part.File {
	r := &evidence.Report{Source: "r.xml", Format: "junit-xml", Kinds: evidence.Tests}
	for i := range tests {
		r.Cases.AppendCase(evidence.Case{Suite: "s", Name: fmt.Sprint(name, " ", i), Outcome: evidence.Passed})
	}
	return &part.File{Tool: "test", Key: evidence.PartKey{Commit: commit, Job: name, Attempt: 1},
		Reports: []*evidence.Report{r}, Sources: []part.Source{{Name: "unit", Reports: []int{0}}}}
}

func open(t *testing.T, dir string) *history.Store {
	t.Helper()
	b, err := history.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := history.In(b, "acme/shop")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func save(t *testing.T, s *history.Store, commit, verdict string, at time.Time, kinds ...history.Kind) {
	t.Helper()
	if err := s.Save(t.Context(), history.Run{Commit: commit, Saved: at, Verdict: verdict}, []*part.File{partOf(commit, verdict, 3)}, kinds...); err != nil {
		t.Fatal(err)
	}
}

// verdictAt is what the run says that stands for a commit at a time.
func verdictAt(t *testing.T, s *history.Store, commit string, by time.Time) string {
	t.Helper()
	e, found, err := s.At(t.Context(), history.Cycle, commit, by)
	if err != nil || !found {
		t.Fatalf("found %v, %v", found, err)
	}
	run, err := s.Run(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return run.Verdict
}

// A run that began a cycle is the one that stood there then, however often the commit
// was run since: a rerun in which a flaky test passes mends nothing.
func TestTheCycleBeganWithTheRunOfItsDay(t *testing.T) {
	s := open(t, t.TempDir())
	save(t, s, one, "second", noon.Add(time.Hour), history.Cycle)
	save(t, s, one, "first", noon, history.Cycle)
	save(t, s, one, "third", noon.Add(2*time.Hour), history.Cycle)
	for want, by := range map[string]time.Time{
		"first":  noon.Add(time.Minute),
		"second": noon.Add(time.Hour),
		"third":  {},
	} {
		if got := verdictAt(t, s, one, by); got != want {
			t.Errorf("at %s: the %s run, want the %s", by, got, want)
		}
	}
	if got := verdictAt(t, s, one, noon.Add(-time.Hour)); got != "first" {
		t.Errorf("before all: the %s run, want the first", got)
	}
}

// nearest looks for a base among commits.
func nearest(t *testing.T, s *history.Store, commits ...string) (e history.Entry, before int, found bool, err error) {
	t.Helper()
	runs, err := s.Newest(t.Context(), history.Base)
	e, before, found = runs.Nearest(commits)
	return e, before, found, err
}

func TestTheNearestCommitCounts(t *testing.T) {
	s := open(t, t.TempDir())
	save(t, s, one, "old", noon.Add(time.Hour), history.Base)
	save(t, s, two, "new", noon, history.Base, history.Cycle)
	for _, c := range []struct {
		name    string
		commits []string
		want    string
		before  int
	}{
		{"the nearest, though it was saved earlier", []string{two, one}, two, 0},
		{"past commits without a run", []string{strings.Repeat("a", 40), strings.Repeat("b", 40), one}, one, 2},
		{"none", []string{strings.Repeat("a", 40)}, "", 0},
		{"no commits", nil, "", 0},
	} {
		e, before, found, err := nearest(t, s, c.commits...)
		if err != nil || found != (c.want != "") || e.Commit != c.want || before != c.before {
			t.Errorf("%s: %q, %d before, %v, %v", c.name, e.Commit, before, found, err)
		}
	}
	other, err := history.In(mustOpen(t, t.TempDir()), "acme/other")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, found, err := nearest(t, other, one); found || err != nil {
		t.Errorf("an empty store has %v, %v", found, err)
	}
}

func mustOpen(t *testing.T, store string) history.Bucket {
	t.Helper()
	b, err := history.Open(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Savers and readers at once: what a reader sees is whole, and nothing is lost.
func TestReadersNeverSeeHalfARun(t *testing.T) {
	const savers, runs = 4, 12
	dir := t.TempDir()
	var wg sync.WaitGroup
	done := make(chan struct{})
	seen := 0
	for range 2 {
		wg.Go(func() {
			s := open(t, dir)
			for {
				all, err := s.Entries(t.Context(), history.Base, "")
				if err != nil {
					t.Error(err)
					return
				}
				for _, e := range all[max(0, len(all)-5):] {
					run, err := s.Run(t.Context(), e)
					if err != nil {
						t.Error(err)
						return
					}
					files, err := s.Parts(t.Context(), run)
					if err != nil || len(files) != 2 || files[0].Reports[0].Cases.Len() != 200 {
						t.Errorf("%s: %d parts, %v", e.Key, len(files), err)
						return
					}
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	var saving sync.WaitGroup
	for w := range savers {
		saving.Go(func() {
			s := open(t, dir)
			for i := range runs {
				// Two savers write the same part, and all save the same commit at the same time.
				files := []*part.File{partOf(one, "shared", 200), partOf(one, fmt.Sprint(w, "/", i), 200)}
				if err := s.Save(t.Context(), history.Run{Commit: one, Saved: noon, Verdict: "pass"}, files, history.Base); err != nil {
					t.Error(err)
				}
			}
		})
	}
	saving.Wait()
	close(done)
	wg.Wait()
	all, err := open(t, dir).Entries(t.Context(), history.Base, one)
	if seen = len(all); err != nil || seen != savers*runs {
		t.Errorf("%d runs, want %d; %v", seen, savers*runs, err)
	}
	filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if strings.Contains(name, "writing") {
			t.Errorf("%s is left behind", name)
		}
		return err
	})
}

// Every object of a store, cut at every byte, emptied, altered or gone, is an error
// that names it.
func TestABrokenObjectIsNamed(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	save(t, s, one, "pass", noon, history.Base)
	read := func() error {
		e, _, found, err := nearest(t, s, one)
		if err != nil || !found {
			return fmt.Errorf("found %v: %w", found, err)
		}
		run, err := s.Run(t.Context(), e)
		if err != nil {
			return err
		}
		_, err = s.Parts(t.Context(), run)
		return err
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	objects := 0
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		objects++
		whole, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		base := filepath.Base(name)
		for n := range whole {
			os.WriteFile(name, whole[:n], 0o644)
			if err := read(); err == nil || !strings.Contains(err.Error(), base) {
				t.Errorf("%s cut at byte %d: %v", base, n, err)
			}
		}
		for i := 0; i < len(whole); i += 7 {
			altered := bytes.Clone(whole)
			altered[i] ^= 1
			os.WriteFile(name, altered, 0o644)
			if err := read(); err == nil || !strings.Contains(err.Error(), base) {
				t.Errorf("%s altered at byte %d: %v", base, i, err)
			}
		}
		if strings.HasSuffix(name, ".tgpart") {
			os.Remove(name)
			if err := read(); err == nil || !strings.Contains(err.Error(), base+" is gone") {
				t.Errorf("%s removed: %v", base, err)
			}
		}
		return os.WriteFile(name, whole, 0o644)
	})
	if err != nil || objects != 2 {
		t.Errorf("%d objects, %v", objects, err)
	}
	if err := read(); err != nil {
		t.Error(err)
	}
}

// A manifest that was moved to another commit, and one that names a way out of the
// store, are not believed, though their digests are right.
func TestAManifestOfAnotherPlace(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	save(t, s, one, "pass", noon, history.Base)
	all, err := s.Entries(t.Context(), history.Base, one)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(all[0].Key)))
	if err != nil {
		t.Fatal(err)
	}
	b := mustOpen(t, dir)
	if err := b.Put(t.Context(), strings.ReplaceAll(all[0].Key, one, two), data); err != nil {
		t.Fatal(err)
	}
	e, _, _, err := nearest(t, s, two)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(t.Context(), e); err == nil || !strings.Contains(err.Error(), "of another place") {
		t.Errorf("a run of %s under %s: %v", one, two, err)
	}
	if _, err := s.Parts(t.Context(), history.Run{Commit: one, Parts: []history.Object{{SHA256: "../../../secret"}}}); err == nil || !strings.Contains(err.Error(), "no digest") {
		t.Errorf("a part outside: %v", err)
	}
	if err := s.Save(t.Context(), history.Run{Commit: two, Saved: noon}, []*part.File{partOf(one, "x", 1)}, history.Base); err != nil {
		t.Fatal(err)
	}
	all, err = s.Entries(t.Context(), history.Base, two)
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.Run(t.Context(), all[0]) // at noon too, and the smaller digest is first
	if err != nil {
		run, err = s.Run(t.Context(), all[1])
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Parts(t.Context(), run); err == nil || !strings.Contains(err.Error(), "is evidence of commit") {
		t.Errorf("evidence of another commit: %v", err)
	}
}

func TestPruneKeepsWhatIsNamed(t *testing.T) {
	s := open(t, t.TempDir())
	shared := partOf(one, "shared", 1)
	for i := range 5 {
		files := []*part.File{shared, partOf(one, fmt.Sprint("own ", i), 1)}
		if err := s.Save(t.Context(), history.Run{Commit: one, Saved: noon.Add(time.Duration(i) * time.Minute), Verdict: "pass"}, files, history.Base, history.Cycle); err != nil {
			t.Fatal(err)
		}
	}
	runs, parts, err := s.Prune(t.Context(), 2)
	if err != nil || runs != 6 || parts != 3 { // three old ones of two kinds; the shared part stays
		t.Errorf("removed %d runs and %d parts, %v; want 6 and 3", runs, parts, err)
	}
	for _, k := range history.Kinds {
		all, err := s.Entries(t.Context(), k, "")
		if err != nil || len(all) != 2 {
			t.Fatalf("%s: %d runs, %v", k, len(all), err)
		}
		for _, e := range all {
			run, err := s.Run(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Parts(t.Context(), run); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestWhatAStoreIsCalled(t *testing.T) {
	for store, want := range map[string]string{
		"runs/kept":                              "runs/kept",
		"file:///runs":                           "file:///runs",
		"s3://bucket?awssdk=v2&key=secret":       "s3://bucket",
		"https://user:secret@host/a@b?sig=token": "https://host/a@b",
	} {
		if got := history.Name(store); got != want {
			t.Errorf("%s is called %s, want %s", store, got, want)
		}
	}
	for _, repository := range []string{"", "shop", "acme/", "acme/..", "../shop", "a/b/c", "acme/sh op"} {
		if _, err := history.In(mustOpen(t, t.TempDir()), repository); err == nil {
			t.Errorf("%q is a repository", repository)
		}
	}
	for _, store := range []string{"s3://bucket", "file://host/x", "file:///x?create=1", "file://"} {
		if _, err := history.Open(context.Background(), store); err == nil {
			t.Errorf("%s is opened", store)
		}
	}
	if _, err := mustOpen(t, t.TempDir()).Get(t.Context(), "../x", 10); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key that leads outside: %v", err)
	}
}
