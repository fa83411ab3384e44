// Package github is the one package that talks to GitHub. Read turns an issue
// and its pull request into a plan.Snapshot, Apply executes a plan.Plan change
// by change, and Deliver joins the two with one renewed attempt where somebody
// else wrote in between. Everything goes through one transport, which waits out
// rate limits, repeats reads, never repeats a write, and keeps the token on
// GitHub's own host.
package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	gh "github.com/google/go-github/v62/github"
)

// DefaultContext is the commit status context that Tollgate writes and reads.
const DefaultContext = "tollgate"

// actionsBot is the login under which the token of a workflow run writes.
const actionsBot = "github-actions[bot]"

// Options say how to reach GitHub. The zero value is anonymous access to
// api.github.com.
type Options struct {
	// Token is sent to the host of BaseURL and to no other. It appears in no
	// error and no log line.
	Token string
	// BaseURL is the root of the REST API, as GITHUB_API_URL has it:
	// "https://api.github.com", or "https://HOST/api/v3" on GitHub Enterprise Server.
	BaseURL string
	// Login is the account that the token writes as. Empty, it is asked for when
	// it is first needed.
	Login string
	// Context is the commit status context; empty is DefaultContext.
	Context string
	// UserAgent names the program to GitHub, which refuses requests without one.
	UserAgent string
	// Transport carries the requests; nil is Go's default transport.
	Transport http.RoundTripper
	// Now and Sleep are the clock; nil is the real one. Sleep ends early with the
	// context's error.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
	// MaxWait bounds all the waiting of one Client, for rate limits and between
	// repeated reads; 0 is two minutes.
	MaxWait time.Duration
	// Timeout bounds one attempt at one request; 0 is 30 seconds.
	Timeout time.Duration
	// Cache keeps what was read by its entity tags; nil keeps nothing. Pace keeps
	// writes within GitHub's limits; nil leaves that to GitHub.
	Cache *Cache
	Pace  *Pace
	// Log is told what is being waited for; nil is silence.
	Log func(line string)
}

// Client talks to one GitHub with one token. It is safe for concurrent use,
// though GitHub asks that writes be made one after the other.
type Client struct {
	gh      *gh.Client
	context string
	sleep   func(ctx context.Context, d time.Duration) error
	log     func(string)
	scrub   func(string) string

	loginMu sync.Mutex
	login   string
	noUser  bool // the token is an app's: /user is closed to it
}

// New checks the options and returns a Client. It makes no request.
func New(o Options) (*Client, error) {
	if o.BaseURL == "" {
		o.BaseURL = "https://api.github.com"
	}
	base, err := url.Parse(strings.TrimRight(o.BaseURL, "/") + "/")
	switch {
	case err != nil:
		// The parse error would repeat the address, password and all.
		return nil, errors.New("the address of the GitHub API is not a URL: set GITHUB_API_URL to something like https://api.github.com")
	case base.Scheme != "https" && base.Scheme != "http" || base.Host == "":
		return nil, fmt.Errorf("the address of the GitHub API, %s, is not an http(s) URL: set GITHUB_API_URL to something like https://api.github.com", base.Redacted())
	case base.User != nil:
		return nil, errors.New("the address of the GitHub API holds a user name: give the token by itself, not in GITHUB_API_URL")
	}
	o.Token = strings.TrimSpace(o.Token)
	for i := range len(o.Token) {
		if b := o.Token[i]; b <= ' ' || b >= 0x7f {
			return nil, fmt.Errorf("the token has a character at byte %d that no token has: is it a file name, or two lines?", i)
		}
	}
	o = o.withDefaults()

	t := &transport{
		base: o.Cache.over(o.Transport), pace: o.Pace, host: base.Host, scheme: base.Scheme, token: o.Token, agent: o.UserAgent,
		now: o.Now, sleep: o.Sleep, log: o.Log, left: o.MaxWait, budget: o.MaxWait, timeout: o.Timeout,
	}
	api := gh.NewClient(&http.Client{Transport: t, CheckRedirect: redirect})
	api.BaseURL = base
	api.UserAgent = o.UserAgent
	return &Client{
		gh: api, context: o.Context, sleep: o.Sleep, log: o.Log, scrub: scrubber(o.Token),
		login: o.Login, noUser: strings.HasPrefix(o.Token, "ghs_"),
	}, nil
}

func (o Options) withDefaults() Options {
	if o.Context == "" {
		o.Context = DefaultContext
	}
	if o.UserAgent == "" {
		o.UserAgent = "tollgate"
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.MaxWait == 0 {
		o.MaxWait = 2 * time.Minute
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	return o
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Login returns the login under which the token writes; only that account's
// comments are ours. A workflow's token and an app's may not ask /user, so they
// are asked for over GraphQL.
func (c *Client) Login(ctx context.Context) (string, error) {
	c.loginMu.Lock()
	defer c.loginMu.Unlock()
	if c.login != "" {
		return c.login, nil
	}
	if !c.noUser {
		user, _, err := c.gh.Users.Get(ctx, "")
		if err == nil {
			c.login = user.GetLogin()
			return c.login, nil
		}
		err = c.explain(operation{name: "asking whom the token belongs to"}, err)
		if permission := (*PermissionError)(nil); !errors.As(err, &permission) {
			return "", err
		}
	}
	login, err := c.viewer(ctx)
	if err != nil {
		return "", err
	}
	c.login = login
	return login, nil
}

// viewer asks GraphQL for the app behind a token. Its answer gets the "[bot]"
// back, so that an account that merely has the app's name is not taken for it.
// Where GraphQL is closed or names nobody, it is the workflow's own token.
func (c *Client) viewer(ctx context.Context) (string, error) {
	var data struct {
		Viewer struct {
			Login string `json:"login"`
		} `json:"viewer"`
	}
	_, err := c.query(ctx, operation{name: "asking which app the token belongs to"}, viewerQuery, nil, &data)
	var closed *closedError
	var call *CallError
	answered := errors.As(err, &call) && call.Status == http.StatusOK // and named nobody
	if err != nil && !answered && !errors.As(err, &closed) {
		return "", err
	}
	if data.Viewer.Login == "" {
		return actionsBot, nil
	}
	return strings.TrimSuffix(data.Viewer.Login, "[bot]") + "[bot]", nil
}

const viewerQuery = `query{viewer{login}}`
