package render

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// WaiverProposal is the pull request that adds a waiver which somebody asked for on an
// issue to the file of the waivers. Who approves it is for the reviewer to write: until
// then the file has an error, and nothing is judged by it.
func WaiverProposal(w workflow.WaiverRequest, issue int, path, base string) plan.Proposal {
	what, named := "finding "+Clean(w.Rule, 100), []string{"finding: {rule: " + quoted(w.Rule) + "}"}
	if w.Gate != "" {
		what, named = "gate "+Clean(w.Gate, 100), nil
		for _, c := range w.Conditions {
			named = append(named, "condition: {gate: "+quoted(w.Gate)+", is: "+quoted(c)+"}")
		}
	}
	var b strings.Builder
	for _, name := range named {
		fmt.Fprintf(&b, "- %s\n  reason: %s\n  owner: %s\n  # approved-by: whoever approves this, as \"@user\": without it the file is an error\n  created: %s\n  expires: %s\n",
			name, quoted(Clean(w.Reason, 200)), quoted("@"+w.By), w.Created.Format(time.DateOnly), w.Expires.Format(time.DateOnly))
	}
	return plan.Proposal{
		Branch: fmt.Sprint("tollgate/waive-", w.Comment), Base: base, Path: path, List: "waivers", Start: "version: 1\n", Entry: b.String(),
		Title: fmt.Sprintf("Waive %s until %s", what, w.Expires.Format(time.DateOnly)),
		Body: fmt.Sprintf("%s asks for it on #%d: %s\n\nIt holds from %s until %s once this is merged, and not before. Who approves it writes themselves into `approved-by` first: an entry without it is an error, and nothing is judged by such a file.\n",
			"@"+Prose(w.By, 60), issue, Prose(w.Reason, 400), w.Created.Format(time.DateOnly), w.Expires.Format(time.DateOnly)),
		Why: "@" + w.By + " asks for it",
	}
}

// quoted is text as YAML reads it back: its double-quoted scalars take what JSON writes.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("render: " + err.Error()) // a string always encodes
	}
	return string(b)
}
