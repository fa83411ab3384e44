package workflow

import (
	"fmt"
	"strconv"
	"strings"
)

// Place is an entry of a decision log: its number, counted from the first that there
// ever was on the issue, and its hash. The zero Place is that before the first.
type Place struct {
	N    int    `json:"n"`
	Hash string `json:"hash"`
}

// Anchor is how far the decision log goes, written where only Tollgate's token can
// write: in the check run.
type Anchor struct {
	Place
	// After is how far it went before the run that wrote the anchor: where that run was
	// killed before it could write the log, the log ends there. Equal to Place where the
	// run added nothing.
	After Place
}

// anchorLine begins the line of the anchor of an issue in the summary of the check run.
const anchorLine = "Head of the decision log of #%d: "

// Line is the anchor as the check run has it, without the line end; "" for none.
func (a Anchor) Line(issue int) string {
	if !a.sound() {
		return ""
	}
	line := fmt.Sprintf(anchorLine, issue) + a.Place.words()
	switch {
	case a.After == a.Place:
		return line
	case a.After.N == 0:
		return line + beforeIt + "none"
	}
	return line + beforeIt + a.After.words()
}

const beforeIt = "; before this run "

func (p Place) words() string { return fmt.Sprintf("entry %d, `%s`", p.N, p.Hash) }

// AnchorOf reads the anchor of an issue from the summary of a check run. It is zero
// where there is none.
func AnchorOf(summary string, issue int) Anchor {
	for line := range strings.Lines(summary) {
		rest, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), fmt.Sprintf(anchorLine, issue))
		if !ok {
			continue
		}
		at, before, more := strings.Cut(rest, beforeIt)
		a := Anchor{Place: placeOf(at)}
		switch {
		case !more:
			a.After = a.Place
		case before != "none":
			if a.After = placeOf(before); a.After.N == 0 {
				return Anchor{}
			}
		}
		if !a.sound() {
			return Anchor{}
		}
		return a
	}
	return Anchor{}
}

// maxEntries bounds the numbers of entries that are believed.
const maxEntries = 1_000_000_000

// placeOf reads what words writes; zero for anything else.
func placeOf(words string) Place {
	number, hash, _ := strings.Cut(strings.TrimPrefix(words, "entry "), ", ")
	n, err := strconv.Atoi(number)
	p := Place{N: n, Hash: strings.Trim(hash, "`")}
	if err != nil || !p.sound() || p.words() != words {
		return Place{}
	}
	return p
}

func (a Anchor) sound() bool {
	return a.Place.sound() && (a.After == Place{} || a.After.sound() && a.After.N <= a.N)
}

func (p Place) sound() bool {
	return p.N > 0 && p.N < maxEntries && len(p.Hash) == hashLen && strings.Trim(p.Hash, "0123456789abcdef") == ""
}

// anchored gives the anchor to be written once a log that stood at before ends at now. It
// stays as it is where the run adds nothing, so that a second run writes nothing, and where
// the log was lost: the next run could not tell what this one has written from what is
// gone, if this one is killed.
func (a Anchor) anchored(before, now Place, lost bool) Anchor {
	if a.Place == now || a.N > 0 && (before == now || lost) {
		return a
	}
	return Anchor{Place: now, After: before}
}

// unmet says in what a log contradicts its anchor, "" if in nothing. forged says that it
// has another entry than the one that the anchor names.
func (m Memory) unmet(a Anchor) (why string, forged bool) {
	if a.N == 0 {
		return "", false
	}
	last := m.Place()
	switch hash := m.hashOf(a.N); {
	case last.N < a.N && last == a.After:
		return "", false // the run that wrote the anchor was killed
	case last.N < a.N:
		return fmt.Sprintf("the check run names entry %d with the hash %s, and the log ends at entry %d: what came after is gone", a.N, a.Hash, last.N), false
	case hash != "" && hash != a.Hash:
		return fmt.Sprintf("the check run names entry %d with the hash %s, and in the log it has %.16q: the log is another one", a.N, a.Hash, hash), true
	}
	return "", false
}
