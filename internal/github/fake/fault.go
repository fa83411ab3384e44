package fake

import (
	"net/http"
	"path"
	"strconv"
	"time"
)

// Fault is what goes wrong with some requests.
type Fault struct {
	// Method is "" for any, "write" for any that could change something.
	Method string
	// Path is a pattern of path.Match over the whole path; "" is any.
	Path string
	// Nth is which of the requests that match, from 1; 0 is every one.
	Nth int
	// Hook runs before the request is carried out, and with Commit after it. It
	// may change what the server holds, or end the caller's context.
	Hook func()
	// Commit says that the request is carried out and its answer lost.
	Commit bool
	// Drop breaks the connection instead of answering.
	Drop bool
	// Stall does not answer until the client goes away.
	Stall bool
	// Answer is given instead of the operation's own; zero leaves that.
	Answer Answer

	seen int
}

// Answer is a response.
type Answer struct {
	Status int
	Header map[string]string
	Body   string
}

// Inject adds a fault. Of several that match a request, the first counts.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Heal takes all faults away.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault finds what goes wrong with a request.
func (s *Server) fault(method, at string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found *Fault
	for _, f := range s.faults {
		if !f.matches(method, at) {
			continue
		}
		f.seen++
		if found == nil && (f.Nth == 0 || f.Nth == f.seen) {
			found = f
		}
	}
	if found == nil {
		return Fault{}, false
	}
	return *found, true
}

func (f *Fault) matches(method, at string) bool {
	if f.Method == "write" && !isWrite(method, at) || f.Method != "" && f.Method != "write" && f.Method != method {
		return false
	}
	if f.Path == "" {
		return true
	}
	// A pattern that cannot be read must not be a fault that never comes.
	ok, err := path.Match(f.Path, at)
	if err != nil {
		panic(err)
	}
	return ok
}

// isWrite tells what could change something; a query of GraphQL does not, and what
// changes something there is logged as "/graphql/addReaction".
func isWrite(method, at string) bool { return method != http.MethodGet && at != "/graphql" }

// Refused is GitHub's answer with a status and a message.
func Refused(status int, message string) Answer {
	return Answer{Status: status, Body: errorBody(status, message)}
}

// BadCredentials is the answer to a token that is unknown.
func BadCredentials() Answer { return Refused(http.StatusUnauthorized, "Bad credentials") }

// NotPermitted is the answer to a workflow's token that lacks a permission;
// accepted is the header that names it, "" for the answers without.
func NotPermitted(accepted string) Answer {
	a := Refused(http.StatusForbidden, "Resource not accessible by integration")
	if accepted != "" {
		a.Header = map[string]string{"X-Accepted-GitHub-Permissions": accepted}
	}
	return a
}

// SAML is the answer to a token that single sign-on has not seen.
func SAML() Answer {
	a := Refused(http.StatusForbidden, "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.")
	a.Header = map[string]string{"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso?authorization_request=secret"}
	return a
}

// Invalid is the answer to a body that is well-formed and wrong.
func Invalid(resource, field, code string) Answer {
	return Answer{Status: http.StatusUnprocessableEntity, Body: `{"message":"Validation Failed","errors":[{"resource":"` + resource +
		`","field":"` + field + `","code":"` + code + `"}],"documentation_url":"https://docs.github.com/rest","status":"422"}`}
}

// BadGateway is what stands before GitHub when GitHub does not answer.
func BadGateway() Answer {
	return Answer{Status: http.StatusBadGateway, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html><title>Unicorn!</title></html>"}
}

// Quota is the hourly limit, with either of its statuses.
func Quota(status int, reset time.Time) Answer {
	a := Refused(status, "API rate limit exceeded for installation ID 1.")
	a.Header = map[string]string{"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": strconv.FormatInt(reset.Unix(), 10)}
	return a
}

// Secondary lists the forms that the secondary limit takes, by name. after is
// what those that state a wait state.
func Secondary(after int) map[string]Answer {
	const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
	seconds := strconv.Itoa(after)
	documented := func(status int) Answer {
		return Answer{Status: status, Body: `{"message":"` + message + `","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`}
	}
	with := func(a Answer) Answer {
		a.Header = map[string]string{"Retry-After": seconds}
		return a
	}
	return map[string]Answer{
		"403 with Retry-After and documentation":     with(documented(http.StatusForbidden)),
		"403 with documentation":                     documented(http.StatusForbidden),
		"403 with the message alone":                 Refused(http.StatusForbidden, message),
		"403 with Retry-After alone":                 with(Refused(http.StatusForbidden, "Forbidden")),
		"403 with documentation alone":               {Status: http.StatusForbidden, Body: `{"message":"Forbidden","documentation_url":"https://docs.github.com/free-pro-team@latest/rest/overview/resources-in-the-rest-api#secondary-rate-limits"}`},
		"403 of the older abuse detection":           Refused(http.StatusForbidden, "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again."),
		"429 with Retry-After and documentation":     with(documented(http.StatusTooManyRequests)),
		"429 with documentation":                     documented(http.StatusTooManyRequests),
		"429 with Retry-After and a page of a proxy": with(Answer{Status: http.StatusTooManyRequests, Body: "slow down"}),
		"429 that says nothing":                      {Status: http.StatusTooManyRequests},
	}
}

func errorBody(status int, message string) string {
	return `{"message":` + strconv.Quote(message) + `,"documentation_url":"https://docs.github.com/rest","status":"` + strconv.Itoa(status) + `"}`
}

// request is a line of the log, "POST /repos/acme/shop/issues/12/labels".
type request struct{ method, path string }

func (r request) String() string { return r.method + " " + r.path }

// Log returns the requests so far, in order, as "METHOD /path".
func (s *Server) Log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, r := range s.requests {
		lines = append(lines, r.String())
	}
	return lines
}

// Writes counts the requests so far that could change something.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests {
		if isWrite(r.method, r.path) {
			n++
		}
	}
	return n
}

// ClearLog forgets the requests so far.
func (s *Server) ClearLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}
