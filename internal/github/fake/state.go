package fake

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Issue is an issue of the fake. A pull request is one too, under its number.
type Issue struct {
	Number    int
	Title     string
	Body      string
	Author    string // "" is ann
	Created   time.Time
	Updated   time.Time // later with everything that happens
	Closed    bool
	Labels    []string
	Assignees []string
	Comments  []Comment
	Edits     []Edit   // versions of the body, by time
	Events    []Event  // of its timeline, by time
	Blockers  []string // "owner/name#n"
	// Locked, Deleted and MovedTo ("owner/name#n") are what can become of one.
	Locked  bool
	Deleted bool
	MovedTo string
}

// Comment is a comment on an issue or in a thread.
type Comment struct {
	ID         int64
	Author     string
	Body       string
	At, Edited time.Time
	Reactions  []Reaction
	Edits      []Edit // versions of it, by time
	Editor     string // who last edited it, "" if nobody has
	Minimized  string // for what reason, "" if it is not: "OUTDATED"
	// hidden is how many lists will still be without it, and shown from when on they
	// may have it.
	hidden int
	shown  time.Time
}

// Reaction is one of an account: "ROCKET".
type Reaction struct{ Login, Content string }

// Edit is a version of a text, which GitHub may have been told to forget.
type Edit struct {
	By      string
	At      time.Time
	Body    string
	Deleted bool
}

// Event is one of a timeline: a label, a login or "owner/name#n" is its value.
type Event struct {
	ID              int64
	Kind, By, Value string
	At              time.Time
}

// Pull is a pull request.
type Pull struct {
	Number    int
	Title     string
	Body      string
	Author    string // "" is ann
	Head      string // SHA
	Branch    string
	Base      string // branch
	BaseSHA   string
	HeadRepo  string // "" is the same repository
	Labels    []string
	Draft     bool
	Merged    bool
	Closed    bool
	Requested []string // "login" or "org/team"
	Reviews   []Review
	Threads   []Thread
	Edits     []Edit
	Closing   []string // issues that GitHub links: "owner/name#n"
}

func (p *Pull) author() string { return cmp.Or(p.Author, "ann") }

// Review is one of a pull request. The state is GitHub's, in capitals.
type Review struct {
	ID            int64
	Author, State string
	Commit, Body  string
	At            time.Time
	// DismissedBy is who dismissed it, and Was its state before.
	DismissedBy, Was string
}

// Thread is a conversation on a line.
type Thread struct {
	ID                 string
	Path               string
	Line               int
	Resolved, Outdated bool
	ResolvedBy         string // "" for an account that is gone
	Comments           []Comment
}

// Status is a commit status.
type Status struct {
	Context, State, Description, URL string
	Creator                          string
}

// CheckRun is a check run. Without a conclusion it still runs.
type CheckRun struct {
	ID                              int64
	Name, App, Conclusion           string
	ExternalID, URL, Title, Summary string
	At                              time.Time
	// Suite is the check suite that it is in, and Workflow and Event what that is a run
	// of, if anything.
	Suite           int64
	Workflow, Event string
}

// repo is a repository of the fake.
type repo struct {
	name      string
	issues    map[int]*Issue
	pulls     map[int]*Pull
	statuses  map[string][]Status // by SHA, the latest last
	outsiders map[string]bool     // who cannot be assigned
	files     map[string]string   // by commit and path
	runs      map[string][]CheckRun
	roles     map[string]string // by login
	branches  map[string]string // that were made, with the commit at which they began
	commits   []Commit          // the newest first
}

func (s *Server) repo(name string) *repo {
	key := strings.ToLower(name)
	if s.repos[key] == nil {
		s.repos[key] = &repo{name: name, issues: map[int]*Issue{}, pulls: map[int]*Pull{}, statuses: map[string][]Status{}, outsiders: map[string]bool{}, files: map[string]string{}, runs: map[string][]CheckRun{}, roles: map[string]string{}, branches: map[string]string{}}
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
	s.AddIssue(repo, Issue{Number: pull.Number, Title: pull.Title, Body: pull.Body, Author: pull.Author, Labels: pull.Labels})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repo(repo).pulls[pull.Number] = &pull
}

// ChangePull lets somebody else change a pull request.
func (s *Server) ChangePull(repo string, number int, change func(*Pull)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.repo(repo).pulls[number])
	s.touch(s.repo(repo).issues[number])
}

// AddCheckRun posts a check run on a commit as an app.
func (s *Server) AddCheckRun(repo, sha string, run CheckRun) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if run.ID == 0 {
		run.ID = s.nextID()
	}
	r := s.repo(repo)
	r.runs[sha] = append(r.runs[sha], run)
}

// AddTeam makes a team, "org/team".
func (s *Server) AddTeam(team string, members ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.teams[strings.ToLower(team)] = members
}

// SetRole says what somebody may do in a repository: admin, maintain, write,
// triage, read, or a role that the organisation made.
func (s *Server) SetRole(repo, login, role string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repo(repo).roles[strings.ToLower(login)] = role
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
	issue.Comments = append(issue.Comments, Comment{ID: s.nextID(), Author: author, Body: body, At: s.options.Now()})
	s.touch(issue)
	return issue.Comments[len(issue.Comments)-1].ID
}

// Change lets somebody else change an issue.
func (s *Server) Change(repo string, number int, change func(*Issue)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.repo(repo).issues[number])
	s.touch(s.repo(repo).issues[number])
}

// Push moves a pull request's head.
func (s *Server) Push(repo string, number int, sha string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repo(repo).pulls[number].Head = sha
	s.touch(s.repo(repo).issues[number])
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
				issue.Comments[i].hidden, issue.Comments[i].shown = 0, time.Time{}
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
	issue.Comments, issue.Events = slices.Clone(issue.Comments), slices.Clone(issue.Events)
	return issue
}

// Pull returns a copy of a pull request as it is.
func (s *Server) Pull(repo string, number int) Pull {
	s.mu.Lock()
	defer s.mu.Unlock()
	pull := *s.repo(repo).pulls[number]
	pull.Requested = slices.Clone(pull.Requested)
	return pull
}

// CheckRuns returns the check runs of a commit, in the order in which they began.
func (s *Server) CheckRuns(repo, sha string) []CheckRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.repo(repo).runs[sha])
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

// touch dates an issue, which is a second later than before where the clock stands.
func (s *Server) touch(issue *Issue) {
	now := s.options.Now()
	if !now.After(issue.Updated) {
		now = issue.Updated.Add(time.Second)
	}
	issue.Updated = now
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
