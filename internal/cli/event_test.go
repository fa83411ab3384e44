package cli

import (
	"encoding/json"
	"testing"
)

// TestBranchThatTheChangeIsFor holds that it is never the one that the author of a
// pull request named.
func TestBranchThatTheChangeIsFor(t *testing.T) {
	env := map[string]string{"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "work"}
	for name, x := range map[string]struct{ event, want string }{
		"a pull request": {`{"pull_request": {"head": {"ref": "release/1"}, "base": {"ref": "main"}}}`, "main"},
		"a merge queue":  {`{"merge_group": {"base_ref": "refs/heads/release/1"}}`, "release/1"},
		"a push":         {`{}`, "work"},
	} {
		var e event
		if err := json.Unmarshal([]byte(x.event), &e); err != nil {
			t.Fatal(err)
		}
		if got := e.branch(func(k string) string { return env[k] }); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
	env["GITHUB_REF_TYPE"] = "tag"
	if got := (event{}).branch(func(k string) string { return env[k] }); got != "" {
		t.Errorf("a tag is for no branch, got %q", got)
	}
}
