package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// maxResponse bounds one response. A page of 100 comments of 65,536
	// characters, each escaped to six bytes, is just under 40 MB.
	maxResponse = 64 << 20
	// attempts is how often a read is tried.
	attempts = 4
	// unstated is the wait for a secondary limit that states none: GitHub asks
	// for at least a minute.
	unstated = time.Minute
)

// mutationStart begins the body of what changes something by GraphQL; Client.query
// writes the text of the query first.
const mutationStart = `{"query":"mutation`

// transport carries every request. GitHub states its limits in five ways and
// go-github recognises two of them, so they are classified here, on status,
// headers and body; the caller sees a response or one of this package's errors.
type transport struct {
	base                       http.RoundTripper
	scheme, host, token, agent string
	now                        func() time.Time
	sleep                      func(context.Context, time.Duration) error
	log                        func(string)
	budget, timeout            time.Duration
	pace                       *Pace

	mu   sync.Mutex
	left time.Duration // of budget
}

// RoundTrip sends the request, waits out limits, and repeats a read that failed
// for no fault of its own. A limit is refused before anything is written, so a
// write is repeated after one; after a broken connection or a server error it
// is not: whether it was made is unknown, and only its author can find out.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := drain(req.Body)
	if err != nil {
		return nil, err
	}
	read := req.Method == http.MethodGet || strings.HasSuffix(req.URL.Path, "/graphql") && !bytes.HasPrefix(body, []byte(mutationStart))
	if !read {
		if err := t.pace.wait(req.Context(), t.now, t.sleep); err != nil {
			return nil, err
		}
	}
	for try, limits := 1, 0; ; {
		resp, err := t.attempt(req, body)
		if ctxErr := req.Context().Err(); err != nil && ctxErr != nil {
			return nil, ctxErr
		}
		if err == nil {
			if limit, ok := t.limit(resp, limits); ok {
				limits++
				waited, err := t.wait(req.Context(), limit.Until.Sub(t.now()), limit.what())
				if err != nil {
					return nil, err
				}
				if !waited {
					limit.MaxWait = t.budget
					return nil, limit
				}
				continue
			}
			// go-github would refuse, by its own clock, to send what comes after a
			// response that used up the quota; here the server is asked.
			for _, h := range []string{"Limit", "Remaining", "Reset", "Used"} {
				resp.Header.Del("X-RateLimit-" + h)
			}
		}
		broken := err != nil || resp.StatusCode >= 500
		switch {
		case !broken:
			return resp, nil
		case !read || try == attempts:
			return resp, err
		}
		waited, ctxErr := t.wait(req.Context(), time.Second<<(try-1), "a server error")
		if ctxErr != nil {
			return nil, ctxErr
		}
		if !waited {
			return resp, err
		}
		try++
	}
}

// attempt makes the request once and takes in the whole answer, so that a
// connection which breaks half-way is an attempt that failed.
func (t *transport) attempt(req *http.Request, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), t.timeout)
	defer cancel()
	r := req.Clone(ctx)
	r.Header.Set("User-Agent", t.agent)
	if t.token != "" && r.URL.Host == t.host && r.URL.Scheme == t.scheme {
		r.Header.Set("Authorization", "Bearer "+t.token)
	}
	r.Body, r.GetBody = nil, nil
	if body != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.ContentLength = int64(len(body))
	}
	resp, err := t.base.RoundTrip(r)
	if err == nil {
		resp.Request = req
		err = takeIn(resp)
	}
	if err != nil && ctx.Err() != nil && req.Context().Err() == nil {
		err = fmt.Errorf("no answer within %s", t.timeout)
	}
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// takeIn reads the answer's body into memory.
func takeIn(resp *http.Response) error {
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
	if err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	if len(data) > maxResponse {
		return fmt.Errorf("the answer is larger than %d bytes", maxResponse)
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	return nil
}

// limit tells a rate limit from other refusals: 403 or 429, and either nothing
// remains, or a wait is stated, or the message says so. 429 is always one. Of
// GraphQL's answers, which have 200, it is the one whose error says so.
func (t *transport) limit(resp *http.Response, before int) (*LimitError, bool) {
	graph := resp.StatusCode == http.StatusOK && strings.HasSuffix(resp.Request.URL.Path, "/graphql")
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests && !graph {
		return nil, false
	}
	data, _ := io.ReadAll(resp.Body) // from memory, see attempt
	resp.Body = io.NopCloser(bytes.NewReader(data))
	if graph {
		message, limited := graphLimit(data)
		if !limited {
			return nil, false
		}
		data = []byte("secondary rate limit")
		if !strings.Contains(strings.ToLower(message), "secondary rate limit") {
			data = nil
		}
	}
	text := strings.ToLower(string(data[:min(len(data), 64<<10)]))
	now := t.now()

	secondary := strings.Contains(text, "secondary rate limit") || strings.Contains(text, "secondary-rate-limits") ||
		strings.Contains(text, "abuse detection") || strings.Contains(text, "#abuse-rate-limits")
	if after, ok := retryAfter(resp.Header.Get("Retry-After"), now); ok {
		return &LimitError{Until: now.Add(after), Secondary: true}, true
	}
	if resp.Header.Get("X-RateLimit-Remaining") == "0" {
		until := now.Add(unstated)
		if reset, err := strconv.ParseInt(resp.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			// A second more: the reset is a whole second by GitHub's clock, not ours.
			until = time.Unix(reset, 0).Add(time.Second)
		}
		return &LimitError{Until: later(until, now.Add(time.Second)), Secondary: secondary}, true
	}
	if secondary || graph || resp.StatusCode == http.StatusTooManyRequests {
		return &LimitError{Until: now.Add(unstated << min(before, 4)), Secondary: true}, true
	}
	return nil, false
}

// graphLimit reads the errors of an answer of GraphQL and nothing else in it: the
// rest is what people wrote.
func graphLimit(answer []byte) (message string, limited bool) {
	if !bytes.Contains(answer, []byte("RATE_LIMITED")) && !bytes.Contains(answer, []byte("secondary rate limit")) {
		return "", false
	}
	var a struct {
		Errors []struct{ Type, Message string }
	}
	if json.Unmarshal(answer, &a) != nil {
		return "", false
	}
	for _, e := range a.Errors {
		if e.Type == "RATE_LIMITED" || strings.Contains(strings.ToLower(e.Message), "secondary rate limit") {
			return e.Message, true
		}
	}
	return "", false
}

// retryAfter reads the header's two forms, seconds and a date.
func retryAfter(v string, now time.Time) (time.Duration, bool) {
	if v == "" {
		return 0, false
	}
	if s, err := strconv.ParseUint(strings.TrimSpace(v), 10, 31); err == nil {
		return max(time.Duration(s)*time.Second, time.Second), true
	}
	if date, err := http.ParseTime(v); err == nil {
		return max(date.Sub(now), time.Second), true
	}
	return unstated, true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// wait sleeps, or reports at once that so much is not left to wait.
func (t *transport) wait(ctx context.Context, d time.Duration, what string) (bool, error) {
	t.mu.Lock()
	enough := d <= t.left
	if enough {
		t.left -= d
	}
	t.mu.Unlock()
	if !enough {
		return false, nil
	}
	t.log(fmt.Sprintf("waiting %s after %s", d.Round(time.Second), what))
	return true, t.sleep(ctx, d)
}

// redirect follows a read within reason and a write never: Go would turn a
// redirected POST into a GET, whose answer looks like success.
func redirect(req *http.Request, via []*http.Request) error {
	if via[0].Method != http.MethodGet {
		return http.ErrUseLastResponse
	}
	if len(via) >= 5 {
		return errors.New("redirected five times")
	}
	return nil
}

// drain takes the request's body in, so that it can be sent again.
func drain(body io.ReadCloser) ([]byte, error) {
	if body == nil || body == http.NoBody {
		return nil, nil
	}
	defer body.Close()
	return io.ReadAll(body)
}
