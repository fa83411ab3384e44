package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Entry is one line of the decision log. The lines form a chain: the hash of each is
// over the one before and its own content, so that a line that somebody changed, put
// in or took out shows.
type Entry struct {
	Kind Kind   `json:"kind,omitempty"`
	From string `json:"from,omitempty"` // of a move; "" where the issue entered
	To   string `json:"to,omitempty"`   // of a move; of an escalation, to whom
	Head string `json:"head,omitempty"`
	Why  string `json:"why"`
	// By is who did it: ByTollgate, ByPerson, ByPolicy, or "@login" where it is known.
	By   string    `json:"by"`
	At   time.Time `json:"at,omitzero"`
	Hash string    `json:"hash,omitempty"`
}

// Kind is what an entry is about.
type Kind string

const (
	Move      Kind = "" // from one phase to another
	Raised    Kind = "escalated"
	Answered  Kind = "answered"
	Closed    Kind = "closed" // an escalation whose reason no longer holds
	Commanded Kind = "command"
	Refused   Kind = "refused" // a command of somebody who may not give it
	Gone      Kind = "lost"    // what Tollgate had written is not there, or is another
)

// Who moves an issue.
const (
	ByTollgate = "tollgate"
	ByPerson   = "person" // someone moved the label
	ByPolicy   = "policy" // the policy no longer has the phase that the issue stood in
)

// hashLen is how many hexadecimal digits of a hash are kept: 64 bits, which is
// enough to see an edit by somebody who cannot choose both texts.
const hashLen = 16

// chained gives the entry as it follows on what has the hash given.
func (e Entry) chained(before string) Entry {
	e.Hash = ""
	e.Why = sentence(e.Why)
	b, err := json.Marshal(e)
	if err != nil {
		panic("workflow: " + err.Error()) // strings and a time always encode
	}
	sum := sha256.Sum256(append([]byte(before+"\n"), b...))
	e.Hash = hex.EncodeToString(sum[:])[:hashLen]
	return e
}

// LogHead is the hash of the last entry, which stands for the whole log; of one that
// was lost, if none has followed.
func (m Memory) LogHead() string {
	if len(m.Log) == 0 {
		return m.before().Hash
	}
	return m.Log[len(m.Log)-1].Hash
}

// append adds entries to the log.
func (m *Memory) append(entries ...Entry) {
	m.Log = slices.Clone(m.Log)
	for _, e := range entries {
		m.Log = append(m.Log, e.chained(m.LogHead()))
	}
}

// Broken gives the place in Log of the first entry that does not follow on the one
// before it, or -1. What was left out for want of room is a gap and no break.
func (m Memory) Broken() int {
	before := m.before().Hash
	for i, e := range m.Log {
		if i == 1 && m.Dropped > 0 {
			before = m.Gap
		}
		if e.chained(before).Hash != e.Hash {
			return i
		}
		before = e.Hash
	}
	return -1
}

// moves are the entries of a log that say where the issue went.
func moves(log []Entry) []Entry {
	return slices.DeleteFunc(slices.Clone(log), func(e Entry) bool { return e.Kind != Move })
}

// trail are the moves that decisions go by: those of the log, and of those that were
// left out of it the latest ones.
func (m Memory) trail() []Entry {
	if m.Last == nil || len(m.Log) == 0 {
		return moves(m.Log)
	}
	out := moves(m.Log[:1])
	if m.Hand != nil && m.Hand.Hash != m.Last.Hash {
		out = append(out, *m.Hand)
	}
	return slices.Concat(out, []Entry{*m.Last}, moves(m.Log[1:]))
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
