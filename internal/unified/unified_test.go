package unified

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

func (s Section) String() string {
	return fmt.Sprintf("+%v -%v %v", s.Added, s.Removed, s.Binary)
}

// The patches are as GitHub's API gives them, the lines counted by hand. R6
func TestPatch(t *testing.T) {
	for name, x := range map[string]struct{ patch, want string }{
		"lines with others around":       {"@@ -1,4 +1,5 @@ func a() {\n one\n-two\n+TWO\n+2b\n three\n four", "+[{2 3}] -[{2 2}] false"},
		"two hunks":                      {"@@ -1 +1,2 @@\n one\n+two\n@@ -9,2 +10 @@\n nine\n-ten", "+[{2 2}] -[{10 10}] false"},
		"hunks that touch are one range": {"@@ -0,0 +1 @@\n+a\n@@ -0,0 +2 @@\n+b", "+[{1 2}] -[] false"},
		"a new file":                     {"@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file", "+[{1 2}] -[] false"},
		"a file that is gone":            {"@@ -1,2 +0,0 @@\n-a\n-b", "+[] -[{1 2}] false"},
		"lines that look like heads":     {"@@ -1,2 +1,3 @@\n-@@ -1 +1 @@\n+@@ -7 +7 @@\n+++ b/x\n --- a/x", "+[{1 2}] -[{1 1}] false"},
		"nothing":                        {"", "+[] -[] false"},
		"no newline on both sides":       {"@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file", "+[{1 1}] -[{1 1}] false"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Patch(x.patch)
			if err != nil || s.String() != x.want {
				t.Errorf("got %v, %v; want %s", s, err, x.want)
			}
		})
	}
}

func TestWhatIsNoPatch(t *testing.T) {
	for name, x := range map[string]struct{ patch, want string }{
		"half a hunk":                   {"@@ -1,2 +1,3 @@\n one\n+two", "line 3 of the diff: it ends in the middle of a hunk"},
		"more lines than the head says": {"@@ -1 +1 @@\n one\n+two", `line 3 of the diff: "+two" begins no hunk`},
		"a line of no sort":             {"@@ -1 +1 @@\none", "line 2 of the diff: the hunk has another number of lines than its head says"},
		"an empty line":                 {"@@ -1,2 +1,2 @@\n one\n\n", "line 3 of the diff: the hunk has another number of lines"},
		"too many added":                {"@@ -1,2 +1 @@\n+one\n+two", "line 3 of the diff: the hunk has another number of lines"},
		"hunks out of order":            {"@@ -9 +9 @@\n-a\n+b\n@@ -3 +3 @@\n-a\n+b", "line 4 of the diff: the hunk stands before the one above it"},
		"a hunk twice":                  {"@@ -9 +9 @@\n-a\n+b\n@@ -9 +9 @@\n-a\n+b", "line 4 of the diff: the hunk stands before the one above it"},
		"line 0":                        {"@@ -0 +1 @@\n-a\n+b", "is no head of a hunk"},
		"a number beyond all files":     {"@@ -1 +9999999999 @@\n-a\n+b", "is no head of a hunk"},
		"a negative number":             {"@@ -1 +-1 @@\n-a\n+b", "is no head of a hunk"},
		"a merge":                       {"@@@ -1 -1 +1 @@@\n--a\n++b", "begins no hunk"},
		"no second range":               {"@@ -1 @@\n-a", "is no head of a hunk"},
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := Patch(x.patch); err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("got %v, %v; want an error with %q", s, err, x.want)
			}
		})
	}
}

const gitDiff = `diff --git a/a.go b/a.go
index 1111111..2222222 100644
--- a/a.go
+++ b/a.go
@@ -3 +3,2 @@ func main() {
-old
+new
+newer
diff --git a/p.png b/p.png
index 1111111..2222222 100644
Binary files a/p.png and b/p.png differ
diff --git a/x b/y
similarity index 100%
rename from x
rename to y
diff --git a/z b/z
old mode 100644
new mode 100755
`

func TestEach(t *testing.T) {
	read := func(text string) (got []string, err error) {
		err = Each(strings.NewReader(text), func(s Section) error {
			got = append(got, s.String())
			return nil
		})
		return got, err
	}
	got, err := read(gitDiff)
	want := []string{"+[{3 4}] -[{3 3}] false", "+[] -[] true", "+[] -[] false", "+[] -[] false"}
	if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	for name, text := range map[string]string{
		"no head":               "@@ -1 +1 @@\n-a\n+b\n",
		"an unknown line":       "diff --git a/a b/a\nwhatever 7\n",
		"a word before a hunk":  "diff --git a/a b/a\n--- a/a\n+++ b/a\nword\n@@ -1 +1 @@\n-a\n+b\n",
		"a word after the hunk": "diff --git a/a b/a\n@@ -1 +1 @@\n-a\n+b\nword\n",
		"the end of a hunk":     gitDiff[:strings.Index(gitDiff, "+newer")],
	} {
		if got, err := read(text); err == nil {
			t.Errorf("%s: read as %q", name, got)
		}
	}
}

// Whatever is read, ranges are in order and none touches the next; what is cut off
// is never read as the same change.
func FuzzPatch(f *testing.F) {
	f.Add("@@ -1,4 +1,5 @@ func a() {\n one\n-two\n+TWO\n+2b\n three\n four")
	f.Add("@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file")
	f.Add(gitDiff)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Patch(text)
		if err != nil {
			return
		}
		added := 0
		for _, ranges := range [][]evidence.LineRange{s.Removed, s.Added} {
			end := -1
			added = 0
			for _, r := range ranges {
				if r.First <= end+1 || r.Len() < 1 {
					t.Fatalf("%v", ranges)
				}
				end = r.Last
				added += r.Len()
			}
		}
		if n := strings.Count(text, "\n+"); added > n {
			t.Fatalf("%d lines added, of %d that begin with +", added, n)
		}
	})
}
