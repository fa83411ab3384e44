// Package history keeps the evidence of runs in a store, and finds there what another
// run is compared with. It writes a run's parts first and what names them last, each
// whole or not at all, under keys that hold the digest of their contents: writers
// never meet, and a reader sees a run or does not.
package history

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/internal/part"
)

// Kind is what a run is kept as.
type Kind uint8

const (
	_ Kind = iota
	// Base is a run that passed, with which what comes after it is compared.
	Base
	// Cycle is a run that a correction cycle may begin with. It was conclusive.
	Cycle
)

// Kinds are all of them.
var Kinds = []Kind{Base, Cycle}

func (k Kind) String() string {
	switch k {
	case Base:
		return "base"
	case Cycle:
		return "cycle"
	default:
		panic("history: undefined kind")
	}
}

// Limits of a store.
const (
	MaxRuns     = 100_000 // of one kind and repository
	maxParts    = 2000    // of one run
	maxManifest = 1 << 20
	maxPart     = 256 << 20 // bytes, packed
)

// layout begins every key; it is raised when the layout changes.
const layout = "v1"

// Store is the runs of one repository in a bucket.
type Store struct {
	bucket     Bucket
	repository string
}

var (
	aRepository = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}/[A-Za-z0-9._-]{1,100}$`)
	aCommit     = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)
)

// IsCommit reports whether a name is the whole SHA of a commit.
func IsCommit(name string) bool { return aCommit.MatchString(name) }

// In gives the runs of a repository, owner/name.
func In(b Bucket, repository string) (*Store, error) {
	if !aRepository.MatchString(repository) || strings.HasSuffix(repository, "/.") || strings.HasSuffix(repository, "/..") {
		return nil, fmt.Errorf("%q is no repository; write owner/name", repository)
	}
	return &Store{b, strings.ToLower(repository)}, nil
}

// Run is one run that is kept: what its manifest says.
type Run struct {
	Version    int       `json:"version"`
	Repository string    `json:"repository"`
	Kind       string    `json:"kind"`
	Commit     string    `json:"commit"`
	Saved      time.Time `json:"saved"`
	Verdict    string    `json:"verdict"`
	Policy     string    `json:"policy"`        // its digest
	URL        string    `json:"run,omitempty"` // its page
	Parts      []Object  `json:"parts"`
}

// Object is a part of a run.
type Object struct {
	SHA256 string `json:"sha256"` // of the file
	Bytes  int    `json:"bytes"`
}

// Size is the bytes of all parts.
func (r Run) Size() (n int) {
	for _, o := range r.Parts {
		n += o.Bytes
	}
	return n
}

func (s *Store) prefix(elements ...string) string {
	return path.Join(append([]string{layout, s.repository}, elements...)...) + "/"
}

func (s *Store) partKey(digest string) string { return s.prefix("parts") + digest + ".tgpart" }

// stamp is a time in a key, so that keys in order are in the order of time.
const stamp = "20060102T150405.000000000Z"

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Save keeps a run as every kind given. What it is of, and what came of it, stands in
// run; the rest of it is filled in.
func (s *Store) Save(ctx context.Context, run Run, files []*part.File, kinds ...Kind) error {
	switch {
	case !IsCommit(run.Commit):
		return fmt.Errorf("%q is not the whole SHA of a commit", run.Commit)
	case len(files) == 0:
		return errors.New("there is no evidence to keep")
	case len(files) > maxParts:
		return fmt.Errorf("the run has %d parts; at most %d are kept", len(files), maxParts)
	}
	run.Version, run.Repository, run.Saved, run.Parts = 1, s.repository, run.Saved.UTC(), nil
	for _, f := range files {
		var b bytes.Buffer
		if err := part.Encode(&b, f); err != nil {
			return err
		}
		o := Object{digestOf(b.Bytes()), b.Len()}
		if err := s.bucket.Put(ctx, s.partKey(o.SHA256), b.Bytes()); err != nil {
			return fmt.Errorf("writing a part: %w", err)
		}
		run.Parts = append(run.Parts, o)
	}
	slices.SortFunc(run.Parts, func(a, b Object) int { return strings.Compare(a.SHA256, b.SHA256) })
	for _, k := range kinds {
		run.Kind = k.String()
		data, err := json.MarshalIndent(run, "", "  ")
		if err != nil {
			return err
		}
		data = append(data, '\n')
		if err := s.bucket.Put(ctx, s.prefix(run.Kind, run.Commit)+run.Saved.Format(stamp)+"-"+digestOf(data)+".json", data); err != nil {
			return fmt.Errorf("writing what names the parts: %w", err)
		}
	}
	return nil
}

// Entry is the place of a run in the store; its manifest is not read yet.
type Entry struct {
	Kind   Kind
	Commit string
	Saved  time.Time
	Key    string
	digest string
}

// Entries lists the runs of a kind, of one commit or with "" of all, the oldest first.
// What stands there and is no manifest's name is an error: nobody knows what was lost.
func (s *Store) Entries(ctx context.Context, k Kind, commit string) ([]Entry, error) {
	prefix := s.prefix(k.String())
	if commit != "" {
		prefix = s.prefix(k.String(), commit)
	}
	keys, err := s.bucket.List(ctx, prefix, MaxRuns)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, key := range keys {
		e := Entry{Kind: k, Key: key}
		name := ""
		e.Commit, name, _ = strings.Cut(strings.TrimPrefix(key, s.prefix(k.String())), "/")
		when, rest, _ := strings.Cut(name, "-")
		e.digest = strings.TrimSuffix(rest, ".json")
		if e.Saved, err = time.Parse(stamp, when); err != nil || !IsCommit(e.Commit) || len(e.digest) != 64 || e.digest == rest {
			return nil, fmt.Errorf("%s is nothing that tollgate wrote; remove it", key)
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return a.Saved.Compare(b.Saved) })
	return out, nil
}

// Run reads the manifest of an entry.
func (s *Store) Run(ctx context.Context, e Entry) (Run, error) {
	var run Run
	data, err := s.bucket.Get(ctx, e.Key, maxManifest)
	if err != nil {
		return run, fmt.Errorf("%s: %w", e.Key, err)
	}
	if got := digestOf(data); got != e.digest {
		return run, fmt.Errorf("%s is altered or cut off: its digest is %s, and its name says %s; remove it, and save the run again", e.Key, got[:12], e.digest[:12])
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&run); err != nil {
		return run, fmt.Errorf("%s is not as tollgate writes it (%w); use the newest tollgate, or remove it", e.Key, err)
	}
	if run.Version != 1 || run.Repository != s.repository || run.Kind != e.Kind.String() || run.Commit != e.Commit || len(run.Parts) == 0 || len(run.Parts) > maxParts {
		return run, fmt.Errorf("%s says that it is of another place, or of another version; remove it, and save the run again", e.Key)
	}
	return run, nil
}

// Parts reads the parts of a run. One that is missing, cut off or altered is an error
// that names it: a run is there whole, or nothing of it can be believed.
func (s *Store) Parts(ctx context.Context, run Run) ([]*part.File, error) {
	var files []*part.File
	for _, o := range run.Parts {
		if len(o.SHA256) != 64 || strings.Trim(o.SHA256, "0123456789abcdef") != "" {
			return nil, fmt.Errorf("the run of %s names a part %.80q, which is no digest; save the run again", run.Commit, o.SHA256)
		}
		key := s.partKey(o.SHA256)
		data, err := s.bucket.Get(ctx, key, maxPart)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s is gone; the run of %s cannot be read without it: save that again", key, run.Commit)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", key, err)
		case digestOf(data) != o.SHA256:
			return nil, fmt.Errorf("%s is altered or cut off: %d bytes where %d were written; remove it, and save the run of %s again", key, len(data), o.Bytes, run.Commit)
		}
		f, err := part.Decode(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if f.Key.Commit != run.Commit {
			return nil, fmt.Errorf("%s is evidence of commit %q, and stands under %s", key, f.Key.Commit, run.Commit)
		}
		files = append(files, f)
	}
	return files, nil
}
