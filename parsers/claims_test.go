package parsers_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers"
)

// claims are the formats that claim the head of a file, by kind. Two of one kind are a
// fault.
func claims(t *testing.T, file string, data []byte) (by map[evidence.Kind]string) {
	by = map[evidence.Kind]string{}
	for _, f := range parsers.Sniff(filepath.Base(file), data) {
		for _, k := range f.AllKinds() {
			if other, ok := by[k]; ok {
				t.Errorf("%s: both %s and %s claim its %s", file, other, f.Name, k)
			}
			by[k] = f.Name
		}
	}
	return by
}

// TestNoOtherFormatClaimsAnyFile holds every sniffer against every file there is, under
// names of other formats too: those of the testdata folders, whose format their folder
// names, the reports of real runners, the reports of the examples, and the corpus.
func TestNoOtherFormatClaimsAnyFile(t *testing.T) {
	of := map[string]string{} // the format of a folder
	for name, dir := range folders(t) {
		of[dir] = name
	}
	roots := []string{"testresult/testdata", "coverage/testdata", "findings/testdata", "benchmark/testdata", "testdata/runners", "../examples"}
	if corpus := os.Getenv("TOLLGATE_CORPUS"); corpus != "" {
		roots = append(roots, corpus)
	}
	seen := map[string]int{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, ".want") || strings.Contains(path, "/fuzz/") {
				return err
			}
			data, err := head(path)
			if err != nil {
				return err
			}
			want, known := of[filepath.Dir(path)]
			for _, name := range []string{path, "report.xml", "report.json", "report.txt", "cover.out", "lcov.info", "x.sarif", "x.jtl"} {
				by := claims(t, name, data)
				for _, format := range by {
					if seen[format]++; known && format != want {
						t.Errorf("%s, named %s, is claimed by %s", path, name, format)
					}
				}
				if known && name == path && len(by) == 0 {
					t.Errorf("%s, named %s, is claimed by no format", path, name)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	for _, f := range parsers.Formats {
		if seen[f.Name] == 0 {
			t.Errorf("no file is claimed by %s", f.Name)
		}
	}
}

// head is what a sniffer would be given of a file: without compression, a byte order
// mark and UTF-16, which only a corpus has.
func head(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		zr, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, nil // a broken one, of the corpus
		}
		b, _ = io.ReadAll(io.LimitReader(zr, 4096))
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	return b[:min(len(b), 4096)], nil
}
