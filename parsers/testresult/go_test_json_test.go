package testresult

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

func readGoTests(t testing.TB, doc string) *evidence.Report {
	t.Helper()
	r := &evidence.Report{Source: "go.json"}
	if err := GoTestJSON.Parse(context.Background(), format.Source{Name: "go.json", Reader: strings.NewReader(doc)}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func goSample(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/go-test-json", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// inBrief writes the cases as "outcome suite name", in the order of the report.
func inBrief(r *evidence.Report) []string {
	var out []string
	for _, c := range r.Cases.All() {
		out = append(out, c.Outcome.String()+" "+strings.TrimPrefix(c.Suite, "example.com/")+" "+c.Name)
	}
	return out
}

// The samples of boom, cart, fz, mainfail, race and the broken packages are what
// Go 1.26 wrote for a small module, without most stack frames; the others were
// written by hand. The cases were listed by hand from the source of that module.
func TestGoTestJSONCases(t *testing.T) {
	for file, want := range map[string][]string{
		"pass-fail-skip.json": {
			"passed shop/cart TestAdd",
			"passed shop/cart TestTotal/empty",
			`failed shop/cart TestTotal/two_<items>_&_"more"`,
			"skipped shop/cart TestTotal/parallel",
			"failed shop/cart TestTotal",
			"skipped shop/cart TestSkipped",
			"passed shop/cart FuzzPrice/seed#0",
			"failed shop/cart FuzzPrice/seed#1",
			"failed shop/cart FuzzPrice",
			"passed shop/cart Example_add",
			"failed shop/cart Example_bad",
		},
		"panic.json":            {"passed shop/boom TestFine", "failed shop/boom TestBoom/sub", "failed shop/boom TestBoom", "errored shop/boom TestWaits"},
		"exit.json":             {"passed shop/boom TestFine", "errored shop/boom TestWaits", "errored shop/boom TestBoom", "errored shop/boom TestBoom/sub"},
		"timeout.json":          {"passed shop/boom TestFine", "errored shop/boom TestWaits", "errored shop/boom TestBoom", "errored shop/boom TestBoom/sub"},
		"main-and-init.json":    {"errored shop/initpanic [package]", "passed shop/mainfail TestFine", "errored shop/mainfail [package]"},
		"build-failed.json":     {"errored shop/setup [setup failed]", "errored shop/broken [build failed]", "errored shop/brokendep [build failed]", "errored shop/usesdep [build failed]", "errored shop/vetbad [build failed]"},
		"race.json":             {"passed shop/raceexit TestFine", "failed shop/race TestRace", "errored shop/raceexit [package]"},
		"benchmarks.json":       {"failed shop/cart BenchmarkBad/sub", "failed shop/cart BenchmarkBad", "skipped shop/cart BenchmarkSkip"},
		"benchmark-panics.json": {"errored shop/fz BenchmarkPanic"},
		"fuzz.json":             {"failed shop/fz FuzzX"},
		"count.json": {
			"passed shop/cart TestAdd", `failed shop/cart TestTotal/two_<items>_&_"more"`, "failed shop/cart TestTotal",
			"passed shop/cart TestAdd", `failed shop/cart TestTotal/two_<items>_&_"more"`, "failed shop/cart TestTotal",
		},
		"rerun.json":            {"failed shop TestFlaky", "passed shop TestSteady", "passed shop TestFlaky"},
		"build-failed-text.txt": {"errored shop/cart [build failed]"},
		"text-and-events.txt":   {"errored shop/cart [build failed]", "passed shop/mail TestSend", "errored shop/tax [setup failed]"},
		"odd-order.json": {
			"failed shop TestParent", "failed shop TestParent/sub", "passed shop TestEarly", "errored shop TestTwice", "skipped shop TestTwice",
		},
		"orphan-build.json": {"errored shop [build failed]"},
		"crlf.json":         {"passed p TestA"},
	} {
		t.Run(file, func(t *testing.T) {
			r := readGoTests(t, goSample(t, file))
			if diff := cmp.Diff(want, inBrief(r)); diff != "" {
				t.Error(diff)
			}
			if !r.Conclusive() {
				t.Errorf("not conclusive: %v", r.Problems)
			}
			suites := map[string]bool{}
			for _, c := range want {
				suites[strings.Fields(c)[1]] = true
			}
			if r.Suites != len(suites) {
				t.Errorf("%d suites, want %d", r.Suites, len(suites))
			}
		})
	}
}

func TestGoTestJSONMessagesPlacesAndTimes(t *testing.T) {
	find := func(file, name string) evidence.Case {
		t.Helper()
		for _, c := range readGoTests(t, goSample(t, file)).Cases.All() {
			if c.Name == name {
				return c
			}
		}
		t.Fatalf("%s has no case %q", file, name)
		panic("unreachable")
	}
	for _, tc := range []struct {
		file, name, message string
		source              string
	}{
		{"pass-fail-skip.json", `TestTotal/two_<items>_&_"more"`, "    cart_test.go:6: total is 3, want 5", "example.com/shop/cart/cart_test.go:6"},
		{"pass-fail-skip.json", "TestSkipped", "    cart_test.go:9: needs a printer", ":0"},
		{"pass-fail-skip.json", "TestAdd", "", ":0"},
		{"pass-fail-skip.json", "Example_bad", "got:\n5\nwant:\n6", ":0"},
		{"timeout.json", "TestBoom/sub", "panic: test timed out after 500ms\n\trunning tests:\n\t\tTestBoom (1s)", ":0"},
		{"exit.json", "TestWaits", "it began and has no result", ":0"},
		{"main-and-init.json", "[package]", "panic: no config\n\ngoroutine 1 [running]:", ":0"},
		{"race.json", "[package]", "WARNING: DATA RACE\n", ":0"},
		{"race.json", "TestRace", "WARNING: DATA RACE\n", ":0"}, // testing.go says that there was one, and is not the place
		{"build-failed.json", "[setup failed]", "# example.com/shop/setup\nsetup/b_test.go:2:20: no required module", ":0"},
		{"build-failed.json", "[build failed]", "# example.com/shop/broken [example.com/shop/broken.test]\nbroken/b_test.go:3:28: undefined: undefined\nFAIL\t", ":0"},
		{"build-failed-text.txt", "[build failed]", "./total.go:4:6: declared and not used: n\n./total.go:5:2: undefined: fmt\nFAIL\texample.com/shop/cart [build failed]", ":0"},
		{"odd-order.json", "TestParent/sub", "    a_test.go:7: no éclair", "example.com/shop/a_test.go:7"},
		{"orphan-build.json", "[build failed]", "# example.com/shop\n./a.go:3:1: syntax error", ":0"},
	} {
		c := find(tc.file, tc.name)
		if !strings.HasPrefix(c.Message, tc.message) || tc.message == "" && c.Message != "" {
			t.Errorf("%s, %s: message %q", tc.file, tc.name, c.Message)
		}
		if got := fmt.Sprintf("%s:%d", c.File, c.Line); got != tc.source {
			t.Errorf("%s, %s: at %s, want %s", tc.file, tc.name, got, tc.source)
		}
	}
	for _, tc := range []struct {
		file, name string
		line       int
		took       time.Duration
	}{
		{"crlf.json", "TestA", 4, 250 * time.Millisecond},
		{"odd-order.json", "TestParent", 1, 500 * time.Millisecond},
		{"odd-order.json", "TestParent/sub", 6, time.Millisecond},
		{"odd-order.json", "TestEarly", 8, 0},
		{"odd-order.json", "TestTwice", 10, 0},
		{"text-and-events.txt", "[setup failed]", 7, 0},
		{"text-and-events.txt", "TestSend", 12, 1250 * time.Millisecond},
	} {
		if c := find(tc.file, tc.name); c.At.Line != tc.line || c.Duration != tc.took {
			t.Errorf("%s, %s: line %d and %s, want %d and %s", tc.file, tc.name, c.At.Line, c.Duration, tc.line, tc.took)
		}
	}
}

func TestGoTestJSONElapsed(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"0": 0, "0.01": 10 * time.Millisecond, "12.5": 12500 * time.Millisecond, "3600": time.Hour,
		"1e-3": time.Millisecond, "123456.789123": 123456789123 * time.Microsecond,
		"-1": 0, "1e300": 0, "99999999999999999999": 0, "": 0, ".": 0, "1-2": 0,
	} {
		if got := seconds([]byte(in)); got != want {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
}

const (
	goRun  = `{"Action":"run","Package":"p","Test":"TestA"}` + "\n"
	goPass = `{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}` + "\n"
	goEnd  = `{"Action":"pass","Package":"p","Elapsed":0}` + "\n"
	goBad  = `{"Action":"fail","Package":"p","Elapsed":0}` + "\n"
)

func TestGoTestJSONProblems(t *testing.T) {
	for name, tc := range map[string]struct {
		in   string
		want string // gravity, place and the beginning of each message; "" for none
	}{
		"a whole file":                          {goRun + goPass + goEnd, ""},
		"no result of the package":              {goRun + goPass, "unsound go.json:1: package \"p\" has no result"},
		"no result of a package that started":   {goRun + goPass + goEnd + `{"Action":"start","Package":"q"}` + "\n", "unsound go.json:4: package \"q\" has no result"},
		"a package that starts before its end":  {`{"Action":"start","Package":"p"}` + "\n" + goRun + `{"Action":"start","Package":"p"}` + "\n" + goEnd, "unsound go.json:1: package \"p\" has no result"},
		"cut inside an event":                   {goRun + goPass + goEnd[:20], "unsound go.json:3:21: this event is cut\nunsound go.json:1: package \"p\" has no result"},
		"cut before the last newline":           {strings.TrimSuffix(goRun+goPass+goEnd, "\n"), "quirk go.json:3:44: the file ends without a newline"},
		"cut after a brace":                     {goRun + goPass + goEnd + "{", "unsound go.json:4:2: this event is cut"},
		"cut inside other text":                 {goRun + goPass + goEnd + "exit sta", "unsound go.json:4:9: the file ends without a newline\nquirk go.json:4:1: 1 lines are no events"},
		"a damaged event in the middle":         {goRun + `{"Action":"fail","Package":"p","Te` + "\n" + goPass + goEnd, "unsound go.json:2:35: this event is cut"},
		"two events on one line":                {goRun + strings.TrimSuffix(goPass, "\n") + goEnd, "unsound go.json:2:59: this event is cut\nunsound go.json:1: package \"p\" has no result"},
		"an event cut behind other text":        {goRun + "oops " + goPass[:30] + "\n" + goEnd, "unsound go.json:2:6: an event is mixed"},
		"a name that is not a string":           {goRun + strings.Replace(goPass, "TestA", `Test\q`, 1) + goEnd, `unsound go.json:2: the name "Test\\q" is not`},
		"other programs' text":                  {"a\n\nb\n" + goRun + goPass + goEnd + "{braces}\n", "quirk go.json:1:1: 3 lines are no events"},
		"a FAIL that names nothing":             {goRun + goPass + goEnd + "FAIL\n", "unsound go.json:4:1: this line says FAIL\nquirk go.json:4:1: 1 lines"},
		"a FAIL that the events show":           {goRun + goBad + "FAIL\n", "quirk go.json:3:1: 1 lines"},
		"no event at all":                       {"# example.com/shop\n", "unsound go.json:1:1: no event\nquirk go.json:1:1: 1 lines"},
		"objects that are not events":           {`{"action":"pass"}` + "\n" + `{"Action":null}` + "\n", "unsound go.json:1:1: no event\nquirk go.json:1:1: 2 lines"},
		"output after the result":               {goRun + goPass + goEnd + `{"Action":"output","Package":"p","Output":"x"}` + "\n", ""},
		"a line of 20 MB":                       {goRun + goPass + goEnd + strings.Repeat("x", 20<<20) + "\n", "unsound go.json:4: the line is longer than 16777216 bytes"},
		"a benchmark that held has no result":   {strings.ReplaceAll(goRun, "TestA", "BenchmarkA") + goEnd, ""},
		"a package without a name, and no test": {`{"Action":"start"}` + "\n" + `{"Action":"pass"}` + "\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := readGoTests(t, tc.in)
			var got []string
			for _, p := range r.Problems {
				got = append(got, p.Gravity.String()+" "+p.String())
			}
			want := strings.Split(tc.want, "\n")
			if tc.want == "" {
				want = nil
			}
			if len(got) != len(want) {
				t.Fatalf("problems %q", got)
			}
			for i := range want {
				if !strings.HasPrefix(got[i], want[i]) {
					t.Errorf("problem %q, want %q", got[i], want[i])
				}
			}
		})
	}
}

func TestGoTestJSONKilledRunCountsWhatItShows(t *testing.T) {
	r := readGoTests(t, goSample(t, "killed.json"))
	want := []string{"passed shop TestShort", "errored shop TestLong"}
	if diff := cmp.Diff(want, inBrief(r)); diff != "" {
		t.Error(diff)
	}
	if got := r.Cases.At(1).Message; got != "waiting for the database" {
		t.Errorf("message %q", got)
	}
	if r.Conclusive() || len(r.Problems) != 2 {
		t.Errorf("want one problem for each of the two packages: %v", r.Problems)
	}
}

func TestGoTestJSONFailuresOutsideOfTests(t *testing.T) {
	fine := goRun + goPass
	for name, tc := range map[string]struct {
		in   string
		want []string
	}{
		"the package fails and no test does":        {fine + goBad, []string{"passed p TestA", "errored p [package]"}},
		"a failed test explains the package":        {goRun + strings.Replace(goPass, "pass", "fail", 1) + goBad, []string{"failed p TestA"}},
		"a test without a result explains it too":   {goRun + goBad, []string{"errored p TestA"}},
		"each run of a package is judged apart":     {goRun + goBad + fine + goBad, []string{"errored p TestA", "passed p TestA", "errored p [package]"}},
		"the text says so, and the events do not":   {fine + goEnd + "FAIL\tp\t0.1s\n", []string{"passed p TestA", "errored p [package]"}},
		"the text names a package without events":   {fine + goEnd + "FAIL\tq [build failed]\n", []string{"passed p TestA", "errored q [build failed]"}},
		"a test without a result in a passing run":  {goRun + goEnd, []string{"errored p TestA"}},
		"output does not make a test":               {`{"Action":"output","Package":"p","Test":"TestB","Output":"x"}` + "\n" + fine + goEnd, []string{"passed p TestA"}},
		"a build that another package owns up to":   {`{"ImportPath":"q","Action":"build-fail"}` + "\n" + `{"Action":"fail","Package":"p","FailedBuild":"q"}` + "\n", []string{"errored p [build failed]"}},
		"a build that says more after it failed":    {`{"ImportPath":"q [q.test]","Action":"build-fail"}` + "\n" + `{"ImportPath":"q [q.test]","Action":"build-output","Output":"x"}` + "\n", []string{"errored q [build failed]"}},
		"a build whose package failed anyhow":       {`{"ImportPath":"p [p.test]","Action":"build-fail"}` + "\n" + goBad, []string{"errored p [package]"}},
		"a benchmark that says it passed":           {strings.ReplaceAll(goRun+goPass, "TestA", "BenchmarkA") + goEnd, nil},
		"an empty test is the package":              {fine + `{"Action":"fail","Package":"p","Test":"","Elapsed":0}` + "\n", []string{"passed p TestA", "errored p [package]"}},
		"keys and actions that are escaped":         {goRun + `{"\u0041ction":"f\u0061il","Package":"p","Test":"TestA"}` + "\n" + goBad, []string{"failed p TestA"}},
		"a name that begins like the last one":      {goRun + strings.Replace(goRun, "TestA", "TestAB", 1) + strings.Replace(goPass, "TestA", "TestAB", 1) + goPass + goEnd, []string{"passed p TestAB", "passed p TestA"}},
		"a backslash before the quote":              {goRun + `{"Action":"output","Package":"p","Test":"TestA","Output":"C:\\"}` + "\n" + goPass + goEnd, []string{"passed p TestA"}},
		"a benchmark with a panic in a passing run": {strings.ReplaceAll(goRun+`{"Action":"output","Package":"p","Test":"TestA","Output":"panic: no\n"}`+"\n", "TestA", "BenchmarkA") + goEnd, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, inBrief(readGoTests(t, tc.in))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGoTestJSONOneBuildDoesNotFillTheReport(t *testing.T) {
	doc := `{"ImportPath":"base","Action":"build-output","Output":"undefined: x\n"}` + "\n" + `{"ImportPath":"base","Action":"build-fail"}` + "\n"
	for i := range 150 {
		doc += fmt.Sprintf(`{"Action":"output","Package":"p%d","Output":"FAIL\tp%d [build failed]\n"}`+"\n", i, i)
		doc += fmt.Sprintf(`{"Action":"fail","Package":"p%d","FailedBuild":"base"}`+"\n", i)
	}
	explained := 0
	r := readGoTests(t, doc)
	for i, c := range r.Cases.All() {
		if strings.HasPrefix(c.Message, "undefined: x\n") {
			explained++
		}
		if !strings.HasSuffix(c.Message, fmt.Sprintf("FAIL\tp%d [build failed]", i)) {
			t.Errorf("case %d: %q", i, c.Message)
		}
	}
	if r.Cases.Len() != 150 || explained != 100 {
		t.Errorf("%d cases, %d with the compiler's words", r.Cases.Len(), explained)
	}
}

func TestGoTestJSONRerunsFoldOnlyWhereDeclared(t *testing.T) {
	r := readGoTests(t, goSample(t, "rerun.json"))
	if c := r.Cases.Counts(); c.Failed != 1 || c.Passed != 2 || r.Cases.Flaky() != 0 {
		t.Errorf("undeclared: %+v", c)
	}
	r.FoldDuplicates()
	if c := r.Cases.Counts(); c.Failed != 0 || c.Passed != 2 || r.Cases.Flaky() != 1 {
		t.Errorf("declared: %+v", c)
	}
}

func goOutputLine(test, text string) string {
	q, _ := json.Marshal(text)
	return fmt.Sprintf(`{"Action":"output","Package":"p","Test":%q,"Output":%s}`+"\n", test, q)
}

func TestGoTestJSONLongOutputKeepsItsEnd(t *testing.T) {
	var log strings.Builder
	for i := range 3000 {
		log.WriteString(goOutputLine("TestA", fmt.Sprintf("line %d of „many“\n", i)))
	}
	message := func(doc string) string {
		return readGoTests(t, doc).Cases.At(0).Message
	}
	got := message(goRun + log.String() + goBad)
	if len(got) > evidence.MaxMessage || len(got) < evidence.MaxMessage/3 {
		t.Errorf("%d bytes are kept", len(got))
	}
	if !strings.HasPrefix(got, "line ") || !strings.HasSuffix(got, "line 2999 of „many“") {
		t.Errorf("kept %.40q … %q", got, got[len(got)-40:])
	}
	got = message(goRun + log.String() + goOutputLine("TestA", "panic: boom\n") + log.String() + goBad)
	if !strings.HasPrefix(got, "panic: boom\nline 0 of") {
		t.Errorf("a panic's beginning is not kept: %.80q", got)
	}
	got = message(goRun + goOutputLine("TestA", strings.Repeat("é", 1<<20)) + goBad)
	if len(got) < evidence.MaxMessage/2 || strings.Trim(got, "é\uFFFD") != "" {
		t.Errorf("one long chunk: %d bytes, %.40q", len(got), got)
	}
	got = message(goRun + log.String() + goOutputLine("TestA", strings.Repeat("x", 1<<20)+"\n") + goBad)
	if !strings.HasSuffix(got, "xxx") || len(got) < evidence.MaxMessage/2 {
		t.Errorf("a long chunk at the end: %d bytes, %.40q", len(got), got)
	}
}

func TestGoTestJSONSniff(t *testing.T) {
	for name, tc := range map[string]struct {
		head string
		want bool
	}{
		"events":                        {goRun, true},
		"events after compiler errors":  {"# p\n./a.go:1:2: x\n" + goRun, true},
		"an event cut by the head":      {strings.TrimSuffix(goRun, "\n")[:30], true},
		"only compiler errors":          {"# p [p.test]\n./a.go:1:2: undefined: x\n", true},
		"only a build failure":          {"FAIL\tp [build failed]\n", true},
		"go test -v":                    {"=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\nok  \tp\t0.1s\n", false},
		"go test -v that prints events": {"=== RUN   TestA\n" + goRun, false},
		"go test with a build failure":  {"# p\n./a.go:1:2: x\nFAIL\tp [build failed]\nok  \tq\t0.1s\nFAIL\n", false},
		"go test that built nothing":    {"# p\n./a.go:1:2: x\nFAIL\tp [build failed]\nFAIL\n", false},
		"a failed package in text":      {"FAIL\tp\t0.1s\n", false},
		"SARIF":                         {"{\n  \"version\": \"2.1.0\",\n  \"runs\": []\n}\n", false},
		"SARIF on one line":             {`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}}}]}`, false},
		"CTRF":                          {`{"results":{"tool":{"name":"x"},"summary":{"tests":1}}}`, false},
		"mocha":                         {"{\n  \"stats\": {\"suites\": 1}}", false},
		"dart":                          {`{"protocolVersion":"0.1.1","type":"start","time":0}` + "\n", false},
		"an array of events":            {"[" + goRun + "]", false},
		"a log that has actions":        {`{"Action":"login","user":"x"}` + "\n", false},
		"XML":                           {"<testsuite>\n" + goRun, false},
		"Markdown":                      {"# Title\n\nsome text\n", false},
		"nothing":                       {"", false},
	} {
		if got := GoTestJSON.Sniff("report", []byte(tc.head)); got != tc.want {
			t.Errorf("%s: claimed = %t", name, got)
		}
	}
}

func TestGoTestJSONStopsForErrorsOfTheMachine(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := GoTestJSON.Parse(ctx, format.Source{Reader: strings.NewReader(goRun)}, &evidence.Report{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	r := &evidence.Report{}
	cut := io.MultiReader(strings.NewReader(goRun), iotest.ErrReader(io.ErrUnexpectedEOF))
	if err := GoTestJSON.Parse(context.Background(), format.Source{Reader: cut}, r); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a failing reader: %v", err)
	}
	if diff := cmp.Diff([]string{"errored p TestA"}, inBrief(r)); diff != "" {
		t.Errorf("what came before the error: %s", diff)
	}
}

// Other programs write objects with an Action too, one a line.
func TestSniffGoTestJSON(t *testing.T) {
	for line, want := range map[string]bool{
		`{"Time":"2026-01-02T03:04:05Z","Action":"start","Package":"m"}`:                          true,
		`{"Action":"run","Test":"TestA"}`:                                                         true, // go tool test2json without -p
		`{"Action":"output","Package":"m","Test":"TestA","Output":"x\n","OutputType":"frame"}`:    true,
		`{"Action":"pass","Package":"m","Test":"TestA","Elapsed":0.1,"Attempt":2}`:                true,
		`{"ImportPath":"m","Action":"build-output","Output":"# m\n"}`:                             true,
		`{"status":"start","id":"a","from":"alpine","Type":"container","Action":"start"}`:         false, // docker events
		`{"Action":"push","Package":"@scope/x","Version":"1.0.0"}`:                                false,
		`{"Time":"2026-01-02T03:04:05Z","Action":"fail","User":"x"}`:                              false,
		`{"Action":"pass","Ball":"red"}`:                                                          false,
		`{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"get","Action":"run","Test":null}`: false,
	} {
		if got := sniffGoTestJSON("", []byte(line+"\n")); got != want {
			t.Errorf("%s: claimed %v, want %v", line, got, want)
		}
	}
}
