package render

import (
	"bytes"
	"cmp"
	"fmt"
	"io"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/policytest"
)

// Cases is what came of testing a policy.
type Cases struct {
	Policy   PolicyRef
	Results  []policytest.Result // the cases of one file stand together
	Coverage []policytest.Seen
	Required bool // a condition that was not seen both ways is an error
	Exit     int
}

// sound counts the cases that came out as expected, and the conditions that were
// seen both ways.
func (c Cases) sound() (cases, conditions int) {
	for _, r := range c.Results {
		if r.Passed() {
			cases++
		}
	}
	for _, s := range c.Coverage {
		if s.Gap() == "" {
			conditions++
		}
	}
	return cases, conditions
}

// CasesText prints for people: each case, what differed, and which conditions the
// cases have seen.
func CasesText(w io.Writer, c Cases, st Style) error {
	var b bytes.Buffer
	file := ""
	for _, r := range c.Results {
		if r.File != file {
			file = r.File
			fmt.Fprintf(&b, "%s\n", st.paint(bold, Clean(file, 200)))
		}
		status := gates.Pass
		if !r.Passed() {
			status = gates.Fail
		}
		sign, col := mark(status)
		st.item(&b, "  "+st.paint(col, sign)+" ", r.Case)
		for _, d := range r.Differences {
			st.item(&b, "      ", fmt.Sprintf("%s: expected %s, got %s (%s)", d.What, d.Want, cmp.Or(d.Got, "nothing"), d.At))
			if d.Why != "" {
				st.item(&b, "        ", d.Why)
			}
		}
	}
	b.WriteByte('\n')
	st.coverage(&b, c)
	cases, conditions := c.sound()
	status := gates.Pass
	if c.Exit != 0 {
		status = gates.Fail
	}
	sign, col := mark(status)
	fmt.Fprintf(&b, "\n%s %s; %s\n", st.paint(bold, st.paint(col, sign)), ofMany(cases, len(c.Results), "case", "as expected"),
		ofMany(conditions, len(c.Coverage), "condition", "seen both to pass and to fail"))
	if conditions < len(c.Coverage) && c.Required {
		st.item(&b, "  ", "--require-coverage asks for a case in which each condition passes and one in which it fails")
	}
	fmt.Fprintf(&b, "  %s\n\n%s\n", st.paint(dim, "policy "+Clean(c.Policy.String(), 100)), st.paint(dim, fmt.Sprintf("exit %d", c.Exit)))
	_, err := w.Write(b.Bytes())
	return err
}

// ofMany says how many of several are something: "3 of 4 cases as expected".
func ofMany(n, all int, one, what string) string {
	many := one + "s"
	if all == 1 {
		many = one
	}
	return fmt.Sprintf("%d of %d %s %s", n, all, many, what)
}

// coverage prints a line a condition.
func (st Style) coverage(b *bytes.Buffer, c Cases) {
	width := len("condition")
	name := func(s policytest.Seen) string {
		return Clean(s.Check.In+"/"+s.Condition.String(), 60)
	}
	for _, s := range c.Coverage {
		width = max(width, columns.StringWidth(name(s)))
	}
	fmt.Fprintf(b, "%s\n", st.paint(bold, fmt.Sprintf("  # condition%*s  passed  failed  inconclusive", width-len("condition"), "")))
	for _, s := range c.Coverage {
		fmt.Fprintf(b, "%3d %s%*s  %6d  %6d  %12d", s.Check.Number, name(s), width-columns.StringWidth(name(s)), "", s.Passed, s.Failed, s.Inconclusive)
		if gap := s.Gap(); gap != "" {
			col := yellow
			if c.Required {
				col = red
			}
			b.WriteString("  " + st.paint(col, gap))
		}
		b.WriteByte('\n')
	}
}

// jsonCases is the document of `policy test --format json`; docs/policy-test.md
// describes it.
type jsonCases struct {
	Schema   string         `json:"schema"`
	Exit     int            `json:"exit_code"`
	Policy   jsonPolicy     `json:"policy"`
	Cases    []jsonCase     `json:"cases"`
	Coverage []jsonCoverage `json:"coverage"`
}

type jsonCase struct {
	Name        string           `json:"name"`
	At          evidence.Pos     `json:"at"`
	Passed      bool             `json:"passed"`
	Differences []jsonDifference `json:"differences"`
}

type jsonDifference struct {
	What     string       `json:"what"`
	Expected string       `json:"expected"`
	Got      string       `json:"got"`
	Why      string       `json:"why,omitempty"`
	At       evidence.Pos `json:"at"`
}

type jsonCoverage struct {
	Number       int          `json:"number"`
	Check        string       `json:"check"`
	Condition    string       `json:"condition"`
	At           evidence.Pos `json:"at"`
	Passed       int          `json:"passed"`
	Failed       int          `json:"failed"`
	Inconclusive int          `json:"inconclusive"`
	Gap          string       `json:"gap,omitempty"`
}

// CasesJSON prints the same for machines.
func CasesJSON(w io.Writer, c Cases) error {
	out := jsonCases{
		Schema: "tollgate/policy-test/v1", Exit: c.Exit, Policy: jsonPolicy{c.Policy.Path, c.Policy.Digest},
		Cases: []jsonCase{}, Coverage: []jsonCoverage{},
	}
	for _, r := range c.Results {
		jc := jsonCase{r.Case, r.At, r.Passed(), []jsonDifference{}}
		for _, d := range r.Differences {
			jc.Differences = append(jc.Differences, jsonDifference{d.What, d.Want, d.Got, d.Why, d.At})
		}
		out.Cases = append(out.Cases, jc)
	}
	for _, s := range c.Coverage {
		out.Coverage = append(out.Coverage, jsonCoverage{
			s.Check.Number, s.Check.Name, s.Condition.String(), s.Condition.At, s.Passed, s.Failed, s.Inconclusive, s.Gap(),
		})
	}
	return writeJSON(w, out)
}
