package workflow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// claims are entries as a file has them, a line each.
func claims(entries []workflow.Entry) (out []workflow.Claim) {
	for i, e := range entries {
		out = append(out, workflow.Claim{Numbered: workflow.Numbered{N: i + 1, Entry: e}, Where: fmt.Sprintf("f:%d", i+1)})
	}
	return out
}

// R28: a chain is whole, or it is said where it is not.
func TestCheckOfAChain(t *testing.T) {
	var entries []workflow.Entry
	for i := range 6 {
		entries = append(entries, workflow.Entry{To: fmt.Sprint(i), By: "tollgate", Why: strings.Repeat("x", 197) + "…"})
	}
	entries = rechained(t, entries)
	for _, tt := range []struct {
		name  string
		forge func(c *workflow.Chain)
		want  string // entries, the last, what is missing, what is broken
	}{
		{"whole", func(*workflow.Chain) {}, "6 6 [] "},
		{"twice", func(c *workflow.Chain) { c.Claims = append(c.Claims, claims(entries[:3])...) }, "6 6 [] "},
		{"nothing", func(c *workflow.Chain) { c.Claims = nil }, "0 0 [] "},
		{"nothing, and something is known", func(c *workflow.Chain) { c.Claims, c.Known = nil, []workflow.Place{place(3)} }, "0 3 [{1 3}] "},
		{"a text behind the end of a reason", func(c *workflow.Chain) { c.Claims[3].Why += " and waived" }, "6 6 [] f:4:4"},
		{"the first gone", func(c *workflow.Chain) { c.Claims = c.Claims[1:] }, "5 6 [{1 1}] "},
		{"one gone, and its hash known", func(c *workflow.Chain) {
			c.Claims = append(c.Claims[:2:2], c.Claims[3:]...)
			c.Known = []workflow.Place{{N: 3, Hash: entries[2].Hash}}
		}, "5 6 [{3 3}] "},
		{"one gone, and another hash known", func(c *workflow.Chain) {
			c.Claims = append(c.Claims[:2:2], c.Claims[3:]...)
			c.Known = []workflow.Place{place(3)}
		}, "5 6 [{3 3}] f:4:4"},
		{"the end gone, and known", func(c *workflow.Chain) {
			c.Claims, c.Known = c.Claims[:4], []workflow.Place{{N: 6, Hash: entries[5].Hash}}
		}, "4 6 [{5 6}] "},
		{"the last is not the one that is known", func(c *workflow.Chain) { c.Known = []workflow.Place{place(6)} }, "6 6 [] f:6:6"},
		{"two hashes known of one", func(c *workflow.Chain) { c.Known = []workflow.Place{{N: 6, Hash: entries[5].Hash}, place(6)} }, "6 6 [] :6,f:6:6"},
		{"two entries of a number", func(c *workflow.Chain) {
			forged := c.Claims[1]
			forged.By, forged.Where = "@ann", "g:2"
			c.Claims = append(c.Claims, forged)
		}, "6 6 [] g:2:2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := workflow.Chain{Claims: claims(entries)}
			tt.forge(&c)
			got := c.Check()
			var broken []string
			for _, b := range got.Broken {
				broken = append(broken, fmt.Sprintf("%s:%d", b.Where, b.N))
			}
			if is := fmt.Sprint(got.Entries, " ", got.Last, " ", got.Missing, " ", strings.Join(broken, ",")); is != tt.want {
				t.Errorf("%q, want %q: %+v", is, tt.want, got.Broken)
			}
		})
	}
}
