package github

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// How a pull request names its issue.
const (
	byReference = "link on GitHub"
	byKeyword   = "closing keyword"
	byTrailer   = "trailer"
	byBranch    = "branch name"
)

// maxLinked bounds how many issues one pull request may name: each costs
// requests, and anybody can write a description.
const maxLinked = 20

// Linked is an issue of the repository that a change is for, and how it says so.
type Linked struct {
	Number int
	How    string // "closing keyword"
}

// LinkedIssues finds the issues that a pull request says it is for: by GitHub's
// closing keywords in its description, then by trailers (`Tollgate-Issue: #12`),
// or where there is neither by the name of its branch. repo is owner/name, or
// host/owner/name off github.com; issues elsewhere are passed over, and returned
// as they are named, so that it can be said.
//
// Code, HTML comments and quotations do not count: they are not the author
// speaking, and a template's hint, `Closes #1`, closes nothing. Numbers come in
// the order of the text, without doubles, twenty at most. Whether one of them is a
// pull request only GitHub knows.
func LinkedIssues(body, branch, repo string) (linked []Linked, elsewhere []string) {
	l := linker{host: "github.com", repo: repo}
	if parts := strings.Split(repo, "/"); len(parts) == 3 {
		l.host, l.repo = parts[0], parts[1]+"/"+parts[2]
	}
	text := prose(body)
	l.take(closing.FindAllStringSubmatch(text, -1), byKeyword)
	l.take(trailer.FindAllStringSubmatch(text, -1), byTrailer)
	if len(l.linked) > 0 {
		return l.linked, l.elsewhere
	}
	for _, pattern := range branches {
		if m := pattern.FindStringSubmatch(branch); m != nil {
			if n, ok := issueNumber(m[1]); ok {
				return []Linked{{n, byBranch}}, l.elsewhere
			}
		}
	}
	return nil, l.elsewhere
}

// linker gathers the issues of one repository.
type linker struct {
	host, repo string
	linked     []Linked
	elsewhere  []string
}

// take adds what a pattern has found, which ends in the groups of reference.
func (l *linker) take(found [][]string, how string) {
	for _, m := range found {
		webHost, webRepo, webNumber, otherRepo, number := m[1], m[2], m[3], m[4], m[5]
		switch {
		case webNumber != "" && (!strings.EqualFold(webHost, l.host) || !strings.EqualFold(webRepo, l.repo)):
			l.pass(webHost + "/" + webRepo + "#" + webNumber)
			continue
		case webNumber != "":
			number = webNumber
		case otherRepo != "" && !strings.EqualFold(otherRepo, l.repo):
			l.pass(otherRepo + "#" + number)
			continue
		}
		if n, ok := issueNumber(number); ok {
			l.add(n, how)
		}
	}
}

func (l *linker) add(n int, how string) {
	known := func(have Linked) bool { return have.Number == n }
	if len(l.linked) < maxLinked && !slices.ContainsFunc(l.linked, known) {
		l.linked = append(l.linked, Linked{n, how})
	}
}

func (l *linker) pass(name string) {
	if len(l.elsewhere) < maxLinked && !slices.Contains(l.elsewhere, name) {
		l.elsewhere = append(l.elsewhere, name)
	}
}

// reference is an issue as an address, owner/name#n or #n.
const reference = `(?:https?://([\w.:-]+)/([\w.-]+/[\w.-]+)/issues/(\d+)|([\w.-]+/[\w.-]+)?#(\d+))\b`

// closing is a keyword, its optional colon, and an issue. The source is
// docs.github.com, "Linking a pull request to an issue".
var closing = regexp.MustCompile(`(?i)(?:^|[^\w/#.@-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+` + reference)

// trailer is a line that names an issue to Tollgate and not to GitHub, which closes
// what its keywords name when the change is merged.
var trailer = regexp.MustCompile(`(?im)^tollgate-issue:[ \t]*` + reference + `[ \t]*$`)

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
