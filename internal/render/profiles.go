package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// profileSays is what a person is told of a profile that applies.
func profileSays(p gates.ProfileUse) string {
	does := "it adds conditions"
	if p.Relaxes {
		does = "its conditions take the place of the gates' own"
	}
	return fmt.Sprintf("%s applies: %s; %s (%s)", p.Name, p.Why, does, p.At)
}

// profiles lists the profiles that apply.
func (st Style) profiles(b *bytes.Buffer, v gates.Verdict) {
	for i, p := range applying(v) {
		if i == 0 {
			fmt.Fprintf(b, "\n%s\n", st.paint(bold, "Profiles"))
		}
		st.item(b, "  ", profileSays(p))
	}
}

// profiles is the same as Markdown.
func profiles(v gates.Verdict) string {
	var b strings.Builder
	for i, p := range applying(v) {
		if i == 0 {
			b.WriteString("\n#### Profiles\n\n")
		}
		fmt.Fprintf(&b, "- %s\n", Prose(profileSays(p), 400))
	}
	return b.String()
}

func applying(v gates.Verdict) (out []gates.ProfileUse) {
	for _, p := range v.Profiles {
		if p.Applies {
			out = append(out, p)
		}
	}
	return out
}

// jsonProfile is a profile of the policy in the JSON of a verdict.
type jsonProfile struct {
	Name    string       `json:"name"`
	At      evidence.Pos `json:"at"`
	Applies bool         `json:"applies"`
	Relaxes bool         `json:"relaxes,omitempty"`
	Why     string       `json:"why"`
}

func profilesOf(v gates.Verdict) (out []jsonProfile) {
	for _, p := range v.Profiles {
		out = append(out, jsonProfile{p.Name, p.At, p.Applies, p.Relaxes, p.Why})
	}
	return out
}
