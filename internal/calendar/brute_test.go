package calendar_test

import (
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/tollgate-ci/tollgate/internal/calendar"
)

// The zones have a half-hour change, none, one at midnight, one that came back
// after years without, and a day that never was.
var zones = []string{
	"Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
	"America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "UTC",
}

// cases is how many random cases a property is tried on: few in a normal run, and
// as many as TOLLGATE_CLOCK_CASES says.
func cases(t *testing.T, usual int) int {
	t.Helper()
	s := os.Getenv("TOLLGATE_CLOCK_CASES")
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("TOLLGATE_CLOCK_CASES: %v", err)
	}
	return n
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// changes are the times at which a zone changes its clocks, from 1985 to 2046.
func changes(z *time.Location) (out []time.Time) {
	last := time.Date(2046, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := time.Date(1985, 1, 1, 0, 0, 0, 0, z); at.Before(last); {
		_, end := at.ZoneBounds()
		if end.IsZero() {
			break
		}
		if !end.After(at) { // the last day of a leap year
			at = at.Add(24 * time.Hour)
			continue
		}
		out = append(out, end)
		at = end
	}
	return out
}

// problem is one random case.
type problem struct {
	zone     *time.Location
	week     [7][]calendar.Hours
	holidays []time.Time
	from, to time.Time
	pauses   []calendar.Span
}

func randomProblem(rng *rand.Rand, z *time.Location, changes []time.Time) problem {
	p := problem{zone: z}
	middle := time.Date(1985, 1, 1, 0, rng.IntN(61*366*24*60), 0, 0, time.UTC)
	if len(changes) > 0 && rng.IntN(4) > 0 {
		middle = changes[rng.IntN(len(changes))].Truncate(time.Minute) // the last is where 32 bits end
	}
	near := func(days int) time.Time {
		return middle.Add(time.Duration(rng.IntN(2*days*24*60)-days*24*60) * time.Minute)
	}
	p.from = middle.Add(-time.Duration(rng.IntN(2*24*60)) * time.Minute)
	p.to = p.from.Add(time.Duration(rng.IntN(4*24*60)) * time.Minute)
	hours := randomHours(rng)
	for d := range p.week {
		switch rng.IntN(8) {
		case 0, 1: // not worked
		case 2:
			p.week[d] = randomHours(rng)
		default:
			p.week[d] = hours
		}
	}
	p.week[rng.IntN(7)] = hours // so that there are some
	for range rng.IntN(3) {
		day := near(4).In(z)
		p.holidays = append(p.holidays, time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC))
	}
	for range rng.IntN(4) {
		s := calendar.Span{From: near(3)}
		if rng.IntN(8) > 0 {
			s.To = s.From.Add(time.Duration(rng.IntN(30*60)-60) * time.Minute)
		}
		p.pauses = append(p.pauses, s)
	}
	return p
}

// randomHours often begin or end where clocks are changed: at midnight to 03:00.
func randomHours(rng *rand.Rand) (out []calendar.Hours) {
	for at := 0; len(out) < 3 && at < 1440; {
		from := at + rng.IntN(max(1, (1440-at)/2))
		if rng.IntN(3) == 0 {
			from = at
		}
		to := min(1440, from+1+rng.IntN(1440-from))
		out = append(out, calendar.Hours{From: from, To: to})
		at = to
		if rng.IntN(2) == 0 {
			break
		}
	}
	return out
}

// works asks the clock on the wall whether a minute is working time.
func (p problem) works(minute time.Time) bool {
	wall := minute.In(p.zone)
	hour, min, _ := wall.Clock()
	for _, h := range p.week[wall.Weekday()] {
		if m := hour*60 + min; m >= h.From && m < h.To {
			return !slices.Contains(p.holidays, date(wall))
		}
	}
	return false
}

func (p problem) paused(minute time.Time) bool {
	for _, s := range p.pauses {
		if !minute.Before(s.From) && (s.To.IsZero() || minute.Before(s.To)) {
			return true
		}
	}
	return false
}

// TestAgainstCountingMinutes holds Elapsed, Add and AddDays to a counter that looks
// at every minute. R26
func TestAgainstCountingMinutes(t *testing.T) {
	loaded := make([]*time.Location, len(zones))
	at := make([][]time.Time, len(zones))
	for i, name := range zones {
		loaded[i] = zone(t, name)
		at[i] = changes(loaded[i])
	}
	n := cases(t, 1_500)
	worked, across, reached := 0, 0, 0
	for seed := range n {
		rng := rand.New(rand.NewPCG(26, uint64(seed)))
		i := seed % len(zones)
		p := randomProblem(rng, loaded[i], at[i])
		c, err := calendar.New(p.zone, p.week, p.holidays)
		if err != nil {
			t.Fatalf("case %d: %v", seed, err)
		}
		minutes := 0
		var days []time.Time // of each of these minutes, its date as midnight in UTC
		for m := p.from; m.Before(p.to); m = m.Add(time.Minute) {
			if p.works(m) && !p.paused(m) {
				minutes++
				days = append(days, date(m.In(p.zone)))
			}
		}
		if got := c.Elapsed(p.from, p.to, p.pauses); got != time.Duration(minutes)*time.Minute {
			t.Fatalf("case %d, %s: %d minutes from %s to %s, and Elapsed gives %s\n%+v", seed, zones[i], minutes, p.from, p.to, got, p)
		}
		if _, end := p.from.In(p.zone).ZoneBounds(); !end.IsZero() && end.Before(p.to) {
			across++
		}
		if minutes == 0 {
			continue
		}
		worked++
		if due := c.Add(p.from, time.Duration(minutes)*time.Minute, p.pauses); !p.lastMinute(due) || due.After(p.to) || c.Elapsed(due, p.to, p.pauses) != 0 {
			t.Fatalf("case %d, %s: %d minutes after %s is %s, not as the counter says by %s\n%+v", seed, zones[i], minutes, p.from, due, p.to, p)
		}
		if seed/len(zones)%4 == 0 && p.checkDays(t, seed, c, days) {
			reached++
		}
	}
	t.Logf("%d cases agree: %d with working time, %d over a change of the clocks, %d of days", n, worked, across, reached)
	if worked < n/2 || across < n/4 || reached < n/40 {
		t.Errorf("too few of the cases say anything")
	}
}

// lastMinute reports whether the minute before a time is counted.
func (p problem) lastMinute(due time.Time) bool {
	last := due.Add(-time.Minute)
	return p.works(last) && !p.paused(last)
}

func date(wall time.Time) time.Time {
	y, m, d := wall.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// checkDays compares AddDays with adding up, minute by minute, which part of its day
// each of them is. It reports whether a day or more was reached.
func (p problem) checkDays(t *testing.T, seed int, c *calendar.Calendar, days []time.Time) bool {
	sum, length := new(big.Rat), map[time.Time]int64{}
	for _, d := range days {
		if length[d] == 0 {
			for m := d.Add(-26 * time.Hour); m.Before(d.Add(50 * time.Hour)); m = m.Add(time.Minute) {
				if date(m.In(p.zone)).Equal(d) && p.works(m) {
					length[d]++
				}
			}
		}
		sum.Add(sum, big.NewRat(1, length[d]))
	}
	n := new(big.Int).Quo(sum.Num(), sum.Denom()).Int64()
	if n == 0 {
		return false
	}
	sum.SetInt64(0)
	i := 0
	for m := p.from; ; m = m.Add(time.Minute) {
		if !p.works(m) || p.paused(m) {
			continue
		}
		if sum.Add(sum, big.NewRat(1, length[days[i]])); sum.Cmp(big.NewRat(n, 1)) < 0 {
			i++
			continue
		}
		due := c.AddDays(p.from, int(n), p.pauses)
		if !due.After(m) || due.After(m.Add(time.Minute)) {
			t.Fatalf("case %d: %d days after %s are over in the minute of %s, and AddDays gives %s\n%+v", seed, n, p.from, m, due, p)
		}
		return true
	}
}
