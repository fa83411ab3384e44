package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// R8: a source that comes in three shards is not whole in two, in one part that is no
// shard, or in shards of another number.
func TestExpectedShards(t *testing.T) {
	part := func(shard string) evidence.Set {
		return evidence.SetOf(evidence.PartKey{Commit: "81d0c7e", Job: "it", Shard: shard}, run(strings.ReplaceAll("s"+shard, "/", "-")+".xml", "A passed"))
	}
	for _, x := range []struct {
		shards []string
		want   gates.Status
		why    string
	}{
		{[]string{"1/3", "2/3", "3/3"}, gates.Pass, "none of the 3 tests"},
		{[]string{"1/3", "3/3"}, gates.Inconclusive, `source src lacks shard 2/3 of job "it"`},
		{[]string{"1/2", "2/2"}, gates.Inconclusive, `source src is expected in 3 shards, and shard 1/2 of job "it" and shard 2/2 of job "it" are none of them`},
		{[]string{""}, gates.Inconclusive, `source src is expected in 3 shards, and job "it" is not one of them`},
	} {
		s := tests(require("failed", "=", "0"))
		s.expect.Shards = 3
		in := gates.Input{Evidence: map[string]evidence.Set{}}
		for _, shard := range x.shards {
			in.Evidence["src"] = evidence.Merge(in.Evidence["src"], part(shard))
		}
		c := gates.Judge(s.policy(), in).Gates[0].Checks[0]
		if c.Outcome != x.want || !strings.Contains(c.Why, x.why) {
			t.Errorf("%q: %s: %s", x.shards, c.Outcome, c.Why)
		}
	}
}

// Evidence that must be of the head is inconclusive while no head is known.
func TestExpectedCommit(t *testing.T) {
	s := tests(require("failed", "=", "0"), run("a.xml", "A passed"))
	s.expect.Head = true
	for head, want := range map[string]gates.Status{"": gates.Inconclusive, "81d0c7e": gates.Pass, "1111111": gates.Inconclusive} {
		in := s.input()
		in.Diff.Head = head
		if c := gates.Judge(s.policy(), in).Gates[0].Checks[0]; c.Outcome != want || c.Outcome != gates.Pass && c.Remedy == "" {
			t.Errorf("head %q: %s: %s", head, c.Outcome, c.Why)
		}
	}
}
