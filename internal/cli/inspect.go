package cli

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/part"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/parsers"
)

func (a *app) inspect() *cobra.Command {
	var reruns string
	var format formatFlag
	cmd := &cobra.Command{
		Use:   "inspect FILE...",
		Short: "Shows what Tollgate sees in a report",
		Long: "Shows what Tollgate sees in a report: format, counts, and every problem with its place.\n" +
			"- reads standard input. A GOCOVERDIR is read through Go's own tool; several are merged.\nOf a part that collect wrote, every report in it is shown.\nThe exit code is 3 if a file is inconclusive.\n\nFormats:\n" + formatList(),
		Example: "  tollgate inspect reports/junit.xml cover.out\n  go test -json ./... | tollgate inspect -\n  tollgate inspect --format json *.sarif",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("inspect needs a file: tollgate inspect reports/junit.xml")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if reruns != "" && reruns != "duplicates" {
				return usage("--reruns %q: the one thing that can be declared is duplicates", reruns)
			}
			code := ExitPass
			seen := []render.Inspection{}
			for _, in := range argumentsOf(args) {
				reps, err := a.inspected(cmd.Context(), in)
				if err != nil {
					return &exitError{ExitInconclusive, err}
				}
				if len(reps) == 0 { // a part of nothing
					code = ExitInconclusive
				}
				for _, rep := range reps {
					if reruns != "" {
						rep.FoldDuplicates()
					}
					if !rep.Conclusive() {
						code = ExitInconclusive
					}
					seen = append(seen, render.Inspect(rep))
				}
			}
			var err error
			switch format {
			case asJSON:
				err = render.InspectJSON(a.env.Stdout, seen)
			default:
				err = render.InspectText(a.env.Stdout, seen, a.style())
			}
			if err != nil {
				return &exitError{ExitInternal, err}
			}
			return exitWith(code)
		},
	}
	cmd.Flags().Var(&format, "format", "text or json")
	cmd.Flags().StringVar(&reruns, "reruns", "", "duplicates: read equal names as attempts of one test")
	return cmd
}

// inspected gives the report that an input is, or all those of a part.
func (a *app) inspected(ctx context.Context, in input) ([]*evidence.Report, error) {
	if in.path == "-" {
		rep, err := parsers.Parse(ctx, parsers.Source{Name: "-", Reader: waiting{ctx, a.env.Stdin}})
		return []*evidence.Report{rep}, err
	}
	if in.cover == nil && in.err == nil {
		if f, err := openPlain(in.path, anywhere{}); err == nil {
			defer f.Close()
			if isPart(f) {
				p, err := part.Decode(f)
				if err != nil {
					return []*evidence.Report{unsound(filepath.ToSlash(in.path), err)}, nil
				}
				a.noteOfPart(in.path, p)
				return p.Reports, nil
			}
		}
	}
	rep, err := a.read(ctx, in, anywhere{})
	return []*evidence.Report{rep}, err
}

// waiting reads from what may have no end, such as a terminal, until the run is stopped.
type waiting struct {
	ctx context.Context
	io.Reader
}

func (w waiting) Read(p []byte) (int, error) {
	type read struct {
		n   int
		err error
	}
	done, own := make(chan read, 1), make([]byte, len(p)) // p is the caller's again once this returns
	go func() {
		n, err := w.Reader.Read(own)
		done <- read{n, err}
	}()
	select {
	case <-w.ctx.Done():
		return 0, w.ctx.Err()
	case r := <-done:
		return copy(p, own[:r.n]), r.err
	}
}

func formatList() string {
	var b strings.Builder
	for _, f := range parsers.Formats {
		b.WriteString("  " + f.Name + strings.Repeat(" ", max(1, 23-len(f.Name))) + f.Title + "\n")
	}
	return b.String()
}

// formatFlag is how a result is printed.
type formatFlag string

const (
	asText formatFlag = "text"
	asJSON formatFlag = "json"
)

func (f *formatFlag) String() string {
	if *f == "" {
		return string(asText)
	}
	return string(*f)
}

func (f *formatFlag) Set(s string) error {
	switch v := formatFlag(s); v {
	case asText, asJSON:
		*f = v
		return nil
	}
	return errors.New("write text or json")
}

func (f *formatFlag) Type() string { return "text|json" }
