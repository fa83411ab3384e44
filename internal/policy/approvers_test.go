package policy

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/gates"
)

// An entry that somebody approved who may not is malformed, wherever that can be told
// from the files alone. R17
func TestApproversOfWaivers(t *testing.T) {
	read := func(approvers, entry string) error {
		p, err := Load("p.yml", []byte(strings.Replace(waiving, "waivers: {", "waivers: {approvers: "+approvers+", ", 1)))
		if err != nil {
			t.Fatal(err)
		}
		return p.ReadWaivers("w.yml", []byte("version: 1\nwaivers:\n  - {"+entry+", reason: r, owner: \"@ann\", created: 2026-11-01, expires: 2026-11-12}\n"))
	}
	const test, finding = "test: {name: a}", "finding: {rule: G101}"
	for _, x := range []struct{ approvers, entry, want string }{
		{`"@lead"`, test + `, approved-by: "@Lead"`, ""},
		{`["@ann", "@lead"]`, test + `, approved-by: "@lead"`, ""},
		{`["@ann", "@lead"]`, test + `, approved-by: "@bob"`, "waiver 1 is approved by @bob, who may not; the policy lets @ann, @lead approve it"},
		{`["@org/sec"]`, test + `, approved-by: "@bob"`, ""}, // who is in the team is not in the files
		{`["@org/sec"]`, test + `, approved-by: "@org/dev"`, "waiver 1 is approved by @org/dev, who may not; the policy lets @org/sec approve it"},
		{`{critical: "@ciso", default: "@lead"}`, finding + `, approved-by: "@ciso"`, ""},
		{`{critical: "@ciso", default: "@lead"}`, finding + `, approved-by: "@lead"`, ""}, // it may be of a lower severity
		{`{critical: "@ciso", default: "@lead"}`, finding + `, approved-by: "@bob"`, "waiver 1 is approved by @bob, who may not; the policy lets @ciso, @lead approve it"},
		{`{critical: "@ciso", default: "@lead"}`, test + `, approved-by: "@ciso"`, "waiver 1 is approved by @ciso, who may not; the policy lets @lead approve it"},
	} {
		err := read(x.approvers, x.entry)
		if have := strings.Contains(strings.TrimSpace(errorText(err)), x.want); !have || (err == nil) != (x.want == "") {
			t.Errorf("%s, %s: %v", x.approvers, x.entry, err)
		}
	}
	err := read(`"@lead"`, test+`, approved-by: "@bob"`)
	if !strings.HasPrefix(errorText(err), "w.yml:3:36: ") {
		t.Errorf("the error has no place: %v", err)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Whoever else may approve is a change that lets more pass; whom alone, if anybody might
// before, is one that lets less. R18
func TestChangeOfApprovers(t *testing.T) {
	for _, x := range []struct {
		base, head string
		want       []string
	}{
		{"", `"@lead"`, []string{"stricter waivers, approvers, default: with @lead"}},
		{`"@lead"`, "", []string{"looser waivers, approvers, default: anybody"}},
		{`"@lead"`, `["@lead", "@bob"]`, []string{"looser waivers, approvers, default: with @bob"}},
		{`{high: "@sec", default: "@lead"}`, `{high: "@bob", default: "@lead"}`, []string{"looser waivers, approvers, high: without @sec", "looser waivers, approvers, high: with @bob"}},
	} {
		load := func(approvers string) *Policy {
			if approvers != "" {
				approvers = "approvers: " + approvers + ", "
			}
			p, err := Load("p.yml", []byte(strings.Replace(waiving, "waivers: {", "waivers: {"+approvers, 1)))
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		c := &comparison{}
		base, head := load(x.base), load(x.head)
		c.waivers(base, head)
		var have []string
		for _, one := range c.changes {
			have = append(have, one.Effect.String()+" "+one.What)
		}
		if strings.Join(have, "\n") != strings.Join(x.want, "\n") {
			t.Errorf("from %q to %q: %q, want %q", x.base, x.head, have, x.want)
		}
	}
	var none gates.Approvers
	if none.For(0) != nil {
		t.Error("where nobody is named, somebody is")
	}
}
