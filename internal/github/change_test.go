package github_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github"
)

const aHead = "1111111111111111111111111111111111111111"

// filesServer is a GitHub that has one pull request and gives its files, a hundred
// on a page.
func filesServer(t *testing.T, head string, count int, files []string, owners string) *github.Client {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /repos/acme/shop/pulls/34", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"number":34,"changed_files":%d,"head":{"sha":%q},"base":{"sha":%q}}`, count, head, strings.Repeat("b", 40))
	})
	mux.HandleFunc("GET /repos/acme/shop/pulls/34/files", func(w http.ResponseWriter, r *http.Request) {
		page := 1
		fmt.Sscan(r.URL.Query().Get("page"), &page)
		from, to := min((page-1)*100, len(files)), min(page*100, len(files))
		if to < len(files) {
			w.Header().Set("Link", fmt.Sprintf(`<%s%s?page=%d>; rel="next"`, server.URL, r.URL.Path, page+1))
		}
		fmt.Fprintf(w, "[%s]", strings.Join(files[from:to], ","))
	})
	mux.HandleFunc("GET /repos/acme/shop/contents/CODEOWNERS", func(w http.ResponseWriter, r *http.Request) {
		if owners == "" || r.URL.Query().Get("ref") != strings.Repeat("b", 40) {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"message":"Not Found"}`)
			return
		}
		fmt.Fprintf(w, `{"type":"file","size":%d,"encoding":"","content":%q}`, len(owners), owners)
	})
	c, err := github.New(github.Options{Token: "t", BaseURL: server.URL, Transport: server.Client().Transport})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// R6
func TestChangeOfAPullRequest(t *testing.T) {
	files := []string{
		`{"filename":"b.go","status":"modified","additions":2,"deletions":1,"patch":"@@ -1,3 +1,4 @@\n a\n-b\n+B\n+c\n d"}`,
		`{"filename":"a b.txt","status":"added","additions":1,"deletions":0,"patch":"@@ -0,0 +1 @@\n+x\n\\ No newline at end of file"}`,
		`{"filename":"new.go","previous_filename":"db/old.go","status":"renamed","additions":0,"deletions":0}`,
		`{"filename":"pic.png","status":"modified","additions":0,"deletions":0}`,
		`{"filename":"huge.sql","status":"modified","additions":90000,"deletions":3}`,
		`{"filename":"half.go","status":"modified","additions":3,"deletions":0,"patch":"@@ -1 +1,3 @@\n a\n+b\n+c"}`,
		`{"filename":"odd.go","status":"modified","additions":1,"deletions":0,"patch":"no patch"}`,
		`{"filename":"gone","status":"removed","additions":0,"deletions":1,"patch":"@@ -1 +0,0 @@\n-x"}`,
	}
	d, err := filesServer(t, aHead, len(files), files, "* @ann\n/db/ @acme/db\n").Change(t.Context(), "acme/shop", 34, aHead)
	if err != nil || !d.Known || d.Codeowners != "CODEOWNERS" {
		t.Fatalf("%v %+v", err, d)
	}
	var got []string
	for _, f := range d.Files {
		got = append(got, fmt.Sprintf("%s %q %s +%v -%v binary %v cut %v %v %v", f.Path, f.Old, f.How, f.Added, f.Removed, f.Binary, f.Cut, f.Owners, f.OldOwners))
	}
	want := []string{
		`a b.txt "" added +[{1 1}] -[] binary false cut false [@ann] []`,
		`b.go "" modified +[{2 3}] -[{2 2}] binary false cut false [@ann] []`,
		`gone "" deleted +[] -[{1 1}] binary false cut false [@ann] []`,
		`half.go "" modified +[] -[] binary false cut true [@ann] []`,
		`huge.sql "" modified +[] -[] binary false cut true [@ann] []`,
		`new.go "db/old.go" renamed +[] -[] binary false cut false [@ann] [@acme/db]`,
		`odd.go "" modified +[] -[] binary false cut true [@ann] []`,
		`pic.png "" modified +[] -[] binary true cut false [@ann] []`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestChangesThatGitHubDoesNotTell(t *testing.T) {
	many := func(n int) (files []string) {
		for i := range n {
			files = append(files, fmt.Sprintf(`{"filename":"f%d","status":"modified","additions":0,"deletions":0}`, i))
		}
		return files
	}
	for name, x := range map[string]struct {
		head  string
		count int
		files []string
		why   string
	}{
		"every page is read":         {aHead, 250, many(250), ""},
		"more than GitHub lists":     {aHead, 3001, many(3000), "touches 3001 files, and GitHub lists 3000"},
		"as many as GitHub lists":    {aHead, 3000, many(3000), "touches 3000 files, and GitHub lists 3000"},
		"a page is missing":          {aHead, 250, many(200), "touches 250 files, and GitHub lists 200"},
		"one file on two pages":      {aHead, 3, append(many(2), many(1)...), "touches 3 files, and GitHub lists 2"},
		"another head":               {strings.Repeat("2", 40), 1, many(1), "pull request #34 has moved on to 2222222"},
		"a status that is not known": {aHead, 1, []string{`{"filename":"a","status":"vanished"}`}, `GitHub calls "a" "vanished"`},
		"nothing":                    {aHead, 0, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := filesServer(t, x.head, x.count, x.files, "").Change(t.Context(), "acme/shop", 34, aHead)
			if err != nil || d.Known != (x.why == "") || !strings.Contains(d.Unknown, x.why) || d.Known && len(d.Files) != x.count {
				t.Errorf("%v, known %v, %d files: %s", err, d.Known, len(d.Files), d.Unknown)
			}
			if !d.Known && (d.Files != nil || !strings.Contains(d.Remedy, "fetch-depth: 0")) {
				t.Errorf("%d files, remedy %q", len(d.Files), d.Remedy)
			}
		})
	}
}
