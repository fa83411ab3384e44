package plan_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

func TestNormalise(t *testing.T) {
	got := plan.Snapshot{
		Labels:   []string{"QA", " bug ", "qa", "", "Alpha"},
		Assigned: nil,
		Comment:  plan.Comment{ID: 3, Body: "first\r\nsecond\rthird \xff\r\n\n"},
		Status:   plan.Status{State: "pending", Description: " waits\n for  unit "},
	}.Normalise()
	want := plan.Snapshot{
		Labels:   []string{"Alpha", "bug", "QA"},
		Assigned: []string{},
		Comment:  plan.Comment{ID: 3, Body: "first\nsecond\nthird \uFFFD"},
		Status:   plan.Status{State: "pending", Description: "waits for unit"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNormaliseTakesEmptyForAbsent(t *testing.T) {
	got := plan.Snapshot{Comment: plan.Comment{ID: 3, Body: "\r\n"}, Status: plan.Status{Description: "left over", URL: "https://x.test"}}.Normalise()
	if diff := cmp.Diff(plan.Snapshot{Labels: []string{}, Assigned: []string{}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNormaliseIsIdempotent(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 1_000 {
		once := randomSnapshot(rng).Normalise()
		if twice := once.Normalise(); !reflect.DeepEqual(once, twice) {
			t.Fatalf("the second time changes something:\n%s", cmp.Diff(once, twice))
		}
	}
}

// TestTextIsCutAsGitHubTakesIt counts what GitHub counts: 140 characters of a
// description, 65,536 characters of a comment, which we count in bytes.
func TestTextIsCutAsGitHubTakesIt(t *testing.T) {
	for _, n := range []int{139, 140, 141, 1000} {
		d := plan.Snapshot{Status: plan.Status{State: "error", Description: strings.Repeat("é", n)}}.Normalise().Status.Description
		if got := utf8.RuneCountInString(d); got != min(n, 140) {
			t.Errorf("a description of %d characters becomes %d", n, got)
		}
		if cut := strings.HasSuffix(d, "…"); cut != (n > 140) {
			t.Errorf("a description of %d characters ends in %q", n, d[len(d)-3:])
		}
	}
	for _, n := range []int{65535, 65536, 65537, 65538, 65539, 200_000} {
		// Characters of two bytes, with the cut at even and at odd places.
		b := plan.Snapshot{Comment: plan.Comment{Body: strings.Repeat("x", n%2) + strings.Repeat("é", n/2)}}.Normalise().Comment.Body
		if n <= 65536 && len(b) != n {
			t.Errorf("a comment of %d bytes was cut to %d", n, len(b))
		}
		if n > 65536 && (len(b) > 65536 || len(b) < 65534 || !strings.HasSuffix(b, "longer than GitHub takes)*")) {
			t.Errorf("a comment of %d bytes becomes %d, ending in %q", n, len(b), b[len(b)-40:])
		}
		if !utf8.ValidString(b) || strings.Contains(b, "\uFFFD") {
			t.Errorf("a comment of %d bytes was cut inside a character", n)
		}
	}
}

func TestValueAndParseStatusAgree(t *testing.T) {
	want := plan.Status{State: "failure", Description: `"unit" fails <b>`, URL: "https://x.test/?a=1&b=2"}
	got, err := plan.ParseStatus(plan.Snapshot{Status: want}.Value(plan.StatusKey))
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := plan.ParseStatus(""); err != nil || got != (plan.Status{}) {
		t.Errorf("no status reads as %+v, %v", got, err)
	}
	if got, err := plan.ParseStatus("success"); err == nil || got != (plan.Status{}) {
		t.Errorf("a bare word reads as %+v without an error", got)
	}
}
