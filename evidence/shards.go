package evidence

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// MaxShards bounds the n of a shard i/n.
const MaxShards = 10_000

// Unreadable is the job of parts that cannot be read: none that can be has it, and so
// none supersedes what is said there.
const Unreadable = "\n"

// ParseShard reads a shard as 2/5: the second of five, counted from 1.
func ParseShard(s string) (i, n int, err error) {
	before, after, _ := strings.Cut(s, "/")
	i, errI := strconv.Atoi(before)
	n, errN := strconv.Atoi(after)
	if errI != nil || errN != nil || s != fmt.Sprintf("%d/%d", i, n) || i < 1 || i > n || n > MaxShards {
		return 0, 0, fmt.Errorf("%.40q is no shard; write 2/5 for the second of five, at most %d", s, MaxShards)
	}
	return i, n, nil
}

// String names the place that a part speaks for: shard 2/3 of job "unit", leg "linux".
func (k PartKey) String() string {
	s := fmt.Sprintf("job %q", k.Job)
	if k.Leg != "" {
		s += fmt.Sprintf(", leg %q", k.Leg)
	}
	if k.Shard != "" {
		s = "shard " + k.Shard + " of " + s
	}
	return s
}

// Family is what parts that belong together have in common: the same commit, job
// and leg. The shards of a family are one run of its tests.
func (k PartKey) Family() PartKey { return PartKey{Commit: k.Commit, Job: k.Job, Leg: k.Leg} }

// Missing names the shards that should be there and are not: i/n says that there
// are n. It also names families whose parts disagree on how many there are. The set
// must be merged.
func (s Set) Missing() []string {
	var out []string
	for parts := s.Parts; len(parts) > 0; {
		family, n := parts[0].Key.Family(), 0
		for n < len(parts) && parts[n].Key.Family() == family {
			n++
		}
		out = append(out, missing(family, parts[:n])...)
		parts = parts[n:]
	}
	return out
}

// missing looks at the shards of one family.
func missing(family PartKey, parts []Part) []string {
	have := map[int]map[int]bool{} // by n, which i
	for _, p := range parts {
		if p.Key.Shard == "" {
			continue
		}
		i, n, err := ParseShard(p.Key.Shard)
		if err != nil {
			return []string{fmt.Sprintf("shard %.40q of %s", p.Key.Shard, family)}
		}
		if have[n] == nil {
			have[n] = map[int]bool{}
		}
		have[n][i] = true
	}
	var out []string
	for _, n := range slices.Sorted(maps.Keys(have)) {
		for i := 1; i <= n; i++ {
			if !have[n][i] {
				family.Shard = fmt.Sprintf("%d/%d", i, n)
				out = append(out, family.String())
			}
		}
	}
	return out
}

// Silent names the parts that hold no report, though another part of their family
// does or they would not be in the set.
func (s Set) Silent() []string {
	var out []string
	for _, p := range s.Parts {
		if len(p.Reports) == 0 {
			out = append(out, p.Key.String())
		}
	}
	return out
}
