package change

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// gitRepo is a repository of one test, with a clock and an author of its own.
type gitRepo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) *gitRepo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("TOLLGATE_REQUIRE_TOOLS") != "" {
			t.Fatal("there is no git")
		}
		t.Skip("there is no git, which makes the repositories of this test")
	}
	r := &gitRepo{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *gitRepo) git(args ...string) string {
	r.t.Helper()
	out, err := gitIn(r.dir, args...)
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSuffix(out, "\n")
}

func gitIn(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_AUTHOR_DATE=2026-01-05T09:00:00Z",
		"GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com", "GIT_COMMITTER_DATE=2026-01-05T09:00:00Z")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (r *gitRepo) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

func (r *gitRepo) commit() string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", "one")
	return r.git("rev-parse", "HEAD")
}

func (r *gitRepo) read(q Question) evidence.Diff {
	r.t.Helper()
	d, err := Read(r.t.Context(), r.dir, q, os.Getenv)
	if err != nil {
		r.t.Fatal(err)
	}
	return d
}

// known reads a change that must be known, and gives its files by path.
func (r *gitRepo) known(q Question) map[string]evidence.FileChange {
	r.t.Helper()
	d := r.read(q)
	if !d.Known {
		r.t.Fatalf("the change is not known: %s", d.Unknown)
	}
	files := map[string]evidence.FileChange{}
	for _, f := range d.Files {
		files[f.Path] = f
	}
	return files
}

// R6
func TestReadsWhatTheChangeTouches(t *testing.T) {
	r := newRepo(t)
	r.write("a.go", "1\n2\n3\n4\n5\n6\n")
	r.write("gone.txt", "x\ny\n")
	r.write("old name.txt", "one\ntwo\nthree\nfour\nfive\nsix\n")
	r.write("pic.png", "\x00\x01\x02")
	base := r.commit()
	r.git("checkout", "-q", "-b", "topic")
	r.write("a.go", "1\nII\n3\n4\n5\n6\n7\n8") // no newline at the end
	r.write("pic.png", "\x00\x03")
	r.write("tab\there \"quoted\" \\ \xff ü.txt", "diff --git a/x b/x\n+++ b/y\n@@ -1 +1 @@\n")
	r.write("empty", "")
	os.Remove(filepath.Join(r.dir, "gone.txt"))
	os.Rename(filepath.Join(r.dir, "old name.txt"), filepath.Join(r.dir, "new\nname.txt"))
	head := r.commit()
	r.git("checkout", "-q", "main")
	r.write("unrelated", "the base moved on\n")
	r.commit()

	d := r.read(Question{Base: "main", Head: head})
	if d.Base != base || d.Head != head || !d.Known {
		t.Errorf("from %s to %s, known %v (%s); want %s to %s", d.Base, d.Head, d.Known, d.Unknown, base, head)
	}
	var got []string
	for _, f := range d.Files {
		got = append(got, fmt.Sprintf("%q %q %s +%v -%v %v", f.Path, f.Old, f.How, f.Added, f.Removed, f.Binary))
	}
	want := []string{
		`"a.go" "" modified +[{2 2} {7 8}] -[{2 2}] false`,
		`"empty" "" added +[] -[] false`,
		`"gone.txt" "" deleted +[] -[{1 2}] false`,
		`"new\nname.txt" "old name.txt" renamed +[] -[] false`,
		`"pic.png" "" modified +[] -[] true`,
		`"tab\there \"quoted\" \\ \xff ü.txt" "" added +[{1 3}] -[] false`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What the change itself, its attributes or the configuration of the checkout say
// must not run a program, nor hide lines.
func TestNothingTheRepositoryNamesIsRunOrHidden(t *testing.T) {
	r := newRepo(t)
	r.write("a.go", "1\n2\n")
	r.commit()
	heads := map[string]string{}
	for name, attributes := range map[string]string{"a driver": "*.go diff=evil filter=evil", "no lines": "*.go -diff", "binary": "* binary"} {
		r.git("checkout", "-q", "-f", "-B", "topic", "main")
		r.write("a.go", "1\n2\n3\n")
		r.write(".gitattributes", attributes+"\n")
		heads[name] = r.commit()
	}
	trap := filepath.Join(r.dir, "trap")
	for _, key := range []string{"diff.external", "diff.evil.command", "diff.evil.textconv", "core.pager", "core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "core.sshCommand", "core.gitProxy"} {
		r.git("config", key, "touch "+trap+"; false")
	}
	for _, kv := range [][2]string{{"diff.noprefix", "true"}, {"color.ui", "always"}, {"diff.context", "9"}, {"diff.renames", "false"}, {"diff.orderFile", trap}, {"diff.wordRegex", "."}} {
		r.git("config", kv[0], kv[1])
	}
	for name, head := range heads {
		t.Run(name, func(t *testing.T) {
			os.Remove(trap)
			f := r.known(Question{Base: head + "^", Head: head})["a.go"]
			if want := []evidence.LineRange{{First: 3, Last: 3}}; !slices.Equal(f.Added, want) || f.Binary {
				t.Errorf("added %v, binary %v; want %v", f.Added, f.Binary, want)
			}
			if _, err := os.Stat(trap); err == nil {
				t.Error("a program was run that the repository names")
			}
		})
	}
}

func TestUnknownChanges(t *testing.T) {
	origin := newRepo(t)
	origin.write("a", "1\n")
	first := origin.commit()
	origin.git("checkout", "-q", "-b", "topic")
	origin.write("a", "1\n2\n")
	origin.commit()
	origin.write("a", "1\n2\n3\n")
	head := origin.commit()
	origin.git("checkout", "-q", "--orphan", "elsewhere")
	origin.write("b", "other\n")
	elsewhere := origin.commit()
	origin.git("checkout", "-q", "main")

	t.Run("a clone knows where it came from", func(t *testing.T) {
		clone := &gitRepo{t, t.TempDir()}
		clone.git("clone", "-q", origin.dir, ".")
		clone.git("checkout", "-q", "topic")
		if d := clone.read(Question{}); !d.Known || d.Base != first || d.Head != head || len(d.Files) != 1 {
			t.Errorf("got %+v", d)
		}
	})
	shallow := &gitRepo{t, t.TempDir()}
	shallow.git("clone", "-q", "--depth=1", "--no-single-branch", "file://"+origin.dir, ".")
	for name, x := range map[string]struct {
		dir         string
		q           Question
		why, remedy string
	}{
		"a head that is not there":      {origin.dir, Question{Base: "main", Head: strings.Repeat("1", 40)}, "the commit that is judged, 1111111, is not in this checkout", "fetch-depth: 0"},
		"a base that is not there":      {origin.dir, Question{Base: "release"}, `the base of the change, "release", is not in this checkout`, "--base"},
		"a base that is an option":      {origin.dir, Question{Base: "--output=x"}, `the base of the change, "--output=x", is not in`, "--base"},
		"a base that is a file":         {origin.dir, Question{Base: "main:a"}, `the base of the change, "main:a", is not in`, "--base"},
		"nothing in common":             {origin.dir, Question{Base: elsewhere, Head: head}, "have no commit in common", "--base"},
		"a shallow clone":               {shallow.dir, Question{Base: "origin/main", Head: head}, "the checkout is shallow, and the commit where", "fetch-depth: 0"},
		"no remote":                     {origin.dir, Question{}, "nothing says which branch the change goes to", "--base"},
		"no repository":                 {t.TempDir(), Question{}, "this is no git repository", "checkout"},
		"a directory that is not there": {filepath.Join(origin.dir, "none"), Question{}, "git could not read the change", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Read(t.Context(), x.dir, x.q, os.Getenv)
			if err != nil || d.Known || d.Files != nil || !strings.Contains(d.Unknown, x.why) || !strings.Contains(d.Remedy, x.remedy) {
				t.Errorf("got %+v, %v; want it unknown, because %q, and %q", d, err, x.why, x.remedy)
			}
		})
	}
}

// On random histories the lines are as many as git itself counts. R6
func TestAgreesWithNumstat(t *testing.T) {
	r := newRepo(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "b.go", "d/c", "d/e e", "ü", "q\"", "n\nl", "x\ty", "-z", "link", "@@ -1 +1 @@"}
	lines := []string{"one", "two", "", "+plus", "-minus", "@@ -1,9 +1,9 @@", "diff --git a/a b/b", "--- a/a", "+++ b/b", `\ No newline at end of file`, "Binary files a and b differ", "long " + strings.Repeat("x", 70_000), "cr\r", "\f"}
	text := func() string {
		var b strings.Builder
		for range rnd.IntN(12) {
			b.WriteString(lines[rnd.IntN(len(lines))])
			b.WriteString([]string{"\n", "\n", "\n", "\r\n", "\r"}[rnd.IntN(5)])
		}
		switch rnd.IntN(12) {
		case 0:
			b.WriteByte(0) // binary
		case 1, 2:
			b.WriteString("no end")
		}
		return b.String()
	}
	before := r.commit()
	changes, total := 25, 0
	for range changes {
		for range 1 + rnd.IntN(5) {
			name := names[rnd.IntN(len(names))]
			path := filepath.Join(r.dir, filepath.FromSlash(name))
			switch rnd.IntN(8) {
			case 0:
				os.RemoveAll(path)
			case 1:
				os.Remove(path)
				os.Symlink("nowhere", path)
			case 2:
				to := filepath.Join(r.dir, names[rnd.IntN(2)])
				os.Rename(path, to)
			case 3:
				os.Chmod(path, 0o755)
			default:
				if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSymlink != 0 {
					os.Remove(path)
				}
				r.write(name, text())
			}
		}
		after := r.commit()
		total += r.compare(before, after)
		if rnd.IntN(2) == 0 {
			before = after
		}
	}
	t.Logf("%d changes with %d files", changes, total)
}

// compare holds the reading of a change to git's own counts, and gives how many
// files it has.
func (r *gitRepo) compare(base, head string) int {
	r.t.Helper()
	// What became a link is two changes to numstat's eyes as well, which it adds up.
	out := r.git("diff-tree", "-r", "-M50%", "--numstat", "-z", base, head, "--")
	want := map[string]string{}
	for fields := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00"); len(fields) > 0 && fields[0] != ""; fields = fields[1:] {
		parts := strings.SplitN(fields[0], "\t", 3)
		name := parts[2]
		if name == "" {
			name, fields = fields[2], fields[2:]
		}
		want[name] = parts[0] + " " + parts[1]
	}
	got := map[string]string{}
	for name, f := range r.known(Question{Base: base, Head: head}) {
		added, removed := 0, 0
		for _, l := range f.Added {
			added += l.Len()
		}
		for _, l := range f.Removed {
			removed += l.Len()
		}
		got[name] = fmt.Sprintf("%d %d", added, removed)
		if f.Binary {
			got[name] = "- -"
		}
	}
	for name := range want {
		if got[name] != want[name] {
			r.t.Errorf("%q has %q lines, and git counts %q", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		r.t.Errorf("%d files, and git counts %d", len(got), len(want))
	}
	return len(want)
}
