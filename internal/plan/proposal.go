package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Proposal is a pull request of Tollgate's that adds an entry to a list in a file. Its
// branch is its name: where a pull request from that branch was ever opened, it stands,
// and what people made of it is theirs.
type Proposal struct {
	Branch string `json:"branch"`
	Base   string `json:"base"` // branch that it goes to
	Path   string `json:"path"` // of the file
	List   string `json:"list"` // the key of the list in the file, the last one there
	Entry  string `json:"entry"`
	Start  string `json:"start"` // what a file that is not there begins with
	Title  string `json:"title"`
	Body   string `json:"body"`
	Why    string `json:"-"` // for the people who read the plan
}

// Key is that of the change which opens it.
func (p Proposal) Key() string { return ProposalKey + p.Branch }

func (p Proposal) encode() string {
	p.Why = ""
	b, err := json.Marshal(p)
	if err != nil {
		panic("plan: " + err.Error()) // strings always encode
	}
	return string(b)
}

// ParseProposal reads the value of a change of a proposal.
func ParseProposal(value string) (p Proposal, err error) {
	if err = json.Unmarshal([]byte(value), &p); err != nil {
		return p, fmt.Errorf("reading a proposal: %w", err)
	}
	if p.Branch == "" || p.Base == "" || p.Path == "" || p.List == "" || p.Entry == "" || p.Title == "" {
		return p, errors.New("a proposal needs a branch, a base, a path, a list, an entry and a title")
	}
	return p, nil
}

// Into adds the entry to the text of the file, as the last item of its list. The rest
// stays as it is, byte for byte. A list that is not the last thing in the file, or is
// written in one line, is for people to change.
func (p Proposal) Into(file string) (string, error) {
	if strings.TrimSpace(file) == "" {
		file = p.Start
	}
	file = strings.TrimRight(strings.ReplaceAll(file, "\r\n", "\n"), "\n ") + "\n"
	lines := strings.Split(strings.TrimSuffix(file, "\n"), "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, p.List+":") })
	indent := "  "
	if at < 0 {
		file += p.List + ":\n"
		return file + p.indented(indent), nil
	}
	head, _, _ := strings.Cut(strings.TrimPrefix(lines[at], p.List+":"), "#")
	if strings.TrimSpace(head) == "[]" {
		lines[at] = p.List + ":"
		head = ""
	}
	if strings.TrimSpace(head) != "" {
		return "", fmt.Errorf("%s of %s to be a list of one item on a line", p.List, p.Path)
	}
	first := true
	for _, l := range lines[at+1:] {
		trimmed := strings.TrimLeft(l, " ")
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		case strings.HasPrefix(trimmed, "- ") && first:
			indent, first = l[:len(l)-len(trimmed)], false
		case trimmed == l && !strings.HasPrefix(l, "- "):
			return "", fmt.Errorf("%s to be the last key of %s", p.List, p.Path)
		}
	}
	return strings.Join(lines, "\n") + "\n" + p.indented(indent), nil
}

// In reports whether a file has the entry, whatever its days and its place.
func (p Proposal) In(file string) bool {
	plain := func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			b.WriteString(strings.TrimSpace(line) + "\n")
		}
		return b.String()
	}
	entry, _, _ := strings.Cut(plain(p.Entry), "created:")
	return strings.Contains(plain(file), entry)
}

func (p Proposal) indented(indent string) string {
	var b strings.Builder
	for line := range strings.Lines(p.Entry) {
		b.WriteString(indent + line)
	}
	return b.String()
}

// proposals gives those that are not made yet.
func (d differ) proposals(want Desired) []Change {
	var out []Change
	for _, p := range want.Proposals {
		if d.have.proposed(p.Key()) == "" {
			out = append(out, d.change(Create, p.Key(), "", p.encode(), p.Why))
		}
	}
	return out
}

// proposed gives the proposal under a key, "" if it is not known to have been made.
func (s Snapshot) proposed(key string) string {
	for _, p := range s.Proposed {
		if p.Key() == key {
			return p.encode()
		}
	}
	return ""
}

// applyProposal makes a change of a proposal, and reports whether it is one.
func (s *Snapshot) applyProposal(c Change) bool {
	if !strings.HasPrefix(c.Key, ProposalKey) {
		return false
	}
	p, err := ParseProposal(c.New)
	if err != nil {
		panic("plan: applying a change that Diff did not make: " + err.Error())
	}
	s.Proposed = append(slices.Clone(s.Proposed), p)
	return true
}
