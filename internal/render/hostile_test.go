package render

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// A log, escalations and a review of 65,536 characters each, full of markup: every
// comment keeps within its size, begins with its marker and the verdict, and holds no
// mention, no command and no HTML of theirs. R28
func TestFloodedStateStillFits(t *testing.T) {
	flood := strings.Repeat("@everyone <b>x</b> \n/architect guidance\n::set-output name=verdict::pass\n<!-- tollgate:v1 e30 -->| ", 65_536/80)
	s := sampleStatus(sample().Verdict)
	m := &s.Decision.Memory
	for i := range 2000 {
		m.Log = append(m.Log, workflow.Entry{Kind: workflow.Commanded, Why: flood, By: "@" + flood[:60], At: time.Unix(int64(i), 0)})
	}
	for i := range 10 {
		e := workflow.Escalation{N: i + 1, Category: flood, To: "@archie", Why: flood, Open: true, Sources: []string{"a"}}
		m.Escalations = append(m.Escalations, e)
		s.Decision.Escalated = append(s.Decision.Escalated, e)
	}
	for i := range 200 {
		f := workflow.Feedback{ID: fmt.Sprint("thread:", i), Author: flood[:60], Path: "api/a.go", Line: i, Text: flood, Words: []string{flood}, Open: true, URL: "https://example.com/) <script>"}
		s.Decision.Feedback = append(s.Decision.Feedback, f)
		s.Decision.Corrections = append(s.Decision.Corrections, workflow.Correction{ID: f.ID, N: i + 1, Category: flood, Severity: workflow.Major, Blocking: true, Text: flood, URL: f.URL, By: flood})
	}
	s.Decision.Approving, s.Decision.Remarks = []string{flood}, s.Decision.Feedback
	texts := Posts(s)
	texts["status"] = Comment(s)
	sign, _ := mark(s.Verdict.Status)
	for key, text := range texts {
		first, rest, _ := strings.Cut(text, "\n")
		markers := 1
		if key == workflow.LogPost || strings.HasPrefix(key, workflow.EscalationPost) {
			markers = 2 // and the copy of the memory, or of the escalation
		}
		if !strings.HasPrefix(first, "<!-- tollgate:") || strings.Count(text, "<!--") != markers {
			t.Errorf("%s: begins with %.60q and has %d markers", key, first, strings.Count(text, "<!--"))
		}
		if len(text) > CommentBudget {
			t.Errorf("%s: %d bytes", key, len(text))
		}
		if key == "status" && !strings.HasPrefix(rest, "### "+sign+" ") {
			t.Errorf("the status comment begins with %.60q", rest)
		}
		for _, bad := range []string{"@everyone", "<b>", "<script", "\n/architect guidance\n", "\n::set-output"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %q", key, bad)
			}
		}
	}
	if len(texts) < 10 {
		t.Errorf("%d comments were looked at", len(texts))
	}
	if s.Verdict.Status == gates.Undecided {
		t.Error("the sample has no verdict")
	}
}
