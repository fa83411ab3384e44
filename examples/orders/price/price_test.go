package price

import (
	"errors"
	"testing"
)

func TestQuote(t *testing.T) {
	tests := []struct {
		name    string
		lines   []Line
		country string
		want    Total
	}{
		{"one mug", []Line{{"mug", 1, 1000}}, "de", Total{1000, 0, 190, 1190}},
		{"nine mugs have no discount", []Line{{"mug", 9, 1000}}, "de", Total{9000, 0, 1710, 10710}},
		{"ten mugs have 5 %", []Line{{"mug", 10, 1000}}, "de", Total{10000, 500, 1805, 11305}},
		{"a hundred mugs have 15 %", []Line{{"mug", 100, 1000}}, "de", Total{100000, 15000, 16150, 101150}},
		{"lines are discounted apart", []Line{{"mug", 10, 1000}, {"lamp", 1, 5000}}, "es", Total{15000, 500, 3045, 17545}},
		{"tax is rounded half up", []Line{{"pin", 1, 150}}, "es", Total{150, 0, 32, 182}},
		{"discount is rounded half up", []Line{{"pin", 10, 1}}, "fr", Total{10, 1, 2, 11}},
		{"a free sample", []Line{{"sample", 1, 0}}, "lu", Total{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Quote(tt.lines, tt.country)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("Quote = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestQuoteRefuses(t *testing.T) {
	tests := []struct {
		name    string
		lines   []Line
		country string
	}{
		{"no lines", nil, "de"},
		{"an unknown country", []Line{{"mug", 1, 1000}}, "xx"},
		{"none of something", []Line{{"mug", 0, 1000}}, "de"},
		{"less than none", []Line{{"mug", -1, 1000}}, "de"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := Quote(tt.lines, tt.country); err == nil {
				t.Errorf("Quote = %+v, want an error", got)
			}
		})
	}
	if _, err := Quote(nil, "de"); !errors.Is(err, ErrEmpty) {
		t.Errorf("Quote of nothing = %v, want ErrEmpty", err)
	}
}

func TestEveryCountryHasARate(t *testing.T) {
	for _, country := range []string{"de", "es", "fr", "lu"} {
		t.Run(country, func(t *testing.T) {
			got, err := Quote([]Line{{"mug", 1, 1000}}, country)
			if err != nil {
				t.Fatal(err)
			}
			if got.Tax <= 0 {
				t.Errorf("tax = %d, want some", got.Tax)
			}
		})
	}
}

func TestCurrencies(t *testing.T) {
	t.Skip("only euros so far; other currencies come with #31")
}
