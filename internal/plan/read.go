package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// ReadSnapshots reads the snapshot of an issue that was saved as JSON, or the list of those
// of several, and perhaps edited by a person: an unknown or repeated key is refused at its
// line, because a misspelt one would silently be a snapshot of something else. The
// results are normalised, of one repository and of different issues.
func ReadSnapshots(data []byte) ([]Snapshot, error) {
	r := reader{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.DisallowUnknownFields() // in what is read as one value
	several := bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("["))
	if several {
		if _, err := r.dec.Token(); err != nil {
			return nil, r.broken(err)
		}
	}
	var all []Snapshot
	for more := true; more; more = several && r.dec.More() {
		if several && !r.dec.More() {
			return nil, r.errorf("the list of snapshots is empty; save it again")
		}
		s, err := r.snapshot()
		if err != nil {
			return nil, err
		}
		for _, before := range all {
			switch {
			case before.Issue == s.Issue:
				return nil, r.errorf("issue #%d stands twice; keep one", s.Issue)
			case before.Repo != s.Repo:
				return nil, r.errorf("the snapshots are of %s and of %s; keep those of one repository", before.Repo, s.Repo)
			}
		}
		all = append(all, s)
	}
	if several {
		if _, err := r.dec.Token(); err != nil {
			return nil, r.broken(err)
		}
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, r.errorf("something follows the snapshot; keep one object, or one list of them, in the file")
	}
	return all, nil
}

// snapshot reads one.
func (r reader) snapshot() (Snapshot, error) {
	var s Snapshot
	err := r.object("a snapshot", map[string]any{
		"repo": &s.Repo, "issue": &s.Issue, "title": &s.Title, "open": &s.Open,
		"labels": &s.Labels, "assignees": &s.Assigned, "pull": &s.Pull, "head": &s.Head,
		"comment": map[string]any{"id": &s.Comment.ID, "body": &s.Comment.Body},
		"posts":   &s.Posts, "facts": &s.Facts, "beside": &s.Beside, "past": &s.Past, "lead": &s.Lead, "confirmed": &s.Confirmed,
		"project": map[string]any{"owner": &s.Project.Owner, "number": &s.Project.Number, "field": &s.Project.Field, "value": &s.Project.Value},
		"check":   map[string]any{"id": &s.Check.ID, "conclusion": &s.Check.Conclusion, "title": &s.Check.Title, "summary": &s.Check.Summary, "url": &s.Check.URL},
		"status":  map[string]any{"state": &s.Status.State, "description": &s.Status.Description, "url": &s.Status.URL},
	})
	if err != nil {
		return Snapshot{}, err
	}
	if err := s.check(); err != nil {
		return Snapshot{}, err
	}
	return s.Normalise(), nil
}

func (s Snapshot) check() error {
	owner, name, ok := strings.Cut(s.Repo, "/")
	if !ok || owner == "" || name == "" || strings.ContainsAny(name, "/ ") || strings.Contains(owner, " ") {
		return fmt.Errorf("repo is %q; write the repository as \"owner/name\"", s.Repo)
	}
	if s.Issue < 1 {
		return fmt.Errorf("issue is %d; write the number of the issue", s.Issue)
	}
	if s.Pull < 0 {
		return fmt.Errorf("pull is %d; write the number of the pull request, or leave the key out", s.Pull)
	}
	for _, o := range s.Beside {
		if o.Pull < 1 || o.Pull == s.Pull {
			return fmt.Errorf("beside is of pull request #%d; each is of another open one for the issue, with its number", o.Pull)
		}
	}
	switch s.Status.State {
	case "", "error", "failure", "pending", "success":
		return nil
	default:
		return fmt.Errorf("status.state is %q; write error, failure, pending or success, or leave status out", s.Status.State)
	}
}

// reader decodes objects key by key, which encoding/json's own decoding into
// structs cannot do with places, nor without taking "Labels" for "labels".
type reader struct {
	data []byte
	dec  *json.Decoder
}

// object reads an object, or null for an empty one, into the targets by key; a
// target that is a map is an object in turn.
func (r reader) object(what string, targets map[string]any) error {
	t, err := r.dec.Token()
	if err != nil {
		return r.broken(err)
	}
	if t == nil {
		return nil
	}
	if t != json.Delim('{') {
		return r.errorf("%s is an object with the keys %s", what, list(targets))
	}
	seen := map[string]bool{}
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return r.broken(err)
		}
		key, _ := t.(string) // in an object the decoder lets nothing else pass
		target, ok := targets[key]
		if !ok {
			return r.errorf("unknown key %q; %s has the keys %s", key, what, list(targets))
		}
		if seen[key] {
			return r.errorf("key %q stands twice; keep one", key)
		}
		seen[key] = true
		if inner, ok := target.(map[string]any); ok {
			err = r.object(key, inner)
		} else if err = r.dec.Decode(target); err != nil {
			err = r.value(key, err)
		}
		if err != nil {
			return err
		}
	}
	if _, err := r.dec.Token(); err != nil {
		return r.broken(err)
	}
	return nil
}

// kinds names what the targets hold in the words of JSON.
var kinds = map[reflect.Kind]string{
	reflect.Bool: "true or false", reflect.Int: "a whole number", reflect.Int64: "a whole number",
	reflect.Slice: "a list of strings", reflect.String: "a string", reflect.Struct: "an object", reflect.Map: "an object",
}

func (r reader) value(key string, err error) error {
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return r.errorf("%s cannot be a %s; write %s", key, mistyped.Value, kinds[mistyped.Type.Kind()])
	}
	return r.broken(err)
}

func (r reader) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.errorf("the snapshot ends too early; save it again")
	}
	return r.errorf("%w; a snapshot is one JSON object", err)
}

// errorf places an error at the line up to which was read.
func (r reader) errorf(format string, args ...any) error {
	read := r.data[:min(r.dec.InputOffset(), int64(len(r.data)))]
	return fmt.Errorf("line %d: "+format, append([]any{bytes.Count(read, []byte("\n")) + 1}, args...)...)
}

func list(targets map[string]any) string {
	return strings.Join(slices.Sorted(maps.Keys(targets)), ", ")
}
