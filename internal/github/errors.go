package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// ErrToken says that GitHub does not know the token, or no longer does.
var ErrToken = errors.New("the token is not valid: give one that is, in a workflow ${{ github.token }}")

// PermissionError is a request that the token may not make.
type PermissionError struct {
	Op string // "adding the label"
	// Permission is what would allow it, as a workflow's permissions say it:
	// "issues: write". Empty if that is not known.
	Permission string
	Message    string // what GitHub answered
}

func (e *PermissionError) Error() string {
	if e.Permission == "" {
		return fmt.Sprintf("%s: the token may not (%s)", e.Op, e.Message)
	}
	return fmt.Sprintf("%s: the token may not (%s): add `%s` to the job's permissions", e.Op, e.Message, e.Permission)
}

// LimitError is a rate limit that lasts longer than Tollgate was told to wait.
type LimitError struct {
	Until     time.Time
	Secondary bool // the limit on bursts and on content, not the hourly quota
	MaxWait   time.Duration
}

func (e *LimitError) what() string {
	if e.Secondary {
		return "GitHub's secondary rate limit"
	}
	return "GitHub's rate limit"
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s lasts until %s, and waiting is limited to %s in all: run again then",
		e.what(), e.Until.UTC().Format(time.RFC3339), e.MaxWait)
}

// ConflictError is a change that was not made because GitHub no longer holds
// what the plan was made for.
type ConflictError struct {
	Change plan.Change
	Live   string // what it holds
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s: somebody else wrote in the meantime, and it is now %q", e.Change, excerpt(e.Live))
}

// SupersededError says that the pull request has moved on from the commit that
// was judged; its own run will speak for the new one.
type SupersededError struct {
	Judged, Live string
}

func (e *SupersededError) Error() string {
	return fmt.Sprintf("superseded: the verdict is about %s and the pull request's head is now %s; the run for that commit decides", evidence.ShortCommit(e.Judged), evidence.ShortCommit(e.Live))
}

// MovedError says that the repository or the issue lives elsewhere now.
type MovedError struct {
	Op, To string // To is "" where GitHub does not say
}

func (e *MovedError) Error() string {
	if e.To == "" {
		return e.Op + ": the repository or the issue has moved: use its new name"
	}
	return fmt.Sprintf("%s: it has moved: use %s", e.Op, e.To)
}

// CallError is any other refusal or breakdown.
type CallError struct {
	Op      string
	Status  int // 0 if no answer came
	Message string
	// Uncertain says that a write may have been made all the same.
	Uncertain bool
	cause     error
}

func (e *CallError) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("%s: %s", e.Op, e.Message)
	}
	return fmt.Sprintf("%s: GitHub answered %d: %s", e.Op, e.Status, e.Message)
}

// Unwrap gives the context's error, where that is what ended the call.
func (e *CallError) Unwrap() error { return e.cause }

// operation is what was tried, for errors, and what it takes.
type operation struct {
	name       string // "adding the label"
	permission string // "issues: write"
	write      bool
}

// explain turns what go-github returned into one of this package's errors. Their
// texts are ours, cut and cleaned of the token and of control characters, since a
// server's message goes to a log in which a line's start is a command.
func (c *Client) explain(op operation, err error) error {
	if err == nil {
		return nil
	}
	var (
		limit  *LimitError
		pace   *PaceError
		answer *gh.ErrorResponse
		rate   *gh.RateLimitError
		abuse  *gh.AbuseRateLimitError
	)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		cause := context.Canceled
		if errors.Is(err, context.DeadlineExceeded) {
			cause = context.DeadlineExceeded
		}
		return &CallError{Op: op.name, Message: "stopped before GitHub answered", Uncertain: op.write, cause: cause}
	case errors.As(err, &limit):
		return limit
	case errors.As(err, &pace):
		return pace
	case errors.As(err, &answer):
		return c.refusal(op, answer)
	case errors.As(err, &rate), errors.As(err, &abuse):
		// The transport has taken every limit out; this is one it did not know.
		return &CallError{Op: op.name, Status: http.StatusForbidden, Message: c.clean(err.Error())}
	}
	// What is left is an answer that cannot be read, or none: a write may have
	// been made.
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	return &CallError{Op: op.name, Message: c.clean(err.Error()), Uncertain: op.write}
}

// refusal reads an answer that is not a success.
func (c *Client) refusal(op operation, answer *gh.ErrorResponse) error {
	status := answer.Response.StatusCode
	message := c.clean(answer.Message)
	if message == "" {
		message = http.StatusText(status)
	}
	for _, e := range answer.Errors {
		if detail := c.clean(strings.Join(strings.Fields(e.Resource+" "+e.Field+" "+e.Code+" "+e.Message), " ")); detail != "" {
			message += "; " + detail
		}
	}
	message = excerpt(message)
	lower := strings.ToLower(answer.Message)
	call := &CallError{Op: op.name, Status: status, Message: message, Uncertain: op.write && status >= 500}
	switch {
	case status == http.StatusUnauthorized:
		return fmt.Errorf("%s: %w", op.name, ErrToken)
	case status >= 300 && status < 400:
		return &MovedError{Op: op.name}
	case status == http.StatusForbidden && (strings.Contains(lower, "saml") || answer.Response.Header.Get("X-GitHub-SSO") != ""):
		call.Message += ": authorise the token for the organisation's single sign-on, or use ${{ github.token }}"
		return call
	case status == http.StatusForbidden && strings.Contains(lower, "archived"):
		return call
	case status == http.StatusForbidden, status == http.StatusNotFound && op.write:
		p := accepted(answer.Response.Header.Get("X-Accepted-GitHub-Permissions"), op.permission)
		return &PermissionError{Op: op.name, Permission: p, Message: message}
	case status == http.StatusNotFound:
		call.Message += ": it does not exist, or the token may not see it"
		return call
	case status == http.StatusGone:
		call.Message += ": the issue was deleted, or the repository has issues switched off"
		return call
	default:
		return call
	}
}

// accepted reads X-Accepted-GitHub-Permissions, "issues=write; pull_requests=write":
// any alternative between the semicolons will do, of which each part is needed.
// What the operation wants is taken if it is among them, else the first.
func accepted(header, want string) string {
	first := ""
	for alternative := range strings.SplitSeq(header, ";") {
		var parts []string
		for part := range strings.SplitSeq(alternative, ",") {
			name, level, ok := strings.Cut(strings.TrimSpace(part), "=")
			if ok && isWord(name) && isWord(level) {
				parts = append(parts, strings.ReplaceAll(name, "_", "-")+": "+level)
			}
		}
		permission := strings.Join(parts, ", ")
		if permission == want {
			return want
		}
		if first == "" {
			first = permission
		}
	}
	if first == "" {
		return want
	}
	return first
}

func isWord(s string) bool {
	return s != "" && len(s) <= 64 && strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z')
	}) < 0
}

// gone reports whether an issue is not, or no longer, in the repository.
func gone(err error) bool {
	var call *CallError
	var moved *MovedError
	return errors.As(err, &moved) || errors.As(err, &call) && (call.Status == http.StatusNotFound || call.Status == http.StatusGone)
}

// notFound reports whether a read found nothing.
func notFound(err error) bool {
	var call *CallError
	return errors.As(err, &call) && call.Status == http.StatusNotFound
}

// uncertain reports whether a write may have been made although it returned err.
func uncertain(err error) bool {
	var call *CallError
	return errors.As(err, &call) && call.Uncertain
}

// scrubber returns what takes the token out of a text.
func scrubber(token string) func(string) string {
	if token == "" {
		return func(s string) string { return s }
	}
	return strings.NewReplacer(token, "***", url.QueryEscape(token), "***").Replace
}

// clean makes a text from outside fit for one line of a log.
func (c *Client) clean(s string) string {
	s = c.scrub(s)
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return excerpt(strings.TrimSpace(s))
}

// excerpt is the beginning of a text: a message is a pointer, not a copy.
func excerpt(s string) string {
	const most = 300
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
