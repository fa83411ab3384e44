package github_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

const (
	issuePath    = "/repos/*/*/issues/12"
	labelsPath   = "/repos/*/*/issues/12/labels"
	commentsPath = "/repos/*/*/issues/12/comments"
	commentPath  = "/repos/*/*/issues/comments/*"
	assignPath   = "/repos/*/*/issues/12/assignees"
	pullPath     = "/repos/*/*/pulls/34"
	statusPath   = "/repos/*/*/commits/*/status"
	setPath      = "/repos/*/*/statuses/*"
)

func count(log []string, line string) int {
	n := 0
	for _, l := range log {
		if l == line {
			n++
		}
	}
	return n
}

func TestSecondaryLimitInAllItsFormsIsWaitedOut(t *testing.T) {
	for name, answer := range fake.Secondary(7) {
		for _, f := range []fake.Fault{{Method: "GET", Path: issuePath}, {Method: "POST", Path: labelsPath}, {Method: "POST", Path: commentsPath}} {
			t.Run(name+" to "+f.Method+" "+f.Path, func(t *testing.T) {
				w := newWorld(t, fake.Options{})
				f.Nth, f.Answer = 1, answer
				w.Inject(f)
				if _, err := w.client.Deliver(context.Background(), target, decide(passing())); err != nil {
					t.Fatal(err)
				}
				want := time.Minute
				if answer.Header["Retry-After"] != "" {
					want = 7 * time.Second
				}
				if got := w.waited(); got != want {
					t.Errorf("waited %s, want %s", got, want)
				}
				if n := len(w.ours()); n != 1 {
					t.Errorf("%d status comments, want 1", n)
				}
			})
		}
	}
}

func TestSecondaryLimitThatStatesNoWaitIsWaitedOutLongerEachTime(t *testing.T) {
	w := newWorld(t, fake.Options{}, func(o *github.Options) { o.MaxWait = time.Hour })
	answer := fake.Secondary(0)["403 with the message alone"]
	for n := range 3 {
		w.Inject(fake.Fault{Method: "GET", Path: issuePath, Nth: n + 1, Answer: answer})
	}
	w.read()
	if want := []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute}; !slices.Equal(w.slept, want) {
		t.Errorf("slept %v, want %v", w.slept, want)
	}
}

func TestQuotaIsWaitedOutUntilItsReset(t *testing.T) {
	for _, status := range []int{403, 429} {
		w := newWorld(t, fake.Options{})
		w.Inject(fake.Fault{Path: issuePath, Nth: 1, Answer: fake.Quota(status, w.now.Add(90*time.Second))})
		w.read()
		// A second on top: the reset is a whole second.
		if got := w.waited(); got != 91*time.Second {
			t.Errorf("%d: waited %s, want 91s", status, got)
		}
	}
}

func TestLimitLongerThanTheWaitIsAnErrorAtOnce(t *testing.T) {
	w := newWorld(t, fake.Options{})
	reset := w.now.Add(40 * time.Minute)
	w.Inject(fake.Fault{Path: issuePath, Answer: fake.Quota(403, reset)})
	_, _, err := w.client.Read(context.Background(), target)
	var limit *github.LimitError
	if !errors.As(err, &limit) || !limit.Until.Equal(reset.Add(time.Second)) || limit.Secondary {
		t.Fatalf("got %v, want the quota's LimitError until %s", err, reset)
	}
	if want := "2027-01-15T08:40:01Z"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say when: %s", err, want)
	}
	if len(w.slept) != 0 {
		t.Errorf("slept %v", w.slept)
	}
}

func TestAllWaitsTogetherAreBounded(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Path: issuePath, Answer: fake.Secondary(50)["429 with Retry-After and documentation"]})
	_, _, err := w.client.Read(context.Background(), target)
	var limit *github.LimitError
	if !errors.As(err, &limit) || !limit.Secondary {
		t.Fatalf("got %v, want the secondary LimitError", err)
	}
	if got := w.waited(); got != 100*time.Second {
		t.Errorf("waited %s in all, want 100s of the 120 that are allowed", got)
	}
}

func TestAnAnswerThatUsesUpTheQuotaIsAnAnswer(t *testing.T) {
	w := newWorld(t, fake.Options{}, func(o *github.Options) {
		o.Transport = transportFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err == nil {
				resp.Header.Set("X-RateLimit-Remaining", "0")
				resp.Header.Set("X-RateLimit-Reset", "4102444800")
			}
			return resp, err
		})
	})
	if s := w.read(); s.Head != head {
		t.Errorf("read %+v", s)
	}
}

func TestAReadIsRepeatedAfterAServerError(t *testing.T) {
	for name, f := range map[string]fake.Fault{
		"500": {Answer: fake.Refused(500, "Server Error")}, "502": {Answer: fake.BadGateway()},
		"503": {Answer: fake.Refused(503, "Service Unavailable")}, "a broken connection": {Drop: true},
	} {
		for nth := 1; nth <= 3; nth++ {
			w := newWorld(t, fake.Options{})
			for n := range nth {
				g := f
				g.Method, g.Path, g.Nth = "GET", commentsPath, n+1
				w.Inject(g)
			}
			if s := w.read(); s.Title != "Add tenants" {
				t.Errorf("%s, %d times: read %+v", name, nth, s)
			}
			if want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}[:nth]; !slices.Equal(w.slept, want) {
				t.Errorf("%s, %d times: slept %v, want %v", name, nth, w.slept, want)
			}
		}
	}
}

func TestAReadThatNeverWorksIsGivenUp(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Path: issuePath, Answer: fake.BadGateway()})
	_, _, err := w.client.Read(context.Background(), target)
	var call *github.CallError
	if !errors.As(err, &call) || call.Status != 502 || call.Uncertain {
		t.Errorf("got %v, want a CallError with 502", err)
	}
	if n := count(w.Log(), "GET /repos/acme/shop/issues/12"); n != 4 {
		t.Errorf("tried %d times, want 4", n)
	}
}

func TestAStalledRequestIsAnAttemptThatFailed(t *testing.T) {
	w := newWorld(t, fake.Options{}, func(o *github.Options) { o.Timeout = 200 * time.Millisecond })
	w.Inject(fake.Fault{Path: issuePath, Nth: 1, Stall: true})
	if s := w.read(); s.Title != "Add tenants" {
		t.Errorf("read %+v", s)
	}
}

func TestAWriteIsSentOnceByTheTransport(t *testing.T) {
	// The statuses are read back as unchanged, so it is Apply that sends again,
	// after it has looked: one look for each attempt.
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Method: "POST", Path: setPath, Answer: fake.BadGateway()})
	r, err := w.client.Deliver(context.Background(), target, decide(plan.Desired{Status: passing().Status}))
	var call *github.CallError
	if !errors.As(err, &call) || call.Status != 502 || !call.Uncertain || r.Failed == nil || r.Failed.Key != "status" {
		t.Fatalf("got %v and %+v, want an uncertain 502 for the status", err, r)
	}
	var own []string
	for _, line := range w.Log()[4:] { // after Read, which made 4 requests
		own = append(own, strings.TrimPrefix(line, "GET /repos/acme/shop/commits/"))
	}
	look := head + "/status"
	post := "POST /repos/acme/shop/statuses/" + head
	pull := "GET /repos/acme/shop/pulls/34"
	equal(t, "requests", own, []string{pull, look, post, pull, look, post, pull, look, post, pull, look, post})
}

func TestRefusalsOfAReadAreExplained(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer fake.Answer
		want   string
	}{
		{"401", fake.BadCredentials(), "reading issue #12: the token is not valid: give one that is, in a workflow ${{ github.token }}"},
		{"403 for a workflow", fake.NotPermitted(""), "reading issue #12: the token may not (Resource not accessible by integration): add `issues: read` to the job's permissions"},
		{"403 with the permissions", fake.NotPermitted("metadata=read,contents=read; pull_requests=read"), "reading issue #12: the token may not (Resource not accessible by integration): add `metadata: read, contents: read` to the job's permissions"},
		{"403 of single sign-on", fake.SAML(), "reading issue #12: GitHub answered 403: Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.: authorise the token for the organisation's single sign-on, or use ${{ github.token }}"},
		{"403 of single sign-on without its header", fake.Refused(403, "Resource protected by organization SAML enforcement."), "reading issue #12: GitHub answered 403: Resource protected by organization SAML enforcement.: authorise the token for the organisation's single sign-on, or use ${{ github.token }}"},
		{"403 of an archive", fake.Refused(403, "Repository was archived so is read-only."), "reading issue #12: GitHub answered 403: Repository was archived so is read-only."},
		{"404", fake.Refused(404, "Not Found"), "reading issue #12: GitHub answered 404: Not Found: it does not exist, or the token may not see it"},
		{"409", fake.Refused(409, "Git Repository is empty."), "reading issue #12: GitHub answered 409: Git Repository is empty."},
		{"410", fake.Refused(410, "This issue was deleted"), "reading issue #12: GitHub answered 410: This issue was deleted: the issue was deleted, or the repository has issues switched off"},
		{"422", fake.Invalid("Issue", "number", "invalid"), "reading issue #12: GitHub answered 422: Validation Failed; Issue number invalid"},
		{"451 with an empty body", fake.Answer{Status: 451}, "reading issue #12: GitHub answered 451: Unavailable For Legal Reasons"},
		{"no JSON", fake.Answer{Status: 200, Body: "<html>"}, "reading issue #12: invalid character '<' looking for beginning of value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, fake.Options{})
			violations := 0
			if c.answer.Status == 200 || c.answer.Status == 422 || c.answer.Status == 451 {
				// Such an answer is not GitHub's, and the fake says so.
				w.Tolerate(func(error) { violations++ })
			}
			w.Inject(fake.Fault{Path: issuePath, Answer: c.answer})
			_, _, err := w.client.Read(context.Background(), target)
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if (c.answer.Status == 401) != errors.Is(err, github.ErrToken) {
				t.Errorf("errors.Is(%v, ErrToken) is %v", err, errors.Is(err, github.ErrToken))
			}
			if len(w.slept) != 0 {
				t.Errorf("slept %v over a refusal", w.slept)
			}
		})
	}
}

func TestEndOfTheContextEndsTheWaiting(t *testing.T) {
	w := newWorld(t, fake.Options{}, func(o *github.Options) { o.Sleep = nil })
	ctx, cancel := context.WithCancel(context.Background())
	w.Inject(fake.Fault{Path: issuePath, Hook: func() { time.AfterFunc(20*time.Millisecond, cancel) }, Answer: fake.Secondary(60)["403 with Retry-After alone"]})
	_, _, err := w.client.Read(ctx, target)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a context error", err)
	}
}

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"90": 90 * time.Second, "0": time.Second,
		"Fri, 15 Jan 2027 08:00:30 GMT": 30 * time.Second, "Fri, 15 Jan 2027 07:00:00 GMT": time.Second, "soon": time.Minute,
	} {
		w := newWorld(t, fake.Options{}) // whose clock stands at 08:00:00
		a := fake.Refused(429, "Too Many Requests")
		a.Header = map[string]string{"Retry-After": header}
		w.Inject(fake.Fault{Path: issuePath, Nth: 1, Answer: a})
		w.read()
		if got := w.waited(); got != want {
			t.Errorf("Retry-After: %s: waited %s, want %s", header, got, want)
		}
	}
}
