package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

func (a *app) log() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "log",
		Short: "Checks a decision log",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "verify FILE...",
		Short: "Checks that each entry of a decision log follows on the one before it",
		Long: `Checks the hash chain of the decision log of one issue, over all files together:
decision-log.jsonl, which --package-dir keeps of every run, and a state of the issue
that tollgate snapshot saved, which has the latest entries and what the check run
says of them.

The exit code is 1 if an entry was changed, put in, taken out or moved, and 3 if
entries are missing or a file could not be read to its end.`,
		Example: "  tollgate snapshot --repo acme/orders --issue 12 -o github.json\n  tollgate log verify packages/issue-12/decision-log.jsonl github.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("log verify needs a file: tollgate log verify packages/issue-12/decision-log.jsonl")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.verifyLog(args) },
	})
	return cmd
}

// maxLogFile bounds a file of a decision log.
const maxLogFile = 64 << 20

// logReading is what has been read of one log so far.
type logReading struct {
	render.CheckedLog
	chain workflow.Chain
}

func (a *app) verifyLog(paths []string) error {
	var l logReading
	for _, path := range paths {
		if err := l.read(path); err != nil {
			return err
		}
	}
	if l.Repo == "" {
		l.Unread = append(l.Unread, "there is no entry in any of the files: nothing is proved")
	}
	moved := l.Checked.Broken
	l.Checked = l.chain.Check()
	l.Checked.Broken = append(moved, l.Checked.Broken...)
	if err := render.LogText(a.env.Stdout, l.CheckedLog, a.style()); err != nil {
		return &exitError{ExitInternal, err}
	}
	switch {
	case len(l.Checked.Broken) > 0:
		return exitWith(ExitFail)
	case len(l.Checked.Missing)+len(l.Unread) > 0:
		return exitWith(ExitInconclusive)
	}
	return nil
}

// of holds a file to the one issue that all files are about.
func (l *logReading) of(where, repo string, issue int) error {
	if l.Repo == "" {
		l.Repo, l.Issue = repo, issue
	}
	if l.Repo != repo || l.Issue != issue {
		return usage("%s is of %s#%d, and what stands before of %s#%d: check one log at a time", where, repo, issue, l.Repo, l.Issue)
	}
	return nil
}

func (l *logReading) read(path string) error {
	data, err := readSmall(path, maxLogFile)
	if err != nil {
		return usage("%w", err)
	}
	name := filepath.ToSlash(path)
	if _, _, ok := logLine(firstLine(data)); !ok {
		saved, err := plan.ReadSnapshots(data)
		if err == nil {
			for _, s := range saved {
				if err := l.snapshot(name, s); err != nil {
					return err
				}
			}
			return nil
		}
		if filepath.Ext(path) != ".jsonl" {
			return usage("%s is neither a decision-log.jsonl of --package-dir nor a saved state of an issue: %w", path, err)
		}
	}
	return l.lines(name, data)
}

func firstLine(data []byte) []byte {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return line
}

// logLine reads a line. same says that Tollgate would write it so, to the byte: what a
// hash does not cover has no place in it.
func logLine(data []byte) (line render.LogLine, same, ok bool) {
	if json.Unmarshal(data, &line) != nil || line.N < 1 || line.Hash == "" || line.Repo == "" || line.Issue < 1 {
		return line, false, false
	}
	return line, bytes.Equal(append(bytes.Clone(data), '\n'), line.Bytes()), true
}

func (l *logReading) lines(name string, data []byte) error {
	latest := 0
	for n := 1; len(data) > 0; n++ {
		text, rest, ended := bytes.Cut(data, []byte("\n"))
		data = rest
		where := fmt.Sprintf("%s:%d", name, n)
		line, same, ok := logLine(text)
		switch {
		case len(bytes.TrimSpace(text)) == 0:
			continue
		case !ok && !ended:
			l.Unread = append(l.Unread, where+": the file is cut off in this line: fetch it again, or give that of a later run")
			continue
		case !ok:
			l.Unread = append(l.Unread, where+": this is no entry of a log: give the file as the run kept it")
			continue
		}
		if err := l.of(where, line.Repo, line.Issue); err != nil {
			return err
		}
		broken := ""
		switch {
		case !same:
			broken = "the line is not as Tollgate writes it"
		case line.N <= latest:
			broken = fmt.Sprintf("it stands behind entry %d", latest)
		}
		if broken != "" {
			l.Checked.Broken = append(l.Checked.Broken, workflow.Break{Where: where, N: line.N, Why: broken})
		}
		latest = max(latest, line.N)
		l.chain.Claims = append(l.chain.Claims, workflow.Claim{Numbered: line.Numbered, Where: where})
	}
	return nil
}

// snapshot takes in what the comments and the check run of an issue say of its log.
func (l *logReading) snapshot(name string, s plan.Snapshot) error {
	if err := l.of(name, s.Repo, s.Issue); err != nil {
		return err
	}
	m, why := workflow.LogOf(s)
	if why != "" {
		l.Notes = append(l.Notes, name+": "+why)
	}
	for _, e := range m.Numbered() {
		l.chain.Claims = append(l.chain.Claims, workflow.Claim{Numbered: e, Where: name})
	}
	l.chain.Known = append(l.chain.Known, m.Known()...)
	if a := workflow.AnchorOf(s.Check.Summary, s.Issue); a.N > 0 && a.After != m.Place() {
		l.chain.Known = append(l.chain.Known, a.Place)
	}
	return nil
}
