// Package fake is a GitHub on the loopback for tests: a small server that keeps
// issues, pull requests and statuses, answers as GitHub answers, and can be told
// what goes wrong. Every request it gets and every answer it gives is held
// against GitHub's own description of its API.
package fake

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say what kind of GitHub it is.
type Options struct {
	// Violation is told of every request and response that breaks GitHub's
	// description: a test passes something that fails it. It must not be nil.
	Violation func(error)
	// Token is what requests must bear; "" lets everything in.
	Token string
	// Login is whom the token belongs to; "" is "github-actions[bot]". A name that
	// ends in [bot] is an app's, which may not ask /user.
	Login string
	// Lag is how many lists of comments are still without a new one.
	Lag int
	// LagFor is how long by Now they are still without it.
	LagFor time.Duration
	// Now is the clock by which what happens is dated; nil stands still.
	Now func() time.Time
	// Between runs before every request is carried out, while the server is free, so
	// that a test can let another writer go first.
	Between func(method, path string)
}

// Server is a running fake.
type Server struct {
	// URL is the root of its REST API. The same stands under URL + "/api/v3".
	URL string

	options  Options
	contract *contract
	http     *httptest.Server

	mu          sync.Mutex
	repos       map[string]*repo
	permissions map[string]string
	faults      []*Fault
	requests    []request
	lastID      int64
	remaining   int
	teams       map[string][]string
	projects    []*Project
	points      int             // that GraphQL has cost
	forgotten   []string        // fields that GraphQL does not know
	without     map[string]bool // features
}

// New starts a fake. It panics if it cannot: there is no test without it.
func New(o Options) *Server {
	if o.Violation == nil {
		panic("fake: Options.Violation is nil, so that a broken request would pass")
	}
	if o.Login == "" {
		o.Login = "github-actions[bot]"
	}
	if o.Now == nil {
		o.Now = func() time.Time { return start }
	}
	c, err := loadContract()
	if err != nil {
		panic(err)
	}
	s := &Server{
		options: o, contract: c, repos: map[string]*repo{}, lastID: 1000, remaining: 5000,
		permissions: map[string]string{
			"issues": "write", "pull_requests": "write", "actions": "read", "statuses": "write", "checks": "write", "contents": "read", "metadata": "read",
			"members":               "read", // which an app can have, and a workflow's own token never
			"organization_projects": "",     // likewise
		},
		teams: map[string][]string{}, without: map[string]bool{},
	}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
}

// Close stops the server.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Permit sets what the token may do with "issues", "pull_requests", "statuses",
// "checks", "contents", "metadata", "members" or "organization_projects": "write",
// "read" or "".
func (s *Server) Permit(scope, level string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.permissions[scope]; !ok {
		panic("fake: no scope " + scope)
	}
	s.permissions[scope] = level
}

// ServeHTTP is one exchange: checked, spoilt if a fault says so, carried out,
// and checked again.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// GitHub Enterprise Server has /api/v3/… and, beside it, /api/graphql.
	if r.URL.Path == "/api/graphql" {
		r.URL.Path = "/graphql"
	} else if rest, ok := strings.CutPrefix(r.URL.Path, "/api/v3"); ok && rest != "/graphql" {
		r.URL.Path, r.URL.RawPath = rest, strings.TrimPrefix(r.URL.RawPath, "/api/v3")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	at := r.URL.EscapedPath()
	if at == "/graphql" {
		if name := mutationName(body); name != "" {
			at += "/" + name // by which it is logged and faults find it
		}
	}
	s.mu.Lock()
	s.requests = append(s.requests, request{r.Method, at})
	s.remaining--
	s.mu.Unlock()

	var x *exchange
	if r.URL.Path != "/graphql" { // which the description does not describe
		if x, err = s.contract.request(r, body); err != nil {
			s.options.Violation(fmt.Errorf("%s %s: request: %w", r.Method, at, err))
		}
	}
	if r.Header.Get("User-Agent") == "" {
		s.options.Violation(fmt.Errorf("%s %s: no User-Agent: GitHub refuses that", r.Method, at))
	}

	fault, faulty := s.fault(r.Method, at)
	if fault.Hook != nil && !fault.Commit {
		fault.Hook()
	}
	if fault.Stall {
		<-r.Context().Done()
	}
	if s.options.Between != nil {
		s.options.Between(r.Method, at)
	}
	spoilt := faulty && (fault.Drop || fault.Stall || fault.Answer.Status != 0)
	var a Answer
	if !spoilt || fault.Commit {
		a = s.carryOut(r, body, x)
	}
	if fault.Hook != nil && fault.Commit {
		fault.Hook()
	}
	if fault.Drop || fault.Stall {
		panic(http.ErrAbortHandler)
	}
	if spoilt {
		a = fault.Answer
	}
	s.head(w.Header(), a)
	if x != nil { // before it is sent, so that the test hears of it in time
		if err := s.contract.response(x, a.Status, w.Header(), []byte(a.Body)); err != nil {
			s.options.Violation(fmt.Errorf("%s %s: response %d: %w", r.Method, at, a.Status, err))
		}
	}
	if r.Method == http.MethodGet && a.Status == http.StatusOK {
		tag := etag(w.Header().Get("Link"), a.Body)
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			s.mu.Lock()
			s.remaining++ // it costs nothing
			s.mu.Unlock()
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(a.Status)
	io.WriteString(w, a.Body)
}

// carryOut does what the request asks and words the answer.
func (s *Server) carryOut(r *http.Request, body []byte, x *exchange) Answer {
	if s.options.Token != "" && r.Header.Get("Authorization") != "Bearer "+s.options.Token {
		return BadCredentials()
	}
	call := &call{s: s, r: r, body: body}
	s.mu.Lock()
	call.do(x)
	s.mu.Unlock()
	if call.answer.Status != 0 {
		return call.answer
	}
	a := Answer{Status: call.status, Header: call.headers}
	if call.status != http.StatusNoContent {
		data, err := s.contract.complete(x, call.status, call.value)
		if err != nil {
			s.options.Violation(fmt.Errorf("%s %s: filling in the response: %w", r.Method, r.URL.Path, err))
		}
		a.Body = string(data)
	}
	return a
}

// head sets the headers that every answer has, and the answer's own.
func (s *Server) head(h http.Header, a Answer) {
	if a.Status != http.StatusNoContent {
		h.Set("Content-Type", "application/json; charset=utf-8")
	}
	s.mu.Lock()
	h.Set("X-RateLimit-Limit", "5000")
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(s.remaining, 0)))
	h.Set("X-RateLimit-Reset", "4102444800")
	s.mu.Unlock()
	for name, value := range a.Header {
		h.Set(name, value)
	}
}

// Tolerate puts another listener in the place of Options.Violation, for a test
// whose injected answer is meant to be none of GitHub's.
func (s *Server) Tolerate(violation func(error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.Violation = violation
}
