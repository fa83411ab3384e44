package parsers_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/parsers"
)

// inHalves reads a report as a plain file that is large enough to be cut.
func inHalves(t testing.TB, name string, data []byte) string {
	t.Helper()
	at := bytes.NewReader(data)
	r, err := parsers.Parse(context.Background(), parsers.Source{
		Name: name, Reader: bytes.NewReader(data), At: at, Size: int64(len(data)), HalvesFrom: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return dump(r)
}

func atLeastTwoCores(t *testing.T) {
	if before := runtime.GOMAXPROCS(0); before < 2 {
		runtime.GOMAXPROCS(2)
		t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	}
}

// TestTheSameInHalves reads every sample as if it were large, shifted by white
// space in front or behind so that the middle is at many places of it.
func TestTheSameInHalves(t *testing.T) {
	atLeastTwoCores(t)
	each(t, func(t *testing.T, fm parsers.Format, file string, data []byte) {
		if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
			return // not plain
		}
		name := filepath.Base(file)
		for k := range 5 {
			space := strings.Repeat("\n", len(data)*k/4)
			for _, moved := range []string{space + string(data), string(data) + space} {
				want := dump(parse(t, name, strings.NewReader(moved)))
				if got := inHalves(t, name, []byte(moved)); got != want {
					t.Fatalf("with %d newlines: %s", len(space), cmp.Diff(want, got))
				}
			}
		}
	})
}

// The same with the files of the corpus.
func TestTheCorpusInHalves(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads every file of the corpus twice")
	}
	dir := os.Getenv("TOLLGATE_CORPUS")
	if dir == "" {
		if os.Getenv("TOLLGATE_REQUIRE_CORPUS") == "1" {
			t.Fatal("TOLLGATE_CORPUS is not set")
		}
		t.Skip("needs TOLLGATE_CORPUS")
	}
	atLeastTwoCores(t)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.Base(path)
		want := dump(parse(t, name, bytes.NewReader(data)))
		if got := inHalves(t, name, data); got != want {
			t.Errorf("%s: %s", path, cmp.Diff(want, got))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestHalvesOfNestedSuites has its middle in another outer suite than its first
// case, in a suite that is not the first of its kind, and in cases of no suite.
func TestHalvesOfNestedSuites(t *testing.T) {
	atLeastTwoCores(t)
	inner := func(name string, n int) string {
		return `<testsuite name="` + name + `" tests="` + strconv.Itoa(n) + `">` + strings.Repeat("<testcase name=\"holds\"/>\n", n) + "</testsuite>\n"
	}
	docs := map[string]string{
		"outer suites":              `<testsuites><testsuite name="A">` + inner("x", 2) + `</testsuite><testsuite name="B">` + inner("y", 40) + inner("z", 30) + `</testsuite></testsuites>`,
		"one outer":                 `<testsuites><testsuite name="A" tests="72">` + inner("x", 2) + inner("y", 40) + inner("z", 30) + `</testsuite></testsuites>`,
		"suites":                    `<testsuites tests="72">` + inner("x", 2) + inner("y", 40) + inner("z", 30) + `</testsuites>`,
		"one suite":                 `<testsuites tests="70">` + inner("x", 70) + `</testsuites>`,
		"bare":                      `<testsuites>` + strings.Repeat("<testcase name=\"holds\"/>\n", 50) + `</testsuites>`,
		"a bad header":              `<testsuites tests="7">` + inner("x", 2) + inner("y", 40) + inner("z", 30) + `</testsuites>`,
		"deeper":                    `<testsuites><testsuite name="A">` + inner("x", 2) + `<testsuite name="B">` + inner("y", 40) + `</testsuite>` + inner("z", 30) + `</testsuite></testsuites>`,
		"a file of the first suite": `<testsuites><testsuite name="A" file="a.js">` + strings.Repeat("<testcase name=\"holds\"/>\n", 50) + `</testsuite></testsuites>`,
		"a file of another suite": `<testsuites><testsuite name="A">` + strings.Repeat("<testcase name=\"holds\"/>\n", 2) + `</testsuite><testsuite name="B" file="b.js">` +
			strings.Repeat("<testcase name=\"holds\" classname=\"c\" time=\"0\"/>\n", 50) + `</testsuite></testsuites>`,
		"own error": `<testsuites><testsuite name="A"><error message="first"/>` + strings.Repeat("<testcase name=\"holds\"/>\n", 50) +
			`<error message="second"/></testsuite></testsuites>`,
		"a suite in the open one": `<testsuites><testsuite name="A">` + strings.Repeat("<testcase name=\"holds\"/>\n", 60) + inner("n", 20) + `</testsuite></testsuites>`,
		"a decoy": `<testsuites><testsuite name="A">` + strings.Repeat("<testcase name=\"holds\"/>\n", 3) + `<testcase name="long"><failure><![CDATA[` +
			strings.Repeat("<testcase name=\"said\"/>\n", 50) + `]]></failure></testcase></testsuite></testsuites>`,
	}
	for name, doc := range docs {
		t.Run(name, func(t *testing.T) {
			for k := range 40 {
				moved := doc + strings.Repeat("\n", k*len(doc)/40)
				want := dump(parse(t, "junit.xml", strings.NewReader(moved)))
				if got := inHalves(t, "junit.xml", []byte(moved)); got != want {
					t.Fatalf("with %d newlines: %s", len(moved)-len(doc), cmp.Diff(want, got))
				}
			}
		})
	}
}

// TestHalvesOfInterleavedPackages has packages that begin in the first half and end
// in the second, or never.
func TestHalvesOfInterleavedPackages(t *testing.T) {
	atLeastTwoCores(t)
	pkg := func(name string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "{\"Action\":\"run\",\"Package\":%[1]q,\"Test\":\"Test%[2]d\"}\n{\"Action\":\"pass\",\"Package\":%[1]q,\"Test\":\"Test%[2]d\",\"Elapsed\":0}\n", name, i)
		}
		fmt.Fprintf(&b, "{\"Action\":\"pass\",\"Package\":%q,\"Elapsed\":0.1}\n", name)
		return b.String()
	}
	const begins = "{\"Action\":\"start\",\"Package\":\"late\"}\n"
	const runs = "{\"Action\":\"run\",\"Package\":\"late\",\"Test\":\"TestLate\"}\n"
	for name, doc := range map[string]string{
		"in order":     pkg("a", 20) + pkg("b", 10) + pkg("c", 20),
		"never ends":   begins + pkg("a", 20) + pkg("b", 10) + pkg("c", 20),
		"still runs":   begins + runs + pkg("a", 20) + pkg("b", 10) + pkg("c", 20),
		"ends later":   begins + runs + pkg("a", 20) + pkg("b", 10) + pkg("late", 20),
		"runs twice":   pkg("a", 20) + pkg("b", 10) + pkg("a", 20),
		"of a build":   "{\"ImportPath\":\"c\",\"Action\":\"build-fail\"}\n" + pkg("a", 20) + pkg("b", 10) + "{\"Action\":\"fail\",\"Package\":\"c\",\"FailedBuild\":\"c\"}\n",
		"and a line":   "FAIL\tc [setup failed]\n" + pkg("a", 20) + pkg("b", 10) + pkg("c", 20),
		"with benches": pkg("a", 20) + "{\"Action\":\"output\",\"Package\":\"b\",\"Output\":\"BenchmarkB 1 2 ns/op\\n\"}\n" + pkg("b", 10) + pkg("c", 20),
	} {
		t.Run(name, func(t *testing.T) {
			want := dump(parse(t, "test.jsonl", strings.NewReader(doc)))
			if got := inHalves(t, "test.jsonl", []byte(doc)); got != want {
				t.Fatal(cmp.Diff(want, got))
			}
		})
	}
}
