package orders

import (
	"fmt"
	"os"
	"testing"
)

func TestTotal(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []int
		want int
	}{{"none", nil, 0}, {"one", []int{1}, 1}, {"wrong", []int{1, 2}, 4}, {"a name: with (all) \"this\" <b>", []int{1, 2}, 3}} {
		t.Run(c.name, func(t *testing.T) {
			if got := Total(c.in); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestDiscount(t *testing.T) {
	t.Parallel()
	t.Run("few", func(t *testing.T) { t.Parallel(); t.Log("few") })
	t.Run("many", func(t *testing.T) {
		t.Parallel()
		if Discount(11) != 50 {
			t.Error("no discount")
		}
	})
}

func TestFails(t *testing.T) { t.Fatal("--- PASS: TestFails (0.00s)") }

func TestSkipped(t *testing.T) { t.Skip("no refunds yet") }

func TestPrints(t *testing.T) {
	fmt.Println("--- FAIL: TestPrints (0.00s)")
	fmt.Print("no newline at the end")
	os.Stderr.WriteString("to stderr\n")
}

func FuzzTotal(f *testing.F) {
	f.Add(1)
	f.Add(-1)
	f.Fuzz(func(t *testing.T, n int) {
		if Total([]int{n}) < 0 {
			t.Error("below zero")
		}
	})
}

func ExampleTotal() {
	fmt.Println(Total([]int{1, 2}))
	// Output: 3
}

func ExampleDiscount() {
	fmt.Println(Discount(1))
	// Output: 50
}
