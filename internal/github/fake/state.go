package fake

import (
	"slices"
	"strings"
)

// Issue is an issue of the fake. A pull request is one too, under its number.
type Issue struct {
	Number    int
	Title     string
	Closed    bool
	Labels    []string
	Assignees []string
	Comments  []Comment
	// Locked, Deleted and MovedTo ("owner/name#n") are what can become of one.
	Locked  bool
	Deleted bool
	MovedTo string
}

// Comment is a comment on an issue.
type Comment struct {
	ID     int64
	Author string
	Body   string
	// hidden is how many lists will still be without it.
	hidden int
}

// Pull is a pull request.
type Pull struct {
	Number   int
	Title    string
	Body     string
	Head     string // SHA
	Branch   string
	Base     string // branch
	BaseSHA  string
	HeadRepo string // "" is the same repository
}

// Status is a commit status.
type Status struct {
	Context, State, Description, URL string
}

// repo is a repository of the fake.
type repo struct {
	name      string
	issues    map[int]*Issue
	pulls     map[int]*Pull
	statuses  map[string][]Status // by SHA, the latest last
	outsiders map[string]bool     // who cannot be assigned
	files     map[string]string   // by commit and path
}

func (s *Server) repo(name string) *repo {
	key := strings.ToLower(name)
	if s.repos[key] == nil {
		s.repos[key] = &repo{name: name, issues: map[int]*Issue{}, pulls: map[int]*Pull{}, statuses: map[string][]Status{}, outsiders: map[string]bool{}, files: map[string]string{}}
	}
	return s.repos[key]
}

// AddIssue puts an issue into a repository, which comes into being with it.
func (s *Server) AddIssue(repo string, issue Issue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	issue.Labels, issue.Assignees = slices.Clone(issue.Labels), slices.Clone(issue.Assignees)
	issue.Comments = slices.Clone(issue.Comments)
	for i := range issue.Comments {
		if issue.Comments[i].ID == 0 {
			issue.Comments[i].ID = s.nextID()
		}
	}
	s.repo(repo).issues[issue.Number] = &issue
}

// AddPull puts a pull request into a repository, and the issue that it is.
func (s *Server) AddPull(repo string, pull Pull) {
	s.AddIssue(repo, Issue{Number: pull.Number, Title: pull.Title})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repo(repo).pulls[pull.Number] = &pull
}

// Outsider makes somebody whom the repository's issues cannot be assigned to.
func (s *Server) Outsider(repo, login string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repo(repo).outsiders[strings.ToLower(login)] = true
}

// AddComment writes a comment as somebody.
func (s *Server) AddComment(repo string, number int, author, body string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	issue := s.repo(repo).issues[number]
	issue.Comments = append(issue.Comments, Comment{ID: s.nextID(), Author: author, Body: body})
	return issue.Comments[len(issue.Comments)-1].ID
}

// Change lets somebody else change an issue.
func (s *Server) Change(repo string, number int, change func(*Issue)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.repo(repo).issues[number])
}

// Push moves a pull request's head.
func (s *Server) Push(repo string, number int, sha string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repo(repo).pulls[number].Head = sha
}

// SetStatus sets a commit status as somebody.
func (s *Server) SetStatus(repo, sha string, status Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.repo(repo)
	r.statuses[sha] = append(r.statuses[sha], status)
}

// CatchUp ends the lag: lists show every comment that there is.
func (s *Server) CatchUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, repo := range s.repos {
		for _, issue := range repo.issues {
			for i := range issue.Comments {
				issue.Comments[i].hidden = 0
			}
		}
	}
}

// AddFile puts a file into a commit.
func (s *Server) AddFile(repo, commit, path, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repo(repo).files[commit+":"+path] = text
}

// Issue returns a copy of an issue as it is.
func (s *Server) Issue(repo string, number int) Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	issue := *s.repo(repo).issues[number]
	issue.Labels, issue.Assignees = slices.Clone(issue.Labels), slices.Clone(issue.Assignees)
	issue.Comments = slices.Clone(issue.Comments)
	return issue
}

// Status returns the latest status of a commit in a context, zero if none.
func (s *Server) Status(repo, sha, context string) Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, status := range slices.Backward(s.repo(repo).statuses[sha]) {
		if strings.EqualFold(status.Context, context) {
			return status
		}
	}
	return Status{}
}

func (s *Server) nextID() int64 {
	s.lastID++
	return s.lastID
}

func has(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.EqualFold(n, name) })
}
