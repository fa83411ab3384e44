package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
)

// reasonsFile says of mutants that live why they may: a line each, file, function
// and change as the list of survivors has them, a tab, and the reason.
const reasonsFile = "internal/mutate/reasons.txt"

const (
	begin = "<!-- written by internal/mutate -update-docs -->\n"
	end   = "<!-- the end of what is written -->\n"
)

// score counts the mutants of one file.
type score struct{ killed, timeout, survived, unbuilt, left int }

// share is what was noticed of what could be, in tenths of a percent, rounded down.
func (s score) share() string {
	noticed, of := s.killed+s.timeout, s.killed+s.timeout+s.survived
	if of == 0 {
		return "—"
	}
	tenths := noticed * 1000 / of
	return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
}

func (s *score) add(f fate) {
	switch f {
	case killed:
		s.killed++
	case timedOut:
		s.timeout++
	case survived:
		s.survived++
	case unbuilt:
		s.unbuilt++
	case "":
		s.left++
	default:
		panic("mutate: fate " + string(f))
	}
}

func (s score) row(name string) string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %s |\n", name, s.killed, s.timeout, s.survived, s.unbuilt, s.left, s.share())
}

// report is what is known of all mutants: a table by file, and those that live.
func report(all []*mutant, known *book, reasons map[string]string, name string) string {
	var sum score
	files := map[string]*score{}
	var order, lived []string
	first, last := "", ""
	for _, m := range all {
		if files[m.file] == nil {
			files[m.file] = &score{}
			order = append(order, m.file)
		}
		e := known.of[m.key]
		files[m.file].add(e.Fate)
		sum.add(e.Fate)
		if e.Day != "" && (first == "" || e.Day < first) {
			first = e.Day
		}
		last = max(last, e.Day)
		if e.Fate == survived {
			why := reasons[m.reasonKey()]
			if why == "" {
				why = "**no reason is written down**"
			}
			lived = append(lived, fmt.Sprintf("- `%s:%d` %s, %s: %s: %s\n", m.file, m.line, m.in, m.kind, code(m.says), why))
		}
	}
	var b strings.Builder
	ran := sum.killed + sum.timeout + sum.survived + sum.unbuilt
	fmt.Fprintf(&b, "Of %d mutants of `%s` %d were run, %s: %d were killed, %d did not end, %d survived and %d do not build. Noticed: **%s**.\n\n",
		len(all), name, ran, days(first, last), sum.killed, sum.timeout, sum.survived, sum.unbuilt, sum.share())
	b.WriteString("| file | killed | timeout | survived | does not build | not run | noticed |\n|---|---|---|---|---|---|---|\n")
	for _, f := range order {
		b.WriteString(files[f].row(f))
	}
	b.WriteString(sum.row("all"))
	if len(lived) > 0 {
		b.WriteString("\n### Survivors\n\n")
		b.WriteString(strings.Join(lived, ""))
	}
	return b.String()
}

func days(first, last string) string {
	if first == last {
		return "on " + last
	}
	return "from " + first + " to " + last
}

// code is text in a code span, whatever backquotes it has.
func code(s string) string {
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}

// reasonKey names a mutant in the file of reasons, where lines may move.
func (m *mutant) reasonKey() string { return m.file + " " + m.in + " " + m.says }

func readReasons(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reasons := map[string]string{}
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		if strings.HasPrefix(sc.Text(), "#") || sc.Text() == "" {
			continue
		}
		key, why, ok := strings.Cut(sc.Text(), "\t")
		if !ok || strings.TrimSpace(why) == "" {
			return nil, fmt.Errorf("%s:%d: no reason; write one after a tab", path, line)
		}
		reasons[key] = strings.TrimSpace(why)
	}
	return reasons, sc.Err()
}

// updated puts a report into the page.
func updated(page, text string) (string, error) {
	before, rest, ok := strings.Cut(page, begin)
	_, after, ends := strings.Cut(rest, end)
	if !ok || !ends {
		return "", errors.New("the page has no place to write to; it is between " + strings.TrimSpace(begin) + " and " + strings.TrimSpace(end))
	}
	return before + begin + text + end + after, nil
}
