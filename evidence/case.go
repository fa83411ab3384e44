package evidence

import (
	"strconv"
	"time"
)

// Outcome of a test case. The order of the constants is the order of gravity:
// where two statements about one case disagree, the larger one counts.
type Outcome uint8

const (
	_       Outcome = iota
	Skipped         // it did not run
	Passed          // it ran and held
	Failed          // an assertion failed
	Errored         // it could not finish
)

func (o Outcome) String() string {
	switch o {
	case Skipped:
		return "skipped"
	case Passed:
		return "passed"
	case Failed:
		return "failed"
	case Errored:
		return "errored"
	default:
		panic("evidence: outcome " + strconv.Itoa(int(o)))
	}
}

// Bad reports whether the outcome counts against the pass rate.
func (o Outcome) Bad() bool { return o == Failed || o == Errored }

// Attempt is one execution of a case that its report marks as one of several.
type Attempt struct {
	Outcome  Outcome
	Duration time.Duration
	Message  string
}

// Property is a name and value that the report attaches to a case.
type Property struct{ Name, Value string }

// Case is one named check with its final outcome. Suite, Class and Name are its
// identity within its report; File and Line are where the check lives in the
// source, if the report says so; At is where the report states it.
type Case struct {
	Suite, Class, Name string
	Outcome            Outcome
	Duration           time.Duration // 0 if the report does not say
	At                 Pos           // File is the report's

	Detail // only what did not simply pass has any of it
}

// Detail is what is kept of a case beyond identity and outcome.
type Detail struct {
	Message    string // first lines of what went wrong, at most MaxMessage bytes
	File       string
	Line       int
	Attempts   []Attempt // every attempt, in order, if there was more than one
	Properties []Property
}

// Empty reports whether there is nothing worth keeping.
func (d *Detail) Empty() bool {
	return d.Message == "" && d.File == "" && d.Line == 0 && d.Attempts == nil && d.Properties == nil
}

// Flaky reports whether the case passed after an attempt that did not.
func (c *Case) Flaky() bool {
	if c.Outcome != Passed {
		return false
	}
	for _, a := range c.Attempts {
		if a.Outcome.Bad() {
			return true
		}
	}
	return false
}

// Limits on what is kept of one case. What is longer is cut, and a cut name
// keeps a hash of the whole, so that two long names stay two.
const (
	MaxName    = 32 << 10
	MaxMessage = 4 << 10
)

// Counts are final outcomes.
type Counts struct {
	Passed  uint64 `json:"passed"`
	Failed  uint64 `json:"failed"`
	Errored uint64 `json:"errored"`
	Skipped uint64 `json:"skipped"`
}

// Total is the number of cases. Like all sums of Counts it saturates: a header
// that claims 2^64-1 failures must not make them vanish.
func (c Counts) Total() uint64 { return satAdd(c.PassRate().Den, c.Skipped) }

// Add counts one outcome.
func (c *Counts) Add(o Outcome) { c.AddN(o, 1) }

// AddN counts n of one outcome.
func (c *Counts) AddN(o Outcome, n uint64) {
	switch o {
	case Passed:
		c.Passed = satAdd(c.Passed, n)
	case Failed:
		c.Failed = satAdd(c.Failed, n)
	case Errored:
		c.Errored = satAdd(c.Errored, n)
	case Skipped:
		c.Skipped = satAdd(c.Skipped, n)
	default:
		panic("evidence: outcome " + strconv.Itoa(int(o)))
	}
}

// Plus is the sum of two counts.
func (c Counts) Plus(o Counts) Counts {
	return Counts{satAdd(c.Passed, o.Passed), satAdd(c.Failed, o.Failed), satAdd(c.Errored, o.Errored), satAdd(c.Skipped, o.Skipped)}
}

// PassRate is passed over passed, failed and errored; skipped is out of it.
func (c Counts) PassRate() Ratio {
	return Ratio{c.Passed, satAdd(c.Passed, satAdd(c.Failed, c.Errored))}
}

// Unlisted are cases that a report counts without listing them: a suite that
// has only a header, or a header that counts more failures than its bodies show.
type Unlisted struct {
	Suite string
	At    Pos
	Counts
}
