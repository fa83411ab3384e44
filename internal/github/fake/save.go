package fake

import (
	"maps"
	"slices"
)

// State is what a server held, and what was asked of it.
type State struct {
	repos    map[string]*repo
	projects []*Project
	lastID   int64
}

// Save gives what the server holds, to be put back by Restore as often as one likes.
func (s *Server) Save() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return State{s.repos, s.projects, s.lastID}.clone()
}

// Restore lets the server hold what it held when that was saved, and counts requests
// from here.
func (s *Server) Restore(saved State) {
	saved = saved.clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repos, s.projects, s.lastID, s.requests = saved.repos, saved.projects, saved.lastID, nil
}

// clone shares nothing that a request or a test changes in place.
func (s State) clone() State {
	repos := map[string]*repo{}
	for name, r := range s.repos {
		one := *r
		one.issues, one.pulls = map[int]*Issue{}, map[int]*Pull{}
		for n, i := range r.issues {
			one.issues[n] = i.clone()
		}
		for n, p := range r.pulls {
			one.pulls[n] = p.clone()
		}
		one.statuses, one.runs = cloneLists(r.statuses), cloneLists(r.runs)
		one.outsiders, one.files, one.roles, one.branches = maps.Clone(r.outsiders), maps.Clone(r.files), maps.Clone(r.roles), maps.Clone(r.branches)
		repos[name] = &one
	}
	var projects []*Project
	for _, p := range s.projects {
		one := *p
		one.Items = maps.Clone(p.Items)
		projects = append(projects, &one)
	}
	return State{repos, projects, s.lastID}
}

func cloneLists[T any](m map[string][]T) map[string][]T {
	out := map[string][]T{}
	for key, list := range m {
		out[key] = slices.Clone(list)
	}
	return out
}

func (i *Issue) clone() *Issue {
	out := *i
	out.Labels, out.Assignees, out.Blockers = slices.Clone(i.Labels), slices.Clone(i.Assignees), slices.Clone(i.Blockers)
	out.Comments, out.Edits, out.Events = cloneComments(i.Comments), slices.Clone(i.Edits), slices.Clone(i.Events)
	return &out
}

func cloneComments(list []Comment) []Comment {
	out := slices.Clone(list)
	for i := range out {
		out[i].Reactions, out[i].Edits = slices.Clone(out[i].Reactions), slices.Clone(out[i].Edits)
	}
	return out
}

func (p *Pull) clone() *Pull {
	out := *p
	out.Labels, out.Requested, out.Closing = slices.Clone(p.Labels), slices.Clone(p.Requested), slices.Clone(p.Closing)
	out.Reviews, out.Edits, out.Threads = slices.Clone(p.Reviews), slices.Clone(p.Edits), slices.Clone(p.Threads)
	for i := range out.Threads {
		out.Threads[i].Comments = cloneComments(out.Threads[i].Comments)
	}
	return &out
}
