package workflow_test

import (
	"fmt"
	"testing"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// R28: the log is a chain: whatever is changed, taken out or put in shows, and what
// was left out for want of room does not.
func TestTheLogIsAChain(t *testing.T) {
	rules := workflow.Rules{Phases: []workflow.Phase{{Name: "A", Exit: []string{"g"}}, {Name: "B", Exit: []string{"h"}}, {Name: "C"}}}
	issue := plan.Snapshot{Repo: "acme/shop", Issue: 1}
	for i := range 70 {
		status := gates.Fail
		if i%2 == 1 {
			status = gates.Pass
		}
		w := world{rules: rules, verdict: verdict("g", status, "h", gates.Inconclusive), head: fmt.Sprint("head", i), now: at(i)}
		_, p := w.run(issue)
		issue = issue.Apply(p)
	}
	m, ok := workflow.ParseMarker(issue.Comment.Body)
	if !ok || m.Dropped == 0 || len(m.Log) < 40 {
		t.Fatalf("%d entries, %d dropped", len(m.Log), m.Dropped)
	}
	if at := m.Broken(); at != -1 {
		t.Fatalf("broken at %d before anybody touched it", at)
	}
	if m.LogHead() != m.Log[len(m.Log)-1].Hash || len(m.LogHead()) != 16 {
		t.Errorf("the head is %q", m.LogHead())
	}
	for name, edit := range map[string]func(m *workflow.Memory) int{
		"a reason":           func(m *workflow.Memory) int { m.Log[7].Why = "all is well"; return 7 },
		"who did it":         func(m *workflow.Memory) int { m.Log[9].By = "@ann"; return 9 },
		"the first":          func(m *workflow.Memory) int { m.Log[0].To = "C"; return 0 },
		"an entry taken out": func(m *workflow.Memory) int { m.Log = append(m.Log[:5:5], m.Log[6:]...); return 5 },
		"two swapped":        func(m *workflow.Memory) int { m.Log[3], m.Log[4] = m.Log[4], m.Log[3]; return 3 },
		"a hash":             func(m *workflow.Memory) int { m.Log[11].Hash = m.Log[10].Hash; return 11 },
		"the gap":            func(m *workflow.Memory) int { m.Gap = m.Log[3].Hash; return 1 },
	} {
		forged, _ := workflow.ParseMarker(issue.Comment.Body)
		if want, got := edit(&forged), forged.Broken(); got != want {
			t.Errorf("%s: broken at %d, want %d", name, got, want)
		}
	}
}

// The marker of a further comment is read back, and nothing else is taken for one.
func TestPostKey(t *testing.T) {
	for _, key := range []string{"log", "notice/12", "escalation/3", "overdue/blocked/1772445600", "list/production-readiness"} {
		if got := workflow.PostKey(workflow.PostMarker(key) + "\r\ntext"); got != key {
			t.Errorf("%q reads back as %q", key, got)
		}
	}
	for _, body := range []string{
		"", "text", "<!-- tollgate:post log", "<!-- tollgate:post log -->x", "x <!-- tollgate:post log -->", "<!-- tollgate:post  -->",
		"<!-- tollgate:post a--b -->", "<!-- tollgate:post a> <b -->", workflow.Memory{}.Marker(), "\n" + workflow.PostMarker("log"),
	} {
		if got := workflow.PostKey(body); got != "" {
			t.Errorf("%q is taken for %q", body, got)
		}
	}
}
