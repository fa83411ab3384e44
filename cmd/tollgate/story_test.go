package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tollgate-ci/tollgate/internal/cli"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// This file has what the stories take: scripts story-*.txtar that tell what becomes
// of an issue, day by day. What people do happens on the fake GitHub; step is a
// workflow run.

// TestStoriesPage holds docs/stories.md to the scripts: what it shows stands in one.
func TestStoriesPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/stories.md")
	if err != nil {
		t.Fatal(err)
	}
	scripts := ""
	names, _ := filepath.Glob("testdata/script/story-*.txtar") // the pattern is sound
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		scripts += string(text)
	}
	blocks := regexp.MustCompile("(?s)```+text\n(.*?)\n```+\n").FindAllStringSubmatch(string(page), -1)
	for _, b := range blocks {
		if !strings.Contains(scripts, b[1]) {
			t.Errorf("no story shows\n%s", b[1])
		}
	}
	if len(blocks) < 3 {
		t.Errorf("the page shows %d pieces", len(blocks))
	}
}

// nowVariable is the time that a script gave the program.
const nowVariable = "TOLLGATE_TEST_NOW"

// world is the real one, at the time of the script if that has one.
func world() cli.Env {
	env := cli.OS()
	if t, err := time.Parse(time.RFC3339, os.Getenv(nowVariable)); err == nil {
		var slept atomic.Int64
		env.Now = func() time.Time { return t.Add(time.Duration(slept.Load())) }
		env.Sleep = func(ctx context.Context, d time.Duration) error {
			slept.Add(int64(d))
			return ctx.Err()
		}
	}
	return env
}

// at sets the clock: `at 2026-03-02T09:00:00+01:00`.
func at(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: at TIME")
	}
	t, err := time.Parse(time.RFC3339, args[0])
	ts.Check(err)
	ts.Value("github").(*hub).now.Store(&t)
	ts.Setenv(nowVariable, args[0])
}

// says writes a key of workflow into the policy of the stories.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says KEY VALUE")
	}
	text := ts.ReadFile(".tollgate.yml")
	with := strings.Replace(text, "\nworkflow:\n", "\nworkflow:\n  "+args[0]+": "+args[1]+"\n", 1)
	if with == text {
		ts.Fatalf("the policy has no workflow")
	}
	ts.Check(os.WriteFile(ts.MkAbs(".tollgate.yml"), []byte(with), 0o644))
}

// clock is the time on GitHub.
func (h *hub) clock() time.Time {
	if t := h.now.Load(); t != nil {
		return *t
	}
	return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
}

// relabel changes labels as somebody, and records it as GitHub does.
func (h *hub) relabel(i *fake.Issue, by string, changes []string) {
	for _, l := range changes {
		kind := "unlabeled"
		i.Labels = slices.DeleteFunc(i.Labels, func(have string) bool { return have == l[1:] })
		if l[0] == '+' {
			kind = "labeled"
			i.Labels = append(i.Labels, l[1:])
		}
		i.Events = append(i.Events, fake.Event{ID: int64(1_000_000 + len(i.Events)), Kind: kind, By: by, Value: l[1:], At: h.clock()})
	}
}

// people does what persons do, and reports whether it knows the word.
func (h *hub) people(ts *testscript.TestScript, args []string) bool {
	number := func(i int) int {
		n, err := strconv.Atoi(args[i])
		ts.Check(err)
		return n
	}
	switch args[0] {
	case "body":
		text := ts.ReadFile(args[3])
		h.server.Change(shop, number(1), func(i *fake.Issue) {
			if i.Body == "" {
				i.Body, i.Author = text, args[2]
				return
			}
			if len(i.Edits) == 0 {
				i.Edits = []fake.Edit{{By: i.Author, At: i.Created, Body: i.Body}}
			}
			i.Body = text
			i.Edits = append(i.Edits, fake.Edit{By: args[2], At: h.clock(), Body: text})
		})
	case "mention": // a pull request says that it closes an issue
		h.server.Change(shop, number(1), func(i *fake.Issue) {
			i.Events = append(i.Events, fake.Event{Kind: "cross-referenced", By: "ann", Value: fmt.Sprintf("%s#%d", shop, number(2)), At: h.clock()})
		})
	case "edit", "erase": // a person edits Tollgate's status comment, or deletes it
		marker := workflow.MarkerPrefix
		if word := map[string]int{"edit": 4, "erase": 3}[args[0]]; len(args) > word {
			marker = workflow.PostMarker(args[word])
		}
		h.server.Change(shop, number(1), func(i *fake.Issue) {
			at := slices.IndexFunc(i.Comments, func(c fake.Comment) bool { return strings.HasPrefix(c.Body, marker) && c.Author != args[2] })
			if at < 0 {
				ts.Fatalf("issue #%d has no comment that begins with %s", number(1), marker)
			}
			if args[0] == "erase" {
				i.Comments = slices.Delete(i.Comments, at, at+1)
				return
			}
			c := &i.Comments[at]
			c.Body, c.Edited, c.Editor = c.Body+"\n"+args[3], h.clock(), args[2]
		})
	case "reword": // a person changes words of Tollgate's status comment
		h.server.Change(shop, number(1), func(i *fake.Issue) {
			for k := range i.Comments {
				c := &i.Comments[k]
				if strings.HasPrefix(c.Body, workflow.MarkerPrefix) {
					if !strings.Contains(c.Body, args[3]) {
						ts.Fatalf("the status comment does not say %q", args[3])
					}
					c.Body, c.Edited, c.Editor = strings.Replace(c.Body, args[3], args[4], 1), h.clock(), args[2]
				}
			}
		})
	case "file-on":
		fmt.Fprint(ts.Stdout(), h.server.File(shop, args[1], args[2]))
	case "push":
		h.server.Push(shop, number(1), args[2])
		h.heads[number(1)] = args[2]
		h.event(ts, number(1))
	case "thread":
		path, line, _ := strings.Cut(args[3], ":")
		n, err := strconv.Atoi(line)
		ts.Check(err)
		h.server.ChangePull(shop, number(1), func(p *fake.Pull) {
			id := len(p.Threads) + 1
			p.Threads = append(p.Threads, fake.Thread{ID: fmt.Sprint("PRRT_", id), Path: path, Line: n, Comments: []fake.Comment{
				{ID: int64(9000 + id), Author: args[2], Body: args[4], At: h.clock()},
			}})
		})
	case "resolve":
		by := "rob"
		if len(args) > 3 {
			by = args[3]
		}
		h.server.ChangePull(shop, number(1), func(p *fake.Pull) {
			for i := range p.Threads {
				if p.Threads[i].Line == number(2) {
					p.Threads[i].Resolved, p.Threads[i].ResolvedBy = true, by
				}
			}
		})
	case "merge", "reopen":
		h.server.ChangePull(shop, number(1), func(p *fake.Pull) { p.Merged, p.Closed = args[0] == "merge", args[0] == "merge" })
	case "base": // it goes to another branch, at a commit
		h.server.ChangePull(shop, number(1), func(p *fake.Pull) { p.Base, p.BaseSHA = args[2], args[3] })
	case "dismiss": // somebody dismisses what another asks for
		h.server.ChangePull(shop, number(1), func(p *fake.Pull) {
			for i := range p.Reviews {
				if v := &p.Reviews[i]; v.Author == args[2] {
					if v.State != "DISMISSED" {
						v.Was, v.State = v.State, "DISMISSED"
					}
					v.DismissedBy = args[3]
				}
			}
		})
	case "tick":
		h.server.Change(shop, number(1), func(i *fake.Issue) {
			for k := range i.Comments {
				c := &i.Comments[k]
				if workflow.PostKey(c.Body) != args[3] {
					continue
				}
				if len(c.Edits) == 0 {
					c.Edits = []fake.Edit{{By: c.Author, At: c.At, Body: c.Body}}
				}
				for _, item := range args[4:] {
					c.Body = strings.Replace(c.Body, "- [ ] "+item, "- [x] "+item, 1)
				}
				c.Edited = h.clock()
				c.Edits = append(c.Edits, fake.Edit{By: args[2], At: c.Edited, Body: c.Body})
			}
		})
	case "write":
		h.server.AddComment(shop, number(1), args[2], ts.ReadFile(args[3]))
	case "history":
		ts.Check(ts.Exec("git", append([]string{"-C", args[1], "log", "--topo-order", "--format=%H %P"}, args[2:]...)...))
		for line := range strings.Lines(ts.ReadFile("stdout")) {
			names := strings.Fields(line)
			h.server.AddCommits(shop, fake.Commit{SHA: names[0], Parents: names[1:]})
		}
	case "role":
		h.server.SetRole(shop, args[1], args[2])
	default:
		return false
	}
	return true
}

// event writes push.json: the event of the head of a pull request.
func (h *hub) event(ts *testscript.TestScript, pull int) {
	text := fmt.Sprintf(`{"action": "synchronize", "number": %[1]d, "pull_request": {"number": %[1]d, "body": "Fixes #12",
 "head": {"ref": "work", "sha": "%[2]s"}, "base": {"ref": "main", "sha": "%[3]s"}}, "repository": {"full_name": "%[4]s"}}
`, pull, h.heads[pull], base, shop)
	ts.Check(os.WriteFile(ts.MkAbs("push.json"), []byte(text), 0o644))
}

// step is one workflow run of the pull request of issue 12. It must end with the
// status given, plan the same dry and in earnest, send nothing dry, and have nothing
// to send when it runs again. On standard output is what was planned, and then the
// issue's page, where comments that stand as they stood at the last step are one
// line.
func step(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: step STATUS [ARG...]")
	}
	ts.Value("github").(*hub).step(ts, args, func(more ...string) (string, int) {
		code := 0
		if err := ts.Exec("tollgate", slices.Concat([]string{"handoff", "--event", "push.json"}, args[1:], more)...); err != nil {
			if _, scanErr := fmt.Sscanf(err.Error(), "exit status %d", &code); scanErr != nil {
				ts.Fatalf("%v", err)
			}
		}
		return ts.ReadFile("stdout"), code
	})
}

// step makes a step by runs of the program, which give what was printed and the status.
func (h *hub) step(ts *testscript.TestScript, args []string, program func(more ...string) (string, int)) {
	run := func(more ...string) string {
		h.server.ClearLog()
		out, code := program(more...)
		if fmt.Sprint(code) != args[0] {
			ts.Fatalf("exit status %d, want %s:\n%s", code, args[0], out)
		}
		return out
	}
	dry := run("--dry-run")
	if n := h.server.Writes(); n != 0 {
		ts.Fatalf("the dry run wrote %d times:\n%s", n, strings.Join(h.server.Log(), "\n"))
	}
	wet := run()
	if a, b := section(dry), section(wet); len(a) != len(b) {
		ts.Fatalf("the dry run planned\n%s\nand the run made\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	// What is due in the phase that the issue came to decides the status of this one.
	h.server.ClearLog()
	again, _ := program()
	if strings.Contains(again, "What changes on") {
		ts.Fatalf("the second run planned\n%s", again)
	}
	if n := h.server.Writes(); n != 0 {
		ts.Fatalf("the second run wrote %d times:\n%s\n%s", n, again, strings.Join(h.server.Log(), "\n"))
	}
	out := ts.Stdout()
	for _, line := range section(dry) {
		fmt.Fprintln(out, line)
	}
	h.page(ts, 12)
}

// section is what the program says of the issue: from what becomes of it to the
// notes.
func section(output string) (lines []string) {
	_, text, found := strings.Cut(output, "What becomes of the issue: ")
	if !found {
		return strings.Split(output, "\n")
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "note ") || strings.HasPrefix(line, "exit ") {
			break
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// page prints what a person sees on the page of the issue and of its pull requests.
func (h *hub) page(ts *testscript.TestScript, n int) {
	i := h.server.Issue(shop, n)
	out := ts.Stdout()
	slices.Sort(i.Labels)
	fmt.Fprintf(out, "\nissue #%d\n  labels     %s\n  assignees  %s\n", n, strings.Join(i.Labels, ", "), strings.Join(i.Assignees, ", "))
	for pull, head := range h.heads {
		s := h.server.Status(shop, head, "tollgate")
		fmt.Fprintf(out, "pull request #%d at %s\n  status     %s: %s\n", pull, head[:7], s.State, s.Description)
		h.server.ChangePull(shop, pull, func(p *fake.Pull) {
			fmt.Fprintf(out, "  reviewers  %s\n", strings.Join(p.Requested, ", "))
		})
	}
	if h.seen == nil {
		h.seen = map[string]string{}
	}
	for _, c := range i.Comments {
		marker, visible := hidden(c.Body)
		if !strings.HasPrefix(marker, "<!-- tollgate") {
			marker, visible = fmt.Sprint(c.ID), c.Body
		} else if strings.HasPrefix(marker, workflow.MarkerPrefix) {
			marker = workflow.MarkerPrefix
		}
		first, _, _ := strings.Cut(visible, "\n")
		if marker == workflow.PostMarker(workflow.LogPost) { // its latest lines are in the status comment
			fmt.Fprintf(out, "--- %s, %d lines: %s\n", c.Author, strings.Count(visible, "\n| 20"), first)
			continue
		}
		if h.seen[marker] == visible {
			fmt.Fprintf(out, "--- %s, as before: %s\n", c.Author, first)
			continue
		}
		h.seen[marker] = visible
		fmt.Fprintf(out, "--- %s\n%s\n", c.Author, strings.TrimRight(visible, "\n"))
	}
}
