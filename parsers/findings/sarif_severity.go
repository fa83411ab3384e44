package findings

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// score is a security-severity: the text as written, and its band.
type score struct {
	text     string
	severity evidence.Severity
}

// traits are what the property bag of a rule or a result says.
type traits struct {
	score   score
	cwe     []string
	ratings []string // "properties.severity=high"
}

// properties reads what is known of a property bag (§3.8): the score, weakness ids in
// tags and in cwe, and words of severity. Of two scores the graver counts.
func (p *sarif) properties(t *traits) {
	for name := range p.s.Members {
		switch string(name) {
		case "security-severity":
			text, kind := p.s.Scalar()
			if kind == jsonscan.Invalid {
				continue
			}
			read := score{text: p.intern(cut(text, 80))}
			var ok bool
			if read.severity, ok = band(text); !ok {
				p.quirk(badScore, text)
			}
			t.score = graver(t.score, read)
		case "tags", "cwe":
			bare := name[0] == 'c'
			if p.s.Kind() != jsonscan.Array {
				text, _ := p.s.Scalar()
				t.cwe = p.appendCWE(t.cwe, text, bare)
				continue
			}
			for range p.s.Elements {
				text, _ := p.s.Scalar()
				t.cwe = p.appendCWE(t.cwe, text, bare)
			}
		default:
			p.property = append(p.property[:0], "properties"...)
			p.rating(t, name, 1)
		}
	}
}

// Bounds on words of severity: of one bag, and how deep in it.
const (
	maxRatings     = 16
	maxRatingDepth = 3
	maxRatingPath  = 80
)

// rating keeps a property that holds a word of severity. Which of them counts, the
// policy says; what each tool calls it, no list knows.
func (p *sarif) rating(t *traits, name []byte, depth int) {
	n := len(p.property)
	if n+len(name) > maxRatingPath {
		return
	}
	p.property = append(append(p.property, '.'), name...)
	switch p.s.Kind() {
	case jsonscan.String:
		if text, _ := p.s.Text(); len(text) <= 20 && len(t.ratings) < maxRatings && evidence.SeverityWord(string(text)) != 0 {
			t.ratings = append(t.ratings, p.intern(append(append(p.property, '='), text...)))
		}
	case jsonscan.Object:
		if depth < maxRatingDepth {
			for name := range p.s.Members {
				p.rating(t, name, depth+1)
			}
		}
	}
	p.property = p.property[:n]
}

func graver(a, b score) score {
	if b.severity > a.severity {
		return b
	}
	return a
}

// band gives the severity of a score: from 9.0 critical, from 7.0 high, from 4.0
// medium, above 0 low. The digits are compared as they are written, so that 8.95 is
// high and no rounding makes it critical. Not ok is what is no number from 0 to 10:
// a word like HIGH is on nobody's scale.
func band(text []byte) (severity evidence.Severity, ok bool) {
	whole, fraction, point := bytes.Cut(bytes.TrimSpace(text), []byte("."))
	if !digits(whole) || point && !digits(fraction) {
		return evidence.Unscored, false
	}
	whole = bytes.TrimLeft(whole, "0")
	above := len(bytes.TrimLeft(fraction, "0")) > 0
	if string(whole) == "10" && !above {
		return evidence.Critical, true
	}
	switch {
	case len(whole) > 1:
		return evidence.Unscored, false
	case len(whole) == 0 && above:
		return evidence.Low, true
	case len(whole) == 0: // 0.0 says that there is no score
		return evidence.Unscored, true
	case whole[0] >= '9':
		return evidence.Critical, true
	case whole[0] >= '7':
		return evidence.High, true
	case whole[0] >= '4':
		return evidence.Medium, true
	default:
		return evidence.Low, true
	}
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
