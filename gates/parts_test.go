package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Every way in which parts can fall short, with tests that all pass: none is green,
// and each is told in a sentence.
func TestPartsThatFallShortAreNoPass(t *testing.T) {
	key := func(shard string, attempt int) evidence.PartKey {
		return evidence.PartKey{Commit: "c0ffee", Job: "unit", Shard: shard, Attempt: attempt, Digest: shard}
	}
	part := func(k evidence.PartKey) evidence.Set { return evidence.SetOf(k, testReport("u.xml", 9, 0, 0, 0)) }
	digest, commit, unknown := key("2/2", 1), key("2/2", 1), key("2/2", 1)
	digest.Digest, commit.Commit, unknown.Commit = "other", "f00d", ""
	var shards []evidence.Set
	for i := range 9 {
		shards = append(shards, part(key(fmt.Sprintf("%d/9", i+1), 1)))
	}
	for _, tt := range []struct {
		about string
		head  string
		parts []evidence.Set
		why   string // "" is a pass
	}{
		{"both", "", []evidence.Set{part(key("1/2", 1)), part(key("2/2", 1))}, ""},
		{"both, of the head", "c0ffee", []evidence.Set{part(key("1/2", 1)), part(key("2/2", 1))}, ""},
		{"one twice", "", []evidence.Set{part(key("1/2", 1)), part(key("2/2", 1)), part(key("2/2", 1))}, ""},
		{"one in a second attempt", "", []evidence.Set{part(key("1/2", 1)), part(key("2/2", 1)), part(key("2/2", 2))}, ""},
		{"one missing", "", []evidence.Set{part(key("2/2", 1))}, `source s lacks shard 1/2 of job "unit"`},
		{"many missing", "", shards[:2], `source s lacks shard 3/9 of job "unit", shard 4/9 of job "unit", shard 5/9 of job "unit", shard 6/9 of job "unit", shard 7/9 of job "unit" and 2 more`},
		{"one that holds nothing", "", []evidence.Set{part(key("1/2", 1)), evidence.SetOf(key("2/2", 1))}, `shard 2/2 of job "unit" holds no report for source s`},
		{"two contents", "", []evidence.Set{part(key("1/2", 1)), part(key("2/2", 1)), part(digest)}, `source s has two different contents for shard 2/2 of job "unit", attempt 1`},
		{"two commits", "", []evidence.Set{part(key("1/2", 1)), part(commit)}, `the evidence is of 2 commits: "c0ffee" and "f00d"`},
		{"an unknown commit", "", []evidence.Set{part(key("1/2", 1)), part(unknown)}, `the evidence is of 2 commits: an unknown one and "c0ffee"`},
		{"another head", "f00d", []evidence.Set{part(key("1/2", 1)), part(key("2/2", 1))}, `the evidence is of 2 commits: "c0ffee" and "f00d"; what is judged is "f00d"`},
		{"an unknown one for a head", "f00d", []evidence.Set{part(evidence.PartKey{})}, `the evidence is of 2 commits: an unknown one and "f00d"; what is judged is "f00d"`},
	} {
		var set evidence.Set
		for _, p := range tt.parts {
			set = evidence.Merge(p, set)
		}
		p := gates.Policy{Sources: []gates.Source{{Name: "s", Kinds: evidence.Tests, Patterns: []string{"*.xml"}}},
			Gates: []gates.Gate{{Name: "g", From: []string{"s"}, Conditions: []gates.Condition{require("failed", "=", "0")}}}}
		v := gates.Judge(p, gates.Input{Evidence: map[string]evidence.Set{"s": set}, Diff: evidence.Diff{Head: tt.head}})
		want := gates.Inconclusive
		if tt.why == "" {
			want = gates.Pass
		}
		why := v.Gates[0].Checks[0].Why
		if v.Status != want || !strings.Contains(why, tt.why) {
			t.Errorf("%s: %s: %s", tt.about, v.Status, why)
		}
	}
}

// The commit of another source counts as well: two halves of two commits are no whole.
func TestSourcesOfTwoCommitsAreNoPass(t *testing.T) {
	p := gates.Policy{Sources: []gates.Source{{Name: "a", Kinds: evidence.Tests}, {Name: "b", Kinds: evidence.Tests}},
		Gates: []gates.Gate{{Name: "g", From: []string{"a"}, Conditions: []gates.Condition{require("failed", "=", "0")}}}}
	in := gates.Input{Evidence: map[string]evidence.Set{
		"a": evidence.SetOf(evidence.PartKey{Commit: "1"}, testReport("a.xml", 1, 0, 0, 0)),
		"b": evidence.SetOf(evidence.PartKey{Commit: "2"}, testReport("b.xml", 1, 0, 0, 0)),
	}}
	if v := gates.Judge(p, in); v.Status != gates.Inconclusive {
		t.Errorf("%s", v.Status)
	}
}
