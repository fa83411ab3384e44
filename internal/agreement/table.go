package main

import (
	"cmp"
	"slices"

	"github.com/tollgate-ci/tollgate/parsers"
)

// line is one format of the table.
type line struct {
	Format                string
	Known                 bool
	Corpus, Real          int // files
	Agree, StandBy, Wrong int
}

// note says what the numbers of a line do not.
func (l line) note() string {
	switch {
	case !l.Known:
		return "not read: inconclusive, as it must be"
	case l.Corpus+l.Real == 0:
		return "unproven"
	default:
		return ""
	}
}

// table sums the rows by format, with a line for every format that we read.
func table(rows []row) []line {
	lines := map[string]*line{}
	for _, f := range parsers.Formats {
		lines[f.Name] = &line{Format: f.Name, Known: true}
	}
	for _, r := range rows {
		l, ok := lines[r.Entry.Format]
		if !ok {
			l = &line{Format: r.Entry.Format}
			lines[r.Entry.Format] = l
		}
		if r.Entry.real {
			l.Real++
		} else {
			l.Corpus++
		}
		switch r.Answer {
		case agrees:
			l.Agree++
		case standsBy:
			l.StandBy++
		case wrongAnswer:
			l.Wrong++
		default:
			panic("agreement: undefined answer")
		}
	}
	out := []line{}
	for _, l := range lines {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b line) int {
		return cmp.Or(b2i(b.Known)-b2i(a.Known), cmp.Compare(a.Format, b.Format))
	})
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
