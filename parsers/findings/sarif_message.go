package findings

import (
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// message reads a string into buf, cut to what is kept of a message.
func (p *sarif) message(buf []byte) []byte {
	text, _ := p.s.Text()
	return append(buf[:0], cut(text, evidence.MaxMessage)...)
}

// resultMessage reads a message (§3.11): its text, or the id of a text that its
// rule has; Markdown where there is nothing else.
func (p *sarif) resultMessage(r *result) {
	var markdown []byte
	for name := range p.s.Members {
		switch string(name) {
		case "text":
			r.message = p.message(r.message)
		case "markdown":
			markdown = p.message(markdown)
		case "id":
			r.rare.messageID = p.name()
		case "arguments":
			for range p.s.Elements {
				if text, _ := p.s.Scalar(); len(r.rare.arguments) < format.MaxAttributes {
					r.rare.arguments = append(r.rare.arguments, string(cut(text, evidence.MaxMessage)))
				}
			}
		}
	}
	switch {
	case len(r.message) > 0:
		r.rare.messageID = ""
	case r.rare.messageID == "":
		r.message = append(r.message, markdown...)
	}
	if len(r.rare.arguments) > 0 && r.rare.messageID == "" {
		r.message = append(r.message[:0], substitute(string(r.message), r.rare.arguments)...)
	}
}

// substitute puts arguments for {0}, {1} … and single braces for double ones
// (§3.11.5). A text without arguments stays as it is, because many tools do not
// double the braces of code that they quote. It stops at what is kept of a message:
// a thousand placeholders for a long argument are no more work than one.
func substitute(text string, arguments []string) string {
	if len(arguments) == 0 || !strings.ContainsAny(text, "{}") {
		return text
	}
	var b strings.Builder
	for len(text) > 0 && b.Len() < evidence.MaxMessage {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		text = text[i:]
		if len(text) > 1 && text[1] == text[0] {
			b.WriteByte(text[0])
			text = text[2:]
			continue
		}
		if end := strings.IndexByte(text, '}'); end > 1 {
			if n, err := strconv.ParseUint(text[1:end], 10, 16); err == nil && int(n) < len(arguments) {
				b.WriteString(arguments[n])
				text = text[end+1:]
				continue
			}
		}
		b.WriteByte(text[0])
		text = text[1:]
	}
	b.WriteString(text)
	return string(cut([]byte(b.String()), evidence.MaxMessage))
}

// messageByID finds a message in the rule, then in the component of the rule, then
// in the driver (§3.11.7).
func (u *run) messageByID(id string, f found) string {
	if f.rule != nil {
		if text, ok := f.rule.messages[id]; ok {
			return text
		}
		if text, ok := f.component.messages[id]; ok {
			return text
		}
	}
	return u.components[0].messages[id]
}
