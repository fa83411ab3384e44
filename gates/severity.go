package gates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// SeverityFrom says where the severity of a tool's findings is read: from
// SecuritySeverity, from their Level, or from the property that it names.
type SeverityFrom struct {
	Tool string // compared without case; "" for every tool that has no entry of its own
	From string
}

// The scales on which the severity of a finding can be read; a property is named as
// "properties.problem.severity".
const (
	SecuritySeverity = "security-severity"
	ByLevel          = "level"
	PropertyPrefix   = "properties."
)

// scale gives that of a tool in the source.
func (src Source) scale(tool string) string {
	scale := SecuritySeverity
	for _, s := range src.SeverityFrom {
		switch {
		case strings.EqualFold(s.Tool, tool):
			return s.From
		case s.Tool == "":
			scale = s.From
		}
	}
	return scale
}

// SeverityOf gives the severity of a finding of the source, on the scale that the
// policy says for its tool: what the severity metrics count by.
func (src Source) SeverityOf(f *evidence.Finding) evidence.Severity {
	return severityOn(src.scale(f.Tool), f)
}

// severityOn gives the place of a finding on a scale. An error is high, a warning
// medium and a note low, because no level says critical. What the scale does not say
// is unscored.
func severityOn(scale string, f *evidence.Finding) evidence.Severity {
	switch scale {
	case SecuritySeverity:
		return f.Severity
	case ByLevel:
		return max(evidence.SeverityWord(f.Level.String()), evidence.Unscored)
	}
	for _, r := range f.Ratings {
		if word, ok := strings.CutPrefix(r, scale+"="); ok {
			return max(evidence.SeverityWord(word), evidence.Unscored)
		}
	}
	return evidence.Unscored
}

// canReach reports whether a run could have had a finding of a severity: whether its
// rules and findings have a place on the scale. A run that lists neither leaves it
// open, and known is false.
func canReach(scale string, s evidence.Severity, run *evidence.ToolRun) (reaches, known bool) {
	if scale == ByLevel {
		return s != evidence.Critical, true
	}
	return slices.Contains(run.Scales, scale), run.Rules > 0 || run.Results > 0
}

// reach is which severities the tools of a gate can have, and which tools cannot.
type reach struct {
	some   bool
	silent []string // "gosec carries no security-severity"
	homes  []string // sources of those
}

func (b *body) reach(s evidence.Severity) reach {
	var r reach
	for i, report := range b.reports {
		home := b.homes[i]
		for k := range report.ToolRuns {
			run := &report.ToolRuns[k]
			if !b.filter.tools.admits(run.Tool) {
				continue
			}
			scale := home.scale(run.Tool)
			reaches, known := canReach(scale, s, run)
			switch {
			case reaches:
				r.some = true
			case !known:
			case scale == ByLevel:
				r.silent = append(r.silent, "no level of "+firstLine(run.Tool)+" is "+s.String())
				r.homes = append(r.homes, home.Name)
			default:
				r.silent = append(r.silent, firstLine(run.Tool)+" carries no "+firstLine(scale))
				r.homes = append(r.homes, home.Name)
			}
		}
	}
	slices.Sort(r.silent)
	slices.Sort(r.homes)
	r.silent, r.homes = slices.Compact(r.silent), slices.Compact(r.homes)
	return r
}

// doubtSeverity adds to a count of findings of a severity what it proves. That there
// are none proves nothing where no tool could have had one: then the evidence is
// missing, and the condition is inconclusive however it reads.
func (b *body) doubtSeverity(r reading, s evidence.Severity) reading {
	r.notes = append(r.notes, b.unscoredNote()...)
	r.gaps = append(r.gaps, b.garbledScores()...)
	can := b.reach(s)
	switch {
	case len(can.silent) == 0:
	case can.some:
		r.notes = append(r.notes, listTexts(can.silent))
	default:
		r.gaps = append(r.gaps, gap{
			text: fmt.Sprintf("no finding could be %s: %s", s, listTexts(can.silent)),
			remedy: fmt.Sprintf("say where these tools state a severity, by `severity-from` of source %s, or limit `error` or `findings` instead of `%s`",
				some(can.homes), s),
		})
	}
	return r
}

// garbled reports whether a score says something, and nothing from 0 to 10: "HIGH",
// "9,8". A score of 0 or null says that there is none.
func garbled(score string) bool {
	score = strings.TrimSpace(score)
	return score != "null" && strings.Trim(score, "0.") != ""
}

// garbledScores is the gap of findings whose tool says how severe they are, in words
// that are on no scale: any of them may be of the severity that is counted.
func (b *body) garbledScores() []gap {
	var n uint64
	var first *openFinding
	open := b.countFindings().open
	for i := range open {
		d := &open[i]
		if !d.garbled || d.ruling.waives() {
			continue
		}
		if n++; n == 1 || comparePos(d.place(), first.place()) < 0 {
			first = d
		}
	}
	if n == 0 {
		return nil
	}
	f := first.report.Findings.At(first.at)
	text := fmt.Sprintf("the `security-severity` of %s is %s, which is no number from 0 to 10", firstLine(f.Rule), quoted(firstLine(f.Score)))
	if n > 1 {
		text += fmt.Sprintf(" (and that of %d more %s is none either)", n-1, plural(n-1, "finding", "findings"))
	}
	return []gap{{
		pos:    first.place(),
		text:   text,
		remedy: fmt.Sprintf("have %s write a number, or say by `severity-from` where its severity is", firstLine(f.Tool)),
	}}
}

// listTexts joins the first few.
func listTexts(texts []string) string {
	if more := len(texts) - maxGaps; more > 0 {
		texts = append(slices.Clone(texts[:maxGaps]), "and "+number(uint64(more))+" more")
	}
	return strings.Join(texts, ", ")
}

// severityGaps says which tools the policy reads a severity from that did not run: a
// name that is misspelt would leave the findings of a tool unread.
func (src Source) severityGaps(reports []*evidence.Report) []gap {
	ran := map[string]bool{"": true}
	for _, r := range reports {
		for _, t := range r.ToolRuns {
			ran[strings.ToLower(t.Tool)] = true
		}
	}
	var missing []string
	for _, s := range src.SeverityFrom {
		if !ran[strings.ToLower(s.Tool)] {
			missing = append(missing, s.Tool)
		}
	}
	if len(missing) == 0 || len(ran) == 1 {
		return nil
	}
	return []gap{{
		text:   fmt.Sprintf("`severity-from` of source %s names %s, which did not run", src.Name, some(missing)),
		remedy: "correct `severity-from`, or run " + some(missing),
	}}
}
