package jsonscan

import "hash/maphash"

// frame is an object or array that was entered.
type frame struct {
	started bool // its first member or element was reached
	array   bool
	shape   *shape              // of the names so far; nil where they are remembered by hashes
	root    *shape              // of shape, or of the objects in an array; nil if there are too many
	first   int                 // where its names begin in Scanner.names
	many    map[uint64]struct{} // its names, when they are not few
}

// Duplicate is a name that stands twice in one object.
type Duplicate struct {
	Name      string
	Line, Col int
}

// member moves to the next member and gives its name, or leaves the object. What
// comes before the value is passed at once where it is what followed the last time.
func (s *Scanner) member() (name []byte, ok bool) {
	if s.pending {
		s.skip()
	}
	if s.err != nil {
		return nil, false
	}
	f := &s.frames[len(s.frames)-1]
	if f.shape != nil {
		if next := f.shape.likely; next != nil && next.at(s.buf, s.pos) {
			return s.follow(f, next), true
		}
	}
	return s.otherMember(f)
}

// otherMember is member for what did not follow the last time.
func (s *Scanner) otherMember(f *frame) (name []byte, ok bool) {
	if s.buf[s.pos] == '}' { // behind a comma it would not be seen here
		s.leave()
		return nil, false
	}
	if f.shape != nil {
		for _, next := range f.shape.after {
			if next.at(s.buf, s.pos) {
				return s.follow(f, next), true
			}
		}
	}
	return s.newMember(f)
}

// follow moves the object on by what was seen to stand next.
func (s *Scanner) follow(f *frame, next *shape) (name []byte) {
	f.shape.likely = next
	f.shape, f.started = next, true
	s.pos += len(next.text)
	s.pending = true
	return next.name
}

// newMember is member for what was not seen there before.
func (s *Scanner) newMember(f *frame) (name []byte, ok bool) {
	begin, fills := s.pos, s.fills
	c := s.next()
	switch {
	case c == '}':
		s.leave()
		return nil, false
	case !f.started:
		f.started = true
	case c == ',':
		s.pos++
		c = s.next()
	default:
		s.unexpected("',' or '}'")
		return nil, false
	}
	if c != '"' {
		s.unexpected("a name in quotes")
		return nil, false
	}
	name, ok = s.text()
	if !ok {
		return nil, false
	}
	plain := len(name) > 0 && &name[0] == &s.buf[s.tok+1]
	line, col := 0, 0
	if len(s.duplicates) < maxDuplicates {
		line, col = s.place(s.tok)
	}
	s.scratch = append(s.scratch[:0], name...) // the window may move before the colon
	name = s.scratch
	if s.next() != ':' {
		s.unexpected("':'")
		return nil, false
	}
	s.pos++
	s.next()
	var before []byte
	if plain && s.fills == fills {
		before = s.buf[begin:s.pos]
	}
	if s.repeats(f, name, before) && len(s.duplicates) < maxDuplicates {
		s.duplicates = append(s.duplicates, Duplicate{string(name), line, col})
	}
	s.pending = true
	return name, s.err == nil
}

// remember reports whether the object has had the name before. Names are compared
// by a seeded hash of 64 bits: a report cannot be written so that two names meet.
func (s *Scanner) remember(f *frame, name []byte) (repeated bool) {
	h := maphash.Bytes(s.seed, name)
	if f.many != nil {
		if _, repeated = f.many[h]; !repeated {
			if len(f.many) >= maxMembers {
				s.Fail("an object has more than %d members", maxMembers)
			}
			f.many[h] = struct{}{}
		}
		return repeated
	}
	known := s.names[f.first:]
	for _, k := range known {
		if k == h {
			return true
		}
	}
	s.names = append(s.names, h)
	if len(known) >= fewMembers {
		f.many = make(map[uint64]struct{}, 4*fewMembers)
		for _, k := range s.names[f.first:] {
			f.many[k] = struct{}{}
		}
		s.names = s.names[:f.first]
	}
	return false
}

// element moves to the next element of the array, or leaves it.
func (s *Scanner) element() bool {
	if s.pending {
		s.skip()
	}
	if s.err != nil {
		return false
	}
	f := &s.frames[len(s.frames)-1]
	c := s.next()
	switch {
	case c == ']':
		s.leave()
		return false
	case !f.started:
		f.started = true
	case c == ',':
		s.pos++
	default:
		s.unexpected("',' or ']'")
		return false
	}
	s.pending = true
	return true
}
