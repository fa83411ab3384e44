package fake_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

func TestEveryQueryIsHeldAgainstTheSchema(t *testing.T) {
	for _, c := range []struct {
		name, query string
		violation   string // in it; "" for none
	}{
		{"a sound one", `{repository(owner:\"acme\",name:\"shop\"){issue(number:12){number}}}`, ""},
		{"no such field", `{repository(owner:\"acme\",name:\"shop\"){issue(number:12){numbre}}}`, "numbre"},
		{"an argument that is missing", `{repository(owner:\"acme\"){id}}`, `argument \"name\"`},
		{"an argument of another type", `{repository(owner:\"acme\",name:\"shop\"){issue(number:\"12\"){number}}}`, "Int cannot represent"},
		{"an object without a selection", `{viewer}`, "must have a selection"},
		{"a variable that is not given", `query($n:Int!){repository(owner:\"acme\",name:\"shop\"){issue(number:$n){number}}}`, "must be defined"},
		{"two at once", `query a{viewer{login}} query b{viewer{login}}`, "one query"},
		{"a change that the fake does not know", `mutation{addComment(input:{subjectId:\"x\",body:\"y\"}){clientMutationId}}`, "the fake does not know Mutation.addComment"},
		{"a sound change of what is not there", `mutation{minimizeComment(input:{subjectId:\"x\",classifier:OUTDATED}){minimizedComment{isMinimized}}}`, ""},
		{"a change of no such kind", `mutation{minimizeComment(input:{subjectId:\"x\",classifier:OLD}){minimizedComment{isMinimized}}}`, "OLD"},
		{"what the fake does not know", `{repository(owner:\"acme\",name:\"shop\"){issue(number:12){title}}}`, "the fake does not know Issue.title"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, seen := start(t)
			send(t, s, "POST", "/graphql", `{"query":"`+c.query+`"}`)
			switch {
			case c.violation == "" && len(*seen) != 0, c.violation != "" && len(*seen) == 0:
				t.Errorf("violations: %q", *seen)
			case c.violation != "" && !strings.Contains(strings.Join(*seen, "\n"), strings.ReplaceAll(c.violation, `\"`, `"`)):
				t.Errorf("violations %q, want %q in them", *seen, c.violation)
			}
		})
	}
}

// Expected by hand from docs.github.com, "Rate limits and query limits for the
// GraphQL API": requests are added up and divided by 100.
func TestQueriesCostWhatGitHubCharges(t *testing.T) {
	pull := func(fields string) string {
		return `{repository(owner:\"acme\",name:\"shop\"){pullRequest(number:34){` + fields + `}}}`
	}
	for query, want := range map[string]int{
		`{viewer{login}}`:                        1,
		pull(`reviews(first:100){nodes{state}}`): 1, // 1 request
		pull(`reviewThreads(first:100){nodes{comments(first:100){nodes{body}}}}`):                                                                 1, // 1 + 100
		pull(`reviewThreads(first:100){nodes{comments(first:100){nodes{author{login}}}}}`):                                                        1,
		pull(`a:reviewThreads(first:75){nodes{comments(first:1){nodes{body}}}} b:reviewThreads(first:75){nodes{comments(first:1){nodes{body}}}}`): 2, // 152
		pull(`reviewThreads(first:100){nodes{comments(first:100){nodes{body}}}} reviews(first:100)@skip(if:true){nodes{state}}`):                  1,
	} {
		s, seen := start(t)
		s.AddPull("acme/shop", fake.Pull{Number: 34})
		send(t, s, "POST", "/graphql", `{"query":"`+query+`"}`)
		if s.Points() != want || len(*seen) != 0 {
			t.Errorf("%s costs %d, want %d; violations %q", query, s.Points(), want, *seen)
		}
	}
}

// As GraphQL prescribes, what may never be null takes with it what it stands in.
func TestADeniedFieldIsNullAndSaysSo(t *testing.T) {
	s, seen := start(t)
	s.AddPull("acme/shop", fake.Pull{Number: 34})
	s.Permit("pull_requests", "")
	_, body := send(t, s, "POST", "/graphql", `{"query":"{repository(owner:\"acme\",name:\"shop\"){pullRequest(number:34){number}}}"}`)
	if !strings.Contains(body, `"pullRequest":null`) || !strings.Contains(body, `"type":"FORBIDDEN"`) || len(*seen) != 0 {
		t.Errorf("answered %s; violations %q", body, *seen)
	}
}

// The writer that is let in between two requests is seen by the second.
func TestAnotherWriterMayGoBetween(t *testing.T) {
	var s *fake.Server
	n := 0
	s = fake.New(fake.Options{Violation: func(err error) { t.Error(err) }, Between: func(method, path string) {
		if n++; n == 2 {
			s.Change("acme/shop", 12, func(i *fake.Issue) { i.Labels = []string{"late"} })
		}
	}})
	t.Cleanup(s.Close)
	s.AddIssue("acme/shop", fake.Issue{Number: 12})
	for i, want := range []bool{false, true} {
		if _, body := send(t, s, "GET", issue, ""); strings.Contains(body, "late") != want {
			t.Errorf("request %d saw the writer: %v", i+1, !want)
		}
	}
}

// What is written through the API happens on the timeline, too.
func TestWritesAreOnTheTimeline(t *testing.T) {
	s, seen := start(t)
	send(t, s, "POST", issue+"/labels", `["a"]`)
	send(t, s, "DELETE", issue+"/labels/a", "")
	send(t, s, "POST", issue+"/assignees", `{"assignees":["ann"]}`)
	var got []string
	for _, e := range s.Issue("acme/shop", 12).Events {
		got = append(got, e.Kind+" "+e.Value)
	}
	if strings.Join(got, ", ") != "labeled a, unlabeled a, assigned ann" || len(*seen) != 0 {
		t.Errorf("events %q, violations %q", got, *seen)
	}
}

// A list may be behind what was written, for so long by the server's clock.
func TestAListLagsForATime(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := fake.New(fake.Options{Violation: func(err error) { t.Error(err) }, Now: func() time.Time { return now }, LagFor: 2 * time.Second})
	t.Cleanup(s.Close)
	s.AddIssue("acme/shop", fake.Issue{Number: 12})
	send(t, s, "POST", issue+"/comments", `{"body":"late"}`)
	for _, want := range []bool{false, false, true} {
		if _, body := send(t, s, "GET", issue+"/comments", ""); strings.Contains(body, "late") != want {
			t.Errorf("at %s the list has it: %v", now.Format(time.TimeOnly), !want)
		}
		now = now.Add(time.Second)
	}
}
