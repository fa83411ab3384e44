package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// LogLine is an entry of a decision log as decision-log.jsonl has it: one on a line,
// with its number and its hash, so that the chain can be checked.
type LogLine struct {
	Repo  string `json:"repo"`
	Issue int    `json:"issue"`
	workflow.Numbered
}

// Bytes are those of the line, with its end.
func (l LogLine) Bytes() []byte { return jsonText(l, "") }

// LogFile are the entries of a log as a file to which later runs append.
func LogFile(repo string, issue int, entries []workflow.Numbered) PackageFile {
	var b bytes.Buffer
	for _, e := range entries {
		b.Write(LogLine{repo, issue, e}.Bytes())
	}
	return PackageFile{Name: fmt.Sprintf("issue-%d/decision-log.jsonl", issue), Data: b.Bytes(), Append: true}
}

// CheckedLog is what `tollgate log verify` has found.
type CheckedLog struct {
	Repo    string
	Issue   int
	Checked workflow.Checked
	Unread  []string // what of the files could not be read, each with its place
	Notes   []string
}

// shownBreaks bounds how many places are named of each kind.
const shownBreaks = 10

// LogText says whether a log is whole, and if not, where.
func LogText(out io.Writer, l CheckedLog, st Style) error {
	var b strings.Builder
	c := l.Checked
	fmt.Fprintf(&b, "%s#%d: %d of %d entries", Clean(l.Repo, 100), l.Issue, c.Entries, c.Last)
	if len(c.Broken)+len(c.Missing)+len(l.Unread) == 0 {
		b.WriteString(", and each follows on the one before it")
	}
	b.WriteString("\n")
	line := func(sign string, col colour, text string) { fmt.Fprintf(&b, "  %s %s\n", st.paint(col, sign), text) }
	some := func(sign string, col colour, n int, text func(int) string) {
		for i := range min(n, shownBreaks) {
			line(sign, col, text(i))
		}
		if n > shownBreaks {
			line(sign, col, fmt.Sprintf("and %d more", n-shownBreaks))
		}
	}
	some("✗", red, len(c.Broken), func(i int) string {
		broken, where := c.Broken[i], ""
		if broken.Where != "" {
			where = Clean(broken.Where, 300) + ": "
		}
		return fmt.Sprintf("%sentry %d: %s", where, broken.N, Clean(broken.Why, 300))
	})
	some("?", yellow, len(l.Unread), func(i int) string { return Clean(l.Unread[i], 400) })
	some("?", yellow, len(c.Missing), func(i int) string {
		s := c.Missing[i]
		what := fmt.Sprintf("entries %d to %d are", s.From, s.To)
		if s.From == s.To {
			what = fmt.Sprintf("entry %d is", s.From)
		}
		return what + " in none of the files: give the decision-log.jsonl of the runs of that time; without --package-dir none was kept"
	})
	for _, n := range l.Notes {
		line("·", dim, Clean(n, 400))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

type (
	jsonBreak struct {
		Where string `json:"where,omitempty"` // "file:line"
		Entry int    `json:"entry"`
		Why   string `json:"why"`
	}
	jsonSpan struct {
		From int `json:"from"`
		To   int `json:"to"`
	}
)

// LogJSON is the same for programs, with every place.
func LogJSON(out io.Writer, l CheckedLog) error {
	c := l.Checked
	broken, missing := []jsonBreak{}, []jsonSpan{}
	for _, b := range c.Broken {
		broken = append(broken, jsonBreak{b.Where, b.N, b.Why})
	}
	for _, m := range c.Missing {
		missing = append(missing, jsonSpan{m.From, m.To})
	}
	_, err := out.Write(jsonText(struct {
		Schema  string      `json:"schema"`
		Repo    string      `json:"repo"`
		Issue   int         `json:"issue"`
		Whole   bool        `json:"whole"`
		Entries int         `json:"entries"` // that are there
		Last    int         `json:"last"`    // number of the last that there is, or was
		Broken  []jsonBreak `json:"broken"`
		Missing []jsonSpan  `json:"missing"`
		Unread  []string    `json:"unread"`
		Notes   []string    `json:"notes"`
	}{
		"tollgate/log-check/v1", l.Repo, l.Issue, len(c.Broken)+len(c.Missing)+len(l.Unread) == 0, c.Entries, c.Last,
		broken, missing, append([]string{}, l.Unread...), append([]string{}, l.Notes...),
	}, "  "))
	return err
}
