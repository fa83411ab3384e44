package fake

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// branch is the commit that a branch began with, or that it is at as the base of a pull
// request; "" if there is none.
func (r *repo) branch(name string) string {
	if sha, made := r.branches[name]; made {
		return sha
	}
	for _, n := range slices.Sorted(maps.Keys(r.pulls)) {
		if r.pulls[n].Base == name {
			return r.pulls[n].BaseSHA
		}
	}
	return ""
}

func refObject(r *repo, name, sha string) object {
	at := api + "/repos/" + r.name
	return object{
		"ref": "refs/heads/" + name, "node_id": "REF_1", "url": at + "/git/refs/heads/" + name,
		"object": object{"type": "commit", "sha": sha, "url": at + "/git/commits/" + sha},
	}
}

func (c *call) getRef(r *repo) {
	name := strings.TrimPrefix(c.params["ref"], "heads/")
	if sha := r.branch(name); sha != "" {
		c.give(http.StatusOK, refObject(r, name, sha))
		return
	}
	c.refuse(http.StatusNotFound, "Not Found")
}

func (c *call) createRef(r *repo) {
	var body struct{ Ref, SHA string }
	json.Unmarshal(c.body, &body) // checked against the description
	name := strings.TrimPrefix(body.Ref, "refs/heads/")
	if r.branch(name) != "" {
		c.refuse(http.StatusUnprocessableEntity, "Reference already exists")
		return
	}
	r.branches[name] = body.SHA
	c.give(http.StatusCreated, refObject(r, name, body.SHA))
}

// putFile writes a file on a branch. What is there already needs its sha.
func (c *call) putFile(r *repo) {
	var body struct {
		Content     []byte
		SHA, Branch string
	}
	json.Unmarshal(c.body, &body) // checked against the description
	path := c.params["path"]
	_, onBranch := r.files[body.Branch+":"+path]
	_, atStart := r.files[r.branch(body.Branch)+":"+path]
	if (onBranch || atStart) && body.SHA == "" {
		c.refuse(http.StatusUnprocessableEntity, "Invalid request.\n\n\"sha\" wasn't supplied.")
		return
	}
	r.files[body.Branch+":"+path] = string(body.Content)
	c.give(http.StatusCreated, object{"content": object{"path": path}, "commit": object{"sha": strings.Repeat("e", 40)}})
}

func (c *call) openPull(r *repo) {
	var body struct{ Title, Head, Base, Body string }
	json.Unmarshal(c.body, &body) // checked against the description
	number := 1
	for n := range r.issues {
		number = max(number, n+1)
	}
	for _, p := range r.pulls {
		if p.Branch == body.Head && !p.Closed && !p.Merged {
			c.refuse(http.StatusUnprocessableEntity, "A pull request already exists for "+body.Head+".")
			return
		}
	}
	pull := &Pull{
		Number: number, Title: body.Title, Body: body.Body, Author: c.s.options.Login, Head: strings.Repeat("e", 40),
		Branch: body.Head, Base: body.Base, BaseSHA: r.branch(body.Base),
	}
	r.pulls[number] = pull
	r.issues[number] = &Issue{Number: number, Title: body.Title, Body: body.Body, Author: c.s.options.Login}
	c.give(http.StatusCreated, pullObject(r, pull))
}

// File returns a file as it is on a branch or at a commit.
func (s *Server) File(repo, at, path string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.repo(repo).files[at+":"+path]
}
