package plan_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// What is saved and read again is what it was, to the byte.
func TestFactsComeBackFromASavedSnapshot(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := plan.Snapshot{Repo: "acme/shop", Issue: 12, Open: true, Pull: 34, Head: "81d0c7e", Facts: evidence.Facts{
		Read: []evidence.FactPart{evidence.ReviewsPart}, Unread: map[evidence.FactPart]string{evidence.ChecksPart: "the token lacks `checks: read`"},
		Issue:    evidence.Post{Number: 12, Body: "- [x] <b>\u2028", Created: at, Edits: []evidence.Edit{{By: "qa", At: at, Body: "- [x] <b>"}}},
		Pull:     &evidence.Pull{Post: evidence.Post{Number: 34}, Base: "main", Head: "81d0c7e", Open: true},
		Comments: []evidence.Comment{{ID: 5, On: 12, Author: "ann", Body: "/blocked", At: at, Reactions: []string{"rocket"}}},
		Reviews:  []evidence.Review{{ID: 4_000_000_001, Author: "rev", State: evidence.ReviewApproved, At: at}},
		Teams:    map[string][]string{"@acme/reviewers": {"rev"}}, Permissions: map[string]string{"ann": "write"},
	}}.Normalise()
	saved, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got, err := readOne(saved)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, got); diff != "" {
		t.Error(diff)
	}
	again, err := json.MarshalIndent(got, "", "  ")
	if err != nil || string(again) != string(saved) {
		t.Errorf("saved again it is %s, %v", again, err)
	}
}

func TestFactsAreReadStrictly(t *testing.T) {
	for _, facts := range []string{`{"revews": []}`, `{"reviews": [{"autor": "x"}]}`, `[]`, `{"reviews": {}}`} {
		_, err := readOne([]byte("{\"repo\": \"acme/shop\", \"issue\": 12,\n\"facts\": " + facts + "}"))
		if err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Errorf("%s: %v", facts, err)
		}
	}
}
