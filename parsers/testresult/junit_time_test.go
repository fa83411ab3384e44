package testresult

import (
	"strings"
	"testing"
	"time"
)

func TestParseSeconds(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"0": 0, "0.25": 250 * time.Millisecond, "12": 12 * time.Second, ".5": 500 * time.Millisecond, "5.": 5 * time.Second,
		" 1.5 ": 1500 * time.Millisecond, "": 0,
		"0.052000000000000003": 52 * time.Millisecond,
		"1.7e-05":              17 * time.Microsecond, "2E1": 20 * time.Second, "1e+2": 100 * time.Second, "1e-99": 0,
		"1,234.5": 1234500 * time.Millisecond, "1,234,567.25": 1234567250 * time.Millisecond,
		"1234,5": 1234500 * time.Millisecond, "0,123": 123 * time.Millisecond, "1234,567": 1234567 * time.Millisecond, "3,25": 3250 * time.Millisecond,
	} {
		if got, ok := parseSeconds([]byte(in)); !ok || got != want {
			t.Errorf("%q: got %v, %v; want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"12,345", "1,234,567", "1.234,5", "-1", "+1", "NaN", "inf", "<<computed>>", "1s", "0x10", ".", ",", "1.2.3",
		"12,34.5", "1234,567.8", "1e", "1e9999", "9999999999", "1e40", "e5", "1 2"} {
		if got, ok := parseSeconds([]byte(in)); ok || got != 0 {
			t.Errorf("%q: got %v, want nothing", in, got)
		}
	}
}

func TestJUnitOddTimesAreSaidOnce(t *testing.T) {
	r := readJUnit(t, "<testsuite>\n<testcase time='12,345'/><testcase time='-1'/><testcase time='2'/></testsuite>")
	if got := problems(r); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, `quirk r.xml:2:1: time "12,345"`) {
		t.Errorf("problems: %s", got)
	}
	if a, c := r.Cases.At(0).Duration, r.Cases.At(2).Duration; a != 0 || c != 2*time.Second {
		t.Errorf("durations %v, %v", a, c)
	}
}
