// Package cli is the one package that sees every stage: it turns flags, inputs,
// files and the clock into values, walks them through the pure packages, prints
// what came out and chooses the exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // zones come with the binary, not from the machine

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/actions"
	"github.com/tollgate-ci/tollgate/internal/history"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// Exit codes. None of 1 to 5 ever becomes 0 unless the user asks for it.
const (
	ExitPass         = 0 // warned, waived and not applicable included
	ExitFail         = 1 // a gate that is due failed
	ExitUsage        = 2 // a wrong flag, or an error in the policy
	ExitInconclusive = 3 // evidence is missing or unsound, no gate is due, or the run was interrupted
	ExitUndelivered  = 4 // the verdict is green, and a change that could be made was not
	ExitInternal     = 5 // a defect of Tollgate, or what it says could not be written
)

// Env is the world outside, as values; tests give another one.
type Env struct {
	Args      []string
	Getenv    func(string) string
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Width     int  // of the terminal behind Stdout, 0 if it is none
	Terminal  bool // Stdout is a terminal
	Now       func() time.Time
	Transport http.RoundTripper
	// Bucket opens a store by its URL; nil is history.Open, which knows directories.
	Bucket func(context.Context, string) (history.Bucket, error)
	// Sleep waits for GitHub's limits; nil is the real one.
	Sleep func(context.Context, time.Duration) error
}

// OS is the real world.
func OS() Env {
	env := Env{
		Args: os.Args[1:], Getenv: os.Getenv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Now: time.Now, Transport: http.DefaultTransport,
	}
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		env.Terminal = true
		env.Width, _, _ = term.GetSize(fd)
	}
	return env
}

// exitError carries the exit code of an error. A verdict that is not green is
// not an error; it is an exitError without one, printed by its own renderer.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{ExitUsage, fmt.Errorf(format, args...)}
}

// exitWith ends the command with a code and no message.
func exitWith(code int) error {
	if code == ExitPass {
		return nil
	}
	return &exitError{code, nil}
}

// Main runs one command and gives the exit code.
func Main(env Env) (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program as it ends others
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(env.Stderr, "tollgate: internal error: %v\nThis is a defect of Tollgate; please report it with the command that you ran.\n", p)
			code = ExitInternal
		}
	}()
	out := &heard{Writer: env.Stdout}
	env.Stdout = out
	app := &app{env: env, wall: env.Now, runner: actions.New(env.Getenv, env.Stdout)}
	root := app.root()
	root.SetArgs(env.Args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := root.ExecuteContext(ctx)
	if out.err != nil && (err == nil || errors.Is(err, out.err)) {
		err = &exitError{ExitInternal, fmt.Errorf("standard output: %w; what was to be said is not all there", out.err)}
	}
	if err == nil {
		return ExitPass
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = &exitError{ExitInconclusive, fmt.Errorf("interrupted: %w", err)}
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		// What cobra itself complains of is a wrong command line.
		exit = &exitError{ExitUsage, err}
	}
	if exit.err != nil {
		fmt.Fprintf(env.Stderr, "tollgate: %s\n", exit.err)
	}
	return exit.code
}

// app is one run of the program.
type app struct {
	env    Env // its clock is the one that --at sets
	wall   func() time.Time
	runner *actions.Runner // nil outside GitHub Actions
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tollgate",
		Short: "Turns CI evidence into a verdict, and the verdict into the next step on the issue",
		Long: `Tollgate reads test, coverage, SARIF and benchmark reports, judges them by the
policy in .tollgate.yml, and moves the issue: handed off, sent back, or escalated.

Exit codes: 0 pass · 1 a gate failed · 2 usage or policy error · 3 inconclusive, or interrupted
4 verdict green, a change was not delivered · 5 internal error, or output that cannot be written`,
		SilenceUsage: true, SilenceErrors: true,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if wrong, _, ok := strings.Cut(err.Error(), ": strconv."); ok { // Go's words for what is no number
			err = fmt.Errorf("%s: write a whole number", wrong)
		}
		return usage("%w; `%s --help` lists the flags", err, cmd.CommandPath())
	})
	root.AddCommand(a.inspect(), a.check(), a.handoff(), a.sweep(), a.metrics(), a.log(), a.snapshot(), a.explain(), a.collect(), a.baseline(), a.policy(), a.version())
	return root
}

// note tells a person about progress, on stderr. The text may be hostile.
func (a *app) note(format string, args ...any) {
	fmt.Fprintf(a.env.Stderr, "tollgate: %s\n", render.Clean(fmt.Sprintf(format, args...), 500))
}

// style follows NO_COLOR (no-color.org), FORCE_COLOR and the terminal.
func (a *app) style() render.Style {
	st := render.Style{Color: a.env.Terminal, Width: a.env.Width}
	switch {
	case a.env.Getenv("NO_COLOR") != "":
		st.Color = false
	case a.env.Getenv("FORCE_COLOR") != "" && a.env.Getenv("FORCE_COLOR") != "0":
		st.Color = true
	case a.env.Getenv("TERM") == "dumb":
		st.Color = false
	}
	return st
}

// exitOf is the exit code of a verdict.
func exitOf(s gates.Status) int {
	switch {
	case s.Green():
		return ExitPass
	case s == gates.Fail:
		return ExitFail
	default:
		return ExitInconclusive
	}
}
