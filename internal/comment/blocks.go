package comment

import "strings"

// scanner goes through a text line by line. It keeps the quotes and items that are
// open, outermost first, and the block of text that stands in the innermost.
type scanner struct {
	doc  Doc
	open []container

	leaf  leaf
	lines []string // of the paragraph
	at    int      // its first line
	first bool     // it is the first block of the innermost item
	task  bool     // it began with a box, so it is the last task

	fence    string // what closes the code at least
	htmlEnds []string
	hidden   bool // the paragraph has an HTML comment that is open
}

// container is a quote or an item of a list.
type container struct {
	quote bool
	width int    // of an item: how far in what belongs to it stands
	empty bool   // of an item: nothing is in it yet
	text  string // of an item: its first paragraph
}

type leaf uint8

const (
	noLeaf leaf = iota
	paragraph
	fencedCode
	htmlBlock
)

// maxDepth bounds how deep quotes and items stand in each other. What is deeper
// is text, so that the time that a line takes has a bound.
const maxDepth = 100

// Read reads a text. It takes time in proportion to its length.
func Read(text string) Doc {
	s := scanner{}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		s.line(n, spaced(line))
	}
	s.endParagraph()
	return s.doc
}

// spaced puts spaces for tabs, which stop every four columns.
func spaced(line string) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	var b strings.Builder
	column := 0
	for _, r := range line {
		if r != '\t' {
			b.WriteRune(r)
			column++
			continue
		}
		n := 4 - column%4
		b.WriteString("    "[:n])
		column += n
	}
	return b.String()
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// line takes the next line.
func (s *scanner) line(n int, rest string) {
	matched := 0
	for matched < len(s.open) {
		next, ok := s.open[matched].holds(rest)
		if !ok {
			break
		}
		rest = next
		matched++
	}
	if s.leaf == fencedCode || s.leaf == htmlBlock {
		if matched == len(s.open) {
			s.inLeaf(rest)
			return
		}
		s.close(matched)
	}
	s.blocks(n, rest, matched)
}

// holds reports whether a line goes on in the container, and what is left of it.
func (c container) holds(line string) (rest string, ok bool) {
	in := indentOf(line)
	switch {
	case c.quote:
		if in > 3 || in == len(line) || line[in] != '>' {
			return "", false
		}
		return strings.TrimPrefix(line[in+1:], " "), true
	case in == len(line): // a blank line ends an item that nothing is in
		return "", !c.empty
	case in >= c.width:
		return line[c.width:], true
	default:
		return "", false
	}
}

// inLeaf goes on in code or HTML.
func (s *scanner) inLeaf(rest string) {
	in := indentOf(rest)
	if s.leaf == fencedCode {
		if body := strings.TrimRight(rest[in:], " "); in < 4 && strings.HasPrefix(body, s.fence) && strings.Trim(body, s.fence[:1]) == "" {
			s.leaf = noLeaf
		}
		return
	}
	if endsHTML(rest, s.htmlEnds) {
		s.leaf = noLeaf
	}
}

// blocks opens the blocks that begin in the rest of a line, of which as many
// containers as are matched go on.
func (s *scanner) blocks(n int, rest string, matched int) {
	text := s.leaf == paragraph // which the line may go on
	for {
		in := indentOf(rest)
		body := rest[in:]
		here := text && matched == len(s.open) // and stands where it does
		switch {
		case body == "":
			s.close(matched)
			return
		case in >= 4:
			if text {
				s.goOn(n, body, false)
				return
			}
			s.close(matched)
			s.fill()
			return
		case body[0] == '>' && len(s.open) < maxDepth:
			s.close(matched)
			s.fill()
			s.open = append(s.open, container{quote: true})
			rest = strings.TrimPrefix(body[1:], " ")
		case s.block(n, body, matched, text, here):
			return
		default:
			item, after, ok := itemOf(body, in, here)
			if !ok || len(s.open) >= maxDepth {
				if text {
					s.goOn(n, body, in == 0)
				} else {
					s.close(matched)
					s.begin(n, body, in == 0)
				}
				return
			}
			s.close(matched)
			s.fill()
			s.open = append(s.open, item)
			rest = after
		}
		text, matched = false, len(s.open)
	}
}

// block takes a block that holds no other: a heading, code, HTML, a rule. It
// reports false where none begins.
func (s *scanner) block(n int, body string, matched int, text, here bool) bool {
	if level, title, ok := headingOf(body); ok {
		s.close(matched)
		s.heading(level, title, n)
		return true
	}
	if fence := fenceOf(body); fence != "" {
		s.close(matched)
		s.leaf, s.fence = fencedCode, fence
		s.fill()
		return true
	}
	if ends, ok := htmlOf(body, !text); ok {
		s.close(matched)
		s.fill()
		if !endsHTML(body, ends) {
			s.leaf, s.htmlEnds = htmlBlock, ends
		}
		return true
	}
	if level := underline(body); here && level > 0 {
		title, at := single(strings.Join(s.lines, " ")), s.at
		if s.task {
			s.doc.Tasks, s.task = s.doc.Tasks[:len(s.doc.Tasks)-1], false
		}
		s.endParagraph()
		s.heading(level, title, at)
		return true
	}
	if isRule(body) {
		s.close(matched)
		s.fill()
		return true
	}
	return false
}

// close ends the text and all containers but the first n.
func (s *scanner) close(n int) {
	s.endParagraph()
	s.open = s.open[:n]
}

// fill says that something is in the innermost container.
func (s *scanner) fill() {
	if len(s.open) > 0 {
		s.open[len(s.open)-1].empty = false
	}
}

func (s *scanner) heading(level int, title string, line int) {
	s.fill()
	if len(s.open) == 0 {
		s.doc.Headings = append(s.doc.Headings, Heading{level, title, line})
	}
}

// begin begins a paragraph.
func (s *scanner) begin(n int, body string, firstColumn bool) {
	s.leaf, s.at, s.hidden, s.task = paragraph, n, false, false
	s.first = false
	if top := len(s.open) - 1; top >= 0 && !s.open[top].quote {
		s.first, s.open[top].empty = s.open[top].empty, false
	}
	if box, rest := boxOf(body); s.first && box != 0 {
		t := Task{Ticked: box == 'x', Line: n}
		if h := s.doc.Headings; len(h) > 0 {
			t.Heading = h[len(h)-1].Text
		}
		for _, c := range s.open[:len(s.open)-1] {
			if !c.quote {
				t.Above = append(t.Above, c.text)
			}
		}
		s.doc.Tasks = append(s.doc.Tasks, t)
		s.task, body = true, rest
	}
	if len(s.open) == 0 && s.doc.opening == "" {
		s.doc.opening = strings.TrimSpace(body)
	}
	s.lines = append(s.lines[:0], body)
	s.tell(n, body, firstColumn)
}

// goOn adds a line to the paragraph.
func (s *scanner) goOn(n int, body string, firstColumn bool) {
	s.lines = append(s.lines, body)
	s.tell(n, body, firstColumn)
}

// tell records a line of text that is a command, unless an HTML comment hides it.
func (s *scanner) tell(n int, body string, firstColumn bool) {
	if c, ok := command(body); ok && firstColumn && len(s.open) == 0 && !s.hidden {
		c.Line = n
		s.doc.Commands = append(s.doc.Commands, c)
	}
	if opens, closes := strings.LastIndex(body, "<!--"), strings.LastIndex(body, "-->"); opens != closes {
		s.hidden = opens > closes
	}
}

// endParagraph gives the text of a paragraph to its item and its task.
func (s *scanner) endParagraph() {
	if s.leaf == paragraph {
		whole := single(strings.Join(s.lines, " "))
		if s.first {
			s.open[len(s.open)-1].text = whole
		}
		if last := len(s.doc.Tasks) - 1; s.task && whole == "" { // a box needs a text
			s.doc.Tasks = s.doc.Tasks[:last]
		} else if s.task {
			s.doc.Tasks[last].Text = whole
		}
	}
	s.leaf, s.task, s.first = noLeaf, false, false
}
