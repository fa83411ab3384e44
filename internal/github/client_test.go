package github_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for name, o := range map[string]github.Options{
		"no scheme": {BaseURL: "api.github.com"}, "a file": {BaseURL: "file:///etc"}, "no host": {BaseURL: "https://"},
		"no URL": {BaseURL: "https://a b\x7f"}, "a password": {BaseURL: "https://ann:secret@ghe.example/api/v3"},
		"a token with a line end inside": {Token: token + "\n" + token}, "a token with a space": {Token: "a b"}, "a token out of ASCII": {Token: "tøken"},
	} {
		_, err := github.New(o)
		if err == nil {
			t.Errorf("%s was accepted", name)
		} else if strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %q tells a secret", name, err)
		}
	}
	if _, err := github.New(github.Options{Token: token + "\n"}); err != nil {
		t.Errorf("a token with a line end behind it: %v", err)
	}
}

func TestEnterpriseServerIsAnotherRoot(t *testing.T) {
	w := newWorld(t, fake.Options{Login: "tollgate-acme[bot]"})
	w.client = w.newClient(func(o *github.Options) { o.BaseURL = w.URL + "/api/v3/" })
	id := w.AddComment(repo, 12, "tollgate-acme[bot]", marker+"\nours")
	if s := w.read(); s.Comment.ID != id { // GraphQL, to learn the login, is at /api/graphql
		t.Errorf("found comment %d, want %d", s.Comment.ID, id)
	}
}

func TestTheTokenStaysOnItsHost(t *testing.T) {
	var got []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization"))
	}))
	defer other.Close()
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Path: issuePath, Answer: fake.Answer{
		Status: 301, Header: map[string]string{"Location": other.URL + "/"}, Body: `{"message":"Moved Permanently","url":"x","documentation_url":"y"}`,
	}})
	_, _, err := w.client.Read(context.Background(), target)
	if err == nil {
		t.Error("an answer from another host was taken for the issue")
	}
	if len(got) != 1 || got[0] != "" {
		t.Errorf("the other host got %q, want one request without a token", got)
	}
}

func TestAWriteFollowsNoRedirect(t *testing.T) {
	w := newWorld(t, fake.Options{})
	for _, status := range []int{301, 302, 307, 308} {
		w.Heal()
		w.ClearLog()
		w.Tolerate(func(error) {}) // 302 to 308 are in no description
		w.Inject(fake.Fault{Method: "POST", Path: labelsPath, Answer: fake.Answer{
			Status: status, Header: map[string]string{"Location": w.URL + "/repos/acme/store/issues/12/labels"}, Body: `{"message":"Moved"}`,
		}})
		_, err := w.client.Deliver(context.Background(), target, decide(plan.Desired{Label: "In Development", Flags: map[string]bool{"escalated": true}}))
		var moved *github.MovedError
		if !errors.As(err, &moved) {
			t.Errorf("%d: got %v, want a MovedError", status, err)
		}
		for _, line := range w.Log() {
			if strings.Contains(line, "store") {
				t.Errorf("%d was followed: %s", status, line)
			}
		}
	}
}

// A server that is broken, hostile or a proxy may repeat the token, and a
// transport may put it into its error.
func TestTheTokenIsInNoErrorAndNoLog(t *testing.T) {
	leak := "you sent " + token + " and " + "Bearer " + token
	for name, f := range map[string]fake.Fault{
		"401": {Answer: fake.Refused(401, leak)}, "403": {Answer: fake.Refused(403, leak)}, "404": {Answer: fake.Refused(404, leak)},
		"422":         {Answer: fake.Answer{Status: 422, Body: fmt.Sprintf(`{"message":%q,"documentation_url":"","errors":[{"resource":%q,"field":%q,"code":%q,"message":%q}]}`, leak, leak, leak, leak, leak)}},
		"500":         {Answer: fake.Refused(500, leak)},
		"limit":       {Answer: fake.Refused(429, leak)},
		"no JSON":     {Answer: fake.Answer{Status: 200, Body: leak}},
		"wrong type":  {Answer: fake.Answer{Status: 200, Body: fmt.Sprintf(`{"number":%q}`, leak)}},
		"moved":       {Answer: fake.Answer{Status: 200, Body: fmt.Sprintf(`{"number":1,"repository_url":"https://x/repos/%s"}`, token)}},
		"bad head":    {Path: pullPath, Answer: fake.Answer{Status: 200, Body: fmt.Sprintf(`{"head":{"sha":%q}}`, token)}},
		"redirected":  {Answer: fake.Answer{Status: 302, Header: map[string]string{"Location": "nowhere://" + token + "/" + token}, Body: "{}"}},
		"drop":        {Drop: true},
		"permissions": {Answer: fake.Answer{Status: 403, Header: map[string]string{"X-Accepted-GitHub-Permissions": token + "=write"}, Body: `{"message":"no"}`}},
	} {
		for _, method := range []string{"GET", "write"} {
			t.Run(name+" to "+method, func(t *testing.T) {
				w := newWorld(t, fake.Options{})
				w.Tolerate(func(error) {})
				f.Method = method
				w.Inject(f)
				r, err := w.client.Deliver(context.Background(), target, decide(failing()))
				if err == nil && len(r.Lost) == 0 {
					if f.Path == "" || method == "GET" {
						t.Fatal("nothing went wrong, so nothing was tested")
					}
				}
				out := fmt.Sprintf("%v %+v %q %+v", err, err, w.lines, r)
				for e := err; e != nil; e = errors.Unwrap(e) {
					out += fmt.Sprintf(" %v %+v", e, e)
				}
				if strings.Contains(out, token) || strings.Contains(out, "SECRET") {
					t.Errorf("the token is told: %s", out)
				}
			})
		}
	}
	t.Run("transport", func(t *testing.T) {
		w := newWorld(t, fake.Options{}, func(o *github.Options) {
			o.Transport = transportFunc(func(r *http.Request) (*http.Response, error) {
				return nil, fmt.Errorf("cannot send %v", r.Header)
			})
		})
		_, _, err := w.client.Read(context.Background(), target)
		if err == nil || strings.Contains(err.Error(), token) || !strings.Contains(err.Error(), "***") {
			t.Errorf("got %v, want an error with the token starred out", err)
		}
	})
}

// A message goes to a log where a line that begins with :: is a command.
func TestAHostileMessageStaysOneShortLine(t *testing.T) {
	w := newWorld(t, fake.Options{})
	message := "x\n::add-mask::y\r\x1b[2J\u2028\u202e" + strings.Repeat("long ", 1000)
	w.Inject(fake.Fault{Path: issuePath, Answer: fake.Answer{Status: 404, Body: `{"message":` + quoteJSON(message) + `}`}})
	_, _, err := w.client.Read(context.Background(), target)
	if err == nil {
		t.Fatal("no error")
	}
	if s := err.Error(); strings.ContainsAny(s, "\n\r\x1b\u2028\u202e") || len(s) > 500 {
		t.Errorf("%d bytes: %q", len(s), s)
	}
}
