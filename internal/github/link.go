package github

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// How a pull request names its issue.
const (
	byKeyword = "closing keyword"
	byBranch  = "branch name"
)

// maxLinked bounds how many issues one description may name: each costs a
// request, and anybody can write a description.
const maxLinked = 10

// LinkedIssues finds the issues that a pull request says it closes: by GitHub's
// closing keywords in its description, else by the name of its branch. repo is
// owner/name, or host/owner/name off github.com; issues elsewhere are passed
// over. how says which of the two it was, "" if none.
//
// Code, HTML comments and quotations do not count: they are not the author
// speaking, and a template's hint, `Closes #1`, closes nothing. Numbers come in
// the order of the text, without doubles, ten at most. Whether one of them is a
// pull request only GitHub knows.
func LinkedIssues(body, branch, repo string) (nums []int, how string) {
	host := "github.com"
	if parts := strings.Split(repo, "/"); len(parts) == 3 {
		host, repo = parts[0], parts[1]+"/"+parts[2]
	}
	for _, m := range closing.FindAllStringSubmatch(prose(body), -1) {
		if len(nums) == maxLinked {
			break
		}
		webHost, webRepo, webNumber, otherRepo, number := m[1], m[2], m[3], m[4], m[5]
		if webNumber != "" {
			if !strings.EqualFold(webHost, host) || !strings.EqualFold(webRepo, repo) {
				continue
			}
			number = webNumber
		} else if otherRepo != "" && !strings.EqualFold(otherRepo, repo) {
			continue
		}
		if n, ok := issueNumber(number); ok && !slices.Contains(nums, n) {
			nums = append(nums, n)
		}
	}
	if len(nums) > 0 {
		return nums, byKeyword
	}
	for _, pattern := range branches {
		if m := pattern.FindStringSubmatch(branch); m != nil {
			if n, ok := issueNumber(m[1]); ok {
				return []int{n}, byBranch
			}
		}
	}
	return nil, ""
}

// closing is a keyword, its optional colon, and an issue as an address,
// owner/name#n or #n. The source is docs.github.com, "Linking a pull request to
// an issue".
var closing = regexp.MustCompile(`(?i)(?:^|[^\w/#.@-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:` +
	`https?://([\w.:-]+)/([\w.-]+/[\w.-]+)/issues/(\d+)|` +
	`([\w.-]+/[\w.-]+)?#(\d+))\b`)

// branches are the names that say an issue's number: GitHub's own "12-title",
// "issue-12" anywhere, and "feature/12-title".
var branches = []*regexp.Regexp{
	regexp.MustCompile(`^(\d+)-`),
	regexp.MustCompile(`(?i)(?:^|[/_-])issue[-_/](\d+)(?:[-_/]|$)`),
	regexp.MustCompile(`(?i)^(?:feature|feat|fix|bugfix|hotfix|bug|chore|task)/(\d+)(?:[-_]|$)`),
}

func issueNumber(digits string) (int, bool) {
	n, err := strconv.ParseInt(digits, 10, 32)
	return int(n), err == nil && n > 0
}

// prose is what is left of Markdown without code, HTML comments and quotations.
// It follows CommonMark where that decides what is code: a fence is closed by
// one at least as long, and an unclosed fence or comment reaches to the end.
func prose(markdown string) string {
	markdown = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(markdown)
	var out strings.Builder
	fence := ""        // what the open fence is made of
	comment := false   // inside <!-- -->
	paragraph := false // an indented line goes on with it instead of being code
	for line := range strings.SplitSeq(markdown, "\n") {
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		switch mark := fenceMark(text); {
		case comment:
		case fence != "":
			if indent < 4 && strings.HasPrefix(mark, fence) && strings.TrimSpace(text[len(mark):]) == "" {
				fence = ""
			}
			continue
		case mark != "" && indent < 4:
			fence, paragraph = mark, false
			continue
		case strings.HasPrefix(text, ">"):
			paragraph = false
			continue
		case !paragraph && (indent >= 4 || strings.HasPrefix(text, "\t")):
			continue
		}
		line, comment = uncomment(line, comment)
		if paragraph = strings.TrimSpace(line) != ""; paragraph {
			out.WriteString(line)
		}
		out.WriteByte('\n')
	}
	return withoutCodeSpans(out.String())
}

// fenceMark is the run of backticks or tildes that opens or closes a fence.
func fenceMark(text string) string {
	for _, char := range []string{"`", "~"} {
		rest := strings.TrimLeft(text, char)
		mark := text[:len(text)-len(rest)]
		if len(mark) >= 3 && (char == "~" || !strings.Contains(rest, "`")) {
			return mark
		}
	}
	return ""
}

// uncomment takes the HTML comments out of a line, open being whether it starts
// inside one; it returns whether the line ends inside one. A comment that begins
// in a code span of the line is code.
func uncomment(line string, open bool) (string, bool) {
	var out strings.Builder
	for {
		if open {
			_, after, ok := strings.Cut(line, "-->")
			if !ok {
				return out.String(), true
			}
			out.WriteByte(' ')
			line, open = after, false
		}
		start := strings.Index(line, "<!--")
		if start < 0 {
			out.WriteString(line)
			return out.String(), false
		}
		if tick := strings.IndexByte(line, '`'); tick >= 0 && tick < start {
			rest := strings.TrimLeft(line[tick:], "`")
			at := len(line) - len(rest)
			if end := closingRun(rest, at-tick); end >= 0 {
				at += end
			}
			out.WriteString(line[:at])
			line = line[at:]
			continue
		}
		out.WriteString(line[:start])
		line, open = line[start+len("<!--"):], true
	}
}

// withoutCodeSpans takes out what stands between two equal runs of backticks
// in one paragraph. A run that is never closed is text.
func withoutCodeSpans(text string) string {
	var out strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		unclosed := map[int]bool{} // lengths that do not occur again
		for {
			start := strings.IndexByte(paragraph, '`')
			if start < 0 {
				break
			}
			rest := strings.TrimLeft(paragraph[start:], "`")
			run := len(paragraph) - start - len(rest)
			end := -1
			if !unclosed[run] {
				end = closingRun(rest, run)
			}
			if end < 0 {
				unclosed[run] = true
				out.WriteString(paragraph[:start+run])
				paragraph = rest
				continue
			}
			out.WriteString(paragraph[:start])
			out.WriteByte(' ')
			paragraph = rest[end:]
		}
		out.WriteString(paragraph)
		out.WriteString("\n\n")
	}
	return out.String()
}

// closingRun is where the first run of exactly n backticks ends, -1 without one.
func closingRun(text string, n int) int {
	for at := 0; at < len(text); {
		start := strings.IndexByte(text[at:], '`')
		if start < 0 {
			return -1
		}
		start += at
		end := start
		for end < len(text) && text[end] == '`' {
			end++
		}
		if end-start == n {
			return end
		}
		at = end
	}
	return -1
}
