package testresult

import (
	"bytes"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// robotStatus is a <status> element.
type robotStatus struct {
	outcome   evidence.Outcome // 0 if it is none of a test
	word      string
	has       bool
	line, col int
	duration  time.Duration
	text      []byte // valid until the next is read
}

// readStatus reads the status whose start tag was given last, and its message.
func (b *robotReader) readStatus() (st robotStatus, err error) {
	st.has = true
	st.line, st.col = b.s.Pos()
	v, ok := b.s.Attr("status")
	switch {
	case string(v) == "PASS":
		st.outcome = evidence.Passed
	case string(v) == "FAIL" || !ok: // as Robot's own reader takes it
		st.outcome = evidence.Failed
	case string(v) == "SKIP":
		st.outcome = evidence.Skipped
	default:
		st.word = string(cutAtRune(v, 64))
	}
	st.duration = b.duration(st.line, st.col)
	b.text, err = b.s.AppendText(b.text[:0], maxRobotMessage)
	st.text = bytes.TrimSpace(b.text)
	return st, err
}

// readStatusOf reads an element to its end and gives the status that stands
// directly in it.
func (b *robotReader) readStatusOf() (st robotStatus, err error) {
	for {
		k, err := b.s.Next()
		if err != nil || k == xmlscan.End {
			return st, err
		}
		switch string(b.s.Name()) {
		case "status":
		case "tag":
			if err := b.readTag(); err != nil {
				return st, err
			}
			continue
		case "tags": // Robot 3 puts them together
			for err == nil && k != xmlscan.End {
				if k, err = b.s.Next(); err == nil && k == xmlscan.Start {
					err = b.readTag()
				}
			}
			if err != nil {
				return st, err
			}
			continue
		default:
			if err := b.s.Skip(); err != nil {
				return st, err
			}
			continue
		}
		said := st
		if st, err = b.readStatus(); err != nil {
			return st, err
		}
		if said.has && said.outcome != st.outcome {
			b.r.Complain(evidence.Unsound, st.line, st.col, "a second status of one element says something else")
			st.outcome = max(st.outcome, said.outcome)
		}
	}
}
