package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Escalation is one that was raised.
type Escalation struct {
	N        int       `json:"n"` // counted from 1 on the issue
	Category string    `json:"category"`
	To       string    `json:"to"`
	Why      string    `json:"why"`
	Sources  []string  `json:"sources"`
	Opened   time.Time `json:"opened,omitzero"`
	// Answered and Closed are when that was, zero if it was not.
	Answered time.Time `json:"answered,omitzero"`
	Answer   EventText `json:"answer,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	Open     bool      `json:"open,omitempty"`
	// Pulls are the pull requests whose runs have found what it was raised for, and have not
	// said otherwise since, in the order in which they did. It holds for as long as one of
	// them is left.
	Pulls []int `json:"pulls,omitempty"`
}

// maxSources is how many sources of an escalation are remembered, and anySource stands
// for the rest of its category.
const (
	maxSources = 20
	anySource  = "*"
)

// about reports whether a source of its category is one of its.
func (e Escalation) about(source string) bool {
	return slices.Contains(e.Sources, source) || slices.Contains(e.Sources, anySource)
}

// brief gives a source that somebody else named at a length that is remembered: the
// end of a longer one is its hash.
func brief(source string) string {
	const most = 100
	if len(source) <= most {
		return source
	}
	sum := sha256.Sum256([]byte(source))
	return strings.ToValidUTF8(source[:most-hashLen-1], "") + "~" + hex.EncodeToString(sum[:])[:hashLen]
}

// bounded gives the escalation as it is remembered.
func (e Escalation) bounded() Escalation {
	e.Category, e.Why, e.Answer.Text = sentence(e.Category), sentence(e.Why), sentence(e.Answer.Text)
	return e.with(maxSources)
}

// with gives the escalation with at most so many sources.
func (e Escalation) with(most int) Escalation {
	if len(e.Sources) > most {
		e.Sources = append(slices.Clone(e.Sources[:most-1]), anySource)
	}
	return e
}

// EventText is an answer in short.
type EventText struct {
	Event Event  `json:"event,omitempty"`
	By    string `json:"by,omitempty"`
	Text  string `json:"text,omitempty"`
	Head  string `json:"head,omitempty"` // that stood when it was read
}

// Answer is what an architect said to the open escalations.
type Answer struct {
	Event   Event     `json:"event"`
	By      string    `json:"by"`
	Text    string    `json:"text,omitempty"`
	Comment int64     `json:"comment"`
	At      time.Time `json:"at,omitzero"`
	Head    string    `json:"head,omitempty"`  // that stood when it was read
	Moved   bool      `json:"moved,omitempty"` // whether it sent the issue to another phase
}
