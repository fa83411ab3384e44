package coverage

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// rowsWant is what a generated file must amount to.
type rowsWant struct {
	coverable, ran map[int]bool
	branches       evidence.Ratio
}

// checkRows compares every line of the files, which are named a, b and so on.
func checkRows(t *testing.T, f format.Format, doc string, want []rowsWant) {
	t.Helper()
	r := readWith(t, f, doc)
	if len(r.Problems) > 0 || len(r.Coverage) != len(want) {
		t.Fatalf("%d files of %d, %v", len(r.Coverage), len(want), r.Problems)
	}
	for i, w := range want {
		got := &r.Coverage[i]
		for line := range 3000 {
			coverable, ran := got.LineSet.Line(line)
			if coverable != w.coverable[line] || ran != w.ran[line] {
				t.Fatalf("%s:%d is coverable %t, ran %t; want %t, %t", got.Path, line, coverable, ran, w.coverable[line], w.ran[line])
			}
		}
		if m, _ := got.Unit(evidence.Branches); m != w.branches {
			t.Errorf("%s: branches %s, want %s", got.Path, m.Fraction(), w.branches.Fraction())
		}
	}
}

// lineNumbers are up to 300 different ones, mostly in order.
func lineNumbers(r *rand.Rand) (numbers []int) {
	n := 0
	for range r.IntN(300) {
		if n += 1 + r.IntN(9); n < 2900 {
			numbers = append(numbers, n)
		}
	}
	for range len(numbers) / 50 {
		i, k := r.IntN(len(numbers)), r.IntN(len(numbers))
		numbers[i], numbers[k] = numbers[k], numbers[i]
	}
	return numbers
}

// TestRowsOfJaCoCo reads lines of all kinds, hundreds in a row, and now and then one that
// is written in another way.
func TestRowsOfJaCoCo(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		b.WriteString(`<report name="r"><package name="">`)
		var want []rowsWant
		for file := range 6 {
			w := rowsWant{coverable: map[int]bool{}, ran: map[int]bool{}}
			fmt.Fprintf(&b, `<sourcefile name="%c">`, 'a'+file)
			fmt.Fprint(&b, `<line nr="2950" mi="0" ci="1" mb="0" cb="0"/>`)
			w.coverable[2950], w.ran[2950] = true, true
			for _, n := range lineNumbers(r) {
				mi, ci, mb, cb := r.IntN(3), r.IntN(15)-3, 0, 0
				ci = max(ci, 0)
				if r.IntN(6) == 0 {
					mb, cb = r.IntN(3), r.IntN(3)
				}
				end := "/>"
				if r.IntN(30) == 0 {
					end = []string{" />", "></line>", "\n/>", ` x="&lt;"/>`}[r.IntN(4)]
				}
				order := `<line nr="%d" mi="%d" ci="%d" mb="%d" cb="%d"%s`
				if r.IntN(40) == 0 {
					order = `<line  nr="%d" mi="%d" ci="%d" mb="%d" cb="%d"%s`
				}
				fmt.Fprintf(&b, order, n, mi, ci, mb, cb, end)
				if mi+ci > 0 {
					w.coverable[n] = true
				}
				if ci > 0 {
					w.ran[n] = true
				}
				w.branches = w.branches.Add(evidence.Ratio{Num: uint64(cb), Den: uint64(cb + mb)})
			}
			b.WriteString("</sourcefile>\n")
			want = append(want, w)
		}
		b.WriteString("</package></report>")
		checkRows(t, JaCoCo, b.String(), want)
	}
}

// TestRowsOfCobertura does so for its lines, whose hits may be of any size.
func TestRowsOfCobertura(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		var classes strings.Builder
		var want []rowsWant
		for file := range 6 {
			w := rowsWant{coverable: map[int]bool{}, ran: map[int]bool{}}
			var lines strings.Builder
			lines.WriteString("\n  " + ln(2950, "1", ""))
			w.coverable[2950], w.ran[2950] = true, true
			for _, n := range lineNumbers(r) {
				hits := []string{"0", "1", "7", "42", "1000", "9999999", "10000000", "18446744073709551616", "00"}[r.IntN(9)]
				branches := ""
				if r.IntN(6) == 0 {
					total := 1 + r.IntN(4)
					taken := r.IntN(total + 1)
					branches = fmt.Sprintf("%d%% (%d/%d)", 100*taken/total, taken, total)
					w.branches = w.branches.Add(evidence.Ratio{Num: uint64(taken), Den: uint64(total)})
				}
				lines.WriteString([]string{"\n  ", "\n  ", "\n  ", "\n  ", ""}[r.IntN(5)] + ln(n, hits, branches))
				w.coverable[n] = true
				if strings.Trim(hits, "0") != "" {
					w.ran[n] = true
				}
			}
			classes.WriteString(class(string(rune('a'+file)), "", lines.String()))
			want = append(want, w)
		}
		checkRows(t, Cobertura, cob("", classes.String()), want)
	}
}
