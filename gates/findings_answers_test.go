package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Which fingerprints make a finding the same: of the versions of one name the greatest
// that both runs have (SARIF 2.1.0 §3.27.17), of several names all.
func TestFingerprintsInVersions(t *testing.T) {
	for name, x := range map[string]struct {
		base, now []string // names and values
		fresh     uint64
	}{
		"the greater version is the same":        {[]string{"h/v1", "X", "h/v2", "Y"}, []string{"h/v1", "Z", "h/v2", "Y"}, 0},
		"the greater version is another":         {[]string{"h/v1", "X", "h/v2", "Y"}, []string{"h/v1", "X", "h/v2", "Z"}, 1},
		"ten is more than nine":                  {[]string{"h/v9", "X", "h/v10", "Y"}, []string{"h/v9", "Z", "h/v10", "Y"}, 0},
		"nine is less than ten":                  {[]string{"h/v9", "X", "h/v10", "Y"}, []string{"h/v9", "X", "h/v10", "Z"}, 1},
		"zero is a version":                      {[]string{"h/v0", "X", "h/v1", "Y"}, []string{"h/v0", "Z", "h/v1", "Y"}, 0},
		"a version is more than none":            {[]string{"h", "X", "h/v0", "Y"}, []string{"h", "Z", "h/v0", "Y"}, 0},
		"one that only this run has":             {[]string{"h/v1", "X"}, []string{"h/v1", "X", "h/v2", "Y"}, 0},
		"one that only the base has":             {[]string{"h/v1", "X", "h/v2", "Y"}, []string{"h/v1", "X"}, 0},
		"two names, one of them another":         {[]string{"g", "X", "h", "Y"}, []string{"g", "X", "h", "Z"}, 1},
		"words are no versions":                  {[]string{"h/vx", "X", "h/vy", "Y"}, []string{"h/vx", "X", "h/vy", "Z"}, 1},
		"nor is what is below nothing":           {[]string{"h/v-1", "X", "h/v1", "Y"}, []string{"h/v-1", "Z", "h/v1", "Y"}, 1},
		"two names of one version":               {[]string{"g/v1", "X", "h/v1", "Y"}, []string{"g/v1", "X", "h/v1", "Z"}, 1},
		"one letter before the version":          {[]string{"/v1", "X", "/v2", "Y"}, []string{"/v1", "Z", "/v2", "Y"}, 0},
		"the hash of the line alone":             {[]string{"primaryLocationLineHash", "X", "h", "Y"}, []string{"primaryLocationLineHash", "X", "h", "Z"}, 0},
		"the column is no fingerprint":           {[]string{"primaryLocationStartColumnFingerprint", "1", "h", "Y"}, []string{"primaryLocationStartColumnFingerprint", "2", "h", "Y"}, 0},
		"an empty value says nothing":            {[]string{"g", "", "h", "Y"}, []string{"g", "X", "h", "Y"}, 1},
		"the first of two of one name and value": {[]string{"h", "X", "h", "Y"}, []string{"h", "X", "h", "Z"}, 0},
	} {
		then, now := printed(saying(bug("a.go", 3), "then"), x.base...), printed(saying(bug("a.go", 9), "now"), x.now...)
		a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, now)}, base: []*evidence.Report{scan("b.sarif", []string{"gosec"}, then)}}
		if c := a.check(require("new.high", "=", "0")); c.Actual != evidence.CountOf(x.fresh) {
			t.Errorf("%s: %s new, want %d", name, c.Actual, x.fresh)
		}
	}
}

// Whole answers on the age of findings. R10
func TestAnswersOnAges(t *testing.T) {
	const day = 24 * time.Hour
	type list = []evidence.Finding
	f := func(path string, days int) evidence.Finding { return since(bug(path, 1), time.Duration(days)*day) }
	old := func(path string, days int) string {
		return "\n- " + path + ":1 " + map[int]string{40: "40d", 41: "41d", 31: "31d", 2: "2d"}[days] + " old: gosec R: look here"
	}
	oldest41 := "fail: the oldest of 3 high findings was first detected 41d ago; "
	unknown := "have the tool write provenance.firstDetectionTimeUtc, or give a base that does not have them (--base-reports or --store)"
	for name, x := range map[string]struct {
		metric, op, bound string
		list              list
		want              string
	}{
		"two too old":              {"oldest.high", "<=", "30d", list{f("a.go", 40), f("b.go", 2), f("c.go", 41)}, oldest41 + "at most 30d is allowed" + old("c.go", 41) + old("a.go", 40) + "\n> fix or waive these 2 findings"},
		"one too old":              {"oldest.high", "<", "31d", list{f("a.go", 31)}, "fail: the one high finding was first detected 31d ago; less than 31d is allowed" + old("a.go", 31) + "\n> fix or waive this finding"},
		"equally old":              {"oldest.high", "<=", "30d", list{f("b.go", 31), f("a.go", 31)}, "fail: the oldest of 2 high findings was first detected 31d ago; at most 30d is allowed" + old("a.go", 31) + old("b.go", 31) + "\n> fix or waive these 2 findings"},
		"of no age":                {"oldest.high", "=", "0s", list{f("a.go", 31)}, "fail: the one high finding was first detected 31d ago; exactly 0s is expected" + old("a.go", 31) + "\n> fix or waive this finding"},
		"of an age":                {"oldest.high", "=", "30d", list{f("a.go", 31)}, "fail: the one high finding was first detected 31d ago; exactly 30d is expected" + old("a.go", 31) + "\n> " + unmendable},
		"of another age":           {"oldest.high", "!=", "31d", list{f("a.go", 31)}, "fail: the one high finding was first detected 31d ago; anything but 31d is expected" + old("a.go", 31) + "\n> fix or waive this finding"},
		"less than nothing":        {"oldest.high", "<", "0s", list{f("a.go", 31)}, "fail: the one high finding was first detected 31d ago; less than 0s is allowed" + old("a.go", 31) + "\n> " + unmendable},
		"more":                     {"oldest.high", ">", "31d", list{f("a.go", 31)}, "fail: the one high finding was first detected 31d ago; more than 31d is needed" + old("a.go", 31) + "\n> " + unmendable},
		"as much":                  {"oldest.high", ">=", "40d", list{f("a.go", 31)}, "fail: the one high finding was first detected 31d ago; at least 40d is needed" + old("a.go", 31) + "\n> " + unmendable},
		"none, and some is needed": {"oldest.high", ">", "1d", list{}, "fail: there is no high finding; more than 1d is needed\n> " + unmendable},
		"of any kind":              {"oldest.findings", "<=", "31d", list{f("a.go", 31)}, "pass: the one finding was first detected 31d ago; at most 31d is allowed"},
		"none of any kind":         {"oldest.findings", "<=", "31d", list{}, "pass: there is no finding; at most 31d is allowed"},
		"one of two is not known": {"oldest.high", "<=", "30d", list{bug("b.go", 1), f("a.go", 2)},
			"inconclusive: b.go:1: nobody says when 1 finding was first detected; what there is says: the one high finding was first detected 2d ago; at most 30d is allowed" +
				"\n- b.go:1 nobody says when 1 finding was first detected\n> " + unknown},
		"neither is known": {"oldest.high", "<=", "30d", list{bug("b.go", 1), bug("a.go", 1)},
			"inconclusive: a.go:1: nobody says when 2 findings were first detected\n- a.go:1 nobody says when 2 findings were first detected\n> " + unknown},
	} {
		t.Run(name, func(t *testing.T) {
			a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, x.list...)}, at: noon}
			if have := answer(a.check(require(x.metric, x.op, x.bound))); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// Whole answers on where findings are: in the change, elsewhere of it, or unsure.
func TestAnswersOnPlaces(t *testing.T) {
	mod := func(path string) evidence.FileChange { return edited(path, 3, 4) }
	root := "have the tool write paths from the root of the repository"
	for name, x := range map[string]struct {
		found evidence.Finding
		files []evidence.FileChange
		want  string // outcome and what the reason has in it
		says  string
	}{
		"the first changed line":        {bug("a.go", 3), []evidence.FileChange{mod("a.go")}, "fail", "1 high finding"},
		"the line before":               {bug("a.go", 2), []evidence.FileChange{mod("a.go")}, "pass", "no high findings"},
		"the last changed line":         {bug("a.go", 4), []evidence.FileChange{mod("a.go")}, "fail", "1 high finding"},
		"the line after":                {bug("a.go", 5), []evidence.FileChange{mod("a.go")}, "pass", "no high findings"},
		"no line of a changed file":     {bug("a.go", 0), []evidence.FileChange{mod("a.go")}, "inconclusive", "no line of a.go is named, and the change alters some"},
		"no line of one that lost some": {bug("a.go", 0), []evidence.FileChange{{Path: "a.go", How: evidence.Modified, Removed: lines(1, 2)}}, "pass", "no high findings"},
		"of four files that it may be":  {bug("x.go", 3), []evidence.FileChange{mod("d/x.go"), mod("c/x.go"), mod("b/x.go"), mod("a/x.go")}, "inconclusive", "x.go may be a/x.go, b/x.go, c/x.go or another of the change, or a file elsewhere of it"},
		"of three":                      {bug("x.go", 3), []evidence.FileChange{mod("c/x.go"), mod("b/x.go"), mod("a/x.go")}, "inconclusive", "x.go may be a/x.go, b/x.go or c/x.go of the change, or a file elsewhere of it"},
		"of one":                        {bug("x.go", 3), []evidence.FileChange{mod("c/x.go")}, "inconclusive", "x.go may be c/x.go of the change, or a file elsewhere of it"},
		"the end of none":               {bug("y.go", 3), []evidence.FileChange{mod("c/x.go"), mod("by.go")}, "pass", "no high findings"},
		"from the root of a machine":    {bug("/r/a.go", 3), []evidence.FileChange{mod("a.go")}, "fail", "1 high finding"},
		"from a drive":                  {bug("C:/r/a.go", 3), []evidence.FileChange{mod("a.go")}, "fail", "1 high finding"},
		"a drive is no end":             {bug("C:/a.go", 3), []evidence.FileChange{mod("x/C:/a.go")}, "pass", "no high findings"},
		"from the root, one of two":     {bug("/r/b/a.go", 3), []evidence.FileChange{mod("a.go"), edited("b/a.go", 9, 9)}, "inconclusive", "/r/b/a.go may be a.go or b/a.go"},
		"a deleted file":                {bug("a.go", 3), []evidence.FileChange{{Path: "a.go", How: evidence.Deleted}}, "inconclusive", "the change deletes a.go"},
		"a copied file":                 {bug("a.go", 3), []evidence.FileChange{{Path: "a.go", Old: "b.go", How: evidence.Copied}}, "fail", "1 high finding"},
	} {
		a := againstBase{now: []*evidence.Report{scan("n.sarif", []string{"gosec"}, x.found)}, diff: changed(x.files...)}
		c := a.check(require("changed.high", "=", "0"))
		if c.Outcome.String() != x.want || !strings.Contains(c.Why, x.says) {
			t.Errorf("%s: %s", name, answer(c))
		}
		if x.want == "inconclusive" && strings.Contains(x.says, "may be") && c.Remedy != root {
			t.Errorf("%s: remedy %s", name, c.Remedy)
		}
	}
}
