package render

import (
	"fmt"
	"strings"
)

// Security is what scanners found, in short.
type Security struct {
	Sources []string `json:"sources"` // of the policy, that have findings
	Runs    int      `json:"runs"`    // of tools
	Open    int      `json:"open"`    // findings that are neither suppressed nor waived
	// New says how many of them the base does not have, or why that cannot be told.
	New        string          `json:"new"`
	Suppressed int             `json:"suppressed"`
	Waived     int             `json:"waived"`
	By         []SecurityCount `json:"by"`     // gravest first
	CWEs       []NamedCount    `json:"cwes"`   // most frequent first; a finding can have several
	Failed     []string        `json:"failed"` // scanners and reports that prove nothing
}

// SecurityCount is how many open findings of one severity a tool has.
type SecurityCount struct {
	Tool     string `json:"tool"`
	Severity string `json:"severity"`
	N        int    `json:"n"`
	Rank     int    `json:"-"` // of the severity, more is graver
}

// NamedCount is how many there are of something.
type NamedCount struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// maxSecurity is how many rows of a table, and weaknesses, the summary shows.
const maxSecurity = 20

// security is the summary in the package of an escalation. Where nothing is known it
// says so: silence would read as “nothing found”.
func (s Status) security() string {
	sec := s.Security
	var b strings.Builder
	b.WriteString("\n#### Security\n\n")
	switch {
	case sec == nil:
		b.WriteString("This run had no reports, so what scanners find is not known.\n")
		return b.String()
	case len(sec.Sources) == 0:
		b.WriteString("The policy has no source with findings, so what scanners find is not known.\n")
		return b.String()
	case sec.Runs == 0:
		b.WriteString("**No scanner has run.**\n")
	case sec.Open == 0:
		fmt.Fprintf(&b, "No open finding in %s; %d suppressed, %d waived.\n", plural(sec.Runs, "run of a scanner"), sec.Suppressed, sec.Waived)
	default:
		fmt.Fprintf(&b, "%s in all; new: %s; %d suppressed, %d waived.\n\n", plural(sec.Open, "open finding"), Prose(sec.New, 300), sec.Suppressed, sec.Waived)
		rows := [][]string{{"severity", "tool", "open findings"}}
		for _, c := range sec.By[:min(maxSecurity, len(sec.By))] {
			rows = append(rows, []string{c.Severity, c.Tool, fmt.Sprint(c.N)})
		}
		b.WriteString(markdownTable(rows))
		if more := len(sec.By) - maxSecurity; more > 0 {
			fmt.Fprintf(&b, "\nand %d more rows\n", more)
		}
	}
	if len(sec.CWEs) > 0 {
		var names []string
		for _, c := range sec.CWEs[:min(maxSecurity, len(sec.CWEs))] {
			names = append(names, fmt.Sprintf("%s (%d)", Prose(c.Name, 40), c.N))
		}
		fmt.Fprintf(&b, "\nWeaknesses: %s", strings.Join(names, ", "))
		if more := len(sec.CWEs) - maxSecurity; more > 0 {
			fmt.Fprintf(&b, " and %d more", more)
		}
		b.WriteString("\n")
	}
	for i, f := range sec.Failed {
		if i == maxSecurity {
			fmt.Fprintf(&b, "- and %d more\n", len(sec.Failed)-i)
			break
		}
		if i == 0 {
			b.WriteString("\n**Proves nothing:**\n\n")
		}
		fmt.Fprintf(&b, "- %s\n", Prose(f, 300))
	}
	for i, w := range s.Verdict.Waivers {
		if i == maxSecurity {
			fmt.Fprintf(&b, "- and %d more\n", len(s.Verdict.Waivers)-i)
			break
		}
		if i == 0 {
			b.WriteString("\n**Waivers for this change:**\n\n")
		}
		fmt.Fprintf(&b, "- %s %s, %s\n", Code(w.At.String(), 200), Prose(w.What(), 300), Prose(terms(w.Waiver), 600))
	}
	return b.String()
}
