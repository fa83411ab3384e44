package orders

import (
	"fmt"
	"os"
	"testing"
)

func TestTotal(t *testing.T) {
	if Total([]int{1, 2}) != 3 {
		t.Error("not 3")
	}
}

func TestTax(t *testing.T) { t.Skip("no tax yet") }

var kept []int

func BenchmarkTotal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		kept = make([]int, 4)
		Total(kept)
	}
}

func BenchmarkSizes(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			prices := make([]int, n)
			b.SetBytes(int64(n))
			for range b.N {
				Total(prices)
			}
			b.ReportMetric(float64(n), "prices/op")
		})
	}
}

func BenchmarkPrints(b *testing.B) {
	fmt.Println("order 17")
	for range b.N {
		Total(nil)
	}
}

func BenchmarkSkipped(b *testing.B) { b.Skip("no database") }

func BenchmarkFailing(b *testing.B) {
	if os.Getenv("ORDERS_FAIL") != "" {
		b.Fatal("no connection")
	}
}
