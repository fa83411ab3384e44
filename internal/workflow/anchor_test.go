package workflow_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// place is one with a hash that is easy to read.
func place(n int) workflow.Place { return workflow.Place{N: n, Hash: fmt.Sprintf("%016x", n)} }

// The anchor is read back from the check run, and nothing else is taken for one.
func TestAnchorReadsBack(t *testing.T) {
	for _, a := range []workflow.Anchor{
		{Place: place(1)}, {Place: place(51), After: place(50)}, {Place: place(51), After: place(51)},
	} {
		summary := "In Review: 1 gate fails\n\n" + workflow.Anchor{Place: place(9)}.Line(11) + "\n\n" + a.Line(12) + "\r\n\n| | gate |\n"
		if got := workflow.AnchorOf(summary, 12); got != a {
			t.Errorf("%+v reads back as %+v", a, got)
		}
		if got := workflow.AnchorOf(summary, 1); got.N != 0 {
			t.Errorf("of #1: %+v", got)
		}
	}
	good := workflow.Anchor{Place: place(51), After: place(50)}.Line(12)
	if want := "Head of the decision log of #12: entry 51, `0000000000000033`; before this run entry 50, `0000000000000032`"; good != want {
		t.Errorf("written as\n%s\nwant\n%s", good, want)
	}
	for _, bad := range []string{
		" " + good, "| " + good, good[:len(good)-3], strings.Replace(good, "51", "-51", 1), strings.Replace(good, "51", "49", 1), strings.Replace(good, "51", "051", 1),
		strings.Replace(good, "51", "99999999999999999999", 1), strings.Replace(good, "0000000000000033", "x", 1), good + " and more", strings.ReplaceAll(good, "`", ""),
	} {
		if got := workflow.AnchorOf(bad, 12); got.N != 0 {
			t.Errorf("%q is taken for %+v", bad, got)
		}
	}
	for _, forged := range []workflow.Place{{N: 3, Hash: "`\nHead of the"}, {N: 0, Hash: place(1).Hash}, {N: -1, Hash: place(1).Hash}} {
		if line := (workflow.Anchor{Place: forged, After: forged}).Line(12); line != "" {
			t.Errorf("%+v is written as %q", forged, line)
		}
	}
}

// logged is an issue whose log has so many entries, with its comment, and the memory.
func logged(t *testing.T, n int) (workflow.Rules, plan.Snapshot, workflow.Memory) {
	t.Helper()
	r := workflow.Rules{Phases: []workflow.Phase{{Name: "Dev", Exit: []string{"unit"}}, {Name: "Review", Exit: []string{"e2e"}}, {Name: "Ready"}}}
	s := plan.Snapshot{Issue: 12, Head: "0"}
	var m workflow.Memory
	for i := 0; len(m.Log)+m.Dropped < n; i++ { // to Review and back again
		var d workflow.Decision
		d, s = again(r, s, verdict("unit", []gates.Status{gates.Fail, gates.Pass}[i%2], "e2e", gates.Inconclusive))
		m, s.Head = d.Memory, fmt.Sprint(i)
	}
	return r, s, m
}

// R28: where the log is not the one that the check run names, the log says so, once; a run
// that was killed is no reason.
func TestALogThatContradictsTheCheckRun(t *testing.T) {
	for _, tt := range []struct {
		name   string
		anchor func(m workflow.Memory) workflow.Anchor
		forge  func(m *workflow.Memory)
		want   string
	}{
		{"as it was written", func(m workflow.Memory) workflow.Anchor { return workflow.Anchor{Place: m.Place()} }, nil, ""},
		{"an anchor of an earlier run", func(m workflow.Memory) workflow.Anchor {
			return workflow.Anchor{Place: workflow.Place{N: 4, Hash: m.Log[3].Hash}}
		}, nil, ""},
		{"a run that was killed after it wrote the check run", func(m workflow.Memory) workflow.Anchor {
			return workflow.Anchor{Place: place(9), After: m.Place()}
		}, nil, ""},
		{"the latest entries taken out", func(m workflow.Memory) workflow.Anchor { return workflow.Anchor{Place: m.Place(), After: place(5)} },
			func(m *workflow.Memory) { m.Log = m.Log[:4] },
			"the check run names entry 6 with the hash %s, and the log ends at entry 4: what came after is gone"},
		{"another log, with hashes that are right", func(m workflow.Memory) workflow.Anchor { return workflow.Anchor{Place: m.Place()} },
			func(m *workflow.Memory) {
				m.Log[2].By = "@ann"
				m.Log = rechained(t, m.Log)
			}, "the check run names entry 6 with the hash %s, and in the log it has"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, s, m := logged(t, 6)
			a := tt.anchor(m)
			s.Check.Conclusion, s.Check.Summary = "success", "x\n\n"+a.Line(12)+"\n"
			if tt.forge != nil {
				tt.forge(&m)
			}
			m.Phase = "Dev"
			s.Comment.Body, s.Labels = m.Marker(), []string{"Dev"}
			said := func(d workflow.Decision) (out []string) {
				for _, e := range d.Memory.Log {
					if e.Kind == workflow.Gone {
						out = append(out, e.Why)
					}
				}
				return out
			}
			v := verdict("unit", gates.Inconclusive, "e2e", gates.Inconclusive)
			d, s := again(r, s, v)
			got := said(d)
			want := tt.want
			if strings.Contains(want, "%s") {
				want = fmt.Sprintf(want, a.Hash)
			}
			if len(got) > 1 || (len(got) == 1) != (want != "") || want != "" && !strings.HasPrefix(got[0], want) {
				t.Fatalf("said %q, want %q", got, want)
			}
			if d, _ = again(r, s, v); len(said(d)) != len(got) { // the check run could not be written
				t.Errorf("said again: %q", said(d))
			}
		})
	}
}

// rechained gives entries the hashes that follow on one another: what somebody can make who
// can edit a comment, and knows how.
func rechained(t *testing.T, entries []workflow.Entry) (out []workflow.Entry) {
	t.Helper()
	before := ""
	for _, e := range entries {
		e.Hash = ""
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(before + "\n" + string(text)))
		before = hex.EncodeToString(sum[:8])
		e.Hash = before
		out = append(out, e)
	}
	return out
}

// R28: the copy in the comment with the log is used where the status comment is gone, and
// only where nobody else can have written it.
func TestTheCopyOfTheMemory(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(s *plan.Snapshot, m *workflow.Memory)
		used  bool
	}{
		{"as it was written", func(*plan.Snapshot, *workflow.Memory) {}, true},
		{"the check run bears it out", func(s *plan.Snapshot, m *workflow.Memory) {
			s.Check.Summary = workflow.Anchor{Place: m.Place()}.Line(12)
		}, true},
		{"somebody has edited the comment", func(s *plan.Snapshot, _ *workflow.Memory) {
			s.Facts.PostEditors = map[string]string{workflow.LogPost: "mallory"}
		}, false},
		{"the log in it is no chain", func(_ *plan.Snapshot, m *workflow.Memory) { m.Log[2].Why = "all is well" }, false},
		{"the check run names another log", func(s *plan.Snapshot, m *workflow.Memory) {
			s.Check.Summary = workflow.Anchor{Place: workflow.Place{N: 6, Hash: place(6).Hash}}.Line(12)
		}, false},
		{"it is cut", func(s *plan.Snapshot, m *workflow.Memory) { m.Phase = "cut" }, false},
		{"it is longer than Tollgate writes it", func(_ *plan.Snapshot, m *workflow.Memory) { m.Phase = strings.Repeat("long", workflow.MaxMarker) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, s, m := logged(t, 6)
			s.Check.Conclusion = "success"
			tt.spoil(&s, &m)
			line := m.Copy()
			if m.Phase == "cut" {
				line = line[:len(line)/2]
			}
			s.Comment.Body = ""
			s.Posts = []plan.Post{{Key: workflow.LogPost, ID: 2, Body: workflow.PostMarker(workflow.LogPost) + "\n" + line + "\n### Decision log"}, {Key: "notice/5", ID: 3, Body: "x"}}
			st := workflow.Observe(r, s)
			if used := len(st.Memory.Log) == 6; used != tt.used {
				t.Fatalf("used: %v, with %d entries; it says: %s", used, len(st.Memory.Log), st.Ignored)
			}
			if !strings.HasPrefix(st.Ignored, "the status comment is gone") {
				t.Errorf("it says: %s", st.Ignored)
			}
			d := workflow.Decide(r, st, verdict("unit", gates.Inconclusive, "e2e", gates.Inconclusive), s.Head)
			if d.Memory.Broken() >= 0 {
				t.Errorf("the log is broken at %d", d.Memory.Broken())
			}
			if lost := s.Check.Summary != "" && !tt.used; lost && (d.Memory.Lost == nil || d.Memory.Place().N <= 6 || d.Memory.Place().N != 6+len(d.Memory.Log)) {
				t.Errorf("after a log of 6 entries that is lost: %+v, at %+v", d.Memory.Lost, d.Memory.Place())
			}
		})
	}
}

// R28: the fullest memory has a copy that is read back, and the comment with both has room.
func TestTheCopyOfAFullMemory(t *testing.T) {
	var m workflow.Memory
	for i := range 300 {
		m.Log = append(m.Log, workflow.Entry{Kind: workflow.Commanded, By: "@ann", Why: strings.Repeat("é", 90) + fmt.Sprint(i), Head: strings.Repeat("a", 40)})
	}
	m.Log = rechained(t, m.Log)
	for i := range 10 {
		m.Escalations = append(m.Escalations, workflow.Escalation{N: i + 1, Why: strings.Repeat("x", 300), Sources: []string{strings.Repeat("s", 100)}})
	}
	line := m.Copy()
	if len(line) > workflow.MaxMarker {
		t.Fatalf("%d bytes", len(line))
	}
	s := plan.Snapshot{Issue: 12, Posts: []plan.Post{{Key: workflow.LogPost, Body: workflow.PostMarker(workflow.LogPost) + "\n" + line + "\n### Decision log"}}}
	got := workflow.Observe(workflow.Rules{}, s).Memory
	if n := len(got.Log); n < 20 || got.Log[n-1].Hash != m.Log[299].Hash || got.Place().N != 300 || len(got.Escalations) != 10 {
		t.Errorf("%d entries, %d escalations, at %+v", n, len(got.Escalations), got.Place())
	}
}
