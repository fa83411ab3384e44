package workflow_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

func TestMarkerReadsBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	nasty := func() string {
		return []string{"Dev", "", "-->", "--", "<!-- tollgate:v1 ", "a \"b\"", "ü→", "}}"}[rng.IntN(8)]
	}
	for range 500 {
		want := workflow.Memory{Version: 1, Phase: nasty(), Head: nasty(), Dropped: rng.IntN(3)}
		for range rng.IntN(4) {
			want.Assigned = append(want.Assigned, nasty())
			want.Ticked = append(want.Ticked, nasty())
			want.Log = append(want.Log, workflow.Entry{From: nasty(), To: nasty(), Head: nasty(), Why: strings.TrimSpace(nasty()), By: nasty()})
		}
		line := want.Marker()
		if !strings.HasPrefix(line, workflow.MarkerPrefix) || strings.Contains(line, "\n") {
			t.Fatalf("not one line that begins with the prefix: %q", line)
		}
		if inner := strings.TrimSuffix(strings.TrimPrefix(line, "<!--"), "-->"); strings.Contains(inner, "--") {
			t.Fatalf("the HTML comment ends early: %q", line)
		}
		got, ok := workflow.ParseMarker(line + "\r\nand more")
		if !ok {
			t.Fatalf("does not read back: %q", line)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	}
}

func TestMarkerKeepsTheFirstTransitionAndTheLatest(t *testing.T) {
	m := workflow.Memory{Phase: "Dev", Dropped: 2}
	for i := range 60 {
		m.Log = append(m.Log, workflow.Entry{To: fmt.Sprint(i), By: workflow.ByTollgate})
	}
	got, ok := workflow.ParseMarker(m.Marker())
	if !ok {
		t.Fatal("does not read back")
	}
	// 60 transitions are the first, the last 50, and 9 between them.
	if len(got.Log) != 51 || got.Log[0].To != "0" || got.Log[1].To != "10" || got.Log[50].To != "59" || got.Dropped != 2+9 {
		t.Errorf("kept %d from %s, %s to %s, dropped %d", len(got.Log), got.Log[0].To, got.Log[1].To, got.Log[len(got.Log)-1].To, got.Dropped)
	}
	if len(m.Log) != 60 || m.Log[1].To != "1" {
		t.Error("Marker changed the memory that it was made from")
	}
}

func TestMarkerIsBounded(t *testing.T) {
	m := workflow.Memory{Phase: "Dev"}
	for i := range 200 {
		m.Log = append(m.Log, workflow.Entry{From: "a", To: fmt.Sprint(i), Head: strings.Repeat("f", 40), Why: strings.Repeat("é\xff\n", 5_000), By: strings.Repeat("b", 300)})
	}
	line := m.Marker()
	if len(line) > workflow.MaxMarker {
		t.Errorf("the marker is %d bytes", len(line))
	}
	got, ok := workflow.ParseMarker(line)
	if !ok {
		t.Fatal("does not read back")
	}
	if got.Log[0].To != "0" || got.Log[len(got.Log)-1].To != "199" || got.Dropped+len(got.Log) != 200 {
		t.Errorf("kept %s to %s, %d and %d dropped", got.Log[0].To, got.Log[len(got.Log)-1].To, len(got.Log), got.Dropped)
	}
	for _, tr := range got.Log {
		if len(tr.Why) > 200 || strings.Contains(tr.Why, "\n") {
			t.Fatalf("a reason of %d bytes: %q", len(tr.Why), tr.Why)
		}
	}
	if again := got.Marker(); again != line {
		t.Error("the memory that was read back is bounded once more")
	}
}

func TestBrokenMarkerIsIgnoredAndSaid(t *testing.T) {
	enc := base64.RawStdEncoding.EncodeToString
	good := workflow.Memory{Phase: "QA"}.Marker()
	tests := []struct{ name, body, want string }{
		{"no comment", "", ""},
		{"someone's comment", "hello", "its first line is not Tollgate's marker"},
		{"marker on the second line", "hello\n" + good, "its first line is not Tollgate's marker"},
		{"a later version", strings.Replace(good, ":v1 ", ":v2 ", 1), `its marker has version "2", and this Tollgate reads version 1`},
		{"no version", "<!-- tollgate:v", `its marker has version "", and this Tollgate reads version 1`},
		{"cut off", good[:len(good)-2], "its marker is cut off"},
		{"not base64", "<!-- tollgate:v1 ??? -->", "its marker was edited: illegal base64 data at input byte 0"},
		{"not JSON", "<!-- tollgate:v1 " + enc([]byte("nonsense")) + " -->", "its marker was edited: invalid character 'o' in literal null (expecting 'u')"},
		{"a list", "<!-- tollgate:v1 " + enc([]byte("[]")) + " -->", "its marker was edited: json: cannot unmarshal array into Go value of type workflow.Memory"},
		{"another version inside", "<!-- tollgate:v1 " + enc([]byte(`{"v":2}`)) + " -->", "its marker was edited: the memory in it contradicts itself"},
		{"fewer than none dropped", "<!-- tollgate:v1 " + enc([]byte(`{"v":1,"dropped":-1}`)) + " -->", "its marker was edited: the memory in it contradicts itself"},
		{"longer than we write", "<!-- tollgate:v1 " + strings.Repeat("A", workflow.MaxMarker) + " -->", "its marker is 20021 bytes long, 20000 is the most that Tollgate writes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if m, ok := workflow.ParseMarker(tt.body); ok {
				t.Errorf("read as %+v", m)
			}
			// A label decides then, and what was ignored is said.
			s := workflow.Observe(rules, plan.Snapshot{Labels: []string{"Review"}, Comment: plan.Comment{Body: tt.body}})
			if s.Phase != "Review" || s.MovedFrom != "" {
				t.Errorf("stands in %q, moved from %q", s.Phase, s.MovedFrom)
			}
			want := tt.want
			if want != "" {
				want = "the memory in the status comment is not used: " + want
			}
			if s.Ignored != want {
				t.Errorf("said\n%s\nwant\n%s", s.Ignored, want)
			}
		})
	}
}

func TestHasMarkerKnowsEveryVersion(t *testing.T) {
	for body, want := range map[string]bool{
		workflow.Memory{}.Marker(): true, "<!-- tollgate:v9 x -->\nlater": true,
		"": false, " <!-- tollgate:v1 x -->": false, "<!-- other -->": false,
	} {
		if got := workflow.HasMarker(body); got != want {
			t.Errorf("HasMarker(%q) = %v", body, got)
		}
	}
}

func FuzzParseMarker(f *testing.F) {
	f.Add(workflow.Memory{Phase: "QA", Log: []workflow.Entry{{To: "QA", Why: "x", By: "tollgate"}}}.Marker())
	f.Add("<!-- tollgate:v1 e30 -->")
	f.Add("<!-- tollgate:v1 " + base64.RawStdEncoding.EncodeToString([]byte(`{"v":1,"phase":"a","log":[],"assigned":null}`)) + " -->\nx")
	f.Fuzz(func(t *testing.T, body string) {
		m, ok := workflow.ParseMarker(body)
		workflow.Decide(rules, workflow.Observe(rules, plan.Snapshot{Comment: plan.Comment{Body: body}}), verdict(), "")
		if !ok {
			return
		}
		if !workflow.HasMarker(body) {
			t.Fatal("a marker was read where there is none")
		}
		line := m.Marker()
		if len(line) > workflow.MaxMarker {
			return // escaping made it longer than what was read; it will be ignored
		}
		again, ok := workflow.ParseMarker(line)
		if !ok || again.Marker() != line {
			t.Fatalf("%+v is written as %q and reads as %+v", m, line, again)
		}
	})
}
