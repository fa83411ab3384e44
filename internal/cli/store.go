package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/history"
	"github.com/tollgate-ci/tollgate/internal/part"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// storeTime bounds everything that one run asks of a store.
const storeTime = 5 * time.Minute

// kept are the flags that say where runs are kept.
func (s *settings) kept(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.store, "store", "", doc("store"))
	f.StringVar(&s.cycle, "cycle", "", doc("cycle"))
	f.StringVar(&s.repo, "repo", "", "owner/name; default GITHUB_REPOSITORY")
}

// inStore does something in the store, as the repository of the run has it, within its
// time. The error is of what was done, or says that the store cannot be opened.
func (a *app) inStore(ctx context.Context, s settings, do func(context.Context, *history.Store) error) error {
	within, stop := context.WithTimeout(ctx, storeTime)
	defer stop()
	repo := firstOf(s.repo, a.env.Getenv("GITHUB_REPOSITORY"))
	if repo == "" {
		return usage("a store keeps every repository apart: name this one with --repo owner/name")
	}
	open := a.env.Bucket
	if open == nil {
		open = history.Open
	}
	bucket, err := open(within, s.store)
	if err != nil {
		return usage("--store: %w", err)
	}
	defer bucket.Close()
	store, err := history.In(bucket, repo)
	if err != nil {
		return usage("--repo: %w", err)
	}
	return do(within, store)
}

// storeName is the store as it is told.
func (s settings) storeName() string { return render.Clean(history.Name(s.store), 200) }

// references are what a run is compared with, and where that comes from.
type references struct {
	base, cycle         map[string]evidence.Set
	baseLost, cycleLost gates.Lost
	noBase, noCycle     bool // there is none yet
	notes               []string
}

// tell says where the references come from, each once.
func (f references) tell(r *render.Result) {
	for _, note := range f.notes {
		if !slices.Contains(r.Notes, note) {
			r.Notes = append(r.Notes, note)
		}
	}
}

// compared finds what the run is compared with: where the flags lead, else what the
// store keeps. What the store keeps of the cycle is for comparedCycle to find: every
// issue has one of its own.
func (a *app) compared(ctx context.Context, s settings, dir, head string, sources []policy.Source, found map[string]evidence.Set) (references, error) {
	ofBase, ofCycle := s.references()
	r := references{noBase: ofBase.dir == "", noCycle: ofCycle.dir == ""}
	var err error
	if r.base, err = a.gatherReference(ctx, ofBase, dir, head, sources, found); err != nil {
		return r, err
	}
	if r.cycle, err = a.gatherReference(ctx, ofCycle, dir, head, sources, found); err != nil {
		return r, err
	}
	switch {
	case s.store == "" && s.save:
		return r, usage("--save needs to know where: add --store")
	case s.save && !history.IsCommit(head):
		return r, usage("--save needs the commit that the evidence is of: add --head with its whole SHA; it is %q", head)
	case s.save && s.at != "":
		return r, usage("--at asks what would be at another time, and is never kept: leave --save away")
	case s.store == "" && s.cycle != "":
		return r, usage("--cycle names a run in a store: add --store")
	case s.cycle != "" && !history.IsCommit(s.cycle):
		return r, usage("--cycle is %q; give the whole SHA of a commit", s.cycle)
	case s.store == "" || !r.noBase:
		return r, nil
	}
	err = a.fromStore(ctx, s, sources, func(within context.Context, from *recorded) (err error) {
		r.base, r.baseLost, err = a.recordedBase(within, s, head, from)
		r.notes = from.notes
		return err
	})
	r.noBase = r.base == nil && r.baseLost.Why == ""
	return r, err
}

// comparedCycle adds the cycle of an issue as the store keeps it, where no flag leads
// to another.
func (a *app) comparedCycle(ctx context.Context, r references, s settings, sources []policy.Source) (references, error) {
	if s.store == "" || s.cycle == "" || !r.noCycle {
		return r, nil
	}
	err := a.fromStore(ctx, s, sources, func(within context.Context, from *recorded) error {
		r.cycle, r.cycleLost = from.cycle(within, s)
		r.notes = slices.Concat(r.notes, from.notes)
		return nil
	})
	r.noCycle = r.cycle == nil && r.cycleLost.Why == ""
	return r, err
}

// fromStore reads references from the store, within its time.
func (a *app) fromStore(ctx context.Context, s settings, sources []policy.Source, read func(context.Context, *recorded) error) error {
	err := a.inStore(ctx, s, func(within context.Context, store *history.Store) error {
		return read(within, &recorded{store: store, name: s.storeName(), sources: sources})
	})
	return cmp.Or(err, ctx.Err())
}

// recorded reads references from a store, and notes which they are.
type recorded struct {
	store   *history.Store
	name    string
	sources []policy.Source
	notes   []string
}

// broken is a reference that nobody could read: it is there or may be, and so it is
// lost for every source, and not absent.
func (r *recorded) broken(err error) gates.Lost {
	return gates.Lost{Why: r.name + ": " + err.Error(), Remedy: "mend what is wrong with the store " + r.name}
}

// sets reads the evidence of an entry.
func (r *recorded) sets(ctx context.Context, e history.Entry) (map[string]evidence.Set, gates.Lost) {
	run, err := r.store.Run(ctx, e)
	if err != nil {
		return nil, r.broken(err)
	}
	files, err := r.store.Parts(ctx, run)
	if err != nil {
		return nil, r.broken(err)
	}
	return setsOf(r.sources, files, nil, run.Commit), gates.Lost{}
}

// recordedBase gives the evidence of the nearest ancestor that passed, nil if none is
// kept.
func (a *app) recordedBase(ctx context.Context, s settings, head string, r *recorded) (base map[string]evidence.Set, lost gates.Lost, err error) {
	n, err := a.nearest(ctx, s, head, r.store)
	var exit *exitError
	switch {
	case errors.As(err, &exit), errors.Is(err, context.Canceled):
		return nil, lost, err
	case err != nil:
		return nil, r.broken(err), nil
	case n.found:
		r.notes = append(r.notes, fmt.Sprintf("the base is %s, %s%s, kept in %s on %s", evidence.ShortCommit(n.Commit), back(n.before), n.source(), r.name, n.Saved.Format(time.RFC3339)))
		base, lost = r.sets(ctx, n.Entry)
		return base, lost, nil
	case n.line.Unknown != "":
		return nil, gates.Lost{
			Why:    fmt.Sprintf("%s: it holds no run of the commits before that are known, %d, and %s", r.name, len(n.line.Commits), n.line.Unknown),
			Remedy: n.line.Remedy,
		}, nil
	}
	r.notes = append(r.notes, fmt.Sprintf("%s keeps no run of the %s before this change, so there is no base yet; --save keeps one", r.name, amount(len(n.line.Commits), "commit")))
	return nil, lost, nil
}

// cycle gives the evidence with which the correction cycle began, nil if there is no
// such evidence.
func (r *recorded) cycle(ctx context.Context, s settings) (map[string]evidence.Set, gates.Lost) {
	e, found, err := r.store.At(ctx, history.Cycle, s.cycle, s.cycleBegan)
	switch {
	case err != nil:
		return nil, r.broken(err)
	case !found:
		r.notes = append(r.notes, fmt.Sprintf("the correction cycle began with %s, of which %s keeps no run", evidence.ShortCommit(s.cycle), r.name))
		return nil, gates.Lost{}
	}
	r.notes = append(r.notes, fmt.Sprintf("the correction cycle began with %s, kept in %s on %s", evidence.ShortCommit(e.Commit), r.name, e.Saved.Format(time.RFC3339)))
	return r.sets(ctx, e)
}

// keep tells where the references come from and, if that is asked for, keeps the run
// in the store. What was to be kept and could not is not delivered: that shows in the
// exit code of a green verdict. A verdict that may not be kept is no mistake.
func (a *app) keep(ctx context.Context, s settings, j judged, r *render.Result) error {
	j.refs.tell(r)
	if !s.save {
		return nil
	}
	kinds, why := j.keeps()
	r.Notes = append(r.Notes, why...)
	if len(kinds) == 0 {
		return nil
	}
	run := history.Run{Commit: j.head, Saved: j.in.Now, Verdict: j.verdict.Status.String(), Policy: "sha256:" + j.policy.Digest, URL: a.runURL()}
	return a.inStore(ctx, s, func(within context.Context, store *history.Store) error {
		if err := store.Save(within, run, filesOf(j.head, j.in.Evidence), kinds...); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			r.Notes = append(r.Notes, fmt.Sprintf("the run was not kept in %s: %v", s.storeName(), err))
			if r.Exit == ExitPass {
				r.Exit = ExitUndelivered
			}
			return nil
		}
		var names []string
		for _, k := range kinds {
			names = append(names, k.String())
		}
		r.Notes = append(r.Notes, fmt.Sprintf("kept in %s as %s of %s", s.storeName(), strings.Join(names, " and "), evidence.ShortCommit(j.head)))
		return nil
	})
}

// keeps says as what the run may be kept, and why not as more. Of a reference that
// does not exist yet the first one has to come from somewhere: that run is compared
// with itself, and the verdict that people see stays inconclusive.
func (j judged) keeps() (kinds []history.Kind, why []string) {
	if j.recalled != nil {
		return nil, []string{"the run is not kept: it judged no report"}
	}
	v := j.verdict
	if j.refs.noBase || j.refs.noCycle {
		base, cycle := j.in.Base, j.in.Cycle
		if j.refs.noBase {
			base = j.in.Evidence
		}
		if j.refs.noCycle {
			cycle = j.in.Evidence
		}
		v = j.again(base, cycle)
	}
	switch {
	case !v.Conclusive():
		return nil, []string{"the run is not kept: evidence is missing or unsound, and what comes later must not be compared with that"}
	case v.Status.Green():
		kinds = append(kinds, history.Base)
	default:
		why = append(why, "the run is not kept as a base, because it does not pass")
	}
	return append(kinds, history.Cycle), why
}

// filesOf makes parts of evidence again, each with the sources that it is of.
func filesOf(head string, sets map[string]evidence.Set) []*part.File {
	byKey := map[evidence.PartKey]*filing{}
	var files []*part.File
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		for _, p := range sets[name].Parts {
			f := byKey[p.Key]
			if f == nil {
				key := p.Key
				key.Commit, key.Attempt = firstOf(key.Commit, head), max(key.Attempt, 1)
				f = newFiling(key)
				byKey[p.Key] = f
				files = append(files, f.File)
			}
			f.add(name, p.Reports)
		}
	}
	return files
}
