package testresult

import (
	"bytes"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// labels gathers the tags, categories and traits of one case as properties. Cases
// that stand together mostly have the same ones, and share one list.
type labels struct {
	now, last []evidence.Property
}

// tagProperty is the name under which formats whose tags have no name give them.
const tagProperty = "tag"

// begin makes ready for the next case, which inherits the labels of what is around it.
func (l *labels) begin(inherited []evidence.Property) { l.now = append(l.now[:0], inherited...) }

// add takes a label, unless the case has it already. What is longer than
// maxPropertyValue is cut, and what comes after maxProperties is passed over.
func (l *labels) add(name, value []byte) {
	name, value = cutAtRune(bytes.TrimSpace(name), maxPropertyValue), cutAtRune(bytes.TrimSpace(value), maxPropertyValue)
	if len(name) == 0 || len(l.now) >= maxProperties ||
		slices.ContainsFunc(l.now, func(p evidence.Property) bool { return p.Name == string(name) && p.Value == string(value) }) {
		return
	}
	if at := len(l.now); at < len(l.last) && l.last[at].Name == string(name) && l.last[at].Value == string(value) {
		l.now = append(l.now, l.last[at])
		return
	}
	l.now = append(l.now, evidence.Property{Name: toUTF8(name), Value: toUTF8(value)})
}

// tag takes a tag that has no name of its own. Where it is written with an @, that is no
// part of it: of one suite behave and Playwright write "slow", and Cucumber "@slow".
func (l *labels) tag(value []byte) {
	if value = bytes.TrimPrefix(bytes.TrimSpace(value), []byte("@")); len(value) > 0 {
		l.add([]byte(tagProperty), value)
	}
}

// list gives what was taken: a list that is never written to again.
func (l *labels) list() []evidence.Property {
	if len(l.now) == 0 {
		return nil
	}
	if !slices.Equal(l.now, l.last) {
		l.last = slices.Clone(l.now)
	}
	return l.last
}
