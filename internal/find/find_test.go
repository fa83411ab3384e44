package find

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
)

// tree makes files in a new folder; "a -> b" is a link, "a/" a folder.
func tree(t testing.TB, entries ...string) *os.Root {
	t.Helper()
	dir := t.TempDir()
	for _, e := range entries {
		name, target, link := strings.Cut(e, " -> ")
		full := filepath.Join(dir, name)
		parent := filepath.Dir(full)
		if strings.HasSuffix(name, "/") {
			parent = full
		}
		err := os.MkdirAll(parent, 0o777)
		switch {
		case err != nil || parent == full:
		case link:
			if err = os.Symlink(target, full); err != nil && runtime.GOOS == "windows" {
				t.Skipf("no links here: %v", err)
			}
		default:
			err = os.WriteFile(full, []byte(name), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// show writes what was found as one line.
func show(files []File) string {
	var out []string
	for _, f := range files {
		s := f.Path
		if f.Dir {
			s += "/"
		}
		if f.Err != nil {
			s += " (" + f.Err.Error() + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestFiles(t *testing.T) {
	root := tree(t, "a.xml", "b.txt", "it/r1.xml", "it/r2.xml", "it/deep/r3.xml", ".hidden/h.xml", "[x].xml", "ab", "a{b",
		"node_modules/m.xml", "p/node_modules/n.xml", ".git/g.xml", ".tollgate/tests/t.xml", "folder.xml/")
	for _, tt := range []struct {
		about    string
		patterns []string
		want     string
	}{
		{"a name", []string{"a.xml"}, "a.xml"},
		{"a name that is not there", []string{"c.xml", "no/such/folder.xml", "a.xml/below.xml"}, ""},
		{"a star stays in its folder", []string{"*.xml"}, "[x].xml, a.xml"},
		{"two stars do not, and name no folder of others", []string{"**/*.xml"}, ".hidden/h.xml, [x].xml, a.xml, it/deep/r3.xml, it/r1.xml, it/r2.xml"},
		{"a folder of others by its name", []string{"**/node_modules/*.xml", ".git/**", ".tollgate/*/*.xml"}, ".git/g.xml, .tollgate/tests/t.xml, node_modules/m.xml, p/node_modules/n.xml"},
		{"a folder of others by a wildcard", []string{"node*/*.xml", "{.g,n}*/*.xml", "[.]git/*"}, ""},
		{"everything below", []string{"it/**"}, "it/deep/r3.xml, it/r1.xml, it/r2.xml"},
		{"patterns that overlap", []string{"it/*", "it/r1.xml", "**/r1.xml", "it/**/r?.xml"}, "it/deep/r3.xml, it/r1.xml, it/r2.xml"},
		{"braces", []string{"{a,b}.{xml,txt}", "{it/deep,none}/*"}, "a.xml, b.txt, it/deep/r3.xml"},
		{"escapes", []string{`\[x\].xml`, `a\{b`}, "[x].xml, a{b"},
		{"classes", []string{"it/r[!1].xml", "a[{b]b"}, "a{b, it/r2.xml"},
		{"nothing is below a file", []string{"a.xml/**", "*/**/r1.xml/**", "i*/**"}, "it/deep/r3.xml, it/r1.xml, it/r2.xml"},
		{"braces with nothing in them", []string{"a{,b,.xml}", "{it/,}r1.xml"}, "a.xml, ab, it/r1.xml"},
		{"a folder by its name", []string{"it", "folder.xml"}, "folder.xml/, it/"},
		{"a folder by a wildcard", []string{"i*", "folder*"}, ""},
	} {
		t.Run(tt.about, func(t *testing.T) {
			found, err := Files(t.Context(), root, [][]string{tt.patterns})
			if err != nil || show(found[0]) != tt.want {
				t.Errorf("got %s, %v\nwant %s", show(found[0]), err, tt.want)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	outside := t.TempDir()
	root := tree(t, "real/r.xml", "real/sub/s.xml", "same.xml -> real/r.xml", "real/again.xml -> ../same.xml", "linked -> real",
		"out.xml -> ../../etc/passwd", "abs.xml -> "+filepath.ToSlash(outside)+"/x", "gone.xml -> nothing.xml", "round.xml -> round.xml",
		"away -> "+filepath.ToSlash(outside), "up -> linked/..", "real/loop -> ..")
	const out = " (" + "it is a symbolic link that leads out of the directory, or from its root; put the file itself there, or run in the directory that holds both (--directory))"
	for _, tt := range []struct {
		about    string
		patterns []string
		want     string
	}{
		{"a link to a file is that file, once", []string{"same.xml", "real/*.xml"}, "real/r.xml"},
		{"a link out", []string{"out.xml"}, "out.xml" + out},
		{"a link from the root of the system", []string{"ab*.xml"}, "abs.xml" + out},
		{"a link to nothing", []string{"g*.xml"}, "gone.xml (it is a symbolic link that leads to nothing)"},
		{"a link to itself", []string{"round.xml"}, "round.xml (it is a symbolic link that leads round in a circle)"},
		{"a folder through a link that is named", []string{"linked/*.xml", "real/r.xml"}, "real/r.xml"},
		{"through a link and up again", []string{"up/real/r.xml"}, "real/r.xml"},
		{"a folder outside, named", []string{"away/*.xml"}, "away" + out},
		{"no wildcard leads into a link", []string{"l*/*.xml", "a*/*.xml", "**/s.xml"}, "real/sub/s.xml"},
		{"circles of folders", []string{"real/loop/real/loop/real/r.xml", "real/**/r.xml"}, "real/r.xml"},
	} {
		t.Run(tt.about, func(t *testing.T) {
			found, err := Files(t.Context(), root, [][]string{tt.patterns})
			if err != nil || show(found[0]) != tt.want {
				t.Errorf("got %s, %v\nwant %s", show(found[0]), err, tt.want)
			}
		})
	}
}

// A pattern means what doublestar says, for random patterns over a random tree.
func TestPatternsMeanWhatDoublestarSays(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "b", "ab", "a.x", "b.x", "[a]", "{a}", `c`}
	var paths []string
	dirs := []string{""}
	for range 60 {
		dir := dirs[rng.IntN(len(dirs))]
		name := dir + names[rng.IntN(len(names))]
		if slices.Contains(paths, name) || slices.Contains(dirs, name+"/") {
			continue
		}
		if rng.IntN(3) == 0 {
			dirs = append(dirs, name+"/")
		} else {
			paths = append(paths, name)
		}
	}
	root := tree(t, paths...)
	pieces := []string{"a", "b", "x", ".", "*", "*", "?", "/", "/", "**/", "/**", "[ab]", "[!a]", "[^b]", "[a-b]", `\[`, `\{`, "{a,b}", "{b,a/b}", "}", "{", "["}
	tried := 0
	for range 20_000 {
		var b strings.Builder
		for range 1 + rng.IntN(6) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		pattern := b.String()
		if strings.Contains(pattern, "{}") {
			continue // to doublestar it stands for something in one place and for nothing in another
		}
		found, err := Files(t.Context(), root, [][]string{{pattern}})
		if err != nil {
			var bad *PatternError
			if !errors.As(err, &bad) {
				t.Fatalf("%q: %v", pattern, err)
			}
			if !doublestar.ValidatePattern(pattern) == (bad.Col == 0) && !strings.Contains(bad.Why, "empty or dots") {
				t.Errorf("%q: %v, and doublestar says valid=%t", pattern, err, doublestar.ValidatePattern(pattern))
			}
			continue
		}
		tried++
		var got []string
		for _, f := range found[0] {
			if !f.Dir {
				got = append(got, f.Path)
			}
		}
		want, err := doublestar.Glob(root.FS(), pattern, doublestar.WithFilesOnly())
		if err != nil {
			continue // it does not take every class that it calls valid
		}
		slices.Sort(want)
		want = slices.Compact(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: found %q, doublestar %q", pattern, got, want)
		}
	}
	if tried < 5000 {
		t.Errorf("only %d patterns were good enough to compare", tried)
	}
}

func TestEverySourceIsAnswered(t *testing.T) {
	root := tree(t, "a.xml", "b.xml", "c.out")
	found, err := Files(t.Context(), root, [][]string{{"*.xml"}, {"a.xml", "c.out"}, {"none"}})
	if err != nil || len(found) != 3 || show(found[0]) != "a.xml, b.xml" || show(found[1]) != "a.xml, c.out" || show(found[2]) != "" {
		t.Errorf("%v, %v", found, err)
	}
}

func TestBadPatternsAreNamedWithTheirPlace(t *testing.T) {
	root := tree(t)
	for pattern, want := range map[string]string{
		"reports/[a/*.xml":          `the pattern "reports/[a/*.xml", column 9: a [ without its ], or with nothing in it; write \[ for the character itself`,
		"a{b,c":                     `the pattern "a{b,c", column 2: a { without its }; write \{ for the character itself`,
		"ab}":                       `the pattern "ab}", column 3: a } without its {; write \} for the character itself`,
		`ab\`:                       `the pattern "ab\\", column 3: a \ at the end escapes nothing; write \\ for the character itself`,
		"{.,a}./b":                  `the pattern "{.,a}./b" stands for "../b", which has an element that is empty or dots; name folders and files below the root`,
		"a[b/c]d":                   `the pattern "a[b/c]d" stands for "a[b/c]d", whose element "a[b" is no pattern; a class holds no /`,
		strings.Repeat("{a,b}", 11): `braces that stand for more than 1000 alternatives`,
		strings.Repeat("{", 5000):   "is longer than 4096 bytes",
	} {
		_, err := Files(t.Context(), root, [][]string{{pattern}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", pattern, err, want)
		}
	}
}

func TestTheWalkIsLimited(t *testing.T) {
	var names []string
	for i := range 50 {
		names = append(names, fmt.Sprintf("d%d/r.xml", i))
	}
	root := tree(t, names...)
	for _, tt := range []struct {
		max     limits
		pattern string
		want    string
	}{
		{limits{100, 50}, "**/*.xml", "<nil>"},
		{limits{99, 50}, "**/*.xml", "more than 99 files and folders would have to be looked at"},
		{limits{100, 49}, "**/*.xml", "the patterns match more than 49 files"},
		{limits{2, 1}, "d7/r.xml", "<nil>"}, // names are looked up, not listed
	} {
		_, err := files(t.Context(), root, [][]string{{tt.pattern}}, tt.max)
		if !strings.Contains(fmt.Sprint(err), tt.want) {
			t.Errorf("%+v: %v, want %s", tt.max, err, tt.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := walk{ctx: ctx, root: root, max: limits{1 << 20, 1}, seen: 1023}
	if err := w.entry(".", "x", 0, nil, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("a walk that nobody waits for ends with %v", err)
	}
}

func TestADeepTreeEnds(t *testing.T) {
	root := tree(t)
	at := ""
	for range MaxDepth + 5 {
		at += "d/"
	}
	if err := root.MkdirAll(at, 0o777); err != nil {
		t.Skipf("the system makes no folders as deep: %v", err)
	}
	found, err := Files(t.Context(), root, [][]string{{"**/*.xml"}})
	if err != nil || len(found[0]) != 1 || !strings.Contains(show(found[0]), "more than 1000 deep") {
		t.Errorf("%d files, %v", len(found[0]), err)
	}
}

func TestAFolderThatCannotBeReadIsSaid(t *testing.T) {
	root := tree(t, "shut/r.xml", "open/r.xml")
	if err := root.Chmod("shut", 0); err != nil {
		t.Fatal(err)
	}
	defer root.Chmod("shut", 0o777)
	if _, err := fs.ReadDir(root.FS(), "shut"); err == nil {
		t.Skip("this user reads everything")
	}
	found, err := Files(t.Context(), root, [][]string{{"**/*.xml"}})
	if err != nil || show(found[0]) != "open/r.xml, shut (permission denied)" {
		t.Errorf("%s, %v", show(found[0]), err)
	}
}

// BenchmarkMillion walks a million files where TOLLGATE_MILLION names a folder of
// such; it makes them if the folder is not there.
func BenchmarkMillion(b *testing.B) {
	dir := os.Getenv("TOLLGATE_MILLION")
	if dir == "" {
		b.Skip("TOLLGATE_MILLION names no folder")
	}
	if _, err := os.Stat(dir); err != nil {
		for d := range 1000 {
			sub := filepath.Join(dir, fmt.Sprintf("p%d", d/32), fmt.Sprintf("d%d", d))
			if err := os.MkdirAll(sub, 0o777); err != nil {
				b.Fatal(err)
			}
			for f := range 1000 {
				if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("file-%d.go", f)), nil, 0o666); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	for b.Loop() {
		if _, err := Files(b.Context(), root, [][]string{{"**/*.xml", "reports/**"}, {"**/*.sarif", "cover.out"}}); err != nil {
			b.Fatal(err)
		}
	}
}
