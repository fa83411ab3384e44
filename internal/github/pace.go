package github

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// GitHub's limits on what creates content, by docs.github.com, "Rate limits for the
// REST API": 80 a minute and 500 an hour, a second or more apart.
const (
	writesAMinute = 80
	writesAnHour  = 500
	apart         = time.Second
)

// Pace keeps writes within GitHub's limits, over every Client that is given it. It
// waits within the minute, and past what an hour takes it refuses. The zero Pace
// is one that has seen no write.
type Pace struct {
	// Most is how many writes there may be in all; 0 is as many as an hour takes.
	Most int

	mu   sync.Mutex
	made []time.Time // of the last hour
	all  int
}

// PaceError says that no more may be written for now.
type PaceError struct {
	Made  int
	Until time.Time // zero where it is the caller's own limit
}

func (e *PaceError) Error() string {
	if e.Until.IsZero() {
		return fmt.Sprintf("%d writes were made, and no more may be in this run", e.Made)
	}
	return fmt.Sprintf("%d writes were made within the hour, which is what GitHub takes: run again after %s", e.Made, e.Until.UTC().Format(time.RFC3339))
}

// Left is how many writes there may still be at a time.
func (p *Pace) Left(now time.Time) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(now)
	left := writesAnHour - len(p.made)
	if p.Most > 0 {
		left = min(left, p.Most-p.all)
	}
	return max(left, 0)
}

// Made is how many writes there were.
func (p *Pace) Made() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all
}

func (p *Pace) forget(now time.Time) {
	for len(p.made) > 0 && now.Sub(p.made[0]) >= time.Hour {
		p.made = p.made[1:]
	}
}

// wait lets a write go when its time has come.
func (p *Pace) wait(ctx context.Context, now func() time.Time, sleep func(context.Context, time.Duration) error) error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now()
	p.forget(at)
	switch n := len(p.made); {
	case p.Most > 0 && p.all >= p.Most:
		return &PaceError{Made: p.all}
	case n >= writesAnHour:
		return &PaceError{Made: n, Until: p.made[0].Add(time.Hour)}
	case n > 0:
		next := p.made[n-1].Add(apart)
		if n >= writesAMinute {
			next = later(next, p.made[n-writesAMinute].Add(time.Minute))
		}
		if d := next.Sub(at); d > 0 {
			if err := sleep(ctx, d); err != nil {
				return err
			}
			at = now()
		}
	}
	p.made, p.all = append(p.made, at), p.all+1
	return nil
}
