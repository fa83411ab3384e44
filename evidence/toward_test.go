package evidence_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// A ramp is rounded toward its end and never beyond it; the values are by hand.
func TestToward(t *testing.T) {
	for _, tt := range []struct {
		from, to    string
		part, whole uint64
		want        string
	}{
		{"60%", "80%", 0, 3, "60%"},
		{"60%", "80%", 1, 3, "66.67%"}, // 66.666…, up
		{"60%", "80%", 3, 3, "80%"},
		{"60%", "80%", 9, 3, "80%"},
		{"10", "0", 1, 3, "6"}, // 6.666…, down
		{"2s", "1s", 1, 2, "1500ms"},
		{"-2pp", "0pp", 1, 2, "-1pp"},
		{"-2pp", "-1pp", 1, 3, "-1.66pp"}, // -1.666…, up
		{"-1pp", "1pp", 1, 2, "0pp"},
		{"1pp", "-1pp", 2, 3, "-0.34pp"}, // -0.333…, down
		{"80%", "80%", 1, 2, "80%"},
	} {
		from, err1 := evidence.ParseValue(tt.from)
		to, err2 := evidence.ParseValue(tt.to)
		want, err3 := evidence.ParseValue(tt.want)
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		if got := from.Toward(to, tt.part, tt.whole); got.Kind != want.Kind || got.Cmp(want) != 0 {
			t.Errorf("%d/%d of the way from %s to %s is %s, want %s", tt.part, tt.whole, tt.from, tt.to, got, tt.want)
		}
	}
}
