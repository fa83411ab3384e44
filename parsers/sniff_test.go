package parsers_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/parsers"
)

// TestNamesAndRootsPassOverNoFormat holds Sniff, which asks a sniffer only where a name of
// its format stands in the head or the root element is one of its own, against asking every
// one of them.
func TestNamesAndRootsPassOverNoFormat(t *testing.T) {
	each(t, func(t *testing.T, _ parsers.Format, file string, data []byte) {
		if !bytes.ContainsAny(data[:min(len(data), 100)], "{[<") {
			return
		}
		for _, n := range []int{4096, 2048, 700, 150, 40} {
			checkSniff(t, filepath.Base(file), data[:min(len(data), n)])
		}
	})
}

func TestNamesWrittenOtherwise(t *testing.T) {
	for what, head := range map[string]string{
		"space before the colon":     "{\"source_files\" \n:[]}",
		"an escape in the name":      `{"\u0073ource_files":[]}`,
		"an escaped quote before it": `{"a":"\"","source_files":[]}`,
		"a backslash before it":      `{"a":"\\","source_files":[]}`,
		"cut behind the name":        `{"a":1,"repo_token":`,
		"text between lines":         "{\"a\":1}\nsay \"what\n{\"reason\":\"benchmark-complete\"}\n",
	} {
		if n := len(checkSniff(t, "x.json", []byte(head))); n != 1 {
			t.Errorf("%s: claimed by %d formats", what, n)
		}
	}
}

func TestANameGivesWayToTheContents(t *testing.T) {
	for head, want := range map[string]string{
		`[{"jmhVersion":"1.37","benchmark":"a.b","mode":"avgt","primaryMetric":{}}]`: "jmh-json",
		`{"version":"2.1.0","runs":[]}`:                                              "sarif",
		`{}`:                                                                         "sarif",
		`{"runs":null}`:                                                              "sarif",
	} {
		got := parsers.Sniff("reports/bench.sarif", []byte(head))
		if len(got) != 1 || got[0].Name != want {
			t.Errorf("%s: claimed by %d formats, want %s alone", head, len(got), want)
		}
	}
}

// checkSniff gives the names of the formats that claim a head, told the long way.
func checkSniff(t *testing.T, name string, head []byte) (want []string) {
	t.Helper()
	first := strings.TrimLeft(string(head), " \t\r\n")
	for _, f := range parsers.Formats {
		if (f.Begins == "" || first != "" && strings.Contains(f.Begins, first[:1])) && f.Sniff(name, head) {
			want = append(want, f.Name)
		}
	}
	var got []string
	for _, f := range parsers.Sniff(name, head) {
		got = append(got, f.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%.60q of %d bytes is claimed by %q, by the sniffers themselves %q", head, len(head), got, want)
	}
	return want
}
