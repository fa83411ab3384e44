package main

import (
	"os"
	"testing"
)

// TestCorpus holds every reader to the numbers that others recorded. R1 R3 R4
func TestCorpus(t *testing.T) {
	dir := os.Getenv("TOLLGATE_CORPUS")
	if dir == "" {
		if os.Getenv("TOLLGATE_REQUIRE_CORPUS") != "" {
			t.Fatal("TOLLGATE_REQUIRE_CORPUS is set, but TOLLGATE_CORPUS is not")
		}
		t.Skip("the corpus is not here: set TOLLGATE_CORPUS to its folder to compare with recorded numbers")
	}
	entries, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := overlay("../../parsers/testdata/overlay", entries); err != nil {
		t.Fatal(err)
	}
	for _, r := range walk(dir, entries) {
		if r.Answer == wrongAnswer {
			t.Errorf("%s\n  %s", r.Entry.File, r.Why)
		}
	}
}
