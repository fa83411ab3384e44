package gates

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// vocabulary finds the values of one dimension in the names that reports use. A
// value is found where its letters and digits stand as whole words, without case
// and whatever is between the words: `rate limits` in RateLimitsTest, in
// rate_limits and in rate-limits, and not in corporatelimits.
type vocabulary struct {
	values map[rune][]wordedValue // by their first letter
	ascii  [utf8.RuneSelf]bool    // the first letters that need no map to be told
	known  map[string][]int       // what texts that come again and again hold
	found  []foundWord            // of the text that is looked at
}

// wordedValue is a value by its letters and digits.
type wordedValue struct {
	id    int // among the values of the dimension
	runes []rune
}

func newVocabulary(values []string) *vocabulary {
	v := &vocabulary{values: map[rune][]wordedValue{}, known: map[string][]int{}}
	for id, text := range values {
		var runes []rune
		for _, r := range text {
			if inWord(r) {
				runes = append(runes, unicode.ToLower(r))
			}
		}
		if len(runes) > 0 {
			v.values[runes[0]] = append(v.values[runes[0]], wordedValue{id, runes})
			if runes[0] < utf8.RuneSelf {
				v.ascii[runes[0]] = true
			}
		}
	}
	return v
}

// maxKnown bounds what is remembered of texts.
const maxKnown = 1 << 14

// repeated is find for suites, classes and paths, which come in runs.
func (v *vocabulary) repeated(text string) []int {
	ids, ok := v.known[text]
	if !ok {
		ids = v.find(text)
		if len(v.known) < maxKnown {
			v.known[text] = ids
		}
	}
	return ids
}

// foundWord is a value at some bytes of a text.
type foundWord struct{ id, from, to int }

// find gives the values that a text holds, each once. One that stands within a
// longer one is not meant: `performance isolation` is not `isolation`.
//
// Names are looked at once each, and a run may have a million: a letter with which no
// value begins costs a comparison. A million tests in 100 cells took 2.6 s in
// BenchmarkMatrix; to compare every value at every word took 6.4 s.
func (v *vocabulary) find(text string) (ids []int) {
	v.found = v.found[:0]
	var before, last rune
	for i, r := range text {
		if v.begins(r) {
			_, size := utf8.DecodeRuneInString(text[i:])
			if wordBegins(before, last, r, text[i+size:]) {
				for _, value := range v.values[unicode.ToLower(r)] {
					if to := value.at(text, i); to > i {
						v.found = append(v.found, foundWord{value.id, i, to})
					}
				}
			}
		}
		before, last = last, r
	}
	slices.SortFunc(v.found, func(a, b foundWord) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	reach, longer := 0, foundWord{} // how far the values before this one go, and the one that is not counted yet
	for _, f := range v.found {
		if f.from != longer.from || f.to != longer.to {
			reach, longer = max(reach, longer.to), f
		}
		if f.to > reach && !slices.Contains(ids, f.id) {
			ids = append(ids, f.id)
		}
	}
	slices.Sort(ids)
	return ids
}

// begins reports whether a value may begin with a letter.
func (v *vocabulary) begins(r rune) bool {
	if r >= utf8.RuneSelf {
		return inWord(r)
	}
	if 'A' <= r && r <= 'Z' {
		r += 'a' - 'A'
	}
	return v.ascii[r]
}

// at gives where the value ends if it begins at byte i of the text and ends with a
// word, else 0.
func (w wordedValue) at(text string, i int) int {
	n := 0
	var before, last rune
	for at, r := range text[i:] {
		if inWord(r) {
			switch {
			case n == len(w.runes):
				_, size := utf8.DecodeRuneInString(text[i+at:])
				if wordBegins(before, last, r, text[i+at+size:]) {
					return i + at
				}
				return 0
			case unicode.ToLower(r) != w.runes[n]:
				return 0
			}
			n++
		} else if n == len(w.runes) {
			return i + at
		}
		before, last = last, r
	}
	if n == len(w.runes) {
		return len(text)
	}
	return 0
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// wordBegins reports whether a word begins with r, which is in one: after what is
// in none, at a capital after a small letter (cinemaBooking), and at a capital that
// a small letter follows (B2BOrders, Step2Cinema).
func wordBegins(before, last, r rune, rest string) bool {
	switch {
	case !inWord(last):
		return true
	case !unicode.IsUpper(r):
		return false
	case unicode.IsLower(last):
		return true
	}
	next, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLower(next) && (unicode.IsUpper(last) || unicode.IsDigit(last)) && inWord(before)
}
