package comment

import (
	"slices"
	"strings"
)

// boxOf gives the state of a box, ' ' or 'x', and the text of its line after it; 0
// if the line begins with none.
func boxOf(text string) (box byte, rest string) {
	if len(text) < 3 || text[0] != '[' || text[2] != ']' || len(text) > 3 && text[3] != ' ' {
		return 0, text
	}
	switch text[1] {
	case ' ':
		return ' ', text[3:]
	case 'x', 'X':
		return 'x', text[3:]
	default:
		return 0, text
	}
}

// itemOf reads the mark of a list's item, and gives what stands after it. One that
// would break off a paragraph must have text, and begin a numbered list at 1.
func itemOf(body string, in int, breaks bool) (c container, rest string, ok bool) {
	mark := 0
	switch {
	case body[0] == '-' || body[0] == '*' || body[0] == '+':
		mark = 1
	default:
		for mark < len(body) && mark < 10 && body[mark] >= '0' && body[mark] <= '9' {
			mark++
		}
		if mark == 0 || mark == 10 || mark == len(body) || body[mark] != '.' && body[mark] != ')' {
			return c, "", false
		}
		if breaks && body[:mark] != "1" {
			return c, "", false
		}
		mark++
	}
	after := body[mark:]
	gap := indentOf(after)
	c.empty = true
	switch {
	case gap == len(after):
		c.width = in + mark + 1
		return c, "", !breaks
	case gap == 0:
		return c, "", false
	case gap > 4: // the item begins with code
		c.width = in + mark + 1
		return c, after[1:], true
	default:
		c.width = in + mark + gap
		return c, after[gap:], true
	}
}

// headingOf reads a heading that begins with #.
func headingOf(body string) (level int, title string, ok bool) {
	rest := strings.TrimLeft(body, "#")
	level = len(body) - len(rest)
	if level == 0 || level > 6 || rest != "" && rest[0] != ' ' {
		return 0, "", false
	}
	rest = strings.TrimSpace(rest)
	if bare := strings.TrimRight(rest, "#"); bare == "" || strings.HasSuffix(bare, " ") {
		rest = bare
	}
	return level, single(rest), true
}

// underline gives the level of the heading that a line makes of the text above it.
func underline(body string) int {
	body = strings.TrimRight(body, " ")
	switch {
	case strings.Trim(body, "=") == "":
		return 1
	case strings.Trim(body, "-") == "":
		return 2
	default:
		return 0
	}
}

// isRule reports whether the line is a rule: ***, - - -, ___.
func isRule(body string) bool {
	bare := strings.ReplaceAll(body, " ", "")
	return len(bare) >= 3 && strings.ContainsRune("*-_", rune(bare[0])) && strings.Trim(bare, bare[:1]) == ""
}

// fenceOf gives the fence that opens code, "" if none does.
func fenceOf(body string) string {
	if body[0] != '`' && body[0] != '~' {
		return ""
	}
	info := strings.TrimLeft(body, body[:1])
	n := len(body) - len(info)
	if n < 3 || body[0] == '`' && strings.Contains(info, "`") {
		return ""
	}
	return body[:n]
}

// blockTags begin HTML that ends at a blank line (GFM 4.6, condition 6).
var blockTags = strings.Fields(`address article aside base basefont blockquote body caption center col colgroup dd
details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr
html iframe legend li link main menu menuitem nav noframes ol optgroup option p param section source summary table
tbody td tfoot th thead title tr track ul`)

// rawTags begin HTML that ends where one of them is closed (condition 1).
var rawTags, rawEnds = []string{"script", "pre", "style", "textarea"}, []string{"</script>", "</pre>", "</style>", "</textarea>"}

// blankEnds says that HTML ends at a blank line.
var blankEnds = []string{""}

// htmlOf reports whether a block of HTML begins, and by what it ends. alone says
// that the line goes on no paragraph.
func htmlOf(body string, alone bool) (ends []string, ok bool) {
	if body[0] != '<' {
		return nil, false
	}
	for _, b := range [][2]string{{"<!--", "-->"}, {"<?", "?>"}, {"<![CDATA[", "]]>"}} {
		if strings.HasPrefix(body, b[0]) {
			return b[1:], true
		}
	}
	if len(body) > 2 && body[1] == '!' && isLetter(body[2]) {
		return []string{">"}, true
	}
	inner, closing := strings.CutPrefix(body[1:], "/")
	n := 0
	for n < len(inner) && (isLetter(inner[n]) || n > 0 && (inner[n] >= '0' && inner[n] <= '9' || inner[n] == '-')) {
		n++
	}
	name, after := strings.ToLower(inner[:n]), inner[n:]
	if name == "" {
		return nil, false
	}
	ended := after == "" || after[0] == ' ' || after[0] == '>'
	switch {
	case !closing && ended && slices.Contains(rawTags, name):
		return rawEnds, true
	case (ended || strings.HasPrefix(after, "/>")) && slices.Contains(blockTags, name):
		return blankEnds, true
	case alone && !slices.Contains(rawTags, name) && isTag(after, closing):
		return blankEnds, true
	default:
		return nil, false
	}
}

// isTag reports whether what follows the name of a tag ends it, with nothing but
// white space behind it (condition 7).
func isTag(after string, closing bool) bool {
	after = strings.TrimRight(after, " ")
	inner, ok := strings.CutSuffix(after, ">")
	if !ok || closing {
		return ok && strings.TrimSpace(inner) == ""
	}
	if inner = strings.TrimSuffix(inner, "/"); inner != "" && inner[0] != ' ' {
		return false
	}
	quote := rune(0)
	for _, r := range inner {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case strings.ContainsRune("<>`", r):
			return false
		}
	}
	return quote == 0
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// endsHTML reports whether a line ends HTML.
func endsHTML(line string, ends []string) bool {
	line = strings.ToLower(line)
	return slices.ContainsFunc(ends, func(end string) bool {
		if end == "" {
			return strings.TrimSpace(line) == ""
		}
		return strings.Contains(line, strings.ToLower(end))
	})
}
