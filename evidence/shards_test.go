package evidence

import (
	"slices"
	"testing"
)

func TestParseShard(t *testing.T) {
	if i, n, err := ParseShard("2/5"); i != 2 || n != 5 || err != nil {
		t.Errorf("%d of %d, %v", i, n, err)
	}
	for _, s := range []string{"", "1", "/", "0/5", "6/5", "-1/5", "1/-5", "+1/5", "01/5", "1/5/5", " 1/5", "1/5 ", "1/10001", "1/99999999999999999999", "a/b"} {
		if i, n, err := ParseShard(s); err == nil {
			t.Errorf("%q is %d of %d", s, i, n)
		}
	}
}

func TestMissingShardsAreNamed(t *testing.T) {
	job := func(job, leg, shard string) PartKey { return PartKey{Job: job, Leg: leg, Shard: shard} }
	for about, tt := range map[string]struct {
		keys []PartKey
		want []string
	}{
		"nothing":               {nil, nil},
		"one that is not split": {[]PartKey{job("a", "", "")}, nil},
		"all":                   {[]PartKey{job("a", "", "1/2"), job("a", "", "2/2")}, nil},
		"one of three":          {[]PartKey{job("a", "", "1/3"), job("a", "", "3/3")}, []string{`shard 2/3 of job "a"`}},
		"legs apart": {[]PartKey{job("a", "linux", "1/2"), job("a", "linux", "2/2"), job("a", "mac", "2/2"), job("b", "linux", "2/2")},
			[]string{`shard 1/2 of job "a", leg "mac"`, `shard 1/2 of job "b", leg "linux"`}},
		"two ways to split": {[]PartKey{job("a", "", "1/1"), job("a", "", "2/2")}, []string{`shard 1/2 of job "a"`}},
		"no shard":          {[]PartKey{job("a", "", "7")}, []string{`shard "7" of job "a"`}},
		"ten is after nine": {[]PartKey{job("a", "", "10/10"), job("a", "", "2/10"), job("a", "", "3/10"), job("a", "", "4/10"), job("a", "", "5/10"),
			job("a", "", "6/10"), job("a", "", "7/10"), job("a", "", "8/10")}, []string{`shard 1/10 of job "a"`, `shard 9/10 of job "a"`}},
	} {
		var s Set
		for _, k := range tt.keys {
			s = Merge(s, SetOf(k, &Report{}))
		}
		if got := s.Missing(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q", about, got)
		}
	}
}

// A second attempt of a shard takes the place of the first, and says for it that it
// holds nothing.
func TestASilentPartIsNamed(t *testing.T) {
	first := PartKey{Job: "a", Shard: "1/2", Attempt: 1}
	again, other := first, first
	again.Attempt, other.Shard = 2, "2/2"
	s := Merge(SetOf(first, &Report{}), SetOf(other, &Report{}))
	if got := s.Silent(); got != nil {
		t.Errorf("%q", got)
	}
	if got := Merge(s, SetOf(again)).Silent(); !slices.Equal(got, []string{`shard 1/2 of job "a"`}) {
		t.Errorf("%q", got)
	}
}

// A tally that is stated says what the one that counted did.
func TestATallyIsStated(t *testing.T) {
	var counted, stated, huge Tally
	for i := range uint64(5000) {
		counted.Add(i * i % (3 * denseLen))
	}
	n := 0
	for v, times := range counted.Values() {
		stated.AddN(v, times)
		n++
	}
	if stated.Len() != counted.Len() || stated.Sum() != counted.Sum() || stated.Min() != counted.Min() || stated.Max() != counted.Max() || n == 5000 {
		t.Errorf("%d %d %d %d, %d values", stated.Len(), stated.Sum(), stated.Min(), stated.Max(), n)
	}
	for q := range uint64(101) {
		a, _ := counted.Quantile(Ratio{q, 100})
		if b, _ := stated.Quantile(Ratio{q, 100}); a != b {
			t.Errorf("p%d is %d, and was %d", q, b, a)
		}
	}
	huge.AddN(1<<40, 1<<40)
	if huge.AddN(3, 1<<63); huge.Sum() != ^uint64(0) || huge.Len() != 1<<63+1<<40 {
		t.Errorf("sum %d of %d", huge.Sum(), huge.Len())
	}
}
