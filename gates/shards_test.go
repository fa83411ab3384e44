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

// What cannot be read is named by what is wrong with it, and not as a shard of a job that
// nobody has; and reports that lie here are not "job \"\"".
func TestShardsThatCannotBeNamed(t *testing.T) {
	for name, x := range map[string]struct {
		key  evidence.PartKey
		says string
		not  string
	}{
		"a part that cannot be read": {evidence.PartKey{Job: evidence.Unreadable}, "no part matches", "not one of them"},
		"reports of this machine":    {evidence.PartKey{}, "expected in 3 shards, and what this machine has is not one of them", `job ""`},
	} {
		s := tests(require("failed", "=", "0"))
		s.expect.Shards = 3
		rep := run("it.xml", "A passed")
		rep.Complain(evidence.Unsound, 0, 0, "no part matches")
		c := gates.Judge(s.policy(), gates.Input{Evidence: map[string]evidence.Set{"src": evidence.SetOf(x.key, rep)}}).Gates[0].Checks[0]
		if c.Outcome != gates.Inconclusive || !strings.Contains(c.Why, x.says) || strings.Contains(c.Why, x.not) {
			t.Errorf("%s: %s: %s", name, c.Outcome, c.Why)
		}
	}
}
