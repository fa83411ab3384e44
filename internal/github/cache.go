package github

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// maxCache bounds what a Cache keeps, in bytes of answers: what was used longest ago
// goes first.
const maxCache = 32 << 20

// Cache keeps the answers to reads by their entity tags. GitHub answers 304 to a read
// that bears the tag of what has not changed, which costs nothing of the hourly quota.
// What a team is and what somebody may do is asked once in the life of a Cache: an
// answer of this run is not asked for again.
//
// It is saved as JSON between runs.
type Cache struct {
	mu      sync.Mutex
	entries map[string]*cached
	turn    int64
	asked   map[string]bool
	refused map[string]*http.Response // of this run, where what is steady was refused
	// requests that were made, and those of them that were answered with 304.
	requests, unchanged int
}

type cached struct {
	ETag string `json:"etag"`
	Link string `json:"link,omitempty"`
	Body string `json:"body"`
	Used int64  `json:"used"`
}

// MarshalJSON gives the answers.
func (c *Cache) MarshalJSON() ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return json.Marshal(c.entries)
}

// UnmarshalJSON takes them in.
func (c *Cache) UnmarshalJSON(data []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = nil
	if err := json.Unmarshal(data, &c.entries); err != nil {
		return err
	}
	for key, e := range c.entries {
		if e == nil {
			delete(c.entries, key)
			continue
		}
		c.turn = max(c.turn, e.Used)
	}
	return nil
}

// Requests gives how many requests were made over REST, and how many of them were
// answered with 304.
func (c *Cache) Requests() (made, unchanged int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.requests, c.unchanged
}

// over puts the cache before a transport.
func (c *Cache) over(base http.RoundTripper) http.RoundTripper {
	if c == nil {
		return base
	}
	return cachedTransport{base, c}
}

type cachedTransport struct {
	base  http.RoundTripper
	cache *Cache
}

func (t cachedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/graphql") {
		return t.base.RoundTrip(req)
	}
	key := req.URL.RequestURI()
	if req.Method == http.MethodGet {
		if no := t.cache.refusal(key); no != nil {
			return no, nil
		}
		e, asked := t.cache.look(key)
		if asked && steady(req.URL.Path) {
			return e.answer(req), nil
		}
		if e != nil {
			req = req.Clone(req.Context())
			req.Header.Set("If-None-Match", e.ETag)
		}
	}
	t.cache.count(false)
	resp, err := t.base.RoundTrip(req)
	if err != nil || req.Method != http.MethodGet {
		return resp, err
	}
	if resp.StatusCode == http.StatusNotModified {
		if e, _ := t.cache.look(key); e != nil {
			resp.Body.Close()
			t.cache.count(true)
			t.cache.keep(key, e)
			return e.answer(req), nil
		}
	}
	limited := resp.Header.Get("X-RateLimit-Remaining") == "0" || resp.Header.Get("Retry-After") != ""
	if steady(req.URL.Path) && (resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusForbidden && !limited) {
		return t.cache.refuse(key, resp)
	}
	if tag := resp.Header.Get("ETag"); tag != "" && resp.StatusCode == http.StatusOK {
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		t.cache.keep(key, &cached{ETag: tag, Link: resp.Header.Get("Link"), Body: string(body)})
	}
	return resp, nil
}

// steady reports whether what stands at a path is the same for as long as a run takes.
func steady(path string) bool {
	return strings.HasSuffix(path, "/permission") || strings.Contains(path, "/teams/")
}

// refuse keeps an answer that says no.
func (c *Cache) refuse(key string, resp *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if strings.Contains(strings.ToLower(string(body)), "rate limit") {
		return resp, nil
	}
	kept := *resp
	kept.Header, kept.Request = resp.Header.Clone(), nil
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil {
		c.refused = map[string]*http.Response{}
	}
	kept.Status = string(body) // in the place of the body, which can be read once
	c.refused[key] = &kept
	return resp, nil
}

// refusal is such an answer, nil if there is none.
func (c *Cache) refusal(key string) *http.Response {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.refused[key]
	if kept == nil {
		return nil
	}
	again := *kept
	again.Header, again.Body = kept.Header.Clone(), io.NopCloser(strings.NewReader(kept.Status))
	again.Status = http.StatusText(kept.StatusCode)
	return &again
}

func (c *Cache) look(key string) (e *cached, asked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.entries[key], c.asked[key]
}

func (c *Cache) count(unchanged bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if unchanged {
		c.unchanged++
	} else {
		c.requests++
	}
}

func (c *Cache) keep(key string, e *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[string]*cached{}
	}
	if c.asked == nil {
		c.asked = map[string]bool{}
	}
	c.turn++
	e.Used = c.turn
	c.entries[key], c.asked[key] = e, true
}

// Trim drops what was used longest ago until the rest is within bounds.
func (c *Cache) Trim() {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := 0
	keys := slices.SortedFunc(maps.Keys(c.entries), func(a, b string) int { return cmp.Compare(c.entries[b].Used, c.entries[a].Used) })
	for _, key := range keys {
		if size += len(key) + len(c.entries[key].Body); size > maxCache {
			delete(c.entries, key)
		}
	}
}

// answer is the response that was kept.
func (e *cached) answer(req *http.Request) *http.Response {
	h := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "Etag": {e.ETag}}
	if e.Link != "" {
		h.Set("Link", e.Link)
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(strings.NewReader(e.Body)), ContentLength: int64(len(e.Body)), Request: req,
	}
}
