package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "gocloud.dev/blob/memblob"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/history"
	"github.com/tollgate-ci/tollgate/internal/part"
)

// s3 is an S3 of one bucket: GET, PUT and DELETE of objects, and the second form of
// the listing, two keys a page (Amazon S3 API Reference, ListObjectsV2).
type s3 struct {
	sync.Mutex
	objects map[string][]byte
	refused bool
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/runs/")
	data, there := s.objects[key]
	switch {
	case s.refused:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
	case r.URL.Query().Get("list-type") == "2":
		s.list(w, r)
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the writer went away: nothing is kept
		}
		s.objects[key] = body
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case !there:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
	default:
		w.Header().Set("Last-Modified", time.Unix(0, 0).UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Write(data)
	}
}

func (s *s3) list(w http.ResponseWriter, r *http.Request) {
	type content struct {
		Key          string
		LastModified string
		ETag         string
		Size         int
	}
	var page struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		Contents              []content
	}
	var keys []string
	for key := range s.objects {
		if strings.HasPrefix(key, r.URL.Query().Get("prefix")) && key > r.URL.Query().Get("continuation-token") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	if len(keys) > 2 {
		keys, page.IsTruncated, page.NextContinuationToken = keys[:2], true, keys[1]
	}
	for _, key := range keys {
		page.Contents = append(page.Contents, content{key, "2026-03-02T12:00:00Z", `"e"`, len(s.objects[key])})
	}
	xml.NewEncoder(w).Encode(page)
}

// testStore runs a history through a store.
func testStore(t *testing.T, url string) {
	b, err := open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	store, err := history.In(b, "acme/shop")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	var commits []string
	var wg sync.WaitGroup
	for i := range 5 { // savers at once
		commit := strings.Repeat(fmt.Sprint(i), 40)
		commits = append(commits, commit)
		wg.Go(func() {
			f := &part.File{Tool: "test", Key: evidence.PartKey{Commit: commit, Attempt: 1}}
			if err := store.Save(t.Context(), history.Run{Commit: commit, Saved: noon, Verdict: "pass"}, []*part.File{f}, history.Base); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	all, err := store.Entries(t.Context(), history.Base, "")
	if err != nil || len(all) != 5 {
		t.Fatalf("%d runs, %v; want 5", len(all), err)
	}
	kept, err := store.Newest(t.Context(), history.Base)
	if err != nil {
		t.Fatal(err)
	}
	e, before, found := kept.Nearest([]string{strings.Repeat("f", 40), commits[3]})
	if !found || before != 1 || e.Commit != commits[3] {
		t.Fatalf("%+v, %d before, %v", e, before, found)
	}
	run, err := store.Run(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if files, err := store.Parts(t.Context(), run); err != nil || len(files) != 1 || files[0].Key.Commit != commits[3] {
		t.Errorf("%d parts, %v", len(files), err)
	}
	if runs, parts, err := store.Prune(t.Context(), 1); err != nil || runs != 4 || parts != 4 {
		t.Errorf("removed %d runs and %d parts, %v; want 4 of each", runs, parts, err)
	}
	run.Parts[0].SHA256 = strings.Repeat("0", 64)
	if _, err := store.Parts(t.Context(), run); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("a part that is not there: %v", err)
	}
}

func TestHistoryInMemory(t *testing.T) { testStore(t, "mem://") }

func TestHistoryInADirectory(t *testing.T) { testStore(t, t.TempDir()) }

func TestHistoryInS3(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "of-this-test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "of-this-test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	fake := &s3{objects: map[string][]byte{}}
	server := httptest.NewServer(fake)
	defer server.Close()
	url := "s3://runs?region=us-east-1&use_path_style=true&disable_https=true&endpoint=" + server.URL
	testStore(t, url)

	fake.refused = true
	b, err := open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(t.Context(), "x", 10); err == nil || strings.Contains(err.Error(), "not exist") {
		t.Errorf("a store that refuses says %v: it must not look like one that has nothing", err)
	}
	if keys, err := b.List(t.Context(), "v1/", 10); err == nil {
		t.Errorf("a store that refuses lists %d keys", len(keys))
	}
}
