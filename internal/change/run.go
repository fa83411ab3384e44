package change

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// runTime bounds one run of git.
const runTime = 2 * time.Minute

// repository is one that git reads for us. git never sees the working tree: it is
// given an empty one and an index that is not there, so that no .gitattributes of
// the change says how the change is shown, and no filter, hook, driver or fetch
// that a configuration names is run.
type repository struct {
	git, dir string // the program, and the directory of the repository
	tmp      string
	env      []string
}

// errNoGit is for a machine without the program.
var errNoGit = errors.New("no git is on the PATH")

// open finds the repository that a directory is in.
func open(ctx context.Context, dir string, getenv func(string) string) (*repository, error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, errNoGit
	}
	tmp, err := os.MkdirTemp("", "tollgate-change-")
	if err != nil {
		return nil, err
	}
	r := &repository{git: git, tmp: tmp}
	// In a container the checkout often belongs to another user than the one who
	// reads it. git refuses that, because a configuration can name programs; none of
	// those that are run here is one that does what it names.
	config := filepath.Join(tmp, "config")
	err = errors.Join(os.Mkdir(r.empty(), 0o700), os.WriteFile(config, []byte("[safe]\n\tdirectory = *\n"), 0o600))
	if err != nil {
		r.close()
		return nil, err
	}
	for _, name := range []string{"PATH", "TMPDIR", "TMP", "TEMP", "SYSTEMROOT"} {
		if v := getenv(name); v != "" {
			r.env = append(r.env, name+"="+v)
		}
	}
	r.env = append(r.env, "LC_ALL=C", "GIT_CONFIG_GLOBAL="+config, "GIT_CONFIG_SYSTEM="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_ATTR_NOSYSTEM=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0",
		"GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_INDEX_FILE="+filepath.Join(tmp, "index"))
	r.dir, err = r.sayIn(ctx, dir, "rev-parse", "--absolute-git-dir")
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *repository) close() { os.RemoveAll(r.tmp) }

// empty is the working tree that git sees.
func (r *repository) empty() string { return filepath.Join(r.tmp, "tree") }

// say runs git in the repository and gives the line that it prints.
func (r *repository) say(ctx context.Context, args ...string) (string, error) {
	return r.sayIn(ctx, r.empty(), append([]string{"--git-dir=" + r.dir, "--work-tree=" + r.empty()}, args...)...)
}

func (r *repository) sayIn(ctx context.Context, dir string, args ...string) (string, error) {
	var line string
	err := r.runIn(ctx, dir, nil, func(out io.Reader) error {
		data, err := io.ReadAll(io.LimitReader(out, 64<<10))
		line, _, _ = strings.Cut(string(data), "\n")
		return err
	}, args...)
	return strings.TrimSuffix(line, "\r"), err
}

// stream runs git in the repository with an input, and hands what it prints to read.
func (r *repository) stream(ctx context.Context, in io.Reader, read func(io.Reader) error, args ...string) error {
	return r.runIn(ctx, r.empty(), in, read, append([]string{"--git-dir=" + r.dir, "--work-tree=" + r.empty()}, args...)...)
}

// gitError is git's own complaint.
type gitError struct {
	status int
	said   string
}

func (e *gitError) Error() string {
	if e.said == "" {
		return fmt.Sprintf("git ended with status %d", e.status)
	}
	return "git: " + e.said
}

func (r *repository) runIn(ctx context.Context, dir string, in io.Reader, read func(io.Reader) error, args ...string) error {
	bounded, cancel := context.WithTimeout(ctx, runTime)
	defer cancel()
	always := []string{"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.attributesFile=" + os.DevNull, "-c", "core.quotepath=off"}
	cmd := exec.CommandContext(bounded, r.git, append(always, args...)...)
	said := &beginning{max: 2000}
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stderr, cmd.WaitDelay = dir, r.env, in, said, time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	readErr := read(out)
	if readErr != nil {
		cancel() // nobody reads the rest
	}
	// What is not read is thrown away, so that git ends by itself.
	io.Copy(io.Discard, out)
	err = cmd.Wait()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case readErr != nil:
		return readErr
	case bounded.Err() != nil:
		return fmt.Errorf("git took longer than %s and was stopped", runTime)
	case errors.As(err, &exit):
		line, _, _ := strings.Cut(strings.TrimSpace(string(said.kept)), "\n")
		return &gitError{exit.ExitCode(), strings.TrimPrefix(line, "fatal: ")}
	default:
		return err
	}
}

// beginning keeps the first bytes that are written to it.
type beginning struct {
	kept []byte
	max  int
}

func (b *beginning) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p[:min(len(p), b.max-len(b.kept))]...)
	return len(p), nil
}
