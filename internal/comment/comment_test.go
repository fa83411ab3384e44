package comment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// boxes writes the tasks of a text in short: x or -, the text, what it is under.
func boxes(d Doc) (out []string) {
	for _, t := range d.Tasks {
		box := "- "
		if t.Ticked {
			box = "x "
		}
		out = append(out, box+strings.Join(append(t.Above, t.Text), " > "))
	}
	return out
}

func TestTasks(t *testing.T) {
	for name, x := range map[string]struct {
		text string
		want []string
	}{
		// GFM 0.29, examples 279 and 280.
		"two items":                            {"- [ ] foo\n- [x] bar", []string{"- foo", "x bar"}},
		"nested items":                         {"- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim", []string{"x foo", "- foo > bar", "x foo > baz", "- bim"}},
		"every mark":                           {"* [ ] a\n+ [X] b\n- [x] c\n1. [ ] d\n2) [x] e", []string{"- a", "x b", "x c", "- d", "x e"}},
		"a number that breaks text":            {"text\n2. [ ] no\n\n2. [ ] yes", []string{"- yes"}},
		"one under the text":                   {"text\n- [ ] yes\n", []string{"- yes"}},
		"under an item without box":            {"- Cinema\n  - [ ] booking", []string{"- Cinema > booking"}},
		"in fenced code":                       {"```\n- [x] no\n```\n- [ ] yes", []string{"- yes"}},
		"in fenced code that is open":          {"- [ ] yes\n\n~~~\n- [x] no\n```\n- [x] no", []string{"- yes"}},
		"code ends with its item":              {"- ```\n  - [x] no\n- [ ] yes", []string{"- yes"}},
		"in indented code":                     {"    - [x] no\n\n- [ ] yes\n\n      - [x] code in the item", []string{"- yes"}},
		"a box in code of its item":            {"-     [x] no", nil},
		"in an HTML comment":                   {"<!--\n- [x] no\n\n- [x] no\n-->\n- [ ] yes", []string{"- yes"}},
		"in an HTML comment of a line":         {"<!-- - [x] no -->\n- [ ] yes", []string{"- yes"}},
		"in raw HTML":                          {"<pre>\n- [x] no\n\n- [x] no\n</pre>\n- [ ] yes", []string{"- yes"}},
		"folded":                               {"<details>\n<summary>x</summary>\n\n- [ ] yes\n\n</details>", []string{"- yes"}},
		"folded without a blank line":          {"<details>\n- [x] no", nil},
		"in a quote, where GitHub draws a box": {"> - [ ] yes\n> - [x] too", []string{"- yes", "x too"}},
		"no blank after the box":               {"- [x]no\n- [ ]\n- [  ] no\n- [y] no\n- [x](no)", nil},
		"a box that is not at first":           {"- a [x] no\n\n  [x] no", nil},
		"a box on the next line":               {"-\n  [ ] yes", []string{"- yes"}},
		"text on the next line":                {"- [ ]\n  one", []string{"- one"}},
		"text over lines":                      {"- [ ] one\n  two\nthree", []string{"- one two three"}},
		"tabs":                                 {"-\t[ ] a\n\t- [x] b", []string{"- a", "x a > b"}},
		"line ends of Windows and Mac":         {"- [ ] a\r\n- [x] b\r- [ ] c", []string{"- a", "x b", "- c"}},
		"a rule is no item":                    {"* * *\n- [ ] a\n\n---\n- [ ] b", []string{"- a", "- b"}},
		"an item that is a heading":            {"- [x] a\n  ---\n- # [x] b", nil},
		"no list":                              {"[x] a", nil},
		"nothing":                              {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(x.want, boxes(Read(x.text))); diff != "" {
				t.Errorf("tasks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLists(t *testing.T) {
	const text = `- [ ] before
# Release
## **Acceptance Criteria:** ##
- [ ] a
### Details
- [x] b
> ## Quoted
- [x] c

Other
-----
- [ ] other
##Not a heading
- [ ] more
## acceptance  criteria
- [ ] d
# End
- [ ] end
`
	for heading, want := range map[string]string{
		"":                    "before a b c other more d end",
		"Acceptance Criteria": "a b c d",
		"details":             "b c",
		"Other":               "other more",
		"release":             "a b c other more d",
		"Quoted":              "",
		"Not a heading":       "",
	} {
		tasks, found := Read(text).List(heading)
		var have []string
		for _, task := range tasks {
			have = append(have, strings.Fields(task.Text)[0])
		}
		if got := strings.Join(have, " "); got != want || found != (want != "") {
			t.Errorf("list %q: have %q (found %v), want %q", heading, got, found, want)
		}
	}
}

func TestCommands(t *testing.T) {
	for text, want := range map[string]string{
		"/tick Rollback  tested\t":             "tick(Rollback tested)",
		"/Escalate":                            "escalate()",
		"thanks\n/tick 1\n/tick 2":             "tick(1) tick(2)",
		"/tick 1\r\n/tick 2":                   "tick(1) tick(2)",
		" /tick 1":                             "",
		"> /tick 1":                            "",
		"> said\n/tick 1":                      "", // GitHub draws it in the quote
		"> said\n\n/tick 1":                    "tick(1)",
		"```\n/tick 1\n```":                    "",
		"    /tick 1":                          "",
		"- /tick 1":                            "",
		"- a\n/tick 1":                         "",
		"<!--\n/tick 1\n-->":                   "",
		"text <!-- a\n/tick 1\n-->\n/tick 2":   "tick(2)",
		"/home/ann is full":                    "",
		"/ tick":                               "",
		"// tick":                              "",
		"/9":                                   "",
		"/tick\u00a01":                         "",
		"/" + strings.Repeat("a", 41) + " x":   "",
		"# Heading\n/architect redesign later": "architect(redesign later)",
	} {
		var have []string
		for _, c := range Read(text).Commands {
			have = append(have, c.Word+"("+c.Args+")")
		}
		if got := strings.Join(have, " "); got != want {
			t.Errorf("%q: have %q, want %q", text, got, want)
		}
	}
}

// The forms are those of conventionalcomments.org, and of its browser extension,
// which makes the label bold.
func TestClasses(t *testing.T) {
	for text, want := range map[string]string{
		"suggestion: Let's avoid using this specific function…":    "suggestion",
		"question (non-blocking): At this point, does it matter?":  "question [non-blocking]",
		"suggestion (test,if-minor): Looks like we're missing":     "suggestion [test if-minor]",
		"**issue (blocking, Architecture):** tenants share a pool": "issue [blocking architecture]",
		"**issue:** a":                            "issue",
		"architecture: tenants share a pool":      "architecture?",
		"However: no":                             "however?",
		"> issue (architecture): quoted\n\nNo":    "",
		"```\nissue: code\n```\nissue: the issue": "issue",
		"text\nissue: later":                      "",
		"https://example.org":                     "",
		"see this (a): b":                         "",
		"issue (open: b":                          "",
		"issue () : b":                            "issue",
		"issue\nb: c":                             "",
		"":                                        "",
	} {
		c := ClassOf(text)
		have := c.Label
		if len(c.Decorations) > 0 {
			have += " [" + strings.Join(c.Decorations, " ") + "]"
		}
		if have != "" && !c.Known() {
			have += "?"
		}
		if have != want {
			t.Errorf("%q: have %q, want %q", text, have, want)
		}
	}
	if c := ClassOf("issue (blocking): a"); !c.Is("issue") || !c.Is("blocking") || c.Is("a") || c.Is("") {
		t.Errorf("%+v is something else", c)
	}
}

// hostile are texts that would be slow to read if depth or look-ahead had no bound.
func hostile(n int) map[string]string {
	return map[string]string{
		"quotes":          strings.Repeat(">", n),
		"items and lines": strings.Repeat("- ", n/2) + "a" + strings.Repeat("\n", n),
		"quotes again":    strings.Repeat(strings.Repeat(">", 200)+"\n", n/200),
		"open tags":       strings.Repeat("<a b=\"", n/6),
		"open comments":   strings.Repeat("a <!--\n", n/7),
		"one paragraph":   "- [ ] " + strings.Repeat("a\n", n/2),
		"boxes":           strings.Repeat("- [ ] a\n", n/8),
		"headings":        strings.Repeat("# a\n", n/4),
		"backticks":       strings.Repeat("`", n) + "\n" + strings.Repeat("~", n),
	}
}

// BenchmarkHostile shows that the time grows with the text: B/s is the same for a
// comment of GitHub's greatest length and for one of a tenth of it.
func BenchmarkHostile(b *testing.B) {
	for _, n := range []int{6000, 60000} {
		for name, text := range hostile(n) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					Read(text).List("a")
					ClassOf(text)
				}
			})
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"- [ ] a\n  - [x] b\n\n# H\n/tick 1", "> - [x] a\n```\n- [ ] b", "1. [ ] a\n<!--\n-->\n---", "-\t[x] a\n===\n* * *"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := Read(text)
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + 1
		for _, task := range d.Tasks {
			if task.Line < 1 || task.Line > lines {
				t.Errorf("task at line %d of %d", task.Line, lines)
			}
		}
		all, _ := d.List("")
		for _, h := range d.Headings {
			if some, found := d.List(h.Text); !found || len(some) > len(all) {
				t.Errorf("the list under %q is found: %v, and has %d of %d", h.Text, found, len(some), len(all))
			}
		}
		// A text in code has no tasks, and what follows it is as before.
		if !strings.Contains(text, "~~~") {
			fenced := Read("~~~~~~~~~~\n" + text + "\n~~~~~~~~~~\n- [ ] last")
			if len(fenced.Tasks) != 1 || fenced.Tasks[0].Text != "last" {
				t.Errorf("in code: %v", boxes(fenced))
			}
		}
		ClassOf(text)
	})
}
