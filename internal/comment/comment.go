// Package comment reads what people write in issues, pull requests and comments:
// headings, task lists, commands and the class of a review comment. It is pure.
// What it reads was written by anyone; what it gives is text to be judged, and
// is cleaned where it is shown.
//
// Blocks are told apart as GitHub Flavored Markdown does (spec 0.29), so that a
// box in code is none, and one under another item is one.
package comment

import "strings"

// Doc is what one text holds, in its order.
type Doc struct {
	Headings []Heading // those in no quote and no list
	Tasks    []Task
	Commands []Command
	opening  string // the first line of text in no quote and no list
}

// Heading is one of a text.
type Heading struct {
	Level int // 1 to 6
	Text  string
	Line  int
}

// Task is an item of a list with a box.
type Task struct {
	Text    string // with white space made single; never empty
	Ticked  bool
	Line    int      // of the text, from 1
	Heading string   // the nearest above, "" if there is none
	Above   []string // the texts of the items that it is under, outermost first
}

// Correction reads the name of a correction, C2, by which a command tells one from an
// item of a checklist.
func Correction(args string) (n int, ok bool) {
	if len(args) < 2 || len(args) > 5 || args[0] != 'C' && args[0] != 'c' {
		return 0, false
	}
	for _, digit := range args[1:] {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		n = 10*n + int(digit-'0')
	}
	return n, n > 0
}

// Command is a line that tells a program what to do: `/tick 3`. It stands in the
// first column, and in no quote, list, code or HTML.
type Command struct {
	Word string // in small letters, without the slash
	Args string // with white space made single
	Line int
}

// List gives the tasks under the headings of a name, to the next heading of the
// same level or a higher one, and whether there is such a heading. Without a name
// it gives all tasks.
func (d Doc) List(heading string) (tasks []Task, found bool) {
	if heading == "" {
		return d.Tasks, true
	}
	want, taken := plain(heading), 0
	for i, h := range d.Headings {
		if plain(h.Text) != want {
			continue
		}
		found = true
		end := 1 << 62
		for _, next := range d.Headings[i+1:] {
			if next.Level <= h.Level {
				end = next.Line
				break
			}
		}
		for taken < len(d.Tasks) && d.Tasks[taken].Line < end {
			if d.Tasks[taken].Line > h.Line {
				tasks = append(tasks, d.Tasks[taken])
			}
			taken++
		}
	}
	return tasks, found
}

// plain gives a heading as names of lists are compared: without case, emphasis
// and a colon at its end.
func plain(heading string) string {
	heading = strings.Map(func(r rune) rune {
		if strings.ContainsRune("*_~`", r) {
			return -1
		}
		return r
	}, heading)
	return strings.ToLower(single(strings.TrimRight(strings.TrimSpace(heading), ": ")))
}

// single makes white space single and takes it from the ends.
func single(s string) string { return strings.Join(strings.Fields(s), " ") }

// command reads a line as a command.
func command(line string) (c Command, ok bool) {
	rest, ok := strings.CutPrefix(line, "/")
	if !ok {
		return c, false
	}
	word, args, _ := strings.Cut(rest, " ")
	word = strings.ToLower(word)
	if word == "" || len(word) > 40 || word[0] < 'a' || word[0] > 'z' {
		return c, false
	}
	for _, r := range word {
		if r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return c, false
		}
	}
	return Command{Word: word, Args: single(args)}, true
}
