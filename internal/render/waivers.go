package render

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// waived is a waiver that did something or has a warning, and what it did.
type waived struct {
	gates.WaiverUse
	did []deed
}

// deed is what a waiver did to one check.
type deed struct {
	gate      string
	condition gates.Condition
	gates.Waiving
}

// says is the deed in words.
func (d deed) says() string {
	s := d.gate + ", " + d.condition.String() + ": "
	if d.N > 0 {
		s += fmt.Sprintf("%d ", d.N)
	} else {
		s += "the condition "
	}
	if d.Lapsed != "" {
		return s + "not waived, for it " + d.Lapsed
	}
	return s + "waived"
}

// waivedIn gathers them, in the order of their file. One that does nothing here and
// of which nothing is to be known is left out.
func waivedIn(v gates.Verdict) (out []waived) {
	for _, w := range v.Waivers {
		x := waived{WaiverUse: w}
		for _, g := range v.Gates {
			for _, c := range g.Checks {
				for _, d := range c.Waivers {
					if d.At == w.At {
						x.did = append(x.did, deed{g.Name, c.Condition, d})
					}
				}
			}
		}
		if len(x.did)+len(x.Warnings) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// terms are until when, who and why.
func terms(w gates.Waiver) string {
	return fmt.Sprintf("until %s, owner %s, approved by %s: %s", w.Expires.Format(time.DateOnly), w.Owner, w.ApprovedBy, w.Reason)
}

// refsOnce gives what the deeds point at, none twice, and how many are left out.
func (x waived) refsOnce(limit int) (refs []gates.Ref, more int) {
	seen := map[gates.Ref]bool{}
	for _, d := range x.did {
		for _, ref := range d.Refs {
			switch {
			case seen[ref]:
			case len(refs) < limit:
				refs = append(refs, ref)
			default:
				more++
			}
			seen[ref] = true
		}
	}
	return refs, more
}

func (st Style) waivers(b *bytes.Buffer, v gates.Verdict) {
	all := waivedIn(v)
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", st.paint(bold, "Waivers"))
	for _, x := range all {
		st.item(b, "  "+st.paint(yellow, "!")+" ", x.At.String()+"  "+x.What())
		st.item(b, "      ", terms(x.Waiver))
		for _, d := range x.did {
			st.item(b, "      ", d.says())
		}
		refs, more := x.refsOnce(shownRefs)
		for _, ref := range refs {
			st.ref(b, ref)
		}
		if more > 0 {
			fmt.Fprintf(b, "      %s\n", st.paint(dim, fmt.Sprintf("and %d more", more)))
		}
		for _, w := range x.Warnings {
			st.item(b, "      "+st.paint(yellow, "warning")+" ", w)
		}
	}
}

// waivers is the section of Markdown.
func waivers(v gates.Verdict, limit int) string {
	all := waivedIn(v)
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n#### Waivers\n\n")
	for _, x := range all {
		fmt.Fprintf(&b, "- %s %s, %s\n", Code(x.At.String(), 200), Prose(x.What(), 300), Prose(terms(x.Waiver), 600))
		for _, d := range x.did {
			fmt.Fprintf(&b, "  - %s\n", Prose(d.says(), 300))
		}
		refs, more := x.refsOnce(limit)
		for _, ref := range refs {
			fmt.Fprintf(&b, "  - %s\n", strings.TrimSpace(Code(ref.Pos.String(), 200)+" "+Prose(ref.Text, 300)))
		}
		if more > 0 {
			fmt.Fprintf(&b, "  - and %d more\n", more)
		}
		for _, w := range x.Warnings {
			fmt.Fprintf(&b, "  - **warning**: %s\n", Prose(w, 300))
		}
	}
	return b.String()
}

type jsonWaiver struct {
	At         evidence.Pos `json:"at"`
	What       string       `json:"what"`
	Reason     string       `json:"reason"`
	Owner      string       `json:"owner"`
	ApprovedBy string       `json:"approved_by"`
	Created    string       `json:"created"`
	Expires    string       `json:"expires"`
	Applied    bool         `json:"applied"`
	Warnings   []string     `json:"warnings,omitempty"`
}

type jsonWaiving struct {
	At     evidence.Pos `json:"at"` // of the waiver
	Count  uint64       `json:"count"`
	Lapsed string       `json:"lapsed,omitempty"`
	Refs   []jsonRef    `json:"refs"`
}

func waiversOf(v gates.Verdict) (out []jsonWaiver) {
	for _, w := range v.Waivers {
		out = append(out, jsonWaiver{
			At: w.At, What: w.What(), Reason: w.Reason, Owner: w.Owner, ApprovedBy: w.ApprovedBy,
			Created: w.Created.Format(time.DateOnly), Expires: w.Expires.Format(time.DateOnly), Applied: w.Applied, Warnings: w.Warnings,
		})
	}
	return out
}

func waivingsOf(c gates.Check) (out []jsonWaiving) {
	for _, w := range c.Waivers {
		j := jsonWaiving{w.At, w.N, w.Lapsed, []jsonRef{}}
		for _, ref := range w.Refs {
			j.Refs = append(j.Refs, jsonRef{ref.Pos, ref.Text})
		}
		out = append(out, j)
	}
	return out
}
