package gates

import (
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// aheadOfNow is how far the clock of the machine that wrote a report may be ahead of
// the one that judges it.
const aheadOfNow = 5 * time.Minute

// stale says which reports of a source are older than it allows, or do not show that
// they are not. What a report states counts, and never when its file was changed: a
// download or a checkout makes that new. The sentences do not say how long ago it is:
// a comment is written again where its text has changed, and that would be always.
func (j *judge) stale(src Source, reports []*evidence.Report) []gap {
	most := src.Expect.Age
	if most == 0 || j.of != thisRun {
		return nil // the baseline may be as old as it is
	}
	var gaps []gap
	for _, r := range reports {
		if r.Kinds == 0 {
			continue // it is no report, and that has been said
		}
		g := gap{pos: evidence.Pos{File: r.Source}}
		made := r.Time.At.UTC().Format(time.RFC3339)
		if r.Time.Zoneless {
			made += " (it names no zone, and is read as UTC)"
		}
		switch age := j.in.Now.Sub(r.Time.At); {
		case !r.Time.Stated():
			g.text = fmt.Sprintf("this %s report does not state when it was made; source %s must be at most %s old", r.Format, src.Name, timeSpan(most))
			g.remedy = fmt.Sprintf("have the tool that writes %s state a time, or take `age` out of `expect` of source %s", r.Source, src.Name)
		case age < -aheadOfNow:
			g.text = fmt.Sprintf("this report states %s, which is in the future; how old it is cannot be told", made)
			g.remedy = "set the clock of the machine that writes " + r.Source
			if r.Time.Zoneless {
				g.remedy = "write " + r.Source + " with TZ=UTC, or with a zone in its times"
			}
		case age > most:
			g.text = fmt.Sprintf("this report states %s, which is more than %s ago; source %s must be no older", made, timeSpan(most), src.Name)
			g.remedy = "run again what writes " + r.Source + ", and judge what it writes now"
		default:
			continue
		}
		gaps = append(gaps, g)
	}
	sortGaps(gaps)
	return gaps
}

// timeSpan writes a duration to the second, without the units that are 0 at its end.
func timeSpan(d time.Duration) string {
	s := d.Truncate(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
