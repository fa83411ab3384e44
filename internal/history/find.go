package history

import (
	"context"
	"slices"
	"time"
)

// Runs are runs of one kind, the newest of each commit.
type Runs map[string]Entry

// Newest lists the runs of a kind.
func (s *Store) Newest(ctx context.Context, k Kind) (Runs, error) {
	all, err := s.Entries(ctx, k, "")
	if err != nil {
		return nil, err
	}
	newest := make(Runs, len(all))
	for _, e := range all { // the oldest first
		newest[e.Commit] = e
	}
	return newest, nil
}

// Nearest gives the run of the first of the commits that has one, and how many commits
// come before that. Without any it gives false.
func (r Runs) Nearest(commits []string) (e Entry, before int, found bool) {
	for i, commit := range commits {
		if e, ok := r[commit]; ok {
			return e, i, true
		}
	}
	return Entry{}, 0, false
}

// At gives the run of a commit as it stood at a time: the newest that was saved by
// then, else the first that was saved at all. The zero time is now.
func (s *Store) At(ctx context.Context, k Kind, commit string, by time.Time) (Entry, bool, error) {
	all, err := s.Entries(ctx, k, commit)
	if err != nil || len(all) == 0 {
		return Entry{}, false, err
	}
	later := slices.IndexFunc(all, func(e Entry) bool { return !by.IsZero() && e.Saved.After(by) })
	switch later {
	case -1:
		return all[len(all)-1], true, nil
	case 0:
		return all[0], true, nil
	default:
		return all[later-1], true, nil
	}
}

// Prune removes all but the newest runs of each kind, and the parts that no run names.
// Parts whose run is being written stand in no manifest yet, so nothing may be saved
// meanwhile; a run that lost a part is inconclusive and says so.
func (s *Store) Prune(ctx context.Context, keep int) (runs, parts int, err error) {
	named := map[string]bool{}
	var old []string
	for _, k := range Kinds {
		all, err := s.Entries(ctx, k, "")
		if err != nil {
			return 0, 0, err
		}
		for i, e := range all {
			if len(all)-i > keep {
				old = append(old, e.Key)
				continue
			}
			run, err := s.Run(ctx, e)
			if err != nil {
				return 0, 0, err
			}
			for _, o := range run.Parts {
				named[s.partKey(o.SHA256)] = true
			}
		}
	}
	have, err := s.bucket.List(ctx, s.prefix("parts"), 2*MaxRuns)
	if err != nil {
		return 0, 0, err
	}
	for _, key := range old { // what names a part goes before it
		if err := s.bucket.Delete(ctx, key); err != nil {
			return runs, parts, err
		}
		runs++
	}
	for _, key := range have {
		if named[key] {
			continue
		}
		if err := s.bucket.Delete(ctx, key); err != nil {
			return runs, parts, err
		}
		parts++
	}
	return runs, parts, nil
}
