package calendar_test

import (
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/calendar"
)

var example = regexp.MustCompile("(?m)^\\| (\\w{3} [0-9-]{10} [0-9:]{5}) \\| `(.+?)` \\| (\\w{3} [0-9-]{10} [0-9:]{5}) \\|")

// TestThePageIsRight counts the examples of docs/clocks.md.
func TestThePageIsRight(t *testing.T) {
	page, err := os.ReadFile("../../docs/clocks.md")
	if err != nil {
		t.Fatal(err)
	}
	c := office(t, "Europe/Madrid", "09:00-13:00", "14:00-18:00")
	rows := example.FindAllStringSubmatch(string(page), -1)
	if len(rows) < 6 {
		t.Fatalf("the page has %d examples", len(rows))
	}
	const form = "Mon 2006-01-02 15:04"
	for _, row := range rows {
		from, err := time.ParseInLocation(form, row[1], c.Zone())
		if err != nil || from.Format(form) != row[1] {
			t.Fatalf("%s: %v", row[1], err)
		}
		l, err := calendar.ParseLimit(row[2])
		if err != nil {
			t.Fatal(err)
		}
		if due := c.Due(from, l, nil).Format(form); due != row[3] {
			t.Errorf("%s after %s is %s, and the page says %s", row[2], row[1], due, row[3])
		}
	}
}
