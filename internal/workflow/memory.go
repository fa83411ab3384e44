package workflow

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Memory is what Tollgate keeps in its status comment, versioned. It is a cache
// that anyone with write access may have edited: where labels say otherwise, they
// win, and its text is escaped like any other text before it is shown.
type Memory struct {
	Version int    `json:"v"`
	Phase   string `json:"phase"`
	Head    string `json:"head,omitempty"` // what was judged last
	Pull    int    `json:"pull,omitempty"` // the pull request that it was judged for
	// Beside are the other open pull requests of the issue, of which GitHub links not all.
	Beside []int `json:"beside,omitempty"`
	// Others are what runs for them have found, by number: Head, Gates, Shared and Shown are
	// of Pull.
	Others   []Judged `json:"others,omitempty"`
	Assigned []string `json:"assigned,omitempty"` // whom Tollgate assigned
	Turn     string   `json:"turn,omitempty"`     // whose turn it is in the phase
	// Since is when the issue came to its phase, as far as Tollgate saw.
	Since       time.Time    `json:"since,omitzero"`
	Escalations []Escalation `json:"escalations,omitempty"` // oldest first, at most maxEscalations
	// Seen is the number of the last comment whose commands are in the log.
	Seen int64 `json:"seen,omitempty"`
	// Answer is the architect's last, and Given the kinds of all of them.
	Answer *Answer `json:"answer,omitempty"`
	Given  []Event `json:"given,omitempty"`
	// Cycle is the correction cycle that the issue is in, nil for none.
	Cycle  *Cycle   `json:"cycle,omitempty"`
	Ticked []string `json:"ticked,omitempty"` // corrections of the cycle that were ticked off, by ID
	// Gates are what the last run with reports found, as gates.Record has it.
	Gates map[string]string `json:"gates,omitempty"`
	// Shared are the digests of what is remembered of every issue of the pull request,
	// by number, where it is for several.
	Shared map[int]string `json:"shared,omitempty"`
	// Shown is what a run without reports found since, while Gates has to stay as the
	// other issues remember it; nil where it is the same.
	Shown   map[string]string `json:"shown,omitempty"`
	Log     []Entry           `json:"log,omitempty"`     // the first one and the latest
	Dropped int               `json:"dropped,omitempty"` // entries left out after the first
	Gap     string            `json:"gap,omitempty"`     // hash of the last one left out
	// Lost is how far a log went of which nothing is left but what the check run says:
	// this one goes on behind it. nil if none was lost.
	Lost *Place `json:"lost,omitempty"`
	// Last is the latest move that was left out of the log, its LastN the number that it
	// had there, and Hand the latest that a person made on the same head: no flood of
	// other entries makes a person's move forgotten.
	Last  *Entry `json:"last,omitempty"`
	LastN int    `json:"last_n,omitempty"`
	Hand  *Entry `json:"hand,omitempty"`
	// Notices and Raised are the highest numbers that notices and escalations bear of
	// which a memory that was lost had known: those of this one go on behind them.
	Notices int `json:"notices,omitempty"`
	Raised  int `json:"raised,omitempty"`
}

// Cycle is a round of corrections.
type Cycle struct {
	Since time.Time `json:"since,omitzero"`
	Head  string    `json:"head,omitempty"` // with which it began
	From  string    `json:"from,omitempty"` // the phase in which they were asked for
}

const (
	memoryVersion = 1
	// maxLog is how many of the latest entries are kept beside the first.
	maxLog = 50
	// maxEscalations and maxTicked bound the lists of these names.
	maxEscalations = 10
	maxTicked      = 100
	// maxWhy bounds the reason of one entry, in bytes.
	maxWhy = 200
	// MaxMarker bounds the marker, in bytes: a third of a comment, which leaves
	// the rest of it to people.
	MaxMarker = 20_000
)

// MarkerPrefix begins the status comment, whatever the version that wrote it.
const MarkerPrefix = "<!-- tollgate:v"

// HasMarker reports whether a comment is a status comment, going by its first
// bytes alone. Anyone can write those; who wrote the comment is for the caller.
func HasMarker(body string) bool { return strings.HasPrefix(body, MarkerPrefix) }

// Marker gives the first line of the status comment, without the line end. It
// comes first because what cuts a comment cuts its tail. The memory is JSON in
// base64 with + and /, so that no text in it can hold "--" and end the HTML
// comment.
func (m Memory) Marker() string { return m.settled().bounded().marker() }

func (m Memory) marker() string {
	return MarkerPrefix + fmt.Sprint(memoryVersion, " ", m.encoded(), " -->")
}

func (m Memory) encoded() string {
	b, err := json.Marshal(m)
	if err != nil {
		panic("workflow: " + err.Error()) // strings and numbers always encode
	}
	return base64.RawStdEncoding.EncodeToString(b)
}

// ParseMarker reads the memory from the body of a status comment. It gives false
// where there is none that this version can read; State.Ignored then says why.
func ParseMarker(body string) (Memory, bool) {
	m, err := readMarker(body)
	return m, err == nil
}

func readMarker(body string) (Memory, error) {
	if !HasMarker(body) {
		return Memory{}, errors.New("its first line is not Tollgate's marker")
	}
	line, _, _ := strings.Cut(body, "\n")
	return readLine(strings.TrimRight(line, "\r"), MarkerPrefix)
}

// readLine reads a line that begins with a prefix and goes on as a marker does.
func readLine(line, prefix string) (Memory, error) {
	var m Memory
	if err := decodeLine(line, prefix, &m); err != nil {
		return Memory{}, err
	}
	if m.Version != memoryVersion || m.Dropped < 0 || m.Lost != nil && !m.Lost.sound() {
		return Memory{}, errors.New("its marker was edited: the memory in it contradicts itself")
	}
	return m.bounded(), nil
}

// decodeLine decodes what stands in a line that begins with a prefix and a version.
func decodeLine(line, prefix string, into any) error {
	if len(line) > MaxMarker {
		return fmt.Errorf("its marker is %d bytes long, %d is the most that Tollgate writes", len(line), MaxMarker)
	}
	version, rest, _ := strings.Cut(line[len(prefix):], " ")
	if version != fmt.Sprint(memoryVersion) {
		return fmt.Errorf("its marker has version %.10q, and this Tollgate reads version %d", version, memoryVersion)
	}
	text, ok := strings.CutSuffix(rest, " -->")
	if !ok {
		return errors.New("its marker is cut off")
	}
	b, err := base64.RawStdEncoding.Strict().DecodeString(text)
	if err != nil {
		return fmt.Errorf("its marker was edited: %w", err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("its marker was edited: %w", err)
	}
	return nil
}

// bounded gives the memory as it is kept: the first entry of the log and the latest,
// as many as there is room for, with the rest counted.
func (m Memory) bounded() Memory {
	m.Version = memoryVersion
	m.Log = slices.Clone(m.Log)
	if n := len(m.Escalations) - maxEscalations; n > 0 {
		m.Escalations = m.Escalations[n:]
	}
	m.Escalations = slices.Clone(m.Escalations)
	for i := range m.Escalations {
		m.Escalations[i] = m.Escalations[i].bounded()
	}
	if n := len(m.Ticked) - maxTicked; n > 0 {
		m.Ticked = slices.Clone(m.Ticked[n:])
	}
	for i := range m.Log {
		m.Log[i].Why = sentence(m.Log[i].Why)
	}
	if n := len(m.Log) - 1 - maxLog; n > 0 {
		m.drop(n)
	}
	for len(m.Log) > 1 && len(m.marker()) > MaxMarker {
		m.drop(1)
	}
	return m.squeezed()
}

// edited gives what is used of a memory that somebody else has edited: where the issue
// stood, which its label says as well, and the log, if that is still a chain.
func (m Memory) edited() Memory {
	out := Memory{Version: m.Version, Phase: m.Phase, Head: m.Head, Pull: m.Pull, Assigned: m.Assigned, Since: m.Since}
	if m.Broken() < 0 {
		out.Log, out.Dropped, out.Gap, out.Lost, out.Notices = m.Log, m.Dropped, m.Gap, m.Lost, m.Notices
		out.Last, out.LastN, out.Hand = m.Last, m.LastN, m.Hand
	}
	return out
}

// squeezed leaves out of a memory that is too long without a log what can be spared: a
// longer one would not be read at all.
func (m Memory) squeezed() Memory {
	long := func() bool { return len(m.marker()) > MaxMarker }
	for n := maxSources / 2; n > 0 && long(); n /= 2 {
		for i := range m.Escalations {
			m.Escalations[i] = m.Escalations[i].with(n)
		}
	}
	if long() {
		m.Gates, m.Shared, m.Shown, m.Others = nil, nil, nil, nil // a sweep holds the issue then
	}
	for len(m.Ticked) > 0 && long() {
		m.Ticked = m.Ticked[(len(m.Ticked)+1)/2:]
	}
	for len(m.Escalations) > 1 && long() {
		m.Escalations = m.Escalations[1:]
	}
	return m
}

// Pulls are the pull requests that the memory has to do with, by number: those that are
// for the issue as far as it knows, and those whose runs stand for an escalation.
func (m Memory) Pulls() []int {
	out := append([]int{m.Pull}, m.Beside...)
	for _, o := range m.Others {
		out = append(out, o.Pull)
	}
	for _, e := range m.Escalations {
		if e.Closed.IsZero() {
			out = append(out, e.Pulls...)
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(n int) bool { return n <= 0 })
}

// AsShown is the record of the gates as the status comment shows them.
func (m Memory) AsShown() map[string]string {
	if m.Shown != nil {
		return m.Shown
	}
	return m.Gates
}

// drop leaves out the oldest n entries after the first.
func (m *Memory) drop(n int) {
	m.Gap = m.Log[n].Hash
	for i, e := range m.Log[1 : 1+n] {
		if e.Kind != Move {
			continue
		}
		if m.Hand != nil && m.Hand.Head != e.Head {
			m.Hand = nil
		}
		if m.Last, m.LastN = &e, i+2+m.Dropped; e.By == ByPerson {
			m.Hand = &e
		}
	}
	m.Log = slices.Delete(m.Log, 1, 1+n)
	m.Dropped += n
}

// sentence puts text on one line of at most maxWhy bytes, as valid UTF-8.
func sentence(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if len(s) <= maxWhy {
		return s
	}
	return strings.TrimRight(strings.ToValidUTF8(s[:maxWhy-len("…")], ""), " ") + "…"
}
