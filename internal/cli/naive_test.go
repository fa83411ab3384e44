package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// naive is how the same steps are commonly made: read, decide, send.
type naive struct {
	// wholeSet sends the labels as one set, as much used actions do.
	wholeSet bool
	// oldLabel removes the label that it knows of, and no other.
	oldLabel bool
}

// handoff makes the changes of a plan without another look at what is there.
func (n naive) handoff(s *sim, a *actor, head string, v gates.Verdict) (plan.Receipt, error) {
	have, _, err := s.client(a).Read(context.Background(), simTarget(head))
	if err != nil {
		return plan.Receipt{}, err
	}
	p, err := s.decideOn(v, head, have)(have, githubContext{})
	if err != nil {
		return plan.Receipt{}, err
	}
	send := func(method, path string, body any) {
		data, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		if body == nil {
			data = nil
		}
		r, err := http.NewRequest(method, s.URL+"/repos/"+simRepo+path, bytes.NewReader(data))
		if err != nil {
			panic(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("User-Agent", "naive")
		if _, err := s.transport(a).RoundTrip(r); err != nil {
			panic(err)
		}
	}
	comment := func(id int64, body string) {
		if id == 0 {
			send("POST", "/issues/12/comments", map[string]string{"body": body})
		} else {
			send("PATCH", fmt.Sprint("/issues/comments/", id), map[string]string{"body": body})
		}
	}
	memory, _ := workflow.ParseMarker(have.Comment.Body)
	for _, c := range p.Changes {
		label, isLabel := strings.CutPrefix(c.Key, plan.LabelKey)
		key, isPost := strings.CutPrefix(c.Key, plan.PostKey)
		switch {
		case isLabel && n.wholeSet:
			// PUT replaces the set at once, by what was read a while before.
			s.wait(a, 0)
			s.Change(simRepo, 12, func(i *fake.Issue) { i.Labels = have.Apply(p).Labels })
		case isLabel && c.New != "":
			send("POST", "/issues/12/labels", []string{label})
		case isLabel && (!n.oldLabel || label == memory.Phase):
			send("DELETE", "/issues/12/labels/"+url.PathEscape(label), nil)
		case c.Key == plan.CommentKey:
			comment(have.Comment.ID, c.New)
		case isPost:
			comment(have.Post(key).ID, c.New)
		case c.Key == plan.StatusKey:
			st, _ := plan.ParseStatus(c.New)
			send("POST", "/statuses/"+p.Head, map[string]string{"state": st.State, "description": st.Description, "context": "tollgate"})
		}
	}
	return plan.Receipt{}, nil
}

// The naive steps fail what TestRaces asks for, each in its own way, so that the test
// can fail.
func TestNaiveStepsFailTheRaces(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it shows that TestRaces can fail")
	}
	for _, c := range []struct {
		naive  naive
		faults []string
	}{
		{naive{}, []string{"not one status comment", "more than one comment of a key", "a late run of an older commit wrote"}},
		{naive{oldLabel: true}, []string{"not one status label"}},
		{naive{wholeSet: true}, []string{"a person's label was lost"}},
	} {
		sum := manyRaces(t, 0, 60, c.naive.handoff)
		for _, fault := range c.faults {
			if sum.faults[fault] == 0 {
				t.Errorf("%+v: no fault is %q; there are %v", c.naive, fault, sum.faults)
			}
			t.Logf("%+v: %d times of %d %q", c.naive, sum.faults[fault], sum.runs, fault)
		}
	}
}
