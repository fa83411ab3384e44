package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/comment"
)

// Command is a slash command that somebody wrote.
type Command struct {
	Name    string // without the slash
	Args    string
	By      string // login
	Comment int64
	At      time.Time
	Refused string // why it does not count, "" if it does
	Did     string // what it did, for the log; "" where its name says so
	ticks   string // the correction that it ticks off, by ID
}

// CommandNames are the commands that Tollgate reads, with what each is for.
var CommandNames = []struct{ Name, Args, Doc string }{
	{"blocked", "reason", "The work is blocked. The other clocks stand still, and the clock for blocked work runs."},
	{"unblocked", "", "It no longer is."},
	{"escalate", "category: reason", "Hands the issue to the architect at once."},
	{"architect", "guidance|redesign|alternative text", "The architect's answer."},
	{"waive", "gate or finding: reason", "Asks for a waiver; it is recorded in the log, and proposed where the policy says so; the waiver itself goes into the waiver file."},
	{"tick", "C2|number", "Ticks off a correction of the list, C2, or an item of a checklist, by its number or text."},
	{"retry", "", "Judges again."},
	{"status", "", "Asks for the status; the status comment is brought up to date."},
}

// HasCommand reports whether a comment has a command of Tollgate's.
func HasCommand(body string) bool {
	return strings.Contains(body, "/") && slices.ContainsFunc(comment.Read(body).Commands, func(c comment.Command) bool { return isCommand(c.Word) })
}

func isCommand(word string) bool {
	return slices.ContainsFunc(CommandNames, func(k struct{ Name, Args, Doc string }) bool { return k.Name == word })
}

// maxCommands is how many of one comment are heard.
const maxCommands = 20

// commands reads all commands of the issue and its pull request, in the order in
// which they were written. What is no command of Tollgate's is left to others. A
// comment that was edited since may have been written by somebody else than its
// author, and does not count.
func (r Rules) commands(f *evidence.Facts) []Command {
	var out []Command
	for _, c := range f.Comments {
		if c.Bot {
			continue
		}
		heard := 0
		for _, line := range comment.Read(c.Body).Commands {
			if !isCommand(line.Word) {
				continue
			}
			cmd := Command{Name: line.Word, Args: sentence(line.Args), By: c.Author, Comment: c.ID, At: c.At}
			if heard++; heard > maxCommands+1 {
				break
			}
			switch {
			case heard > maxCommands:
				cmd.Refused = fmt.Sprintf("a comment is heard for %d commands; write the others in another one", maxCommands)
			case !c.Edited.IsZero():
				cmd.Refused = "the comment was edited; write the command in a new one"
			default:
				cmd.Refused = r.mayNot(f, cmd)
			}
			out = append(out, cmd)
		}
	}
	slices.SortStableFunc(out, func(a, b Command) int { return cmp.Compare(a.Comment, b.Comment) })
	return out
}

// mayNot says why somebody may not give a command, "" if they may.
func (r Rules) mayNot(f *evidence.Facts, c Command) string {
	allowed, given := r.Commands[c.Name]
	if !given {
		if allowed = []string{"write"}; c.Name == "architect" && r.Escalation.To != "" {
			allowed = []string{r.Escalation.To}
			for _, t := range r.Escalation.Matrix {
				if t.To != "" && !slices.Contains(allowed, t.To) {
					allowed = append(allowed, t.To)
				}
			}
		}
	}
	allowed = slices.Clone(allowed)
	unknown := ""
	for _, who := range allowed {
		ok, known := f.Is(c.By, who)
		switch {
		case ok && c.Name == "architect" && f.OwnChange(c.By) && !r.Author.Answer:
			return "it is their own change that waits for the answer: another architect gives it, or the policy lets them by `author-may: answer`"
		case ok:
			return ""
		}
		if !known {
			unknown = who
		}
	}
	for i, who := range allowed {
		switch {
		case who == "author":
			allowed[i] = "the author"
		case !strings.HasPrefix(who, "@"):
			allowed[i] = "who may " + who
		}
	}
	if unknown != "" {
		return "it is for " + strings.Join(allowed, ", ") + ", and whether @" + c.By + " is of " + unknown + " could not be read: " + unread(unknown)
	}
	return "it is for " + strings.Join(allowed, ", ")
}

// unread says what to do where it could not be read who somebody is.
func unread(who string) string {
	if strings.HasPrefix(who, "@") {
		return "name people under commands of the policy, or give a token that reads teams"
	}
	return "run it again"
}

// blockedBy gives the last /blocked that no /unblocked has answered.
func blockedBy(commands []Command) (Command, bool) {
	for _, c := range slices.Backward(commands) {
		if c.Refused != "" {
			continue
		}
		switch c.Name {
		case "blocked":
			return c, true
		case "unblocked":
			return Command{}, false
		}
	}
	return Command{}, false
}
