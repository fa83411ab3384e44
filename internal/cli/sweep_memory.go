package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// maxSweepMemory bounds the file of --state.
const maxSweepMemory = 256 << 20

// sweepMemory is what a sweep has seen: the file of --state. It saves requests and
// decides nothing: without it everything is read.
type sweepMemory struct {
	Version int                           `json:"version"`
	Policy  string                        `json:"policy"` // with which the issues were looked at
	Repos   map[string]map[int]sweepEntry `json:"repos,omitempty"`
	Weekly  map[string]string             `json:"weekly,omitempty"` // the last summary, by repository
	// Began is when it was first kept: what was closed before is not in it.
	Began time.Time    `json:"began,omitzero"`
	Cache github.Cache `json:"cache"`
}

// sweepEntry is what was seen of one issue.
type sweepEntry struct {
	Print string `json:"print"` // of the list, when it was looked at
	// Next is when time alone may change something.
	Next time.Time `json:"next,omitzero"`
	Pull int       `json:"pull,omitempty"`
	// Standing is what reports say of it, and Closed when it was seen to be gone.
	Standing *workflow.Standing `json:"standing,omitempty"`
	Closed   time.Time          `json:"closed,omitzero"`
}

func (e *sweepEntry) next(times ...time.Time) {
	for _, t := range times {
		if !t.IsZero() && (e.Next.IsZero() || t.Before(e.Next)) {
			e.Next = t
		}
	}
}

const sweepVersion = 1

// standingVersion is another one where what is remembered of an issue says more than
// before, so that it is looked at again.
const standingVersion = 2

// readSweepMemory reads the file; one that is not there is an empty memory, which
// begins now. Under another policy everything is looked at again, and what is closed
// is remembered.
func readSweepMemory(path, policy string, now time.Time) (*sweepMemory, error) {
	m := &sweepMemory{Version: sweepVersion, Policy: policy, Began: now.UTC().Truncate(time.Second)}
	if path == "" {
		return m, nil
	}
	had, err := loadSweepMemory(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, nil
	case err != nil:
		return nil, err
	}
	if had.Began.IsZero() { // by a version that forgot
		had.Began = m.Began
	}
	if had.Policy != policy {
		for _, seen := range had.Repos {
			maps.DeleteFunc(seen, func(_ int, e sweepEntry) bool { return e.Closed.IsZero() })
		}
		had.Policy, had.Weekly = policy, nil
	}
	return had, nil
}

// loadSweepMemory reads the file as it is.
func loadSweepMemory(path string) (*sweepMemory, error) {
	data, err := readSmall(path, maxSweepMemory)
	if err != nil {
		return nil, usage("--state: %w", err)
	}
	m := &sweepMemory{}
	had := struct {
		*sweepMemory
		Cache json.RawMessage `json:"cache"`
	}{sweepMemory: m}
	if err := json.Unmarshal(data, &had); err != nil || had.Version != sweepVersion {
		return nil, usage("--state: %s is not the memory of a sweep of this version: remove it, and everything is read again", path)
	}
	if err := json.Unmarshal(had.Cache, &m.Cache); err != nil {
		return nil, usage("--state: %s is broken off: remove it, and everything is read again", path)
	}
	return m, nil
}

// of gives what was seen of a repository.
func (m *sweepMemory) of(repo string) map[int]sweepEntry {
	repo = strings.ToLower(repo)
	if m.Repos == nil {
		m.Repos = map[string]map[int]sweepEntry{}
	}
	if m.Repos[repo] == nil {
		m.Repos[repo] = map[int]sweepEntry{}
	}
	return m.Repos[repo]
}

// save writes the file in one step, so that a run that is killed leaves the old one.
func (w *sweeping) save() error {
	if w.state == "" || w.dryRun {
		return nil
	}
	w.memory.Cache.Trim()
	data, err := json.Marshal(w.memory)
	if err != nil {
		return &exitError{ExitInternal, err}
	}
	if err = writeWhole(w.state, data, 0o600); err != nil {
		return &exitError{ExitInternal, fmt.Errorf("--state: %w", err)}
	}
	return nil
}

// sweepDigest stands for all that decides besides what GitHub holds.
func sweepDigest(p *policy.Policy) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %v", standingVersion, p.Digest, p.Waivers))
	return hex.EncodeToString(sum[:])
}
