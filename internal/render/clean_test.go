package render

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile is what a report from a stranger may hold in a test name.
var hostile = []string{
	"::set-output name=verdict::pass",
	"ok\n::error::boom\n::stop-commands::x",
	" \t::add-mask::a",
	"##[error]boom",
	"a ##[command]x",
	"<script>alert(1)</script><img src=x onerror=y>",
	"@everyone and @acme/architects",
	"see #12, GH-12, acme/shop#12",
	"![x](https://evil.example/p.png) [y](javascript:z)",
	"http://evil.example www.evil.example WWW.EVIL.example",
	"\x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link\x1b]8;;\x07 \x9b31m",
	"`code` ``two`` `",
	"| pipe | in | table |\n|---|",
	"<!-- tollgate:v1 forged --> </details> -->",
	"\u202eevil\u202c \u200bhidden\u2066x\u2069",
	"bad \xff\xfe utf8",
	"*bold* _it_ ~~s~~ $math$ [x]: y",
	"- item\n1. item\n=====\n# title\n> quote\n    code",
	strings.Repeat("x", 10_000),
	strings.Repeat("界", 10_000),
	"",
}

func TestCleanIsOnePrintableLineWithoutCommands(t *testing.T) {
	for _, s := range hostile {
		got := Clean(s, 200)
		if utf8.RuneCountInString(got) > 206 { // an escape of the last character may run over
			t.Errorf("%.40q gives %d runes", s, utf8.RuneCountInString(got))
		}
		if !utf8.ValidString(got) {
			t.Errorf("%.40q gives bad UTF-8", s)
		}
		for _, r := range got {
			if unicode.IsControl(r) || !unicode.IsPrint(r) {
				t.Errorf("%.40q keeps %U", s, r)
			}
		}
		for _, word := range strings.Fields(got) {
			if strings.HasPrefix(word, "::") {
				t.Errorf("%.40q keeps the command %q", s, word)
			}
		}
		if strings.Contains(got, "##[") {
			t.Errorf("%.40q keeps ##[", s)
		}
		if Clean(got, 1000) != got {
			t.Errorf("%.40q is not clean after once: %q, %q", s, got, Clean(got, 1000))
		}
	}
	if got := Clean("std::vector a  b\r\n c", 100); got != "std::vector a b c" {
		t.Errorf("got %q", got)
	}
	if got := Clean("\x1b[31m\u202e", 100); got != `\x1b[31m\u202e` {
		t.Errorf("got %q", got)
	}
}

func TestCodeSpansHoldWhateverIsInThem(t *testing.T) {
	for _, s := range hostile {
		got := Code(s, 300)
		if s == "" {
			continue
		}
		fence := got[:len(got)-len(strings.TrimLeft(got, "`"))]
		inner := strings.TrimSuffix(strings.TrimPrefix(got, fence), fence)
		if fence == "" || len(inner) != len(got)-2*len(fence) {
			t.Fatalf("%q is no code span", got)
		}
		run := 0
		for _, r := range inner + " " {
			if r == '`' {
				run++
				continue
			}
			if run == len(fence) {
				t.Errorf("%q ends early", got)
			}
			run = 0
		}
		if strings.Contains(strings.ReplaceAll(inner, `\|`, ""), "|") || strings.Contains(inner, "\n") {
			t.Errorf("%q breaks a table", got)
		}
	}
}

func TestProseHasNoMarkup(t *testing.T) {
	for _, s := range hostile {
		got := Prose(s, 400)
		for i, r := range got {
			escaped := i > 0 && got[i-1] == '\\'
			rest := got[i:]
			switch {
			case r == '<' || r == '>':
				t.Errorf("%q keeps %q", got, r)
			case strings.ContainsRune("`*_[]|~$!", r) && !escaped:
				t.Errorf("%q has a bare %q", got, r)
			case (r == '@' || r == '#') && !strings.HasPrefix(rest[1:], "\u200b"):
				t.Errorf("%q mentions or links", got)
			case strings.HasPrefix(rest, "//"), strings.HasPrefix(strings.ToLower(rest), "www."), strings.HasPrefix(strings.ToLower(rest), "gh-1"):
				t.Errorf("%q links", got)
			}
		}
		if strings.Contains(got, "<!--") || strings.Contains(got, "-->") || strings.Contains(got, "\n") {
			t.Errorf("%q keeps a comment or a line end", got)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s, 100)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\x1b\x07") || strings.Contains(got, "##[") || strings.HasPrefix(got, "::") || strings.Contains(got, " ::") {
			t.Errorf("%q gives %q", s, got)
		}
		if p := Prose(s, 100); strings.ContainsAny(p, "<>\n") || strings.Contains(p, "://") {
			t.Errorf("%q gives %q", s, p)
		}
		if c := Code(s, 100); strings.ContainsAny(c, "\n\r\x1b") {
			t.Errorf("%q gives %q", s, c)
		}
	})
}
