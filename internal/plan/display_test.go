package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

func TestKeysOfDisplaysAreReadStrictly(t *testing.T) {
	for key, want := range map[string]plan.Project{
		"project:acme/3/Status":                    {Owner: "acme", Number: 3, Field: "Status"},
		"project:acme/3/QA / release":              {Owner: "acme", Number: 3, Field: "QA / release"},
		"project:acme/0/Status":                    {},
		"project:acme/x/Status":                    {},
		"project:/3/Status":                        {},
		"project:acme/3":                           {},
		"project:acme/3/":                          {},
		"label:acme/3/Status":                      {},
		"project:acme/-1/Status":                   {},
		"project:acme/99999999999999999999/Status": {},
	} {
		got, ok := plan.ParseProject(key)
		if got != want || ok != (want != plan.Project{}) {
			t.Errorf("%s is %+v, %v; want %+v", key, got, ok, want)
		}
		if ok && got.Key() != key {
			t.Errorf("%s comes back as %s", key, got.Key())
		}
	}
	for key, want := range map[string]plan.Reaction{
		"reaction:12:+1": {Comment: 12, Content: "+1"}, "reaction:12:": {}, "reaction:12": {}, "reaction:0:+1": {}, "reaction::+1": {}, "12:+1": {},
	} {
		if got, ok := plan.ParseReaction(key); got != want || ok != (want != plan.Reaction{}) {
			t.Errorf("%s is %+v, %v; want %+v", key, got, ok, want)
		}
	}
}

// A reaction comes before the comment that remembers the command, and the board
// after it.
func TestReactionsComeBeforeTheMemoryAndTheBoardAfterIt(t *testing.T) {
	have := plan.Snapshot{
		Repo: "acme/shop", Issue: 12, Labels: []string{"Dev"}, Project: plan.Project{Owner: "acme", Number: 3, Field: "Status", Value: "Dev"},
		Facts: evidence.Facts{
			Comments: []evidence.Comment{{ID: 7}, {ID: 8, Reactions: []string{"confused"}}},
			Pull:     &evidence.Pull{Requested: []string{"@ann", "@acme/qa"}},
		},
	}
	p := plan.Diff(have, plan.Desired{
		Label: "QA", Exclusive: []string{"Dev", "QA"}, Comment: "status", Review: []string{"ann", "acme/qa", "eve"},
		React:   []plan.Reaction{{Comment: 7, Content: "+1"}, {Comment: 8, Content: "confused"}, {Comment: 9, Content: "+1"}},
		Project: plan.Project{Owner: "acme", Number: 3, Field: "Status", Value: "QA"},
	})
	var got []string
	for _, c := range p.Changes {
		got = append(got, string(c.Op)+" "+c.Key+" "+c.Old+" → "+c.New)
	}
	want := []string{
		"add label:QA  → QA", "add reaction:7:+1  → +1", "create comment  → status", "remove label:Dev Dev → ",
		"add reviewer:eve  → eve", "update project:acme/3/Status Dev → QA",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
