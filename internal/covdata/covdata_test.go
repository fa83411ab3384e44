package covdata

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const (
	hash  = "000102030405060708090a0b0c0d0e0f"
	other = "ff0102030405060708090a0b0c0d0e0f"
)

// meta is a covmeta file with a sound head and nothing the tool could read.
func meta(name string, length, entries uint64) string {
	head := make([]byte, metaHeader)
	copy(head, "\x00cvm")
	binary.LittleEndian.PutUint64(head[8:], length)
	binary.LittleEndian.PutUint64(head[16:], entries)
	sum, _ := hex.DecodeString(name)
	copy(head[24:], sum)
	return string(head)
}

func write(t *testing.T, files map[string]string) *os.Root {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func TestFilesAreToldByTheirNames(t *testing.T) {
	for name, want := range map[string]bool{
		"covmeta." + hash:                   true,
		"a/b/covcounters." + hash + ".12.3": true,
		"covmeta.x":                         false,
		"tmp.covmeta." + hash:               false,
		"covcounters." + hash:               false,
		"covmeta." + hash + ".xml":          false,
	} {
		if Is(name) != want {
			t.Errorf("%s: %t", name, !want)
		}
	}
}

// A directory that says less than it should is refused before any tool is asked.
func TestBrokenDirectories(t *testing.T) {
	t.Setenv("PATH", "")
	good := meta(hash, metaHeader, 0)
	for about, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"counts without their meaning": {map[string]string{"c/covcounters." + hash + ".1.2": ""}, "there is no covmeta." + hash},
		"of another program":           {map[string]string{"c/covmeta." + hash: good, "c/covcounters." + other + ".1.2": ""}, "there is no covmeta." + other},
		"an empty covmeta":             {map[string]string{"c/covmeta." + hash: ""}, "c/covmeta." + hash + ": it is cut short"},
		"a covmeta cut short":          {map[string]string{"c/covmeta." + hash: meta(hash, 500, 1)}, "56 of 500 bytes"},
		"a covmeta that goes on":       {map[string]string{"c/covmeta." + hash: good + "x"}, "does not fit its length"},
		"more entries than bytes":      {map[string]string{"c/covmeta." + hash: meta(hash, metaHeader, 1<<60)}, "does not fit its length"},
		"another file":                 {map[string]string{"c/covmeta." + hash: strings.Repeat("x", 99)}, "whatever its name says"},
		"a covmeta renamed":            {map[string]string{"c/covmeta." + other: good}, "not the file that its name says"},
		"two that differ": {map[string]string{"c/covmeta." + hash: meta(hash, metaHeader, 0), "d/covmeta." + hash: meta(hash, metaHeader, 1)},
			"says something else"},
		"no Go": {map[string]string{"c/covmeta." + hash: good}, "no go is on the PATH; install Go"},
	} {
		t.Run(about, func(t *testing.T) {
			root := write(t, tt.files)
			dirs := []string{"c"}
			if _, err := root.Stat("d"); err == nil {
				dirs = append(dirs, "d")
			}
			p, err := Convert(t.Context(), root, dirs, os.Getenv)
			if err == nil {
				p.Close()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

func TestNothingIsReadFromOutside(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("s3cret"), 0o666); err != nil {
		t.Fatal(err)
	}
	root := write(t, map[string]string{"c/covmeta." + hash: meta(hash, metaHeader, 0)})
	if err := os.Symlink(outside, filepath.Join(root.Name(), "c", "covcounters."+hash+".1.2")); err != nil {
		t.Skip(err)
	}
	_, err := Convert(t.Context(), root, []string{"c"}, os.Getenv)
	if err == nil || !strings.Contains(err.Error(), "escapes") {
		t.Errorf("%v", err)
	}
}

func TestTheInputIsLimited(t *testing.T) {
	root := write(t, map[string]string{"c/covcounters." + hash + ".1.2": strings.Repeat("x", 600), "c/covcounters." + hash + ".1.3": strings.Repeat("x", 600)})
	to := t.TempDir()
	c := copier{tree: root, left: 1000}
	if err := c.dir(t.Context(), "c", to); err == nil || !strings.Contains(err.Error(), "bytes together") {
		t.Errorf("%v", err)
	}
	if info, err := os.Stat(filepath.Join(to, "covcounters."+hash+".1.3")); err != nil || info.Size() > 401 {
		t.Errorf("it was copied all the same: %v, %v", info, err)
	}
}

// TestMain is also the program that hangs, writes and does not end.
func TestMain(m *testing.M) {
	switch os.Getenv("COVDATA_TEST") {
	case "hang":
		time.Sleep(time.Minute)
	case "flood":
		for {
			os.Stdout.WriteString(strings.Repeat("x", 1<<10))
		}
	default:
		os.Exit(m.Run())
	}
}

func TestTheToolIsStopped(t *testing.T) {
	program := func() *exec.Cmd { return exec.Command(os.Args[0]) }
	hang, flood := []string{"COVDATA_TEST=hang"}, []string{"COVDATA_TEST=flood"}
	if _, err := execute(t.Context(), time.Millisecond, program(), "", hang, nil); err == nil || !strings.Contains(err.Error(), "took longer") {
		t.Errorf("a tool that hangs: %v", err)
	}
	large := errors.New("too large")
	if _, err := execute(t.Context(), time.Minute, program(), "", hang, func() error { return large }); err != large {
		t.Errorf("a tool that writes too much: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := execute(ctx, time.Minute, program(), "", flood, nil); err != context.Canceled {
		t.Errorf("a tool that nobody waits for: %v", err)
	}
}

// The tool knows where Go's things are, and no secret.
func TestTheEnvironmentIsMinimal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the tool that stands in is a shell script")
	}
	bin := t.TempDir()
	script := "#!/bin/sh\n/usr/bin/env > " + bin + "/seen\npwd >> " + bin + "/seen\nexit 7\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	t.Setenv("GITHUB_TOKEN", "s3cret")
	t.Setenv("GOFLAGS", "-toolexec=evil")
	root := write(t, map[string]string{"c/covmeta." + hash: meta(hash, metaHeader, 0)})
	_, err := Convert(t.Context(), root, []string{"c"}, os.Getenv)
	if err == nil || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("%v", err)
	}
	seen, err := os.ReadFile(filepath.Join(bin, "seen"))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"s3cret", "evil", root.Name()} {
		if strings.Contains(string(seen), bad) {
			t.Errorf("%s reaches the tool:\n%s", bad, seen)
		}
	}
	for _, want := range []string{"GOTOOLCHAIN=local\n", "GOPROXY=off\n", "PATH="} {
		if !strings.Contains(string(seen), want) {
			t.Errorf("there is no %s:\n%s", want, seen)
		}
	}
}
