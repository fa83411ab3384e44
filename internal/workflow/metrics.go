package workflow

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Reaction is the first that the owner of a phase did while an issue stood in it.
type Reaction struct {
	Began time.Time `json:"began"` // the phase
	At    time.Time `json:"at"`
}

// reactions finds one for each stay in a phase that the log knows of. What an owner did
// after the issue had left is an answer to nothing.
func (r Rules) reactions(m Memory, s plan.Snapshot) (out []Reaction) {
	stays := slices.DeleteFunc(moves(m.Log), func(e Entry) bool { return e.At.IsZero() })
	for i, e := range stays {
		who := r.phase(e.To).Owner
		owners, known := s.Facts.Members(who)
		if !known {
			continue
		}
		began := e.At
		if i == len(stays)-1 && !m.Since.IsZero() {
			began = m.Since // of a move that a person made it is the time of the label
		}
		at := FirstReaction(&s.Facts, owners, began)
		if !at.IsZero() && (i == len(stays)-1 || !at.After(stays[i+1].At)) {
			out = append(out, Reaction{began, at})
		}
	}
	return out
}

// Metrics are the times of what ended between two times, in working time, and how
// often a phase was left forward.
type Metrics struct {
	From       time.Time         `json:"from"`
	To         time.Time         `json:"to"`
	Response   Times             `json:"response"`   // from when a phase begins to the first that its owner does
	Correction Times             `json:"correction"` // from when an issue is sent back until it is there again
	Escalation Times             `json:"escalation"` // from when it is raised until it is answered or closed
	Resolution Times             `json:"resolution"` // from when it enters until it comes to the last phase
	Passed     []PhaseRate       `json:"pass_rate"`
	Trend      map[string]string `json:"trend,omitempty"` // against those before: shorter, longer, the same
}

// Times are how long something took: how often, the median, and what nine of ten did not
// exceed. Both are times that somebody had: the smallest that half of all, or nine of
// ten, do not exceed.
type Times struct {
	N           int
	Median, P90 time.Duration
}

// MarshalJSON leaves the times out where nothing was measured: they are not zero.
func (t Times) MarshalJSON() ([]byte, error) {
	if t.N == 0 {
		return []byte(`{"n":0}`), nil
	}
	return json.Marshal(struct {
		N      int           `json:"n"`
		Median time.Duration `json:"median_ns"`
		P90    time.Duration `json:"p90_ns"`
	}{t.N, t.Median, t.P90})
}

// PhaseRate is how often a phase was left, and how often forward. Trend is against the
// rate before: higher, lower, the same; "" where one of them was not measured.
type PhaseRate struct {
	Phase string         `json:"phase"`
	Rate  evidence.Ratio `json:"rate"`
	Trend string         `json:"trend,omitempty"`
}

// Named gives the times with their names, in the order in which they are shown.
func (m Metrics) Named() []NamedTimes {
	return []NamedTimes{
		{"response", m.Response, m.Trend["response"]}, {"correction", m.Correction, m.Trend["correction"]},
		{"escalation", m.Escalation, m.Trend["escalation"]}, {"resolution", m.Resolution, m.Trend["resolution"]},
	}
}

// NamedTimes are the times of one metric, and their trend.
type NamedTimes struct {
	Name string
	Times
	Trend string
}

// Trace gives the metrics of so many periods, the last of which ends at a time, oldest
// first, each with its trends against the period before it.
func (r Rules) Trace(c *calendar.Calendar, all []Standing, to time.Time, period time.Duration, n int) []Metrics {
	before := r.measure(c, all, to.Add(-time.Duration(n+1)*period), to.Add(-time.Duration(n)*period))
	out := make([]Metrics, 0, n)
	for i := n - 1; i >= 0; i-- {
		m := r.measure(c, all, to.Add(-time.Duration(i+1)*period), to.Add(-time.Duration(i)*period))
		out = append(out, m.against(before))
		before = m
	}
	return out
}

// measure gives the metrics of what ended after from, and no later than to.
func (r Rules) measure(c *calendar.Calendar, all []Standing, from, to time.Time) Metrics {
	within := func(t time.Time) bool { return t.After(from) && !t.After(to) }
	took := func(a, b time.Time) time.Duration {
		if c == nil {
			return b.Sub(a)
		}
		return c.Elapsed(a, b, nil)
	}
	var response, correction, escalation, resolution []time.Duration
	left := make([]evidence.Ratio, len(r.Phases))
	for _, s := range all {
		for _, did := range s.Reactions {
			if within(did.At) {
				response = append(response, took(did.Began, did.At))
			}
		}
		for _, e := range s.Escalations {
			if end := e.ended(); within(end) && !e.Opened.IsZero() {
				escalation = append(escalation, took(e.Opened, end))
			}
		}
		var entered, back time.Time
		backFrom := -1
		for _, m := range s.Moves {
			at, to := r.index(m.From), r.index(m.To)
			switch {
			case m.At.IsZero() || to < 0:
				continue
			case m.From == "":
				entered = m.At
				continue
			case at >= 0 && within(m.At):
				left[at].Den++
				if to > at {
					left[at].Num++
				}
			}
			if at > to && backFrom < 0 {
				back, backFrom = m.At, at
			}
			if to >= backFrom && backFrom >= 0 && to > at {
				if within(m.At) {
					correction = append(correction, took(back, m.At))
				}
				backFrom = -1
			}
			if to == len(r.Phases)-1 && !entered.IsZero() && within(m.At) {
				resolution = append(resolution, took(entered, m.At))
			}
		}
	}
	out := Metrics{From: from, To: to, Response: times(response), Correction: times(correction), Escalation: times(escalation), Resolution: times(resolution)}
	for i, p := range r.Phases {
		if left[i].Den > 0 {
			out.Passed = append(out.Passed, PhaseRate{Phase: p.Name, Rate: left[i]})
		}
	}
	return out
}

// against gives the metrics with their trends against earlier ones, where both were
// measured.
func (m Metrics) against(before Metrics) Metrics {
	m.Trend = map[string]string{}
	was := before.Named()
	for i, t := range m.Named() {
		if t.N > 0 && was[i].N > 0 {
			m.Trend[t.Name] = [...]string{"shorter", "the same", "longer"}[cmp.Compare(t.Median, was[i].Median)+1]
		}
	}
	m.Passed = slices.Clone(m.Passed)
	for i := range m.Passed {
		p := &m.Passed[i]
		for _, was := range before.Passed {
			if was.Phase == p.Phase {
				p.Trend = [...]string{"lower", "the same", "higher"}[p.Rate.Cmp(was.Rate)+1]
			}
		}
	}
	return m
}

// times gives the median and the ninth decile: of an even number the lower one of the
// two in the middle, which somebody had.
func times(all []time.Duration) Times {
	if len(all) == 0 {
		return Times{}
	}
	slices.Sort(all)
	return Times{len(all), all[(len(all)-1)/2], all[(9*len(all)+9)/10-1]}
}
