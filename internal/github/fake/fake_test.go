package fake_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

const (
	issue    = "/repos/acme/shop/issues/12"
	statuses = "/repos/acme/shop/statuses/81d0c7e0aa5bd1c34c4d5d34f0aa1d9b2c3d4e5f"
)

// start returns a fake with an issue, and the violations that it has seen.
func start(t *testing.T) (*fake.Server, *[]string) {
	var seen []string
	s := fake.New(fake.Options{Violation: func(err error) { seen = append(seen, err.Error()) }})
	t.Cleanup(s.Close)
	s.AddIssue("acme/shop", fake.Issue{Number: 12, Title: "Add tenants"})
	return s, &seen
}

func send(t *testing.T, s *fake.Server, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

func TestEveryRequestIsHeldAgainstTheDescription(t *testing.T) {
	for _, c := range []struct {
		name, method, path, body string
		sound                    bool
	}{
		{"an issue", "GET", issue, "", true},
		{"a comment", "POST", issue + "/comments", `{"body":"x"}`, true},
		{"labels in a list", "POST", issue + "/labels", `["a"]`, true},
		{"labels in an object", "POST", issue + "/labels", `{"labels":["a"]}`, true},
		{"a status", "POST", statuses, `{"state":"success","context":"tollgate"}`, true},
		{"no such operation", "GET", issue + "/nothing", "", false},
		{"no such method", "PUT", issue, `{}`, false},
		{"a comment without a body", "POST", issue + "/comments", `{}`, false},
		{"a misspelt key", "POST", issue + "/comments", `{"body":"x","boddy":"y"}`, false},
		{"a number for a text", "POST", issue + "/comments", `{"body":1}`, false},
		{"a word that is no state", "POST", statuses, `{"state":"passed"}`, false},
		{"a misspelt key of a status", "POST", statuses, `{"state":"success","contxt":"tollgate"}`, false},
		{"no labels", "POST", issue + "/labels", `[]`, false},
		{"an issue that is no number", "GET", "/repos/acme/shop/issues/x", "", false},
		{"an operation of GitHub's that the fake lacks", "GET", "/repos/acme/shop/milestones", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, seen := start(t)
			send(t, s, c.method, c.path, c.body)
			if (len(*seen) == 0) != c.sound {
				t.Errorf("violations %q, want sound: %v", *seen, c.sound)
			}
		})
	}
}

func TestEveryResponseIsHeldAgainstTheDescription(t *testing.T) {
	for name, a := range map[string]fake.Answer{
		"an issue without its fields":  {Status: 200, Body: `{"number":12}`},
		"no JSON":                      {Status: 200, Body: `<html>`},
		"a status that cannot be":      {Status: 204},
		"an error that is no object":   {Status: 403, Body: `["no"]`},
		"a message that is not a text": {Status: 404, Body: `{"message":1}`},
	} {
		s, seen := start(t)
		s.Inject(fake.Fault{Answer: a})
		send(t, s, "GET", issue, "")
		if len(*seen) == 0 {
			t.Errorf("%s is no violation", name)
		}
	}
	for name, a := range map[string]fake.Answer{
		"401": fake.BadCredentials(), "403": fake.NotPermitted("issues=read"), "403 SAML": fake.SAML(), "404": fake.Refused(404, "Not Found"),
		"410": fake.Refused(410, "Gone"), "502": fake.BadGateway(), "503": fake.Refused(503, "x"),
	} {
		s, seen := start(t)
		s.Inject(fake.Fault{Answer: a})
		if status, _ := send(t, s, "GET", issue, ""); status != a.Status || len(*seen) != 0 {
			t.Errorf("%s: answered %d, violations %q", name, status, *seen)
		}
	}
}

func TestFaultsCountTheRequestsThatMatch(t *testing.T) {
	s, _ := start(t)
	s.Inject(fake.Fault{Method: "GET", Path: "/repos/*/*/issues/*", Nth: 2, Answer: fake.Refused(404, "Not Found")})
	var got []int
	for range 3 {
		send(t, s, "POST", issue+"/comments", `{"body":"x"}`)
		status, _ := send(t, s, "GET", issue, "")
		got = append(got, status)
	}
	if got[0] != 200 || got[1] != 404 || got[2] != 200 {
		t.Errorf("answered %v, want 200 404 200", got)
	}
	if s.Writes() != 3 || len(s.Log()) != 6 {
		t.Errorf("%d writes of %d requests, want 3 of 6", s.Writes(), len(s.Log()))
	}
}

func TestALostAnswerIsAWriteAllTheSame(t *testing.T) {
	for _, f := range []fake.Fault{{Commit: true, Answer: fake.BadGateway()}, {Answer: fake.BadGateway()}} {
		s, _ := start(t)
		s.Inject(f)
		send(t, s, "POST", issue+"/comments", `{"body":"x"}`)
		if n := len(s.Issue("acme/shop", 12).Comments); (n == 1) != f.Commit {
			t.Errorf("commit %v left %d comments", f.Commit, n)
		}
	}
}
