package main

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// A family is several reports of one run. What two of them can both say they must
// say alike, whatever format they are in.

// sameRun is how the index of the corpus names the summary of a run.
var sameRun = regexp.MustCompile(`^golden-summary: (\S+) \(same gcovr run`)

// adoptFamilies names the families of a corpus, whose index has no key for them:
// what gcovr wrote beside one summary, and coverage of one name in one folder.
func adoptFamilies(entries []*entry) {
	for _, e := range entries {
		if m := sameRun.FindStringSubmatch(e.Source); m != nil {
			e.Family = m[1]
		} else if e.kind == evidence.Coverage {
			dir, file := path.Split(e.File)
			stem, _, _ := strings.Cut(file, ".")
			e.Family = dir + stem
		}
	}
}

// number is one total of a report, as expect.json calls it.
type number struct {
	name  string
	value string
}

// numbers are the totals of one kind that a report states. A unit that it did not
// measure is none of them.
func numbers(k evidence.Kind, r *evidence.Report) []number {
	var ns []number
	switch k {
	case evidence.Tests:
		c := r.TestCounts()
		for _, n := range []struct {
			name  string
			count uint64
		}{{"tests", c.Total()}, {"passed", c.Passed}, {"failed", c.Failed}, {"errors", c.Errored}, {"skipped", c.Skipped}} {
			ns = append(ns, number{n.name, fmt.Sprint(n.count)})
		}
	case evidence.Coverage:
		for _, u := range evidence.Units {
			if have, ok := r.CoverageOf(u); ok {
				ns = append(ns, number{u.String(), have.Fraction()})
			}
		}
	case evidence.Findings:
		c := r.CountFindings()
		ns = append(ns, number{"levels", fmt.Sprint(c.Levels)}, number{"suppressed", fmt.Sprint(c.Suppressed)})
	case evidence.Benchmarks:
		ns = append(ns, number{"benchmarks", fmt.Sprint(r.Benchmarks.Len())})
	default:
		panic("agreement: undefined kind")
	}
	return ns
}

// quarrels walks the families and says where members contradict each other, and
// where one claims to differ and does not.
func quarrels(rows []row) []string {
	type key struct {
		family string
		kind   evidence.Kind
		number string
	}
	type voice struct{ file, value string }
	agreed := map[key]voice{}
	var out []string
	for _, differing := range []bool{false, true} {
		for _, r := range rows {
			e := r.Entry
			if e.Family == "" || r.Report == nil || r.Report.Format == "" || e.stand != nil {
				continue // an overlay has said why it stands alone
			}
			for _, n := range numbers(e.kind, r.Report) {
				if slices.Contains(e.Differs, n.name) != differing {
					continue
				}
				k := key{e.Family, e.kind, n.name}
				first, ok := agreed[k]
				switch {
				case differing && ok && first.value == n.value:
					out = append(out, fmt.Sprintf("%s: differs in %s by its expect.json, but agrees with %s", e.File, n.name, first.file))
				case differing:
				case !ok:
					agreed[k] = voice{e.File, n.value}
				case first.value != n.value:
					out = append(out, fmt.Sprintf("%s: %s %s, but %s of the same run in %s", e.File, n.name, n.value, first.value, first.file))
				}
			}
		}
	}
	return out
}
