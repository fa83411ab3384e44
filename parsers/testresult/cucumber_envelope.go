package testresult

import (
	"errors"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// messageKind is what an envelope holds.
type messageKind uint8

const (
	messageOther messageKind = iota // nothing that is counted
	messageMeta
	messagePickled
	messageStarted
	messageTestCase
	messageCaseStarted
	messageStepFinished
	messageCaseFinished
	messageHookFinished
	messageParseError
	messageFinished
)

func messageKindOf(name []byte) messageKind {
	switch string(name) {
	case "meta":
		return messageMeta
	case "pickle":
		return messagePickled
	case "testRunStarted":
		return messageStarted
	case "testCase":
		return messageTestCase
	case "testCaseStarted":
		return messageCaseStarted
	case "testStepFinished":
		return messageStepFinished
	case "testCaseFinished":
		return messageCaseFinished
	case "testRunHookFinished":
		return messageHookFinished
	case "parseError":
		return messageParseError
	case "testRunFinished":
		return messageFinished
	default:
		return messageOther
	}
}

// messageEnvelope is one line, its fields flat. Its bytes are used again for the
// next.
type messageEnvelope struct {
	kind messageKind

	id, name, uri, pickle, testCase, started, status, message []byte
	source                                                    int64
	steps                                                     int
	at                                                        int64 // of the run, in seconds since 1970
	retried, success                                          bool
	duration                                                  time.Duration
	tags                                                      labels // of a pickle
}

func (m *messageReader) envelope(line []byte) {
	e := &m.e
	*e = messageEnvelope{id: e.id[:0], name: e.name[:0], uri: e.uri[:0], pickle: e.pickle[:0], testCase: e.testCase[:0],
		started: e.started[:0], status: e.status[:0], message: e.message[:0], tags: e.tags}
	e.tags.begin(nil)
	s := jsonscan.NewBytes(line)
	isObject := s.Kind() == jsonscan.Object
	for name := range s.Members {
		kind := messageKindOf(name)
		if kind == messageOther {
			continue
		}
		if e.kind != messageOther {
			m.r.Complain(evidence.Unsound, m.line, 1, "two messages in one envelope")
		}
		e.kind = kind
		e.read(s)
	}
	err := s.End()
	if err == nil && !isObject {
		err = errNoEnvelope
	}
	if err != nil {
		var syntax *jsonscan.SyntaxError
		col := 1
		if errors.As(err, &syntax) {
			col = syntax.Col
		}
		m.r.Complain(evidence.Unsound, m.line, col, "this envelope is cut or damaged: %v", err)
		return
	}
	if dup := s.Duplicates(); len(dup) > 0 {
		m.r.Complain(evidence.Unsound, m.line, dup[0].Col, "the name %.100q stands twice in one object", dup[0].Name)
	}
	m.take()
}

var errNoEnvelope = errors.New("it is no object")

// read takes the fields that are used of any message.
func (e *messageEnvelope) read(s *jsonscan.Scanner) {
	for name := range s.Members {
		switch string(name) {
		case "id":
			e.id = keepText(s, e.id, maxShared)
		case "name":
			e.name = keepText(s, e.name, maxShared)
		case "uri":
			e.uri = keepText(s, e.uri, maxShared)
		case "pickleId":
			e.pickle = keepText(s, e.pickle, maxShared)
		case "testCaseId":
			e.testCase = keepText(s, e.testCase, maxShared)
		case "testCaseStartedId":
			e.started = keepText(s, e.started, maxShared)
		case "message":
			e.message = keepText(s, e.message, evidence.MaxMessage)
		case "willBeRetried":
			v, _ := s.Bool()
			e.retried = e.retried || v
		case "success":
			e.success, _ = s.Bool()
		case "testSteps":
			for range s.Elements {
				e.steps++
			}
		case "tags":
			for range s.Elements {
				for name := range s.Members {
					if string(name) == "name" {
						text, _ := s.Text()
						e.tags.tag(text)
					}
				}
			}
		case "timestamp":
			if e.kind == messageStarted || e.kind == messageFinished {
				e.time(s)
			}
		case "location":
			e.location(s)
		case "source": // of a parse error
			e.read(s)
		case "testStepResult", "result":
			e.result(s)
		}
	}
}

// time reads when the run began or ended. A 64-bit number is text in some writers' JSON.
func (e *messageEnvelope) time(s *jsonscan.Scanner) {
	for name := range s.Members {
		if string(name) == "seconds" {
			text, _ := s.Scalar()
			e.at, _ = jsonscan.Whole(text)
		}
	}
}

func (e *messageEnvelope) location(s *jsonscan.Scanner) {
	for name := range s.Members {
		if string(name) == "line" {
			e.source, _ = s.Int()
		}
	}
}

func (e *messageEnvelope) result(s *jsonscan.Scanner) {
	for name := range s.Members {
		switch string(name) {
		case "status":
			e.status = keepText(s, e.status, 100)
		case "message":
			e.message = keepText(s, e.message, evidence.MaxMessage)
		case "willBeRetried":
			v, _ := s.Bool()
			e.retried = e.retried || v
		case "duration":
			for name := range s.Members {
				switch string(name) {
				case "seconds":
					text, _ := s.Scalar() // a 64-bit number is text in some writers' JSON
					e.duration += seconds(text)
				case "nanos":
					n, _ := s.Int()
					e.duration += time.Duration(max(0, min(n, int64(time.Second))))
				}
			}
		}
	}
}
