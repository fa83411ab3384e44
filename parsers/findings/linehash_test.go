package findings_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/findings"
)

func hashes(source string) (got []string) {
	for line, hash := range findings.LineHashes([]byte(source)) {
		if line != len(got)+1 {
			got = append(got, fmt.Sprintf("line %d after %d", line, len(got)))
		}
		got = append(got, hash)
	}
	return got
}

// The values are those of the algorithm's own tests (codeql-action,
// src/fingerprints.test.ts).
func TestLineHashesAreThoseOfGitHub(t *testing.T) {
	hello := []string{"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"}
	for source, want := range map[string][]string{
		"":                   {"c129715d7a2bc9a3:1"},
		" a\nb\n  \t\tc\n d": {"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"},
		" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End":               {"8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1", "b86d3392aea1be30:1", "e6ceba753e1a442:1"},
		" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n":             hello,
		" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r":             hello,
		" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n": hello,
		" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n":         hello,
		strings.Repeat("Lorem ipsum dolor sit amet.\n", 10): {
			"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6",
			"a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1",
		},
	} {
		if diff := cmp.Diff(want, hashes(source)); diff != "" {
			t.Errorf("%q: -want +got:\n%s", source, diff)
		}
	}
}

// 100 units of UTF-16 are the window: 48 characters of two units, the end of the line
// and three more are 100, so that the last of them counts and what follows does not.
func TestLineHashesCountUnitsOfUTF16(t *testing.T) {
	line := strings.Repeat("𝄞", 48) + "\n"
	a, b, c := hashes(line+"abc"), hashes(line+"abcd"), hashes(line+"abd")
	if a[0] != b[0] || a[0] == c[0] {
		t.Errorf("first lines: %s, with more behind %s, with another letter %s", a[0], b[0], c[0])
	}
}

func TestFingerprintsAreGivenWhereThereAreNone(t *testing.T) {
	at := func(path string, line int) string {
		return fmt.Sprintf(`"locations":[{"physicalLocation":{"artifactLocation":{"uri":%q},"region":{"startLine":%d}}}]`, path, line)
	}
	r := conclusive(t, logOf(`"results":[{`+at("b.c", 2)+`},{`+at("a.c", 4)+`,"partialFingerprints":{"other":"x"}},{`+at("a.c", 1)+`},`+
		`{`+at("a.c", 1)+`,"partialFingerprints":{"primaryLocationLineHash":"mine:1"}},{`+at("a.c", 9)+`},{`+at("gone.c", 1)+`},{},{`+at("a.c", 0)+`}]`))
	var opened []string
	n := findings.Fingerprint(r, func(path string) ([]byte, error) {
		opened = append(opened, path)
		if path == "gone.c" {
			return nil, errors.New("no such file")
		}
		return []byte(" a\nb\n  \t\tc\n d"), nil
	})
	var got []string
	for _, f := range r.Findings.All() {
		got = append(got, f.Fingerprint(findings.LineHashName))
	}
	want := []string{"54703d4cd895b18:1", "a23a3dc5e078b07b:1", "271789c17abda88f:1", "mine:1", "", "", "", ""}
	if diff := cmp.Diff(want, got); diff != "" || n != 3 {
		t.Errorf("%d given; -want +got:\n%s", n, diff)
	}
	if second := r.Findings.At(1); second.Fingerprint("other") != "x" || len(second.Fingerprints) != 2 {
		t.Errorf("the fingerprint of the tool is lost: %v", second.Fingerprints)
	}
	if diff := cmp.Diff([]string{"a.c", "b.c", "gone.c"}, opened); diff != "" {
		t.Errorf("opened: %s", diff)
	}
	if findings.Fingerprint(&evidence.Report{}, nil) != 0 {
		t.Error("a report without findings was given some")
	}
}
