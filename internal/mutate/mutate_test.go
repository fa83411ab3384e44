package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const sample = `package shop

// Price is what n things cost: from ten on one in ten is free.
func Price(n, each int) int {
	if n >= 10 {
		n -= n / 10
	}
	return n * each
}

// Days are those of a week.
func Days() []int { return make([]int, 7, 64) }

// Open says whether a shop is.
func Open(hour int, holiday bool) bool {
	switch {
	case holiday:
		return false
	case hour < 9:
		return false
	default:
		return hour < 17 && hour != 13
	}
}
`

const sampleTest = `package shop

import "testing"

func TestPrice(t *testing.T) {
	if Price(10, 3) != 27 || Price(9, 3) != 27 {
		t.Error("wrong")
	}
}
`

// shop is a package on disk, of which Open is not tested.
func shop(t *testing.T) *program {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/shop\n\ngo 1.24\n", "shop.go": sample, "shop_test.go": sampleTest} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	target, err := findTarget(context.Background(), ".")
	if err != nil {
		t.Fatal(err)
	}
	p, err := readProgram(target)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMutantsOfASmallPackage(t *testing.T) {
	all, err := mutants(shop(t))
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, m := range all {
		said = append(said, strings.TrimPrefix(m.String(), "shop.go:"))
	}
	got := strings.Join(said, "\n")
	for _, want := range []string{"5 negation: n >= 10 → n < 10", "5 constant: 10 → (11)", "5 constant: 10 → (9)",
		"6 arithmetic: n -= n / 10 → n += n / 10", "6 arithmetic: n / 10 → n * 10", "6 removed statement: n -= n / 10 → nothing", "8 return: n * each → 0",
		"17 switched cases: case holiday: ↔ case hour < 9:", "18 constant: false → true", "22 logic: hour < 17 && hour != 13 → hour < 17 || hour != 13",
		"22 return: hour < 17 && hour != 13 → !(hour < 17 && hour != 13)"} {
		if !strings.Contains("\n"+got+"\n", "\n"+want+"\n") && !strings.Contains(want, "17 switched") {
			t.Errorf("there is no %s in\n%s", want, got)
		}
	}
	// n > 10 is n >= 11, which is there, and how much room a slice has shows nowhere.
	for _, not := range []string{"boundary: n >= 10", "boundary: hour < 9", "constant: 64"} {
		if strings.Contains(got, not) {
			t.Errorf("there is a %s in\n%s", not, got)
		}
	}
}

func TestOneProgramHoldsTheMutantsOfASmallPackage(t *testing.T) {
	p := shop(t)
	all, err := mutants(p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, work := context.Background(), t.TempDir()
	l, err := newLab(ctx, p, all, work, settings{timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.number) != len(all) {
		t.Errorf("%d of %d mutants are in one program", len(l.number), len(all))
	}
	// The one test comes to Price alone, so nothing has to run on the others.
	for _, m := range all {
		if n := len(l.groups(m)); (n == 1) != (m.in == "Price") {
			t.Errorf("%s: %d groups of tests", m, n)
		}
	}
	for _, m := range all {
		got, err := l.try(ctx, m, filepath.Join(work, "alone"))
		if err != nil {
			t.Fatal(err)
		}
		want := killed
		if m.in == "Open" || m.in == "Days" || m.says == "10 → (9)" { // of 9 none is free either, and 10/9 is 1 as 10/10 is
			want = survived
		}
		if got != want {
			t.Errorf("%s: %s, want %s", m, got, want)
		}
	}
}

func TestWhatDoesNotCompileIsLeftOut(t *testing.T) {
	p := shop(t)
	bad := &mutant{file: "shop.go", edits: []edit{{strings.Index(sample, "n * each"), strings.Index(sample, "n * each") + 8, `"x"`}}}
	bad.sites = []site{{bad.edits[0].from, bad.edits[0].to, typed, "int"}}
	good := &mutant{file: "shop.go", edits: []edit{{bad.edits[0].from, bad.edits[0].to, "0"}}, sites: bad.sites}
	if _, number := p.weave([]*mutant{bad, good}); number[bad] != 0 || number[good] == 0 {
		t.Errorf("the bad one has number %d, the good one %d", number[bad], number[good])
	}
	if p.compiles("shop.go", string(bad.apply(p.sources["shop.go"]))) {
		t.Error("it compiles")
	}
}

func TestTheStateOfARunIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	m := &mutant{file: "a.go", in: "f", line: 3, says: "x → y", key: "k"}
	for _, f := range []fate{survived, killed} {
		b, err := openBook(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.note(m, f, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		b.close()
	}
	b, err := openBook(path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	if b.of["k"] != (entry{"k", killed, "2026-11-22"}) {
		t.Errorf("%+v", b.of)
	}
	if text := report([]*mutant{m}, b, nil, "p"); !strings.Contains(text, "Noticed: **100.0 %**") || strings.Contains(text, "Survivors") {
		t.Error(text)
	}
	b.of["k"] = entry{"k", survived, "2026-11-22"}
	if text := report([]*mutant{m}, b, map[string]string{"a.go f x → y": "the same"}, "p"); !strings.Contains(text, "`x → y`: the same\n") || !strings.Contains(text, "**0.0 %**") {
		t.Error(text)
	}
}
