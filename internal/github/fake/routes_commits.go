package fake

import (
	"net/http"
	"slices"
	"strings"
)

// Commit is a commit of a repository, with the commits before it.
type Commit struct {
	SHA     string
	Parents []string
}

// AddCommits puts commits into a repository, the newest first, as git lists them.
func (s *Server) AddCommits(repo string, commits ...Commit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.repo(repo)
	r.commits = append(r.commits, commits...)
}

// before lists a commit and all that come before it, the newest first.
func (r *repo) before(name string) []Commit {
	if sha := r.branch(name); sha != "" {
		name = sha
	}
	reached := map[string]bool{name: true}
	var list []Commit
	for _, commit := range r.commits {
		if reached[commit.SHA] {
			list = append(list, commit)
			for _, p := range commit.Parents {
				reached[p] = true
			}
		}
	}
	return list
}

// bare is a commit of which nobody asks more than where it stands.
func bare(r *repo, commit Commit) object {
	at := api + "/repos/" + r.name
	parents := []object{}
	for _, p := range commit.Parents {
		parents = append(parents, object{"sha": p, "url": at + "/commits/" + p})
	}
	return object{
		"sha": commit.SHA, "node_id": "C_1", "url": at + "/commits/" + commit.SHA, "html_url": at, "comments_url": at, "parents": parents,
		"author": nil, "committer": nil,
		"commit": object{"author": nil, "committer": nil, "message": "", "comment_count": 0, "url": at, "tree": object{"sha": commit.SHA, "url": at}},
	}
}

func (c *call) listCommits(r *repo) {
	list := []object{}
	for _, commit := range r.before(c.r.URL.Query().Get("sha")) {
		list = append(list, bare(r, commit))
	}
	if len(list) == 0 {
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	c.give(http.StatusOK, page(c, list))
}

// compare answers with where two commits part, and with none of what is between.
func (c *call) compare(r *repo) {
	base, head, _ := strings.Cut(c.params["basehead"], "...")
	one, other := r.before(base), r.before(head)
	for _, commit := range other { // the newest that both have
		if slices.ContainsFunc(one, func(o Commit) bool { return o.SHA == commit.SHA }) {
			at := api + "/repos/" + r.name + "/compare/" + c.params["basehead"]
			c.give(http.StatusOK, object{
				"url": at, "html_url": at, "permalink_url": at, "diff_url": at, "patch_url": at, "status": "diverged",
				"ahead_by": 1, "behind_by": 1, "total_commits": 0, "commits": []object{}, "files": []object{},
				"base_commit": bare(r, one[0]), "merge_base_commit": bare(r, commit),
			})
			return
		}
	}
	c.refuse(http.StatusNotFound, "No common ancestor between "+base+" and "+head+".")
}
