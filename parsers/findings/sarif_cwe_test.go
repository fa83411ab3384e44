package findings

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
)

// What the scan for weaknesses replaced, because it took 2 µs a text.
var (
	cwePattern  = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])cwe[-_: ]*0*([1-9][0-9]{0,5})(?:[^0-9]|$)`)
	barePattern = regexp.MustCompile(`^0*([1-9][0-9]{0,5})$`)
)

// TestCWEScanIsTheExpression holds the scan against the regular expression, on texts
// of the characters that matter to either.
func TestCWEScanIsTheExpression(t *testing.T) {
	const letters = "cCwWeEE0012796-_: ,/xé"
	rounds := 100_000
	if testing.Short() {
		rounds = 20_000
	}
	r := rand.New(rand.NewPCG(79, 80))
	found := 0
	for range rounds {
		var text []byte
		for range r.IntN(30) {
			if r.IntN(4) == 0 {
				text = append(text, "CWE-"[:3+r.IntN(2)]...)
			} else {
				text = append(text, letters[r.IntN(len(letters))])
			}
		}
		var want, got []string
		for rest := text; ; {
			m := cwePattern.FindSubmatchIndex(rest)
			if m == nil {
				break
			}
			want = append(want, string(rest[m[2]:m[3]]))
			rest = rest[m[3]:]
		}
		for number, rest := nextCWE(text); number != nil; number, rest = nextCWE(rest) {
			got = append(got, string(number))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q: weaknesses %q, want %q", text, got, want)
		}
		found += len(want)

		bare := text[:min(len(text), r.IntN(9))]
		for i := range bare {
			if r.IntN(20) > 0 {
				bare[i] = '0' + byte(r.IntN(10))
			}
		}
		number, rest := leadingCWE(bare)
		if m := barePattern.FindSubmatch(bare); (m != nil) != (len(number) > 0 && len(rest) == 0) || m != nil && string(m[1]) != string(number) {
			t.Fatalf("%q alone is %q, want %q", bare, number, m)
		}
	}
	if found < rounds/4 {
		t.Errorf("%d weaknesses in %d texts", found, rounds)
	}
}
