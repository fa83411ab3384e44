package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/find"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/policytest"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// casesFolder is where the cases of a policy are, from its directory.
const casesFolder = ".tollgate/tests"

func (a *app) policyTest() *cobra.Command {
	var s settings
	var requireCoverage bool
	cmd := &cobra.Command{
		Use:   "test [FILE|FOLDER]...",
		Short: "Asks the policy what it says to cases, and compares with what they expect",
		Long: "Judges the reports of every case by the policy and compares the answer with what the\n" +
			"case expects; default the cases in " + casesFolder + "/*.yml. It needs no token and no network.\n" +
			"Exit codes: 0 as expected · 1 a case came out otherwise, or --require-coverage is not met · 2 a\n" +
			"case or the policy cannot be read. docs/policy-test.md says how cases are written.",
		Example: "  tollgate policy test\n  tollgate policy test --require-coverage .tollgate/tests/security.yml",
		RunE: func(cmd *cobra.Command, files []string) error {
			p, err := a.loadPolicy(cmd.Context(), s)
			if err != nil {
				return err
			}
			loaded, err := a.loadCases(cmd.Context(), p, s.directory, files)
			if err != nil {
				return err
			}
			out := render.Cases{Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}, Required: requireCoverage, Exit: ExitPass}
			for _, f := range loaded {
				for _, c := range f.cases {
					r, err := a.runCase(cmd.Context(), p, f, c)
					if err != nil {
						return err
					}
					if !r.Passed() {
						out.Exit = ExitFail
					}
					out.Results = append(out.Results, r)
				}
			}
			out.Coverage = policytest.Coverage(p, out.Results)
			for _, seen := range out.Coverage {
				if requireCoverage && seen.Gap() != "" {
					out.Exit = ExitFail
				}
			}
			if s.format == asJSON {
				err = render.CasesJSON(a.env.Stdout, out)
			} else {
				err = render.CasesText(a.env.Stdout, out, a.style())
			}
			if err != nil {
				return &exitError{ExitInternal, err}
			}
			return exitWith(out.Exit)
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.policy, "policy", "", doc("policy"))
	f.StringVarP(&s.directory, "directory", "C", "", "where the policy and its cases are; default the current one")
	f.Var(&s.format, "format", doc("format"))
	f.BoolVar(&requireCoverage, "require-coverage", false, "exit with 1 when a condition was not seen both to pass and to fail")
	return cmd
}

// casesOf is one file of cases and the folder that its paths begin in.
type casesOf struct {
	name, folder string
	cases        []policy.Case
}

// loadCases reads files of cases, those of the default folder if none is named.
// Everything wrong with any of them is said at once, and then no case is run.
func (a *app) loadCases(ctx context.Context, p *policy.Policy, directory string, args []string) ([]casesOf, error) {
	if len(args) == 0 {
		args = []string{filepath.Join(directory, filepath.FromSlash(casesFolder))}
	}
	files, err := casesIn(args)
	if err != nil {
		return nil, err
	}
	var out []casesOf
	var wrong policy.Errors
	for _, file := range files {
		data, err := readSmall(file, maxPolicy)
		if err != nil {
			return nil, usage("the cases: %w", err)
		}
		f := casesOf{name: filepath.ToSlash(file), folder: filepath.Dir(file)}
		var errs policy.Errors
		f.cases, err = policy.LoadCases(f.name, data, p)
		switch {
		case errors.As(err, &errs):
		case err != nil:
			return nil, usage("%w", err)
		default:
			if errs, err = f.absent(ctx); err != nil {
				return nil, err
			}
		}
		wrong = append(wrong, errs...)
		out = append(out, f)
	}
	if len(wrong) > 0 {
		return nil, a.policyError(wrong)
	}
	return out, nil
}

// casesIn gives the files among paths, and those with cases in the folders among them.
// A folder without any is an error: nothing would be tested.
func casesIn(paths []string) (files []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err == nil && !info.IsDir() || err != nil && filepath.Ext(path) != "" {
			files = append(files, path) // one that is not there is said when it is read
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, usage("the folder of the cases: %w", err)
		}
		before := len(files)
		for _, e := range entries {
			if ext := filepath.Ext(e.Name()); ext == ".yml" || ext == ".yaml" {
				files = append(files, filepath.Join(path, e.Name()))
			}
		}
		if len(files) == before {
			return nil, usage("there are no cases at %s/*.yml; name a file of them, or write one: see docs/policy-test.md", filepath.ToSlash(path))
		}
	}
	return files, nil
}

// absent says which files that cases name are not there. A case whose reports a
// typo hides would be inconclusive, and prove nothing if that is what it expects;
// a case about reports that are missing leaves their source out.
func (f casesOf) absent(ctx context.Context) (wrong policy.Errors, err error) {
	root, err := os.OpenRoot(f.folder)
	if err != nil {
		return nil, usage("the folder of the cases: %w", err)
	}
	defer root.Close()
	say := func(at policy.Place, format string, args ...any) {
		wrong = append(wrong, &policy.Error{Place: at, Message: fmt.Sprintf(format, args...)})
	}
	var patterns [][]string
	var places []policy.Place
	for _, c := range f.cases {
		for _, r := range c.Reports {
			for i, pattern := range r.Patterns {
				patterns, places = append(patterns, []string{pattern}), append(places, r.At[i])
			}
		}
		if info, err := root.Stat(c.Directory); c.Directory != "" && (err != nil || !info.IsDir()) {
			say(c.DirectoryAt, "there is no folder %s in %s", render.Clean(c.Directory, 100), filepath.ToSlash(f.folder))
		}
		for _, folder := range []struct {
			name string
			at   policy.Place
		}{{c.Base, c.BaseAt}, {c.Cycle, c.CycleAt}} {
			if info, err := root.Stat(folder.name); folder.name != "" && (err != nil || !info.IsDir()) {
				say(folder.at, "there is no folder %s in %s", render.Clean(folder.name, 100), filepath.ToSlash(f.folder))
			}
		}
		if c.EventFile != "" {
			if err := new(event).read(f.path(c.EventFile)); err != nil {
				say(c.EventAt, "the event: %v", err)
			}
		}
		if c.Snapshot != "" {
			if _, err := savedSnapshot(f.path(c.Snapshot)); err != nil {
				say(c.SnapshotAt, "%v", err)
			}
		}
	}
	found, err := find.Files(ctx, root, patterns)
	if err != nil {
		return nil, usage("looking for the reports of the cases: %w", err)
	}
	for i, files := range found {
		if len(files) == 0 {
			say(places[i], "no file matches %s in %s; correct it, or leave the source out if it should have no report",
				render.Clean(patterns[i][0], 100), filepath.ToSlash(f.folder))
		}
	}
	return wrong, nil
}

// savedSnapshot reads the saved state of the one issue that a case is about.
func savedSnapshot(path string) (plan.Snapshot, error) {
	all, err := savedSnapshots(path)
	if err != nil {
		return plan.Snapshot{}, err
	}
	if len(all) > 1 {
		return plan.Snapshot{}, usage("%s holds %d issues, and the question is about one: save that one, with --issue", path, len(all))
	}
	return all[0], nil
}

// path gives a path of the file of cases from where the program runs.
func (f casesOf) path(name string) string {
	return filepath.Join(f.folder, filepath.FromSlash(name))
}

// runCase walks one case the way that check and handoff go, with the clock, the
// reports and the issue of the case.
func (a *app) runCase(ctx context.Context, p *policy.Policy, f casesOf, c policy.Case) (policytest.Result, error) {
	snap := plan.Snapshot{Repo: "your/repository", Issue: 1, Open: true, Labels: c.Labels, Head: c.Head}
	if c.Snapshot != "" {
		var err error
		if snap, err = savedSnapshot(f.path(c.Snapshot)); err != nil {
			return policytest.Result{}, err
		}
		snap.Head = firstOf(c.Head, snap.Head)
	}
	branch := firstOf(c.Branch, branchOf(snap))
	if c.EventFile != "" {
		var e event
		if err := e.read(f.path(c.EventFile)); err != nil {
			return policytest.Result{}, usage("%s: %w", c.At, err)
		}
		none := func(string) string { return "" }
		snap.Head, branch = e.head(none), firstOf(e.into(), branch)
		labels, _ := e.labels()
		snap.Labels = append(snap.Labels, labels...)
	}
	one := &app{env: a.env, wall: a.wall} // outside of any workflow run, and silent
	one.env.Stderr = io.Discard
	one.env.Getenv = func(name string) string {
		if strings.HasPrefix(name, "GITHUB_") {
			return ""
		}
		return a.env.Getenv(name)
	}
	if !c.Time.IsZero() {
		one.env.Now = func() time.Time { return c.Time }
	}
	asked := c.Policy(p)
	// Where the labels say a phase, Tollgate is taken to have left the issue there.
	phase := firstOf(c.Phase, workflow.Observe(p.Rules, snap).Phase)
	h := handoff{settings: settings{
		directory: f.path(c.Directory), phase: phase, head: snap.Head, branch: branch, labels: snap.Labels, labelsKnown: true, alone: true,
	}}
	h.facts = snap.Facts
	if c.Base != "" {
		h.baseReports = f.path(c.Base)
	}
	if c.Cycle != "" {
		h.cycleReports = f.path(c.Cycle)
	}
	h.diff = evidence.Diff{Head: snap.Head, Unknown: "the case says nothing of the change", Remedy: "say which files it touches under `change`"}
	if c.Changed != nil {
		h.diff = evidence.Diff{Head: snap.Head, Known: true, Files: c.Changed}
	}
	j, err := one.judge(ctx, asked, h.settings, phase, snap.Head)
	if err != nil {
		return policytest.Result{}, err
	}
	j.others = elsewhere(snap)
	d := one.decide(asked, h, j, snap, nil).Decision
	return policytest.Compare(f.name, c, p, j.verdict, d), nil
}
