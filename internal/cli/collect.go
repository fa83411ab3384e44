package cli

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/part"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// collecting is the settings of one run of collect.
type collecting struct {
	settings
	shard, leg, job, output string
	attempt                 int
}

func (a *app) collect() *cobra.Command {
	var s collecting
	cmd := &cobra.Command{
		Use:   "collect -o PART",
		Short: "Writes what this machine has of the evidence into one file, for another to judge",
		Long: `Reads the reports of the policy's sources and writes them into one compact file, a
part. The job that judges takes the parts of all machines: tollgate check --parts.

Nothing is judged here. The exit code is 3 if a report is inconclusive or there is
none; the part is written all the same, and says so where it is judged.`,
		Example: "  tollgate collect --shard 2/5 -o part-2.tgpart\n  tollgate collect --shard 1/2 --leg linux -o linux-1.tgpart\n  tollgate check --parts 'parts/**/*.tgpart'",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.inputs(cmd); err != nil {
				return err
			}
			return a.runCollect(cmd.Context(), s)
		},
	}
	s.where(cmd)
	f := cmd.Flags()
	f.StringVar(&s.shard, "shard", "", doc("shard"))
	f.StringVar(&s.leg, "leg", "", doc("leg"))
	f.StringVar(&s.job, "job", "", "what is read is of this job; default GITHUB_JOB")
	f.IntVar(&s.attempt, "attempt", 0, "which attempt of the workflow run; default GITHUB_RUN_ATTEMPT, else 1. A later one replaces the same shard of an earlier one")
	f.StringVarP(&s.output, "output", "o", "", doc("output"))
	return cmd
}

func (a *app) runCollect(ctx context.Context, s collecting) error {
	if s.output == "" {
		return usage("collect needs a file to write: tollgate collect --shard 1/3 -o part-1.tgpart")
	}
	e, err := a.event(s.settings)
	if err != nil {
		return err
	}
	key, err := a.keyOf(s, e)
	if err != nil {
		return err
	}
	p, notes, err := a.rulingPolicy(ctx, s.settings, e)
	if err != nil {
		return err
	}
	for _, n := range notes {
		a.note("%s", n)
	}
	dir := firstOf(s.directory, ".")
	if err := a.rootsAre(dir, p.Sources, evidence.Tree{}, false); err != nil {
		return err
	}
	found, err := a.reports(ctx, dir, p.Sources)
	if err != nil {
		return err
	}
	file := fileOf(key, p.Sources, found)
	data, err := packed(file)
	if err != nil {
		return usage("writing %s: %w", s.output, err)
	}
	if err := writeWhole(s.output, data, 0o644); err != nil {
		return usage("writing the part: %w", err)
	}
	code, bad := ExitPass, 0
	for _, r := range file.Reports {
		a.note("read %s: %s", r.Source, summary(r))
		if !r.Conclusive() {
			bad++
		}
	}
	if bad > 0 {
		code = ExitInconclusive
	}
	if len(file.Reports) == 0 {
		code = ExitInconclusive
		a.note("no file matches the patterns of any source; the part says that this machine has no report")
	}
	fmt.Fprintf(a.env.Stdout, "%s: %s\nreports %d, inconclusive %d; %d bytes, sha256:%s\n", render.Clean(filepath.ToSlash(s.output), 200),
		render.Clean(nameOf(file.Key), 1000), len(file.Reports), bad, len(data), file.Key.Digest)
	return exitWith(code)
}

// keyOf is the key of the part: what the flags say, else what the runner does.
func (a *app) keyOf(s collecting, e event) (evidence.PartKey, error) {
	key := evidence.PartKey{
		Commit: firstOf(s.head, e.head(a.env.Getenv)), Job: firstOf(s.job, a.env.Getenv("GITHUB_JOB")),
		Leg: s.leg, Shard: s.shard, Attempt: s.attempt,
	}
	if text := a.env.Getenv("GITHUB_RUN_ATTEMPT"); key.Attempt == 0 && text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return key, usage("GITHUB_RUN_ATTEMPT is %q, and attempts count from 1; give --attempt", text)
		}
		key.Attempt = n
	} else if key.Attempt == 0 {
		key.Attempt = 1
	}
	if err := part.CheckKey(key); err != nil {
		return key, usage("%w", err)
	}
	return key, nil
}

// fileOf is the part of what was found, each report once, in an order that only
// names decide.
func fileOf(key evidence.PartKey, sources []policy.Source, found [][]*evidence.Report) *part.File {
	f := newFiling(key)
	order := make([]int, len(sources))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(sources[i].Name, sources[j].Name) })
	for _, i := range order {
		f.add(sources[i].Name, found[i])
	}
	return f.File
}

// filing makes a part, in which each report stands once.
type filing struct {
	*part.File
	at map[*evidence.Report]int
}

func newFiling(key evidence.PartKey) *filing {
	return &filing{&part.File{Tool: version(), Key: key}, map[*evidence.Report]int{}}
}

// add puts the reports of a source behind those that are there.
func (f *filing) add(source string, reports []*evidence.Report) {
	s := part.Source{Name: source}
	for _, r := range reports {
		n, ok := f.at[r]
		if !ok {
			n = len(f.Reports)
			f.at[r] = n
			f.Reports = append(f.Reports, r)
		}
		s.Reports = append(s.Reports, n)
	}
	slices.Sort(s.Reports)
	f.Sources = append(f.Sources, s)
}

// packed is the bytes of a part that was read again: one that cannot be is better
// missed here, where the reports are, than where they are judged.
func packed(f *part.File) ([]byte, error) {
	var b bytes.Buffer
	if err := part.Encode(&b, f); err != nil {
		return nil, err
	}
	if _, err := part.Decode(bytes.NewReader(b.Bytes())); err != nil {
		return nil, fmt.Errorf("it cannot be read again: %w", err)
	}
	return b.Bytes(), nil
}
