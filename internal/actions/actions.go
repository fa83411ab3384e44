// Package actions speaks to the GitHub Actions runner that Tollgate runs in:
// inputs, outputs, summary, annotations, masks. It goes through go-githubactions,
// and only in the ways in which that is safe for hostile text:
//
//   - its SetOutput writes GITHUB_OUTPUT with a fixed delimiter, so a test name
//     that holds the delimiter could set another output, the verdict itself; here
//     the delimiter is random and the value may not hold it;
//   - its Infof passes `::error::` through; nothing here calls it;
//   - it panics when a file cannot be written; here that is an error.
package actions

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/sethvargo/go-githubactions"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// Runner is the runner's side of one step.
type Runner struct {
	act    *githubactions.Action
	getenv func(string) string
	count  map[Level]int
}

// New gives the runner that getenv describes, or nil outside GitHub Actions.
// Workflow commands go to w, the step's standard output.
func New(getenv func(string) string, w io.Writer) *Runner {
	if getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	return &Runner{
		act:    githubactions.New(githubactions.WithWriter(w), githubactions.WithGetenv(getenv)),
		getenv: getenv,
		count:  map[Level]int{},
	}
}

// Input gives an input of the action. Its hyphens are underscores in the
// environment, because a shell drops variables whose names hold hyphens.
func (r *Runner) Input(name string) string {
	return r.act.GetInput(strings.ReplaceAll(name, "-", "_"))
}

// Mask keeps a secret out of the log from here on.
func (r *Runner) Mask(secret string) (err error) {
	if secret == "" {
		return nil
	}
	defer recoverTo(&err)
	r.act.AddMask(secret)
	return nil
}

var outputName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Output sets an output of the step. The value may be any text.
func (r *Runner) Output(name, value string) (err error) {
	if !outputName.MatchString(name) {
		return fmt.Errorf("output name %q: use lower case letters, digits and hyphens", name)
	}
	if r.getenv("GITHUB_OUTPUT") == "" {
		return errors.New("GITHUB_OUTPUT is not set; the runner is too old for outputs")
	}
	delimiter := "tollgate_" + rand.Text()
	if strings.Contains(value, delimiter) {
		return fmt.Errorf("output %s holds its own delimiter", name)
	}
	defer recoverTo(&err)
	r.act.IssueFileCommand(&githubactions.Command{
		Name:    "output",
		Message: name + "<<" + delimiter + "\n" + value + "\n" + delimiter,
	})
	return nil
}

// Summary appends to the job summary. GitHub drops a step's summary whole above
// 1 MiB, so more than render.SummaryBudget is refused.
func (r *Runner) Summary(markdown string) (err error) {
	if r.getenv("GITHUB_STEP_SUMMARY") == "" {
		return nil
	}
	if len(markdown) > render.SummaryBudget {
		return fmt.Errorf("a summary of %d bytes is above the budget of %d", len(markdown), render.SummaryBudget)
	}
	defer recoverTo(&err)
	r.act.AddStepSummary(markdown)
	return nil
}

// Level of an annotation.
type Level uint8

const (
	_ Level = iota
	Notice
	Warning
	Error
)

// MaxAnnotations is how many annotations of one level GitHub shows for a step;
// the rest it drops without a word.
const MaxAnnotations = 10

// Annotate marks a place in the source. It reports whether the annotation was
// made: beyond MaxAnnotations of its level it is not.
func (r *Runner) Annotate(l Level, at evidence.Pos, title, message string) (made bool, err error) {
	if r.count[l] >= MaxAnnotations {
		return false, nil
	}
	r.count[l]++
	fields := map[string]string{"title": render.Clean(title, 200)}
	if at.File != "" {
		fields["file"] = render.Clean(at.File, 1000)
		if at.Line > 0 {
			fields["line"] = strconv.Itoa(at.Line)
		}
		if at.Col > 0 {
			fields["col"] = strconv.Itoa(at.Col)
		}
	}
	defer recoverTo(&err)
	act, text := r.act.WithFieldsMap(fields), render.Clean(message, 2000)
	switch l {
	case Notice:
		act.Noticef("%s", text)
	case Warning:
		act.Warningf("%s", text)
	case Error:
		act.Errorf("%s", text)
	default:
		panic("actions: undefined level")
	}
	return true, nil
}

// recoverTo turns the panics of go-githubactions, which are about writing, into
// errors.
func recoverTo(err *error) {
	if p := recover(); p != nil {
		if e, ok := p.(error); ok {
			*err = fmt.Errorf("writing to the runner: %w", e)
			return
		}
		panic(p)
	}
}
