package policy

import "strings"

// maxListed is how many of the possible names a message lists.
const maxListed = 12

// meant ends a message about a name that is none of allowed: with the one that
// was probably meant, or with all of them after intro.
func (in *input) meant(name, intro string, allowed []string) string {
	if in.full {
		return "" // nobody will read it
	}
	return meant(name, intro, allowed)
}

// meant is input.meant for a name that stands in no file.
func meant(name, intro string, allowed []string) string {
	if best := nearest(name, allowed); best != "" {
		return `did you mean "` + short(best) + `"?`
	}
	var listed []string
	for _, a := range allowed[:min(len(allowed), maxListed)] {
		listed = append(listed, short(a))
	}
	if len(allowed) > maxListed {
		listed = append(listed, "…")
	}
	return intro + " " + strings.Join(listed, ", ")
}

// nearest gives the name that differs from the given one by the fewest edits, if
// they are at most three and a third of it; the first such in order. Case is no
// difference.
func nearest(name string, allowed []string) string {
	name = strings.ToLower(name)
	n := runes(name)
	if n > maxQuoted { // no name, and dear to compare
		return ""
	}
	best, least := "", min((n+1)/3, 3)+1
	for _, a := range allowed {
		if d := runes(a) - n; d >= least || -d >= least {
			continue
		}
		if d := edits(name, strings.ToLower(a)); d < least {
			best, least = a, d
		}
	}
	return best
}

// edits counts the insertions, deletions, substitutions and swaps of neighbours
// between two texts (optimal string alignment).
func edits(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
