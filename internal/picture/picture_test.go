package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/cli"
)

var update = flag.Bool("update", false, "draw the pictures again")

// TestPicturesAreWhatARunShows keeps the pictures of the README true: each is the
// output of its command on the committed example.
func TestPicturesAreWhatARunShows(t *testing.T) {
	t.Chdir("../..")
	for name, exit := range map[string]int{"good": cli.ExitPass, "bad": cli.ExitFail} {
		var out, picture bytes.Buffer
		code := cli.Main(cli.Env{
			Args: strings.Fields("handoff --dry-run --policy examples/orders/.tollgate.yml -C examples/orders/" + name +
				" --snapshot examples/orders/github.json"),
			Getenv: func(k string) string { return map[string]string{"FORCE_COLOR": "1"}[k] },
			Stdout: &out, Stderr: io.Discard, Width: 110,
			Now: func() time.Time { return time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC) },
		})
		if code != exit {
			t.Errorf("%s ends with %d, want %d", name, code, exit)
		}
		if err := draw(&picture, &out); err != nil {
			t.Fatal(err)
		}
		file := "docs/images/" + name + ".svg"
		if *update {
			if err := os.WriteFile(file, picture.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, picture.Bytes()) {
			t.Errorf("%s is not what the run shows now; draw it again with go test ./internal/picture -update, and look at it", file)
		}
	}
}
