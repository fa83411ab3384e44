package evidence

import (
	"cmp"
	"fmt"
	"slices"
)

// PartKey says where a part of the evidence comes from. Two parts are the same
// if their keys are; one key with two digests is a contradiction, and is kept as
// two parts so that the gates can say so.
type PartKey struct {
	Commit  string // SHA that was tested
	Job     string
	Leg     string // one configuration of a matrix
	Shard   string // 2/5, "" if there is one only
	Attempt int    // workflow run attempt
	Digest  string // of the contents
}

func (k PartKey) compare(o PartKey) int {
	return cmp.Or(cmp.Compare(k.Commit, o.Commit), cmp.Compare(k.Job, o.Job), cmp.Compare(k.Leg, o.Leg),
		cmp.Compare(k.Shard, o.Shard), cmp.Compare(k.Attempt, o.Attempt), cmp.Compare(k.Digest, o.Digest))
}

// Part is what one job contributed: its reports, sorted by source.
type Part struct {
	Key     PartKey
	Reports []*Report
}

// Set is evidence from any number of parts, in the order of their keys.
type Set struct{ Parts []Part }

// SetOf makes a set of the reports of one job.
func SetOf(key PartKey, reports ...*Report) Set {
	rs := slices.Clone(reports)
	sortReports(rs)
	return Set{[]Part{{key, rs}}}
}

// Merge joins two sets. It is commutative, associative and idempotent, so that
// any sharding in any order gives the same set. A later attempt supersedes an
// earlier one of the same job, leg and shard.
func Merge(a, b Set) Set {
	parts := slices.Concat(a.Parts, b.Parts)
	slices.SortFunc(parts, func(x, y Part) int { return x.Key.compare(y.Key) })
	parts = slices.CompactFunc(parts, func(x, y Part) bool { return x.Key == y.Key })
	out := parts[:0]
	for i, p := range parts {
		if i+1 < len(parts) && p.Key.superseded(parts[i+1:]) {
			continue
		}
		out = append(out, p)
	}
	return Set{out}
}

func (k PartKey) superseded(later []Part) bool {
	for _, p := range later {
		o := p.Key
		if k.Commit != o.Commit || k.Job != o.Job || k.Leg != o.Leg || k.Shard != o.Shard {
			return false
		}
		if o.Attempt > k.Attempt {
			return true
		}
	}
	return false
}

// Reports gives every report of every part, in order.
func (s Set) Reports() []*Report {
	var rs []*Report
	for _, p := range s.Parts {
		rs = append(rs, p.Reports...)
	}
	return rs
}

// Contradictions names the keys that stand for two different contents.
func (s Set) Contradictions() []string {
	var out []string
	for i := 1; i < len(s.Parts); i++ {
		a, b := s.Parts[i-1].Key, s.Parts[i].Key
		digestA, digestB := a.Digest, b.Digest
		a.Digest, b.Digest = "", ""
		if a == b && digestA != digestB {
			out = append(out, fmt.Sprintf("%s, attempt %d", a, a.Attempt))
		}
	}
	return slices.Compact(out)
}
