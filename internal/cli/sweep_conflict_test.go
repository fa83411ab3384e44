package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Somebody else writes to an issue while a sweep changes it: the sweep says so, goes on
// with the others, ends as one that has not delivered all, and the next one mends it. R33
func TestASweepMeetsAnotherWriter(t *testing.T) {
	w := newSweepWorld(t, 5)
	w.Inject(fake.Fault{Method: "write", Path: "/repos/acme/shop/issues/2/comments", Nth: 1, Hook: func() {
		w.Change("acme/shop", 2, func(i *fake.Issue) {
			i.Labels = append(i.Labels, "Released")
			i.Comments = append(i.Comments, fake.Comment{ID: 77, Author: "github-actions[bot]", Body: workflow.PostMarker(workflow.LogPost) + "\nanother run's"})
		})
	}})
	code, out := w.run()
	failed, _ := json.Marshal(out["failed"])
	if code != ExitUndelivered || number(out, "read") != 4 || !strings.Contains(string(failed), `"acme/shop#2"`) || !strings.Contains(string(failed), "is at it") {
		t.Errorf("exit %d, %d read, failed %s; want 4, the other four, and #2", code, number(out, "read"), failed)
	}
	for _, n := range []int{1, 3, 4, 5} {
		if status, log := w.comments(n, "<!-- tollgate:v"), w.comments(n, "<!-- tollgate:post log"); status != 1 || log != 1 {
			t.Errorf("#%d has %d status comments and %d logs, want one of each", n, status, log)
		}
	}
	w.Heal()
	w.now = w.now.Add(time.Hour)
	if code, out := w.run(); code != 0 || out["failed"] != nil && len(out["failed"].([]any)) > 0 {
		t.Errorf("the next sweep: exit %d, %v, want 0", code, out["failed"])
	}
	if i := w.Issue("acme/shop", 2); w.comments(2, "<!-- tollgate:v") != 1 || w.comments(2, "<!-- tollgate:post log") != 1 || len(i.Labels) != 1 {
		t.Errorf("#2 has the labels %q and %d comments", i.Labels, len(i.Comments))
	}
	w.settle()
}
