package jsonscan

// shape is what the names of an object were up to one of its members, as earlier
// objects at the same place in the text had them. Programs write the members of one
// kind of object in one order and with the same white space, so that what comes
// before a value is known before it is read: one comparison of bytes then does for
// the comma, for scanning the name, hashing it and looking for it among those that
// the object has had, and for the colon. That was a quarter of the instructions of
// reading a SARIF log.
//
// The names of a chain of shapes are distinct: that is seen to when one is added.
type shape struct {
	literal          // from the end of the value before to the beginning of this; none at the root
	name    []byte   // copied
	before  *shape   // nil at the root
	length  int      // of the chain
	likely  *shape   // what followed the last time
	after   []*shape // all that did
	inside  *shape   // root of the objects that are its value, or in it
}

// What is learned is bounded; an object that does not fit is remembered by hashes.
const (
	maxShapes      = 2048 // of one text
	maxShapeText   = 256  // bytes
	maxShapeLength = 64   // members of one object
	maxShapesAfter = 8
)

// repeats adds a name to those that the object has had, and reports whether it had
// it before. text is what comes before the value; it is empty if that cannot be
// learned: the name has escapes, or the window was moved.
func (s *Scanner) repeats(f *frame, name, text []byte) bool {
	if f.shape == nil {
		return s.remember(f, name)
	}
	for _, next := range f.shape.after { // other white space, or the end of the window, hid it
		if string(next.name) == string(name) {
			f.shape = next
			return false
		}
	}
	for had := f.shape; had.before != nil; had = had.before {
		if string(had.name) == string(name) {
			return true
		}
	}
	if 0 < len(text) && len(text) <= maxShapeText && f.shape.length < maxShapeLength && len(f.shape.after) < maxShapesAfter {
		if next := s.newShape(); next != nil {
			next.literal, next.name = newLiteral(text), append([]byte(nil), name...)
			next.before, next.length = f.shape, f.shape.length+1
			f.shape.after = append(f.shape.after, next)
			f.shape.likely, f.shape = next, next
			return false
		}
	}
	for had := f.shape; had.before != nil; had = had.before {
		s.remember(f, had.name)
	}
	f.shape = nil
	return s.remember(f, name)
}

func (s *Scanner) newShape() *shape {
	if s.shapes == maxShapes {
		return nil
	}
	s.shapes++
	return new(shape)
}

// shapeInside gives the root of the shapes of an object that begins in the innermost
// frame: all that are values of one member, or in its array, have one.
func (s *Scanner) shapeInside() *shape {
	if len(s.frames) == 0 {
		return s.newShape()
	}
	f := &s.frames[len(s.frames)-1]
	home := f.shape
	switch {
	case f.array:
		return f.root
	case home == nil: // names that are data: what they name is alike
		home = f.root
	}
	if home == nil {
		return nil
	}
	if home.inside == nil {
		home.inside = s.newShape()
	}
	return home.inside
}
