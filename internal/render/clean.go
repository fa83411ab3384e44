// Package render turns values into text: for a terminal, for Markdown on GitHub,
// for machines as JSON. It decides nothing. Whatever came out of a report is
// hostile, and passes through this file before it is shown.
package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes one line of printable text of s, at most limit runes: control and
// bidirectional characters and bad UTF-8 become visible escapes, white space
// becomes one space, and what a workflow runner would take for a command
// (`::name` after white space, `##[`) is broken up.
func Clean(s string, limit int) string {
	var b strings.Builder
	n := 0
	space := true // drops leading white space
	for i := 0; i < len(s); {
		if n >= limit {
			return strings.TrimRight(b.String(), " ") + "…"
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		chunk := s[i : i+size]
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			i += size
			if !space {
				b.WriteByte(' ')
				n++
			}
			space = true
			continue
		case r == utf8.RuneError && size == 1:
			chunk = fmt.Sprintf(`\x%02x`, s[i])
		case invisible(r) && r < 0x80:
			chunk = fmt.Sprintf(`\x%02x`, r)
		case invisible(r):
			chunk = fmt.Sprintf(`\u%04x`, r)
		case r == ':' && space && strings.HasPrefix(s[i:], "::"):
			b.WriteString(": ") // and the next colon stands after white space again
			n += 2
			i += size
			continue
		case r == '#' && strings.HasPrefix(s[i:], "##["):
			chunk, size = "# #[", 3
		}
		b.WriteString(chunk)
		n += utf8.RuneCountInString(chunk)
		space = false
		i += size
	}
	return strings.TrimRight(b.String(), " ")
}

// invisible reports whether a character can hide or reorder what a person reads.
func invisible(r rune) bool {
	switch {
	case unicode.IsControl(r), r == 0xFEFF, r == 0x061C, r == 0x00AD,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r >= 0xFFF9 && r <= 0xFFFB, r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return !unicode.IsGraphic(r)
}

// Code makes a Markdown code span of hostile text: nothing in it is markup, a
// mention or a link. It is safe inside a table, and nothing that looks for an
// HTML comment finds one.
func Code(s string, limit int) string {
	s = Clean(s, limit)
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range s {
		if r == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	fence := strings.Repeat("`", longest+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return fence + strings.NewReplacer("|", `\|`, "<!--", "<! --").Replace(s) + fence
}

// Prose makes Markdown text of a sentence that may hold hostile parts: every
// character that could be markup is escaped, and mentions, cross references and
// bare links are broken by a zero-width space, because GitHub looks for them
// after it has undone the escapes.
func Prose(s string, limit int) string {
	s = Clean(s, limit)
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '@' || r == '#':
			b.WriteByte('\\')
			b.WriteRune(r)
			b.WriteString("\u200b")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]()+!|~$", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '/' && strings.HasPrefix(s[i:], "//"):
			b.WriteString("/\u200b")
		case r == '-' && (i == 0 || strings.HasPrefix(s[i:], "--")):
			b.WriteString("\\-")
		case (r == '.' || r == '=') && i <= 9:
			b.WriteByte('\\')
			b.WriteRune(r)
		case (r == 'w' || r == 'W') && len(s) >= i+4 && strings.EqualFold(s[i:i+4], "www."):
			b.WriteRune(r)
			b.WriteString("\u200b")
		case (r == 'g' || r == 'G') && len(s) >= i+3 && strings.EqualFold(s[i:i+3], "gh-"):
			b.WriteRune(r)
			b.WriteString("\u200b")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plural counts things: "1 test", "3 tests".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
