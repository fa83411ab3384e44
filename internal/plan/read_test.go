package plan_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

func TestReadSnapshotRefuses(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"nothing", "", "line 1: the snapshot ends too early; save it again"},
		{"half an object", "{\"repo\": \"acme/shop\",\n", "line 1: the snapshot ends too early; save it again"},
		{"a bare word", `{"repo": acme}`, "line 1: invalid character 'a' looking for beginning of value; a snapshot is one JSON object"},
		{"an empty list", "[]", "line 1: the list of snapshots is empty; save it again"},
		{"a list of something else", "[12]", "line 1: a snapshot is an object with the keys assignees, beside, check, comment, confirmed, facts, head, issue, labels, lead, open, past, posts, project, pull, repo, status, title"},
		{"half a list", `[{"repo": "acme/shop", "issue": 1},`, "line 1: the snapshot ends too early; save it again"},
		{"an issue twice", `[{"repo": "acme/shop", "issue": 1}, {"repo": "acme/shop", "issue": 1}]`, "line 1: issue #1 stands twice; keep one"},
		{"two repositories", `[{"repo": "acme/shop", "issue": 1}, {"repo": "acme/pay", "issue": 2}]`, "line 1: the snapshots are of acme/shop and of acme/pay; keep those of one repository"},
		{"beside itself", `{"repo": "acme/shop", "issue": 1, "pull": 3, "beside": [{"pull": 3}]}`, "beside is of pull request #3; each is of another open one for the issue, with its number"},
		{"beside nothing", `{"repo": "acme/shop", "issue": 1, "pull": 3, "beside": [{"head": "1"}]}`, "beside is of pull request #0; each is of another open one for the issue, with its number"},
		{"a misspelt key", "{\n\"repo\": \"acme/shop\",\n\"lables\": []}", `line 3: unknown key "lables"; a snapshot has the keys assignees, beside, check, comment, confirmed, facts, head, issue, labels, lead, open, past, posts, project, pull, repo, status, title`},
		{"a key in the wrong case", `{"Labels": []}`, `line 1: unknown key "Labels"; a snapshot has the keys assignees, beside, check, comment, confirmed, facts, head, issue, labels, lead, open, past, posts, project, pull, repo, status, title`},
		{"a misspelt key inside", "{\"comment\":\n{\"text\": \"x\"}}", `line 2: unknown key "text"; comment has the keys body, id`},
		{"a repeated key", `{"issue": 1, "issue": 2}`, `line 1: key "issue" stands twice; keep one`},
		{"a string for a list", `{"labels": "bug"}`, "line 1: labels cannot be a string; write a list of strings"},
		{"a number in a list", `{"labels": [1]}`, "line 1: labels cannot be a number; write a string"},
		{"a string for a number", `{"issue": "12"}`, "line 1: issue cannot be a string; write a whole number"},
		{"a string for a truth", `{"open": "yes"}`, "line 1: open cannot be a string; write true or false"},
		{"a list for a comment", `{"comment": []}`, "line 1: comment is an object with the keys body, id"},
		{"two objects", `{"repo": "acme/shop", "issue": 1} {}`, "line 1: something follows the snapshot; keep one object, or one list of them, in the file"},
		{"a bare repository", `{"repo": "shop", "issue": 1}`, `repo is "shop"; write the repository as "owner/name"`},
		{"a URL", `{"repo": "https://github.com/acme/shop", "issue": 1}`, `repo is "https://github.com/acme/shop"; write the repository as "owner/name"`},
		{"no issue", `{"repo": "acme/shop"}`, "issue is 0; write the number of the issue"},
		{"a negative pull", `{"repo": "acme/shop", "issue": 1, "pull": -3}`, "pull is -3; write the number of the pull request, or leave the key out"},
		{"an unknown state", `{"repo": "acme/shop", "issue": 1, "status": {"state": "green"}}`, `status.state is "green"; write error, failure, pending or success, or leave status out`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := readOne([]byte(tt.data))
			if err == nil {
				t.Fatalf("read as %+v", s)
			}
			if err.Error() != tt.want {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
			if diff := cmp.Diff(plan.Snapshot{}, s); diff != "" {
				t.Errorf("a snapshot came with the error: %s", diff)
			}
		})
	}
}

func TestReadSnapshotReadsWhatAPersonWrites(t *testing.T) {
	got, err := readOne([]byte(`{
		"repo": "acme/shop", "issue": 12, "open": true,
		"labels": ["QA", "bug"], "comment": null, "head": "81d0c7e"
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Snapshot{Repo: "acme/shop", Issue: 12, Open: true, Labels: []string{"bug", "QA"}, Assigned: []string{}, Head: "81d0c7e"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSavedSnapshotReadsBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		want := randomSnapshot(rng).Normalise()
		want.Issue++
		want.Title, want.Open, want.Pull = "a title", true, 3
		data, err := json.MarshalIndent(want, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got, err := readOne(data)
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	}
}

func FuzzReadSnapshot(f *testing.F) {
	f.Add([]byte(`{"repo": "acme/shop", "issue": 12, "labels": ["QA"], "comment": {"id": 1, "body": "x\r\n"}, "status": {"state": "success"}}`))
	f.Add([]byte(`{"repo": "a/b", "issue": 1, "comment": null, "status": {`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := readOne(data)
		if err != nil {
			return
		}
		saved, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := readOne(saved)
		if err != nil {
			t.Fatalf("reads once and not twice: %v\n%s", err, saved)
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Fatalf("reading what was saved gives another snapshot:\n%s", diff)
		}
	})
}

// readOne reads a file of one snapshot.
func readOne(data []byte) (plan.Snapshot, error) {
	all, err := plan.ReadSnapshots(data)
	if err != nil {
		return plan.Snapshot{}, err
	}
	return all[0], nil
}
