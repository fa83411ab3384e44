package findings

import "github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"

// suppressions reports whether the result is suppressed (§3.27.23, §3.35.3): it has
// suppressions, and none of them is anything but accepted. The specification does
// not say what no status means; Microsoft's SDK and tutorials take it for accepted,
// because tools that find a suppression in the source write none. One that states
// neither a status nor its kind, which §3.35.2 requires, says nothing and suppresses
// nothing.
func (p *sarif) suppressions() bool {
	n, bad := 0, 0
	for range p.s.Elements {
		n++
		line, col := p.s.Pos()
		stated := false
		for name := range p.s.Members {
			switch string(name) {
			case "status", "state": // drafts of 2.1.0 wrote state
				said, ok := p.accepted()
				stated = stated || said
				if !ok {
					bad++
				}
			case "kind":
				text, _ := p.s.Text()
				stated = stated || len(text) > 0
			case "properties":
				for name := range p.s.Members {
					if string(name) == "expiryUtc" {
						text, _ := p.s.Scalar()
						p.quirk(expiringSuppression, text)
					}
				}
			}
		}
		if !stated {
			bad++
			p.quirks.note(emptySuppression, line, col, nil)
		}
	}
	return n > 0 && bad == 0
}

// accepted reads a status: whether it says anything, and nothing against it.
func (p *sarif) accepted() (said, ok bool) {
	if p.s.Kind() == jsonscan.Null {
		return false, true
	}
	text, _ := p.s.Scalar()
	switch string(text) {
	case "accepted":
		return true, true
	case "underReview", "rejected":
	default:
		p.quirk(unknownSuppression, text)
	}
	return true, false
}
