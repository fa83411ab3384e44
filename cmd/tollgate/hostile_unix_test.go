//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// again gives one text n times, and holds it once.
type again struct {
	text string
	n    int
}

func (a *again) Read(p []byte) (n int, err error) {
	for ; a.n > 0 && len(p)-n >= len(a.text); a.n-- {
		n += copy(p[n:], a.text)
	}
	if n == 0 && a.n > 0 {
		return 0, io.ErrShortBuffer
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// The program as a user runs it ends on hostile input with a word, a status, and
// in less memory than a build needs.
func TestHostileInputInBoundedMemory(t *testing.T) {
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	io.WriteString(w, `<testsuite tests="1"><testcase name="a"/>`)
	io.Copy(w, &again{strings.Repeat(" ", 1024), 64 << 10})
	w.Close()
	for _, tt := range []struct {
		about  string
		in     io.Reader
		want   string
		status int
	}{
		{"XML 5 million elements deep", io.MultiReader(strings.NewReader("<testsuites>"), &again{"<testsuite>", 5_000_000}), "nested more than 1000 deep", 3},
		{"an attribute of 200 MB", io.MultiReader(strings.NewReader(`<testsuite name="`), &again{strings.Repeat("x", 1000), 200_000}), "longer than 16777216 bytes", 3},
		{"a message of 200 MB", io.MultiReader(strings.NewReader(`<testsuite tests="1"><testcase name="a"><failure>`), &again{strings.Repeat("x", 1000), 200_000},
			strings.NewReader("</failure></testcase></testsuite>")), "1 failed", 0},
		{"a JSON string of 200 MB", io.MultiReader(strings.NewReader(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"`), &again{strings.Repeat("x", 1000), 200_000}), "longer than 16 MiB", 3},
		{"a zip bomb", &bomb, "expands beyond the limit", 3},
	} {
		t.Run(tt.about, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "inspect", "-")
			cmd.Env = append(os.Environ(), "TOLLGATE_TEST_PROGRAM=1")
			cmd.Stdin = tt.in
			out, _ := cmd.CombinedOutput() // the status tells
			if status := cmd.ProcessState.ExitCode(); status != tt.status || !strings.Contains(strings.Join(strings.Fields(string(out)), " "), tt.want) {
				t.Errorf("status %d, want %d and %q:\n%s", status, tt.status, tt.want, out)
			}
			rss := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
			if runtime.GOOS == "darwin" {
				rss /= 1024
			}
			t.Logf("%d MiB", rss>>10)
			if limit := int64(192); rss>>10 > limit {
				t.Errorf("it took %d MiB of memory, at most %d should be", rss>>10, limit)
			}
		})
	}
}

// A run that waits for standard input ends when somebody ends it.
func TestAnInterruptEndsWaiting(t *testing.T) {
	cmd := exec.Command(os.Args[0], "inspect", "-")
	cmd.Env = append(os.Environ(), "TOLLGATE_TEST_PROGRAM=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "<testsuites>"+strings.Repeat(" ", 1<<20)); err != nil { // more than a pipe holds: it is reading
		t.Fatal(err)
	}
	timeout := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer timeout.Stop()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 3 || !strings.Contains(said.String(), "interrupted") {
		t.Errorf("exit %d: %s", code, said.String())
	}
}
