package xmlscan

import "github.com/tollgate-ci/tollgate/parsers/internal/format"

// skipped are empty elements that Skip has passed over. What is skipped in a report is
// the small numbers of each of its methods, of which most have stood there before, byte
// by byte: such a tag is not taken apart again. Half of a report of JaCoCo is such.
type skipped struct {
	tags         *[numSkipped]phrase
	hits, misses int
}

// numSkipped is a power of two.
const numSkipped = 256

// slot is where the tag that begins b is kept. Its numbers stand at its end.
func (k *skipped) slot(b *ahead) *phrase {
	h := (wordOf(b, 2)*0x9E3779B97F4A7C15 ^ wordOf(b, 3)) * 0xD6E8FEB86659FD93
	h = (h ^ wordOf(b, 4)) * 0x9E3779B97F4A7C15
	h = (h ^ wordOf(b, 5)) * 0xD6E8FEB86659FD93
	return &k.tags[h>>56&(numSkipped-1)]
}

// skipKept passes over the empty elements that follow at once and are kept, and reports
// whether there was one.
func (s *Scanner) skipKept() bool {
	if s.skipped.tags == nil || s.cdata || s.err != nil || len(s.open) >= format.MaxDepth {
		return false
	}
	b, any := s.buf[:s.end], false
	for {
		p := s.space(b)
		if len(b)-p < len(ahead{}) {
			return any
		}
		here := (*ahead)(b[p:])
		tag := s.skipped.slot(here)
		if tag.size == 0 || !tag.stands(here) {
			return any
		}
		s.skipped.hits++
		s.tok, s.pos, s.closing, any = p, p+int(tag.size), false, true
	}
}

// keepSkipped keeps the empty element whose tag was read last, as long as that is of
// use.
func (s *Scanner) keepSkipped() {
	k := &s.skipped
	if k.misses++; k.misses > 1000+2*k.hits || len(s.buf)-s.tok < len(ahead{}) {
		return
	}
	if k.tags == nil {
		k.tags = new([numSkipped]phrase)
	}
	k.slot((*ahead)(s.buf[s.tok:])).set(s.buf[s.tok:s.pos])
}
