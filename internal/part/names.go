package part

import (
	"strconv"

	"github.com/tollgate-ci/tollgate/evidence"
)

// maxTokens bounds what is remembered of the words in names.
const maxTokens = 1 << 16

// What a token of a name is, where it is none of those that came before.
const (
	tokenEnd    = iota // the name has ended
	tokenText          // a word that is new
	tokenNumber        // a number, told by how far it is from the one before
	tokenKnown         // the first of the words that came before
)

// tokens are the names of the cases of a report, taken apart into words, numbers and
// what stands between. The first tokens of all names of a block stand together, then
// the second ones: what names have in common costs nothing then, and a number that
// counts up costs nothing either. Names one after the other, without what each shares
// with the one before, cost twice as much.
type tokens struct {
	dict  []string
	known map[string]uint64 // while writing, their places in dict
	texts [][]byte          // of this block, as far as they are known; while writing, what is left
	alive []int             // the cases of this block whose names go on
	codes []uint64          // of this column, one for each that is alive
}

func newTokens(block int) *tokens {
	return &tokens{known: map[string]uint64{}, texts: make([][]byte, block), alive: make([]int, 0, block), codes: make([]uint64, block)}
}

// names are those of the cases of a block. What is read is in t.texts until the next
// block.
func (c *coder) names(t *tokens, block []evidence.Case) {
	t.alive = t.alive[:0]
	for i := range block {
		t.alive = append(t.alive, i)
		if t.texts[i] = t.texts[i][:0]; cap(t.texts[i]) > 1<<10 {
			t.texts[i] = nil // what one long name took is not held for all that follow
		}
		if c.out != nil {
			if len(block[i].Name) > evidence.MaxName {
				c.fail("a name of %d bytes", len(block[i].Name))
			}
			c.take(len(block[i].Name))
		}
	}
	for len(t.alive) > 0 && c.err == nil {
		if c.out != nil {
			c.writeColumn(t, block)
		} else {
			c.readColumn(t)
		}
	}
}

// writeColumn writes the next token of every name that has one, and leaves the rest
// of the names in block.
func (c *coder) writeColumn(t *tokens, block []evidence.Case) {
	var texts []string
	var numbers []uint64
	for n, i := range t.alive {
		token := tokenOf(block[i].Name)
		block[i].Name = block[i].Name[len(token):]
		number, isNumber := numberOf(token)
		switch id, ok := t.known[token]; {
		case token == "":
			t.codes[n] = tokenEnd
		case isNumber:
			t.codes[n] = tokenNumber
			numbers = append(numbers, number)
		case ok:
			t.codes[n] = tokenKnown + id
		default:
			t.codes[n] = tokenText
			texts = append(texts, token)
			if len(t.known) < maxTokens {
				t.known[token] = uint64(len(t.known))
			}
		}
		c.uint(&t.codes[n])
	}
	for i := range texts {
		c.text(&texts[i], evidence.MaxName, "part of a name")
	}
	before := uint64(0)
	for _, n := range numbers {
		step(c, &n, before, maxNumber, "number in a name")
		before = n
	}
	t.goOn()
}

// readColumn reads it and puts the tokens behind what is there of the names.
func (c *coder) readColumn(t *tokens) {
	fresh := len(t.dict)
	texts := 0
	for n := range t.alive {
		number(c, &t.codes[n], 0, uint64(tokenKnown+len(t.dict)+texts), "part of a name")
		if t.codes[n] == tokenText && fresh+texts < maxTokens {
			texts++
		}
	}
	var more []string // new words that nobody remembers
	for n := 0; n < len(t.alive) && c.err == nil; n++ {
		if t.codes[n] != tokenText {
			continue
		}
		word := ""
		c.text(&word, evidence.MaxName, "part of a name")
		if word == "" {
			c.fail("an empty part of a name")
		}
		if len(t.dict) < maxTokens {
			t.dict = append(t.dict, word)
		} else {
			more = append(more, word)
		}
	}
	before := uint64(0)
	var digits [20]byte
	for n := 0; n < len(t.alive) && c.err == nil; n++ {
		i := t.alive[n]
		was := len(t.texts[i])
		switch code := t.codes[n]; code {
		case tokenEnd:
		case tokenText:
			if fresh < len(t.dict) {
				t.texts[i] = append(t.texts[i], t.dict[fresh]...)
				fresh++
			} else {
				t.texts[i] = append(t.texts[i], more[0]...)
				more = more[1:]
			}
		case tokenNumber:
			here := uint64(0)
			step(c, &here, before, maxNumber, "number in a name")
			before = here
			t.texts[i] = append(t.texts[i], strconv.AppendUint(digits[:0], here, 10)...)
		default:
			if code-tokenKnown >= uint64(len(t.dict)) {
				c.fail("part %d of a name, of %d", code-tokenKnown, len(t.dict))
				return
			}
			t.texts[i] = append(t.texts[i], t.dict[code-tokenKnown]...)
		}
		if len(t.texts[i]) > evidence.MaxName {
			c.fail("a name of more than %d bytes", evidence.MaxName)
		}
		c.take(len(t.texts[i]) - was)
	}
	t.goOn()
}

// goOn leaves the names alive that have not ended.
func (t *tokens) goOn() {
	left := t.alive[:0]
	for n, i := range t.alive {
		if t.codes[n] != tokenEnd {
			left = append(left, i)
		}
	}
	t.alive = left
}

// maxNumber is the most that a number in a name is taken for one.
const maxNumber = 1e15

// numberOf is the number that a token is, if it is written as numbers are.
func numberOf(token string) (uint64, bool) {
	if token == "" || len(token) > 15 || token[0] < '0' || token[0] > '9' || token[0] == '0' && len(token) > 1 {
		return 0, false
	}
	n := uint64(0)
	for i := range len(token) {
		n = 10*n + uint64(token[i]-'0')
	}
	return n, true
}

// classes of bytes; a token is of one. A capital begins a word, and goes on into small
// letters.
const (
	between = iota
	digit
	capital
	small
)

func classOf(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return digit
	case b >= 'A' && b <= 'Z':
		return capital
	case b >= 'a' && b <= 'z', b >= 0x80:
		return small
	default:
		return between
	}
}

// tokenOf is the first token of a text, "" if that is empty.
func tokenOf(s string) string {
	if s == "" {
		return ""
	}
	class := classOf(s[0])
	for i := 1; i < len(s); i++ {
		here := classOf(s[i])
		if here != class && !(class == capital && here == small) {
			return s[:i]
		}
		class = here
	}
	return s
}
