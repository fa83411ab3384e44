package covdata

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Go builds the tool when it is asked for the first time, which takes half a
// minute on a slow machine; from then on it lies in the build cache.
const (
	buildTime = 5 * time.Minute
	runTime   = time.Minute
)

// toolOf gives the path of Go's covdata tool.
func toolOf(ctx context.Context, tmp string, getenv func(string) string) (string, error) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return "", fmt.Errorf("a GOCOVERDIR is read by Go's own tool, and no go is on the PATH; install Go here (actions/setup-go), or run `%s` in the job that made it and name cover.out", convert)
	}
	env := []string{"GOTOOLCHAIN=local", "GOPROXY=off", "GOENV=off", "GOWORK=off", "GOFLAGS=", "CGO_ENABLED=0"}
	cache := false
	for _, name := range []string{"PATH", "HOME", "GOROOT", "GOCACHE", "XDG_CACHE_HOME", "LOCALAPPDATA", "TMPDIR", "TMP", "TEMP"} {
		if v := getenv(name); v != "" {
			env = append(env, name+"="+v)
			cache = cache || name == "HOME" || name == "GOCACHE" || name == "XDG_CACHE_HOME" || name == "LOCALAPPDATA"
		}
	}
	if !cache {
		env = append(env, "GOCACHE="+filepath.Join(tmp, "cache"))
	}
	// -n prints where the tool is, once it is built, and does not run it: what is
	// run is then one process, which can be stopped.
	out, err := execute(ctx, buildTime, exec.Command(goCommand, "tool", "-n", "covdata"), tmp, env, nil)
	if err != nil {
		return "", fmt.Errorf("a GOCOVERDIR is read by `go tool covdata`, which cannot be had here: %w; run `%s` in the job that made it and name cover.out", err, convert)
	}
	return strings.TrimSpace(out), nil
}

// run has the tool write the profile of all directories, which are names in tmp.
func run(ctx context.Context, tool, tmp, out string, dirs []string) error {
	tooLong := func() error {
		if info, err := os.Stat(out); err == nil && info.Size() > MaxProfile {
			return fmt.Errorf("the coverprofile that it stands for is larger than %d bytes", MaxProfile)
		}
		return nil
	}
	env := []string{"GOMEMLIMIT=1GiB", "GOTRACEBACK=none"}
	cmd := exec.Command(tool, "textfmt", "-i="+strings.Join(dirs, ","), "-o="+filepath.Base(out))
	said, err := execute(ctx, runTime, cmd, tmp, env, tooLong)
	if err != nil {
		return fmt.Errorf("go tool covdata: %w", err)
	}
	if said = strings.TrimSpace(said); said != "" {
		return fmt.Errorf("go tool covdata: %s", said) // warnings: it left something out
	}
	return nil
}

// execute runs a command for at most so long, and as long as stop finds nothing
// wrong, and gives what it printed.
func execute(ctx context.Context, atMost time.Duration, cmd *exec.Cmd, dir string, env []string, stop func() error) (string, error) {
	said := &prefix{max: 2000}
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = said, said
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return "", err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	late := time.NewTimer(atMost)
	defer late.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		var stopped error
		select {
		case err := <-done:
			if err == nil && stop != nil {
				err = stop()
			}
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				err = fmt.Errorf("%v: %s", err, firstLine(string(said.kept)))
			}
			return string(said.kept), err
		case <-ctx.Done():
			stopped = ctx.Err()
		case <-late.C:
			stopped = fmt.Errorf("it took longer than %s and was stopped", atMost)
		case <-look.C:
			if stop != nil {
				stopped = stop()
			}
		}
		if stopped != nil {
			cmd.Process.Kill()
			<-done
			return "", stopped
		}
	}
}

// firstLine is the first line that says something.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return "it said nothing"
}
