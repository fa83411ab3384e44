package testresult

import (
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// testngClass gathers the executions of one class, because TestNG sorts them by
// the millisecond in which they began: an attempt may stand behind the one that
// it was repeated by.
type testngClass struct {
	id    evidence.ClassID
	name  []byte
	suite evidence.SuiteID
	runs  []testngRun
	keys  []byte // of runs, one after another
	start int    // of the key that has begun
	again int    // runs that were retried
}

// testngRun is one execution of a method. Its key, keys[from:to], is what other
// executions of the same case have too: its name, which begins at name, and its
// signature before it.
type testngRun struct {
	outcome        evidence.Outcome
	duration       time.Duration
	line           int
	retried        bool
	message        string
	from, name, to int
	signed         int // where the signature ends
}

// testngMethod is a method as the groups of a suite name it.
type testngMethod struct{ class, signature string }

// readGroups reads which methods belong to which groups of the suite. They stand before
// the tests.
func (t *testngReader) readGroups() error {
	s := t.s
	t.groups = map[testngMethod][]evidence.Property{}
	var group evidence.Property
	for depth := s.Depth(); s.Depth() >= depth; {
		k, err := s.Next()
		if err != nil {
			return err
		}
		if k != xmlscan.Start {
			continue
		}
		switch string(s.Name()) {
		case "group":
			v, _ := s.Attr("name")
			group = evidence.Property{Name: "group", Value: toUTF8(cutAtRune(v, maxPropertyValue))}
		case "method":
			class, _ := s.Attr("class")
			signature, _ := s.Attr("signature")
			m := testngMethod{string(class), string(signature)}
			if had := t.groups[m]; len(had) < maxProperties {
				t.groups[m] = append(had, group)
			}
		}
	}
	return nil
}

// begin begins a key by the signature of a method.
func (c *testngClass) begin(signature []byte) {
	c.start = len(c.keys)
	c.keys = append(append(c.keys, signature...), 0)
}

// drop forgets the key that has begun.
func (c *testngClass) drop() { c.keys = c.keys[:c.start] }

// add adds an execution whose key has begun.
func (c *testngClass) add(x testngRun, name []byte) {
	x.from, x.name = c.start, len(c.keys)
	x.signed = x.name - 1
	c.keys = append(c.keys, name...)
	x.to = len(c.keys)
	c.runs = append(c.runs, x)
	if x.retried {
		c.again++
	}
}

// closeClass adds the cases of the class that is open.
func (t *testngReader) closeClass() {
	c := &t.class
	var attempts map[int][]evidence.Attempt
	if c.again > 0 {
		attempts = t.joinAttempts()
	}
	for i := range c.runs {
		x := &c.runs[i]
		if x.retried {
			continue
		}
		d := evidence.Detail{Message: x.message}
		if len(t.groups) > 0 {
			d.Properties = t.groups[testngMethod{class: string(c.name), signature: string(c.keys[x.from:x.signed])}]
		}
		if before := attempts[i]; before != nil {
			d.Attempts = append(before, evidence.Attempt{Outcome: x.outcome, Duration: x.duration, Message: x.message})
		}
		t.r.Cases.Append(c.suite, c.id, c.keys[x.name:x.to], x.outcome, x.duration, x.line, &d)
	}
	c.runs, c.keys, c.again, t.depth = c.runs[:0], c.keys[:0], 0, 0
}

// joinAttempts gives the executions that were repeated to those that repeated
// them: of one key the next one that was not retried, or the last one. One that
// belongs to none was the last that is known, and is a case that did not finish.
func (t *testngReader) joinAttempts() map[int][]evidence.Attempt {
	c := &t.class
	owner := make(map[int]int)
	next := make(map[string]int)
	waiting := make(map[string][]int)
	for i := len(c.runs) - 1; i >= 0; i-- {
		x := &c.runs[i]
		key := string(c.keys[x.from:x.to])
		final, known := next[key]
		switch {
		case !x.retried:
			next[key] = i
			for _, w := range waiting[key] {
				owner[w] = i
			}
			delete(waiting, key)
		case known:
			owner[i] = final
		default:
			waiting[key] = append(waiting[key], i)
		}
	}
	attempts := make(map[int][]evidence.Attempt)
	for i := range c.runs {
		x := &c.runs[i]
		if !x.retried {
			continue
		}
		final, ok := owner[i]
		if !ok {
			t.r.Complain(evidence.Unsound, x.line, 0, "method %.200q was to be tried again, and no other execution is listed; it counts as errored", c.keys[x.name:x.to])
			x.retried, x.outcome = false, evidence.Errored
			continue
		}
		attempts[final] = append(attempts[final], evidence.Attempt{Outcome: x.outcome, Duration: x.duration, Message: x.message})
	}
	return attempts
}
