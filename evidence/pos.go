package evidence

import "strconv"

// Pos is a place in a file. Line and Col count from 1, Col in bytes; 0 is
// unknown, and what is unknown is not printed.
type Pos struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"column,omitempty"`
}

// String gives file:line:col, without the parts that are unknown.
func (p Pos) String() string {
	s := p.File
	if p.Line > 0 {
		if s != "" {
			s += ":"
		}
		s += strconv.Itoa(p.Line)
		if p.Col > 0 {
			s += ":" + strconv.Itoa(p.Col)
		}
	}
	return s
}

// Gravity says what a Problem does to the report that it is found in.
type Gravity uint8

const (
	_ Gravity = iota
	// Quirk is an oddity that was read in the one way that cannot raise a
	// verdict: a header that counts fewer failures than the bodies, a rule index
	// that names another rule. It is shown; the report stays conclusive.
	Quirk
	// Unsound means that something is missing or cannot be read, so that the
	// report may claim less than happened. The report is not conclusive.
	Unsound
)

func (g Gravity) String() string {
	switch g {
	case Quirk:
		return "quirk"
	case Unsound:
		return "unsound"
	default:
		panic("evidence: gravity " + strconv.Itoa(int(g)))
	}
}

// Problem is one complaint about a report, at its place. Broken input is a
// Problem; a Go error is for what is not about the input.
type Problem struct {
	Pos     Pos
	Gravity Gravity
	Message string
}

// String gives file:line:col: message.
func (p Problem) String() string {
	if at := p.Pos.String(); at != "" {
		return at + ": " + p.Message
	}
	return p.Message
}
