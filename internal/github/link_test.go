package github_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github"
)

// linked gives the numbers, and how the first was found.
func linked(body, branch, repo string) (nums []int, how string) {
	found, _ := github.LinkedIssues(body, branch, repo)
	for _, l := range found {
		nums = append(nums, l.Number)
	}
	if len(found) > 0 {
		how = found[0].How
	}
	return nums, how
}

func TestLinkedIssuesByTrailer(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []github.Linked
	}{
		{"a line of its own", "Words.\n\nTollgate-Issue: #12", []github.Linked{{Number: 12, How: "trailer"}}},
		{"whatever its letters", "tollgate-issue:#12\r\n", []github.Linked{{Number: 12, How: "trailer"}}},
		{"several", "Tollgate-Issue: #12\nTollgate-Issue: acme/shop#13", []github.Linked{{Number: 12, How: "trailer"}, {Number: 13, How: "trailer"}}},
		{"after a keyword", "Tollgate-Issue: #12\nFixes: #13", []github.Linked{{Number: 13, How: "closing keyword"}, {Number: 12, How: "trailer"}}},
		{"what the keyword names already", "Tollgate-Issue: #12\nFixes: #12", []github.Linked{{Number: 12, How: "closing keyword"}}},
		{"in a sentence", "see Tollgate-Issue: #12", nil},
		{"with words after it", "Tollgate-Issue: #12 perhaps", nil},
		{"in code", "```\nTollgate-Issue: #12\n```", nil},
	} {
		if got, _ := github.LinkedIssues(c.body, "", "acme/shop"); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLinkedIssuesElsewhereAreNamed(t *testing.T) {
	got, elsewhere := github.LinkedIssues("Fixes acme/other#4, fixes https://ghe.example/acme/shop/issues/5. Fixes #6", "7-x", "acme/shop")
	if !slices.Equal(got, []github.Linked{{Number: 6, How: "closing keyword"}}) || !slices.Equal(elsewhere, []string{"acme/other#4", "ghe.example/acme/shop#5"}) {
		t.Errorf("got %v, and elsewhere %q", got, elsewhere)
	}
}

func TestLinkedIssuesByKeyword(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []int
	}{
		{"close", "close #1", []int{1}},
		{"closes", "closes #1", []int{1}},
		{"closed", "closed #1", []int{1}},
		{"fix", "fix #1", []int{1}},
		{"fixes", "fixes #1", []int{1}},
		{"fixed", "fixed #1", []int{1}},
		{"resolve", "resolve #1", []int{1}},
		{"resolves", "resolves #1", []int{1}},
		{"resolved", "resolved #1", []int{1}},
		{"in capitals with a colon", "CLOSES: #10", []int{10}},
		{"in a sentence", "This (finally) fixes #7, I think.", []int{7}},
		{"each with its keyword", "Resolves #10, resolves #123, resolves acme/shop#100", []int{10, 123, 100}},
		{"one keyword is for one issue", "Fixes #1, #2", []int{1}},
		{"in a list", "- fixes #1\n* closes #2\n1. resolves #3", []int{1, 2, 3}},
		{"in emphasis", "**Fixes #1**", []int{1}},
		{"twice the same", "Fixes #1. Closes #1.", []int{1}},
		{"this repository in another spelling", "fixes ACME/Shop#4", []int{4}},
		{"another repository", "fixes acme/other#4", nil},
		{"an address", "Fixes https://github.com/acme/shop/issues/12", []int{12}},
		{"an address with a fragment", "Fixes https://github.com/acme/shop/issues/12#issuecomment-1", []int{12}},
		{"another repository's address", "Fixes https://github.com/acme/other/issues/12", nil},
		{"another host's address", "Fixes https://evil.example/acme/shop/issues/12", nil},
		{"a pull request's address", "Fixes https://github.com/acme/shop/pull/12", nil},
		{"a mention is no link", "See #12, and #13.", nil},
		{"no space", "fixes#12", nil},
		{"part of a word", "prefix #12, unfixes #13, hot-fix #14", nil},
		{"a number that runs on", "fixes #12abc", nil},
		{"nought", "fixes #0", nil},
		{"a number that is too large", "fixes #99999999999999999999", nil},
		{"across lines", "fixes\n#12", nil},
		{"in a fence", "```\nfixes #12\n```\nfixes #13", []int{13}},
		{"in a fence of tildes", "~~~ text\nfixes #12\n```\n~~~\nfixes #13", []int{13}},
		{"a shorter run does not close a fence", "````\n```\nfixes #12\n````", nil},
		{"a fence that is never closed", "```\nfixes #12", nil},
		{"in code", "`fixes #12` and ``a ` fixes #13`` fixes #14", []int{14}},
		{"code across lines", "`a\nfixes #12`", nil},
		{"code ends with its paragraph", "`a\n \nfixes #12 `", []int{12}},
		{"a backtick alone", "` fixes #12", []int{12}},
		{"an indented block", "text\n\n    fixes #12\n\nfixes #13", []int{13}},
		{"an indented line of a paragraph", "text\n    fixes #12", []int{12}},
		{"an HTML comment", "<!-- fixes #12 -->fixes #13", []int{13}},
		{"an HTML comment over lines", "<!--\nfixes #12\n\n```\n-->\nfixes #13", []int{13}},
		{"an HTML comment that is never closed", "fixes #13 <!-- fixes #12", []int{13}},
		{"the start of a comment in code", "`<!--` fixes #12", []int{12}},
		{"a quotation", "> fixes #12\n\nfixes #13", []int{13}},
		{"line ends of Windows", "```\r\nfixes #12\r\n```\r\nfixes #13\r\n", []int{13}},
		{"nothing", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, how := linked(c.body, "", "acme/shop")
			if !slices.Equal(got, c.want) {
				t.Errorf("%q links %v, want %v", c.body, got, c.want)
			}
			if want := map[bool]string{true: "closing keyword"}[len(c.want) > 0]; how != want {
				t.Errorf("by %q, want %q", how, want)
			}
		})
	}
}

func TestLinkedIssuesByBranch(t *testing.T) {
	for branch, want := range map[string]int{
		"12-tenants": 12, "issue-12": 12, "ann/issue-12-tenants": 12, "feature/12-tenants": 12, "fix/12": 12, "fix/issue-12": 12, "bugfix/12_x": 12, "issue/12": 12,
		"main": 0, "release/2024-01": 0, "v12": 0, "tenants-12": 0, "feature/tenants-12": 0, "issue-12a": 0, "feature/12a": 0, "tissue-12": 0, "0-x": 0, "": 0,
		"dependabot/npm_and_yarn/lodash-4.17.21": 0,
	} {
		got, how := linked("", branch, "acme/shop")
		switch {
		case want == 0 && (len(got) != 0 || how != ""):
			t.Errorf("branch %q names %v by %q, want none", branch, got, how)
		case want != 0 && (!slices.Equal(got, []int{want}) || how != "branch name"):
			t.Errorf("branch %q names %v by %q, want %d", branch, got, how, want)
		}
	}
}

func TestLinkedIssuesOnAnotherHost(t *testing.T) {
	got, _ := linked("Fixes https://ghe.example/acme/shop/issues/3, fixes https://github.com/acme/shop/issues/4", "", "ghe.example/acme/shop")
	if !slices.Equal(got, []int{3}) {
		t.Errorf("got %v, want [3]", got)
	}
}

func TestLinkedIssuesAreTwentyAtMost(t *testing.T) {
	var body strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&body, "fixes #%d\n", i+1)
	}
	if got, _ := linked(body.String(), "", "acme/shop"); len(got) != 20 || got[0] != 1 || got[19] != 20 {
		t.Errorf("got %v, want the first twenty", got)
	}
}

// What stands in a fence, a comment or a quotation never links, whatever it is.
func FuzzLinkedIssues(f *testing.F) {
	for _, s := range []string{"fixes #1", "```", "`", "<!--", "-->", "> ", "\n\n    ", "~~~\n", "``fixes #2` ``"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		nums, how := linked(s, s, "acme/shop")
		if (len(nums) == 0) != (how == "") || len(nums) > 20 {
			t.Errorf("%v by %q", nums, how)
		}
		for _, n := range nums {
			if n <= 0 {
				t.Errorf("number %d", n)
			}
		}
		hidden := "<!-- " + strings.ReplaceAll(s, "-->", "") + " -->"
		if nums, _ := linked(hidden, "", "acme/shop"); len(nums) != 0 {
			t.Errorf("%q links %v out of a comment", hidden, nums)
		}
	})
}
