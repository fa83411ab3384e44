package main

import (
	"fmt"
	"io/fs"
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
)

func TestMain(m *testing.M) {
	if os.Getenv("TOLLGATE_TEST_PROGRAM") != "" {
		os.Exit(cli.Main(world()))
	}
	testscript.Main(m, map[string]func(){
		"tollgate": func() { os.Exit(cli.Main(world())) },
	})
}

// TestScripts runs testdata/script/*.txtar: the program as a user runs it, with a
// GitHub on the loopback where the script asks for one.
//
//	github start                      a GitHub with acme/shop; GITHUB_TOKEN and GITHUB_API_URL lead to it
//	github issue N LABEL...           an issue
//	github pull N SHA BODY            a pull request
//	github author N LOGIN             whose pull request it is
//	github file PATH FILE [REPO@SHA]  a file of the base commit of every pull request, or of another commit
//	github history DIR ARG...         acme/shop has these commits more of a checkout, as git log lists them
//	github project N OPTION...        a board of acme with a Status field
//	github label N [LOGIN] +LABEL|-LABEL  a person changes a label
//	github edit N LOGIN TEXT [KEY]    a person edits Tollgate's status comment, or another of its comments
//	github erase N LOGIN [KEY]        a person deletes it
//	github close N                    a person closes an issue
//	github body N LOGIN FILE          a person writes the description of an issue
//	github push N SHA                 another head of a pull request; writes push.json, its event
//	github thread N LOGIN FILE:LINE TEXT  a person begins a conversation on the change
//	github resolve N LINE [LOGIN]     and somebody resolves that on the line, rob if nobody is named
//	github tick N LOGIN KEY ITEM...   a person ticks items of one of Tollgate's task lists
//	github write N LOGIN FILE         somebody comments with what is in a file
//	github role LOGIN ROLE            what somebody may do in the repository
//	github permit SCOPE LEVEL         what the token may do
//	github fail STATUS METHOD PATH    such requests fail
//	github heal                       and no longer
//	github comment N LOGIN TEXT       somebody comments on an issue or a pull request
//	github review N LOGIN STATE [TEXT]  somebody reviews the head: APPROVED, CHANGES_REQUESTED, COMMENTED
//	github team ORG/TEAM LOGIN...     a team
//	github requests N                 at most so many requests since the last time
//	github show N                     the issue and its status, on standard output
//	github writes N                   so many writes since the last time
//	github forget                     counts from here
//	exits N COMMAND...                the command ends with status N
//	dated FILE...                     TODAY, TODAY+3 and TODAY-3 in a file become days, in UTC
//	at TIME                           it is this time from here on, for GitHub and for the program
//	says KEY VALUE                    a key of workflow in the policy of the stories
//	noted NAME                        what the last command printed is from here on in $NAME
//	cut STORE KIND                    every object of a kind loses its second half
//	step N [ARG...]                   handoff as story_test.go has it: planned, done, and once more for nothing
func TestScripts(t *testing.T) { testscript.Run(t, scripts()) }

// scripts are the scripts, and what they are run with.
func scripts() testscript.Params {
	return testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"GITHUB_ACTIONS", "GITHUB_TOKEN", "GH_TOKEN", "GITHUB_REPOSITORY", "GITHUB_SHA", "NO_COLOR", "FORCE_COLOR"} {
				env.Setenv(name, "")
			}
			root, err := os.Getwd()
			if err != nil {
				return err
			}
			env.Setenv("ROOT", root+"/../..")
			env.Values["github"] = &hub{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"github": github,
			"exits":  exits,
			"dated":  dated,
			"at":     at,
			"step":   step,
			"says":   says,
			"noted":  noted,
			"cut":    cut,
		},
		UpdateScripts: os.Getenv("TOLLGATE_UPDATE_SCRIPTS") != "",
	}
}

// exits runs a command that must end with a status, and leaves its output for
// stdout and stderr to look at.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		if _, scanErr := fmt.Sscanf(err.Error(), "exit status %d", &got); scanErr != nil {
			ts.Fatalf("%v", err)
		}
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// noted keeps what was printed, such as the SHA of a commit that was just made.
func noted(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: noted NAME")
	}
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// cut breaks what a store keeps.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut STORE KIND")
	}
	objects := 0
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(filepath.ToSlash(name), "/"+args[1]+"/") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		objects++
		return os.Truncate(name, info.Size()/2)
	}))
	if objects == 0 {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
}

var today = regexp.MustCompile(`TODAY([+-]\d+)?`)

// dated writes days into files: the program has a clock of its own.
func dated(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: dated FILE...")
	}
	now := time.Now().UTC()
	for _, name := range args {
		text := today.ReplaceAllStringFunc(ts.ReadFile(name), func(s string) string {
			days := 0
			if _, after, ok := strings.Cut(s, "TODAY"); ok && after != "" {
				n, err := strconv.Atoi(after)
				ts.Check(err)
				days = n
			}
			return now.AddDate(0, 0, days).Format(time.DateOnly)
		})
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}

const shop = "acme/shop"

var base = strings.Repeat("b", 40)

// hub is the GitHub of one script.
type hub struct {
	server *fake.Server
	heads  map[int]string
	now    atomic.Pointer[time.Time] // that the script gave, nil if none
	seen   map[string]string         // the comments that step has shown, by their marker
}

func github(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: github start|issue|pull|label|permit|fail|show|writes")
	}
	h := ts.Value("github").(*hub)
	number := func(i int) int {
		n, err := strconv.Atoi(args[i])
		ts.Check(err)
		return n
	}
	if h.server == nil && args[0] != "start" {
		ts.Fatalf("github start comes first")
	}
	switch args[0] {
	case "start":
		h.server = fake.New(fake.Options{Token: "ghs_secretOfThisTest", Violation: func(err error) {
			ts.Logf("GitHub's description is broken: %v", err)
			h.server.SetStatus(shop, "violation", fake.Status{State: err.Error()})
		}, Now: h.clock})
		h.heads = map[int]string{}
		server := h.server
		ts.Defer(func() {
			server.Close()
			if v := server.Status(shop, "violation", ""); v.State != "" {
				ts.Fatalf("GitHub's description is broken: %s", v.State)
			}
		})
		ts.Setenv("GITHUB_API_URL", h.server.URL)
		ts.Setenv("GITHUB_TOKEN", "ghs_secretOfThisTest")
		ts.Setenv("GITHUB_REPOSITORY", shop)
	case "issue":
		h.server.AddIssue(shop, fake.Issue{Number: number(1), Title: "An issue", Labels: args[2:], Created: h.clock()})
	case "pull":
		h.server.AddPull(shop, fake.Pull{Number: number(1), Head: args[2], Body: args[3], Branch: "work", Base: "main", BaseSHA: base})
		h.heads[number(1)] = args[2]
		h.event(ts, number(1))
	case "author":
		h.server.ChangePull(shop, number(1), func(p *fake.Pull) { p.Author = args[2] })
	case "file":
		repo, commit := shop, base
		if len(args) > 3 {
			repo, commit, _ = strings.Cut(args[3], "@")
		}
		h.server.AddFile(repo, commit, args[1], ts.ReadFile(args[2]))
	case "label":
		by, changes := "ann", args[2:]
		if !strings.ContainsAny(changes[0][:1], "+-") {
			by, changes = changes[0], changes[1:]
		}
		h.server.Change(shop, number(1), func(i *fake.Issue) { h.relabel(i, by, changes) })
	case "project":
		h.server.AddProject(fake.Project{Owner: "acme", Number: number(1), Field: "Status", Options: args[2:]})
	case "close":
		h.server.Change(shop, number(1), func(i *fake.Issue) { i.Closed = true })
	case "permit":
		h.server.Permit(args[1], args[2])
	case "fail":
		h.server.Inject(fake.Fault{Method: args[2], Path: args[3], Answer: fake.Refused(number(1), "as the script says")})
	case "heal":
		h.server.Heal()
	case "comment":
		h.server.AddComment(shop, number(1), args[2], args[3])
	case "review":
		h.server.ChangePull(shop, number(1), func(p *fake.Pull) {
			text := strings.Join(args[4:], " ")
			p.Reviews = append(p.Reviews, fake.Review{ID: int64(len(p.Reviews) + 1), Author: args[2], State: args[3], Commit: p.Head, Body: text, At: h.clock()})
			p.Requested = slices.DeleteFunc(p.Requested, func(who string) bool { return who == args[2] })
		})
	case "team":
		h.server.AddTeam(args[1], args[2:]...)
	case "requests":
		if got := len(h.server.Log()); got > number(1) {
			ts.Fatalf("%d requests, want at most %d:\n%s", got, number(1), strings.Join(h.server.Log(), "\n"))
		}
		h.server.ClearLog()
	case "show":
		h.show(ts, number(1))
	case "writes":
		if got := h.server.Writes(); got != number(1) {
			ts.Fatalf("%d writes, want %d:\n%s", got, number(1), strings.Join(h.server.Log(), "\n"))
		}
		h.server.ClearLog()
	case "forget":
		h.server.ClearLog()
	default:
		if !h.people(ts, args) {
			ts.Fatalf("github %s: no such thing", args[0])
		}
	}
}

// hidden takes the lines that nobody sees from the beginning of a comment: the marker,
// which is given, and the copy of the memory in the one with the log.
func hidden(body string) (marker, visible string) {
	marker, visible, _ = strings.Cut(body, "\n")
	if strings.HasPrefix(visible, "<!-- tollgate:copy ") || strings.HasPrefix(visible, "<!-- tollgate:escalation ") {
		_, visible, _ = strings.Cut(visible, "\n")
	}
	return marker, visible
}

// show prints what a person sees on the issue's page.
func (h *hub) show(ts *testscript.TestScript, n int) {
	i := h.server.Issue(shop, n)
	out := ts.Stdout()
	fmt.Fprintf(out, "labels: %s\nassignees: %s\ncomments: %d\n", strings.Join(i.Labels, ", "), strings.Join(i.Assignees, ", "), len(i.Comments))
	if shown, on := h.server.Project("acme", 3, fmt.Sprintf("%s#%d", shop, n)); on {
		fmt.Fprintf(out, "board: %s\n", shown)
	}
	for pull, head := range h.heads {
		for _, run := range h.server.CheckRuns(shop, head) {
			fmt.Fprintf(out, "check run of #%d: %s: %s\n", pull, run.Conclusion, run.Title)
		}
		fmt.Fprintf(out, "asked on #%d: %s\n", pull, strings.Join(h.server.Pull(shop, pull).Requested, ", "))
		s := h.server.Status(shop, head, "tollgate")
		fmt.Fprintf(out, "status of #%d: %s: %s\n", pull, s.State, s.Description)
	}
	for _, c := range i.Comments {
		_, visible := hidden(c.Body)
		fmt.Fprintf(out, "--- %s", c.Author)
		for _, r := range c.Reactions {
			fmt.Fprintf(out, " (%s %s)", r.Login, r.Content)
		}
		if c.Minimized != "" {
			fmt.Fprintf(out, " (folded: %s)", c.Minimized)
		}
		fmt.Fprintf(out, "\n%s", visible)
	}
}
