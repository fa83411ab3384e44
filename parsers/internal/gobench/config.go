package gobench

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
)

// config reads a line "key: value", and says whether it is one.
func (s *Stream) config(line []byte, n int, nobodys bool) bool {
	key, value, ok := keyValue(line)
	if !ok {
		return false
	}
	switch string(key) {
	case "pkg":
		s.suite = append(s.suite[:0], value...)
		s.Header = n
		return true
	case "goos", "goarch", "cpu":
		s.set(&s.machine, key, value)
		return true
	}
	if !nobodys {
		return false
	}
	switch string(key) {
	case "go", "panic", "testing": // what go test itself has to say
		return false
	}
	s.set(&s.other, key, value)
	return true
}

func (s *Stream) set(ps *[]evidence.Property, key, value []byte) {
	value = value[:min(len(value), maxValue)]
	for i := range *ps {
		if p := &(*ps)[i]; p.Name == string(key) {
			if p.Value != string(value) {
				p.Value, s.fresh = string(value), false
			}
			return
		}
	}
	if len(*ps) >= maxKeys || len(key) > maxValue {
		return
	}
	*ps = append(*ps, evidence.Property{Name: string(key), Value: string(value)})
	s.fresh = false
}

// keyValue splits a line of configuration: a key begins with a lower-case letter and has
// neither space nor upper case, and white space stands between colon and value.
func keyValue(line []byte) (key, value []byte, ok bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 {
		return nil, nil, false
	}
	key, value = line[:i], line[i+1:]
	for j := 0; j < len(key); {
		r, size := utf8.DecodeRune(key[j:])
		if j == 0 && !unicode.IsLower(r) || unicode.IsSpace(r) || unicode.IsUpper(r) {
			return nil, nil, false
		}
		j += size
	}
	if len(value) > 0 && value[0] != ' ' && value[0] != '\t' {
		return nil, nil, false
	}
	return key, bytes.Trim(value, " \t"), true
}

// unitLine reads "Unit ns/op better=lower assume=exact".
func (s *Stream) unitLine(line []byte, n int) {
	word, rest := field(line)
	if string(word) != "Unit" {
		return
	}
	name, rest := field(rest)
	if len(name) == 0 || bytes.IndexByte(rest, '=') < 0 {
		return // words of someone
	}
	if s.units == nil {
		s.units = map[string]*unit{}
	}
	u := s.units[string(name)]
	if u == nil {
		if len(s.units) >= maxUnits {
			if !s.full {
				s.full = true
				s.R.Complain(evidence.Unsound, n, 1, "more than %d units are described", maxUnits)
			}
			return
		}
		u = new(unit)
		s.units[string(name)] = u
	}
	for len(rest) > 0 {
		var pair []byte
		pair, rest = field(rest)
		key, value, _ := bytes.Cut(pair, []byte("="))
		switch string(key) {
		case "better":
			better := map[string]evidence.Better{"lower": evidence.Lower, "higher": evidence.Higher}[string(value)]
			if better == 0 || u.has && u.better != better {
				s.R.Complain(evidence.Unsound, n, 1, "better=%.100q of the unit %.100q is neither lower nor higher, or contradicts what was said before", value, name)
				better = 0
			}
			u.better, u.has = better, true
		case "assume":
			exact := string(value) == "exact"
			if !exact && string(value) != "nothing" || u.assume && u.exact != exact {
				s.R.Complain(evidence.Unsound, n, 1, "assume=%.100q of the unit %.100q is neither exact nor nothing, or contradicts what was said before", value, name)
			}
			u.exact, u.assume = exact, true
		}
	}
}

// Finish applies what is said of units, which holds for the whole file.
func (r *Reader) Finish() {
	if len(r.units) == 0 {
		return
	}
	for i := range r.R.Benchmarks.Len() {
		bm := r.R.Benchmarks.At(i)
		for j := range bm.Metrics {
			m := &bm.Metrics[j]
			if u := r.units[m.Name]; u != nil {
				m.Exact = u.exact
				if u.has {
					m.Unit.Better = u.better
				}
			}
		}
	}
}
