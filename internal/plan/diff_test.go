package plan_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

func TestDiffOrdersChangesForBeingKilled(t *testing.T) {
	want := plan.Desired{
		Label: "QA", Exclusive: []string{"Dev", "QA", "Done"}, Was: "Dev",
		Flags:  map[string]bool{"escalated": true, "stale": false},
		Assign: []string{"ann"}, Unassign: []string{"bob"},
		Comment: "new", Status: plan.Status{State: "failure", Description: "unit fails"},
	}
	have := plan.Snapshot{
		Repo: "acme/shop", Issue: 12, Head: "81d0c7e5aa", Labels: []string{"bug", "dev", "stale"}, Assigned: []string{"bob", "eve"},
		Comment: plan.Comment{ID: 7, Body: "old"}, Status: plan.Status{State: "success"},
	}
	tests := []struct {
		name   string
		change func(*plan.Snapshot, *plan.Desired)
		want   []string
	}{
		{"a move that shuts the gate", func(*plan.Snapshot, *plan.Desired) {}, []string{
			"update status on acme/shop@81d0c7e",
			"add label:escalated on acme/shop#12",
			"add label:QA on acme/shop#12",
			"remove assignee:bob on acme/shop#12",
			"update comment on acme/shop#12",
			"remove label:dev on acme/shop#12",
			"add assignee:ann on acme/shop#12",
			"remove label:stale on acme/shop#12",
		}},
		{"stray phase labels go first", func(have *plan.Snapshot, want *plan.Desired) {
			have.Labels, have.Assigned = []string{"done", "dev"}, nil
			*want = plan.Desired{Label: want.Label, Exclusive: want.Exclusive, Was: want.Was, Comment: want.Comment}
		}, []string{
			"remove label:done on acme/shop#12",
			"add label:QA on acme/shop#12",
			"update comment on acme/shop#12",
			"remove label:dev on acme/shop#12",
		}},
		{"the status that opens the gate is last", func(have *plan.Snapshot, want *plan.Desired) {
			have.Status, want.Status = plan.Status{}, plan.Status{State: "success"}
			have.Labels, have.Assigned = []string{"QA", "escalated"}, []string{"ann"}
		}, []string{
			"update comment on acme/shop#12",
			"create status on acme/shop@81d0c7e",
		}},
		{"an issue without a phase label gets the comment before the label", func(have *plan.Snapshot, want *plan.Desired) {
			have.Labels, have.Comment = []string{"bug"}, plan.Comment{}
			want.Flags, want.Status = nil, plan.Status{}
		}, []string{
			"remove assignee:bob on acme/shop#12",
			"create comment on acme/shop#12",
			"add label:QA on acme/shop#12",
			"add assignee:ann on acme/shop#12",
		}},
		{"without an issue only the status is left", func(have *plan.Snapshot, _ *plan.Desired) { have.Issue = 0 }, []string{
			"update status on acme/shop@81d0c7e",
		}},
		{"without a head the status goes too", func(have *plan.Snapshot, _ *plan.Desired) { have.Issue, have.Head = 0, "" }, nil},
		{"what is not named is not touched", func(_ *plan.Snapshot, want *plan.Desired) { *want = plan.Desired{Exclusive: want.Exclusive} }, nil},
		{"names that differ in case alone are one", func(have *plan.Snapshot, want *plan.Desired) {
			have.Labels, have.Assigned = []string{"qa", "ESCALATED"}, []string{"Ann"}
			want.Comment, want.Status = "", plan.Status{}
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			have, want := have, want
			tt.change(&have, &want)
			p := plan.Diff(have, want)
			var got []string
			for _, c := range p.Changes {
				got = append(got, c.String())
				if c.Why == "" {
					t.Errorf("%s has no reason", c)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("order of changes (-want +got):\n%s", diff)
			}
			if p.Empty() != (len(tt.want) == 0) {
				t.Errorf("Empty() = %v with %d changes", p.Empty(), len(p.Changes))
			}
		})
	}
}

func TestDiffGivesTheReasonOfAMove(t *testing.T) {
	p := plan.Diff(plan.Snapshot{Repo: "acme/shop", Issue: 1}, plan.Desired{Label: "QA", Why: "unit holds at 81d0c7e"})
	if got := p.Changes[0].Why; got != "unit holds at 81d0c7e" {
		t.Errorf("the label is added because %q", got)
	}
}

// TestDiffThenApplyLeavesNothing holds Diff to what it promises, on snapshots and
// wishes that share few names and so collide in every way.
func TestDiffThenApplyLeavesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		have, want := randomSnapshot(rng), randomDesired(rng)
		before := fmt.Sprint(have, want)
		p := plan.Diff(have, want)
		if after := fmt.Sprint(have, want); after != before {
			t.Fatalf("Diff changed its arguments from\n%s to\n%s", before, after)
		}
		after := have.Apply(p)
		if again := plan.Diff(after, want); !again.Empty() {
			t.Fatalf("have %+v\nwant %+v\nplan %v\nleaves %v", have, want, p.Changes, again.Changes)
		}
		checkOwned(t, have.Normalise(), after, want)
		checkSteps(t, have.Normalise(), want, p)
	}
}

// checkOwned sees that nobody else's label or assignee was touched, and that what
// was wanted is there.
func checkOwned(t *testing.T, have, after plan.Snapshot, want plan.Desired) {
	t.Helper()
	owned := append(slices.Clone(want.Exclusive), want.Label)
	for f := range want.Flags {
		owned = append(owned, f)
	}
	others := func(list, owned []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(n string) bool { return contains(owned, n) })
	}
	if was, is := others(have.Labels, owned), others(after.Labels, owned); !slices.Equal(was, is) {
		t.Fatalf("labels of others were changed from %q to %q", was, is)
	}
	people := slices.Concat(want.Assign, want.Unassign)
	if was, is := others(have.Assigned, people), others(after.Assigned, people); !slices.Equal(was, is) {
		t.Fatalf("assignees of others were changed from %q to %q", was, is)
	}
	if have.Issue == 0 {
		return
	}
	for _, l := range want.Exclusive {
		if want.Label != "" && contains(after.Labels, l) != contains([]string{want.Label}, l) {
			t.Fatalf("phase label %q with %q wanted: %q", l, want.Label, after.Labels)
		}
	}
	for _, a := range want.Assign {
		if !contains(after.Assigned, a) {
			t.Fatalf("%q should be assigned: %q", a, after.Assigned)
		}
	}
}

// checkSteps applies a plan one change at a time.
func checkSteps(t *testing.T, have plan.Snapshot, want plan.Desired, p plan.Plan) {
	t.Helper()
	bears := func(s plan.Snapshot) bool {
		return slices.ContainsFunc(append(slices.Clone(want.Exclusive), want.Label), func(l string) bool { return contains(s.Labels, l) })
	}
	bore := bears(have)
	for i, c := range p.Changes {
		if got := have.Value(c.Key); got != c.Old {
			t.Fatalf("%s: old is %q and the live value %q", c, c.Old, got)
		}
		if c.Old == c.New {
			t.Fatalf("%s changes nothing", c)
		}
		have = have.Apply(plan.Plan{Changes: []plan.Change{c}})
		if got := have.Value(c.Key); got != c.New {
			t.Fatalf("%s: new is %q and left is %q", c, c.New, got)
		}
		if bore && !bears(have) {
			t.Fatalf("%s leaves the issue without a phase label", c)
		}
		if c.Key == plan.StatusKey {
			opens := have.Status.State == "success"
			if opens && i != len(p.Changes)-1 || !opens && i != 0 {
				t.Fatalf("status %q is change %d of %d", have.Status.State, i+1, len(p.Changes))
			}
		}
	}
}

func contains(list []string, name string) bool {
	return slices.ContainsFunc(list, func(n string) bool { return plan.SameName(strings.TrimSpace(n), strings.TrimSpace(name)) })
}

var pool = []string{"Dev", "dev", "QA", "Done", "escalated", "Escalated", "bug:x", " bug:x ", "überprüft", "ÜBERPRÜFT"}

func some(rng *rand.Rand, from []string) []string {
	var out []string
	for _, s := range from {
		if rng.IntN(3) == 0 {
			out = append(out, s)
		}
	}
	return out
}

func one(rng *rand.Rand, from ...string) string { return from[rng.IntN(len(from))] }

func randomStatus(rng *rand.Rand) plan.Status {
	return plan.Status{
		State:       one(rng, "", "error", "failure", "pending", "success"),
		Description: one(rng, "", "two  words\n", strings.Repeat("é", 150), "<&>"), URL: one(rng, "", "https://x.test/?a=1&b=2"),
	}
}

func randomBody(rng *rand.Rand) string {
	if rng.IntN(300) == 0 {
		return strings.Repeat("é\r\n", 30_000) // too long, and slow enough to be rare
	}
	return one(rng, "", "a", "a\r\n", "a\nb", "a\r\nb\r\r\n", "\xff")
}

func randomSnapshot(rng *rand.Rand) plan.Snapshot {
	return plan.Snapshot{
		Repo: "acme/shop", Issue: rng.IntN(4), Head: one(rng, "", "81d0", "81d0c7e5aa"),
		Labels: some(rng, pool), Assigned: some(rng, pool),
		Comment: plan.Comment{ID: int64(rng.IntN(2)), Body: randomBody(rng)}, Status: randomStatus(rng),
		Posts: randomPosts(rng), Check: randomCheck(rng), Facts: randomFacts(rng), Project: randomProject(rng),
	}
}

func randomPosts(rng *rand.Rand) []plan.Post {
	var out []plan.Post
	for _, key := range some(rng, []string{"log", "notice/1", "list", "log"}) {
		out = append(out, plan.Post{Key: key, ID: rng.Int64N(9), Body: randomBody(rng), Minimised: rng.IntN(2) == 0})
	}
	return out
}

func randomProject(rng *rand.Rand) plan.Project {
	return plan.Project{Owner: "acme", Number: rng.IntN(3), Field: "Status", Value: one(rng, "", "Dev", "QA")}
}

func randomCheck(rng *rand.Rand) plan.Check {
	return plan.Check{Conclusion: one(rng, "", "success", "failure"), Title: one(rng, "", "a  b"), Summary: randomBody(rng)}
}

func randomFacts(rng *rand.Rand) (f evidence.Facts) {
	if rng.IntN(3) > 0 {
		f.Pull = &evidence.Pull{}
		for _, who := range some(rng, pool) {
			f.Pull.Requested = append(f.Pull.Requested, "@"+who)
		}
	}
	for id := range int64(3) {
		f.Comments = append(f.Comments, evidence.Comment{ID: id + 1, Reactions: some(rng, []string{"+1", "confused"})})
	}
	return f
}

func randomDesired(rng *rand.Rand) plan.Desired {
	d := plan.Desired{
		Label: one(rng, append(pool, "", "")...), Exclusive: some(rng, pool), Was: one(rng, append(pool, "")...), Flags: map[string]bool{},
		Assign: some(rng, pool), Unassign: some(rng, pool), Comment: randomBody(rng), Status: randomStatus(rng),
	}
	for _, key := range some(rng, []string{"log", "notice/1", "list"}) {
		d.Posts = append(d.Posts, plan.WantedPost{Key: key, Body: randomBody(rng), Keep: rng.IntN(2) == 0, Minimise: rng.IntN(3) == 0})
	}
	d.Check, d.Review, d.Project = randomCheck(rng), some(rng, pool), randomProject(rng)
	for _, id := range []int64{1, 2, 3, 9} { // of which the last is of a comment that was not read
		for _, content := range some(rng, []string{"+1", "confused"}) {
			d.React = append(d.React, plan.Reaction{Comment: id, Content: content})
		}
	}
	for _, f := range some(rng, pool) {
		d.Flags[f] = rng.IntN(2) == 0
	}
	return d
}
