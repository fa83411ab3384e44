package housetest

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing/fstest"
	"unicode"
)

var documentRules = []rule{
	{
		name:  "the licence is there",
		check: licence,
		breaches: map[string]fstest.MapFS{
			"LICENSE is not the Apache License": {"LICENSE": file("All rights reserved.")},
		},
	},
	{
		name:  "the changelog has a place for what comes next",
		check: unreleased,
		breaches: map[string]fstest.MapFS{
			"CHANGELOG.md has no heading": {"CHANGELOG.md": file("# Changelog\n\n## 1.0.0\n\n### Unreleased thoughts\n")},
		},
	},
	{
		name:  "links lead somewhere",
		check: links,
		breaches: map[string]fstest.MapFS{
			"docs/a.md:2: b.md is not in the repository": {"docs/a.md": file("# A\n[b](b.md) [a](../docs/a.md) [out](https://example.com/x) [a](#a)\n```\n[code](c.md)\n```\n")},
			"a.md:2: a.md has no heading what-it-was":    {"a.md": file("# What it is: a `gate`!\n[a](#what-it-is-a-gate) [b](a.md#what-it-was)\n")},
		},
	},
}

func licence(tree fs.FS) []string {
	data, err := fs.ReadFile(tree, "LICENSE")
	if err != nil {
		return []string{err.Error()}
	}
	for _, part := range []string{"Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS"} {
		if !bytes.Contains(data, []byte(part)) {
			return []string{"LICENSE is not the Apache License, version 2.0, in full"}
		}
	}
	return nil
}

func unreleased(tree fs.FS) []string {
	data, err := fs.ReadFile(tree, "CHANGELOG.md")
	if err != nil {
		return []string{err.Error()}
	}
	if !regexp.MustCompile(`(?m)^## \[?Unreleased\b`).Match(data) {
		return []string{`CHANGELOG.md has no heading "## Unreleased"`}
	}
	return nil
}

var (
	fence  = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	link   = regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)`)
	scheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`)
	title  = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)
)

// links follows every relative link of every Markdown file, to the file and to
// the heading in it. What stands in a fenced block is no link.
func links(tree fs.FS) []string {
	return walk(tree, func(name string, data []byte) (bad []string) {
		if strings.Contains("/"+name, "/testdata/") {
			return nil
		}
		data = fence.ReplaceAllFunc(data, func(block []byte) []byte {
			return bytes.Repeat([]byte("\n"), bytes.Count(block, []byte("\n")))
		})
		for _, m := range link.FindAllSubmatchIndex(data, -1) {
			target := string(data[m[2]:m[3]])
			if scheme.MatchString(target) {
				continue
			}
			if why := follow(tree, name, target); why != "" {
				bad = append(bad, fmt.Sprintf("%s:%d: %s", name, lineOf(data, m[2]), why))
			}
		}
		return bad
	}, ".md")
}

// follow says why a relative link leads nowhere, and "" if it leads somewhere.
func follow(tree fs.FS, from, target string) string {
	file, heading, _ := strings.Cut(target, "#")
	name := from
	if file != "" {
		name = path.Join(path.Dir(from), file)
	}
	if _, err := fs.Stat(tree, name); err != nil {
		return target + " is not in the repository"
	}
	if heading == "" || path.Ext(name) != ".md" {
		return ""
	}
	data, err := fs.ReadFile(tree, name)
	if err != nil {
		return err.Error()
	}
	for _, m := range title.FindAllSubmatch(fence.ReplaceAll(data, nil), -1) {
		if anchor(string(m[1])) == heading {
			return ""
		}
	}
	return name + " has no heading " + heading
}

// anchor is the fragment that GitHub gives a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		default:
			return -1
		}
	}, heading)
}
