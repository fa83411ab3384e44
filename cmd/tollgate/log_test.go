package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// A file of the log that is cut anywhere is never taken for whole, but behind an entry, where nothing shows it: then what the issue says tells that entries are missing.
// R28
func TestACutLogIsNeverWhole(t *testing.T) {
	script, err := txtar.ParseFile("testdata/script/log.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var whole []byte
	for _, f := range script.Files {
		if f.Name == "whole.jsonl" {
			whole = f.Data
		}
	}
	path := filepath.Join(t.TempDir(), "log.jsonl")
	passed := 0
	for at := 1; at <= len(whole); at++ {
		if err := os.WriteFile(path, whole[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		printed, status := tollgate("log", "verify", path)
		if status == 0 {
			passed++
		}
		if want := whole[at-1] == '\n' || whole[at] == '\n'; (status == 0) != want || status != 0 && status != 3 {
			t.Fatalf("cut after %d bytes: status %d\n%s", at, status, printed)
		}
	}
	if lines := bytes.Count(whole, []byte("\n")); passed != 2*lines || lines != 4 {
		t.Errorf("%d cuts passed, in %d lines", passed, lines)
	}
}
