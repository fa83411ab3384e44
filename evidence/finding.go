package evidence

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Level is a SARIF level (SARIF 2.1.0 §3.27.10).
type Level uint8

const (
	_ Level = iota
	LevelNone
	LevelNote
	LevelWarning
	LevelError
)

// Levels lists them, gravest first.
var Levels = []Level{LevelError, LevelWarning, LevelNote, LevelNone}

func (l Level) String() string {
	switch l {
	case LevelNone:
		return "none"
	case LevelNote:
		return "note"
	case LevelWarning:
		return "warning"
	case LevelError:
		return "error"
	default:
		panic("evidence: level " + strconv.Itoa(int(l)))
	}
}

// Severity is the band of a security-severity score: 9.0 up critical, 7.0 high,
// 4.0 medium, above 0 low (GitHub's scale, taken as half-open bands). A finding
// without a usable score is Unscored; it is never taken for a low one.
type Severity uint8

const (
	_ Severity = iota
	Unscored
	Low
	Medium
	High
	Critical
)

// Severities lists them, gravest first and Unscored last.
var Severities = []Severity{Critical, High, Medium, Low, Unscored}

func (s Severity) String() string {
	switch s {
	case Unscored:
		return "unscored"
	case Low:
		return "low"
	case Medium:
		return "medium"
	case High:
		return "high"
	case Critical:
		return "critical"
	default:
		panic("evidence: severity " + strconv.Itoa(int(s)))
	}
}

// SeverityWord is the severity that tools mean by a word, whatever its case, and 0 of
// a word that is none. The words of levels mean what GitHub shows them as: an error
// is high, a warning medium, a note low; none of them is critical.
func SeverityWord(word string) Severity {
	switch strings.ToLower(word) {
	case "critical":
		return Critical
	case "high", "error":
		return High
	case "medium", "moderate", "warning":
		return Medium
	case "low", "note", "recommendation":
		return Low
	case "info", "informational", "none", "unknown", "undefined", "negligible":
		return Unscored
	default:
		return 0
	}
}

// BaselineState is what the report itself says about an earlier run
// (SARIF 2.1.0 §3.27.24). Unstated is the common case.
type BaselineState uint8

const (
	Unstated BaselineState = iota
	BaselineNew
	BaselineUnchanged
	BaselineUpdated
	BaselineAbsent
)

// Finding is a SARIF result of kind fail.
type Finding struct {
	Tool, Rule   string
	Category     string // of the run
	Level        Level
	LevelFrom    LevelSource
	Severity     Severity
	Score        string // security-severity as written, "" if there is none
	Message      string // at most MaxMessage bytes
	Path         string // as the report writes it, relative where it can be made so
	Line, Col    int
	EndLine      int           // last line of the region, 0 where the report does not say one after Line
	Also         []Place       // where else it is: a finding of several places, of which Path and Line are the first
	FirstSeen    time.Time     // when the report says that it was first detected, to the second; zero if it does not
	CWE          []string      // "CWE-79", sorted
	Ratings      []string      // "properties.severity=high": words of severity in properties, those of the result first
	Fingerprints []Fingerprint // fingerprints and partialFingerprints, as the report orders them
	Suppressed   bool          // by an accepted suppression
	Baseline     BaselineState
	At           Pos // in the report, whose Source is the file
}

// Place is a region of a file, with its lines as Finding has them.
type Place struct {
	Path          string
	Line, EndLine int
}

// Places yields where a finding is, the first place first.
func (f *Finding) Places() iter.Seq[Place] {
	return func(yield func(Place) bool) {
		if !yield(Place{f.Path, f.Line, f.EndLine}) {
			return
		}
		for _, p := range f.Also {
			if !yield(p) {
				return
			}
		}
	}
}

// Fingerprint is a value that stays when a finding moves, and what it is called.
type Fingerprint struct{ Name, Value string }

// Fingerprint gives the value of that name, "" if there is none.
func (f *Finding) Fingerprint(name string) string {
	for _, p := range f.Fingerprints {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// ToolRun is one run of one tool, whether or not it found anything.
type ToolRun struct {
	Tool string
	// Category tells apart several runs of one tool on one commit: what stands before
	// the last slash of automationDetails.id, "" if it has none (SARIF 2.1.0 §3.17.3).
	Category string
	Version  string
	Rules    int  // rules that the run says it knows
	Results  int  // results of every kind
	Failed   bool // the run says that it did not succeed
	// Scales are those on which a rule or a finding of the run has a place:
	// "security-severity", or a property that holds a word of severity.
	Scales []string
	At     Pos
}

// FindingCounts summarise the findings that are there now, which those that the
// report calls absent are not. Total counts all, Suppressed those that an
// accepted suppression silences; New, Levels and Severities count the others.
type FindingCounts struct {
	Total, Suppressed, New int
	Levels                 map[Level]int
	Severities             map[Severity]int
	Tools                  []string // sorted, with and without findings
}

// CountFindings summarises the findings of a report.
func (r *Report) CountFindings() FindingCounts {
	c := FindingCounts{Levels: map[Level]int{}, Severities: map[Severity]int{}}
	for i := range r.Findings.Len() {
		f := r.Findings.Record(i)
		if f.Baseline == BaselineAbsent {
			continue // it was there in an earlier run, and is not now
		}
		c.Total++
		if f.Suppressed {
			c.Suppressed++
			continue
		}
		if f.Baseline == BaselineNew {
			c.New++
		}
		c.Levels[f.Level]++
		c.Severities[f.Severity]++
	}
	for _, t := range r.ToolRuns {
		c.Tools = append(c.Tools, t.Tool)
	}
	slices.Sort(c.Tools)
	c.Tools = slices.Compact(c.Tools)
	return c
}
