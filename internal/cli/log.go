package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/github"
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
	cmd.AddCommand(a.logVerify())
	return cmd
}

func (a *app) logVerify() *cobra.Command {
	var v logVerifying
	cmd := &cobra.Command{
		Use:   "verify [FILE...]",
		Short: "Checks that each entry of a decision log follows on the one before it",
		Long: `Checks the hash chain of the decision log of one issue, over all files together:
decision-log.jsonl, which --package-dir keeps of every run, and a state of the issue
that tollgate snapshot saved, which has the latest entries and what the check run
says of them. With --issue that state is read from GitHub, besides the files or alone.

The exit code is 1 if an entry was changed, put in, taken out or moved, and 3 if
entries are missing or a file could not be read to its end.`,
		Example: "  tollgate log verify packages/issue-12/decision-log.jsonl\n  GITHUB_TOKEN=… tollgate log verify --repo acme/orders --issue 12 packages/issue-12/decision-log.jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case cmd.Flags().Changed("issue") && v.issue < 1:
				return usage("--issue is %d; write the number of the issue", v.issue)
			case v.issue == 0 && v.repo != "":
				return usage("--repo says where --issue is: give both, or files alone")
			case len(args) == 0 && v.issue == 0:
				return usage("log verify needs a file, or --issue: tollgate log verify packages/issue-12/decision-log.jsonl")
			}
			return a.verifyLog(cmd.Context(), v, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&v.repo, "repo", "", "owner/name of the --issue; default GITHUB_REPOSITORY")
	f.IntVar(&v.issue, "issue", 0, "check what GitHub holds of the log of this issue as well")
	f.Var(&v.format, "format", doc("format"))
	return cmd
}

// logVerifying is the settings of one run of the command.
type logVerifying struct {
	repo   string
	issue  int
	format formatFlag
}

// maxLogFile bounds a file of a decision log.
const maxLogFile = 64 << 20

// logReading is what has been read of one log so far.
type logReading struct {
	render.CheckedLog
	chain workflow.Chain
}

func (a *app) verifyLog(ctx context.Context, v logVerifying, paths []string) error {
	var l logReading
	if v.issue != 0 {
		if err := a.readLog(ctx, v, &l); err != nil {
			return err
		}
	}
	for _, path := range paths {
		if err := l.read(path); err != nil {
			return err
		}
	}
	if len(l.chain.Claims) == 0 {
		l.Unread = append(l.Unread, "there is no entry in what was given: nothing is proved")
	}
	moved := l.Checked.Broken
	l.Checked = l.chain.Check()
	l.Checked.Broken = append(moved, l.Checked.Broken...)
	var err error
	if v.format == asJSON {
		err = render.LogJSON(a.env.Stdout, l.CheckedLog)
	} else {
		err = render.LogText(a.env.Stdout, l.CheckedLog, a.style())
	}
	if err != nil {
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

// readLog takes in what GitHub holds of the log of an issue: the comments, who edited them,
// and the check run of the commit that the log was written for last. Where nothing on the
// issue says which that was, it is the head of a pull request that is for the issue.
func (a *app) readLog(ctx context.Context, v logVerifying, l *logReading) error {
	token, repo := a.token(), firstOf(v.repo, a.env.Getenv("GITHUB_REPOSITORY"))
	switch {
	case repo == "":
		return usage("there is no repository: give --repo owner/name")
	case token == "":
		return usage("there is no token: set GITHUB_TOKEN, or give the state that tollgate snapshot saved; what GitHub holds can only be read with one")
	}
	client, err := a.github(github.Options{Token: token})
	if err != nil {
		return err
	}
	t := issueOf(repo, v.issue)
	t.CheckRun, t.Facts = true, &github.Wanted{Remembers: workflow.Remembers}
	t, s, err := readAs(ctx, client, t, nil)
	if err == nil && t.Pull == 0 {
		pulls, note, failed := openPulls(ctx, client, repo, v.issue)
		if note != "" {
			l.Notes = append(l.Notes, note)
		}
		if err = failed; len(pulls) > 0 {
			t.Pull = pulls[0]
			s, _, err = client.Read(ctx, t)
		}
	}
	if err != nil {
		return &exitError{ExitInconclusive, fmt.Errorf("GitHub could not be read: %w", err)}
	}
	return l.snapshot(fmt.Sprintf("GitHub, %s#%d", repo, v.issue), s)
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
