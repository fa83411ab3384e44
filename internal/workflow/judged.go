package workflow

import (
	"cmp"
	"slices"
)

// Judged is what the last run with reports found of one pull request: see the fields of
// these names in Memory.
type Judged struct {
	Pull   int               `json:"pull"`
	Head   string            `json:"head,omitempty"`
	Gates  map[string]string `json:"gates,omitempty"`
	Shared map[int]string    `json:"shared,omitempty"`
	Shown  map[string]string `json:"shown,omitempty"`
}

// For gives the memory as it is about a pull request of the issue, with what was found of
// the one that it was about among the others.
func (m Memory) For(pull int) Memory {
	if pull == 0 || m.Pull == 0 || pull == m.Pull {
		return m
	}
	j := Judged{Pull: pull, Head: m.Head}
	others := []Judged{{m.Pull, m.Head, m.Gates, m.Shared, m.Shown}}
	for _, o := range m.Others {
		if o.Pull == pull {
			j = o
		} else {
			others = append(others, o)
		}
	}
	slices.SortFunc(others, func(a, b Judged) int { return cmp.Compare(a.Pull, b.Pull) })
	beside := slices.DeleteFunc(append(slices.Clone(m.Beside), m.Pull), func(n int) bool { return n == pull })
	slices.Sort(beside)
	m.Pull, m.Head, m.Gates, m.Shared, m.Shown = j.Pull, j.Head, j.Gates, j.Shared, j.Shown
	m.Others, m.Beside = others, slices.Compact(beside)
	return m
}

// among gives the memory with the other pull requests that are open: what was found of one
// that is not is forgotten.
func (m Memory) among(others []int) Memory {
	m.Beside = others
	m.Others = slices.DeleteFunc(slices.Clone(m.Others), func(o Judged) bool { return !slices.Contains(others, o.Pull) })
	if len(m.Others) == 0 {
		m.Others = nil
	}
	return m
}

// settled gives the memory as it is written: about the first of the pull requests that were
// judged, whichever of them the last run was for, so that runs of each leave the same.
func (m Memory) settled() Memory {
	if len(m.Others) == 0 {
		return m
	}
	return m.For(min(m.Pull, m.Others[0].Pull))
}
