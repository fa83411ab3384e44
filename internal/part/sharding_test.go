package part_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/part"
)

// shardings is how many are tried, a tenth of them with -short; TOLLGATE_SHARDINGS
// says another number, and docs/parts.md how many were tried of what.
const shardings = 1000

func howMany(t *testing.T) uint64 {
	if text := os.Getenv("TOLLGATE_SHARDINGS"); text != "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil || n == 0 {
			t.Fatalf("TOLLGATE_SHARDINGS is %q; give a number", text)
		}
		return n
	}
	if testing.Short() {
		return shardings / 10
	}
	return shardings
}

// evidenceSet is the reports of every source: those of the corpus, where there is one,
// else our samples.
func evidenceSet(t *testing.T, sources []gates.Source, samples []string) (all []*evidence.Report, of map[*evidence.Report]int) {
	of = map[*evidence.Report]int{}
	corpus := os.Getenv("TOLLGATE_CORPUS")
	for i, dir := range samples {
		if corpus != "" {
			dir = filepath.Join(corpus, []string{"coverage", "findings", "tests"}[i])
		}
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || strings.HasSuffix(name, ".want") {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil || len(data) > 64<<10 {
				return err
			}
			r := parse(t, filepath.Base(name), data)
			if corpus != "" && (r.Kinds != sources[i].Kinds || !r.Conclusive()) {
				return nil // the corpus has files that are no reports, and broken ones
			}
			if rel, err := filepath.Rel(dir, name); err == nil {
				r.Source = filepath.ToSlash(rel)
			}
			of[r] = i
			all = append(all, r)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all, of
}

// Reports of real runners, spread over machines at random, in a random order, with
// attempts that were superseded and parts that came twice: one verdict, byte for byte.
func TestAnyShardingInAnyOrderIsOneVerdict(t *testing.T) {
	p, samples := policyOfSamples()
	all, of := evidenceSet(t, p.Sources, samples)
	verdict := func(files []*part.File) string {
		in := gates.Input{Evidence: map[string]evidence.Set{}, Diff: evidence.Diff{Head: "c"}}
		for _, s := range p.Sources {
			in.Evidence[s.Name] = part.SetOf(s.Name, files)
		}
		b, err := json.Marshal(gates.Judge(p, in))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	file := func(key evidence.PartKey, rs []*evidence.Report) *part.File {
		f := &part.File{Key: key, Reports: rs}
		for i, s := range p.Sources {
			src := part.Source{Name: s.Name}
			for n, r := range rs {
				if of[r] == i {
					src.Reports = append(src.Reports, n)
				}
			}
			f.Sources = append(f.Sources, src)
		}
		return f
	}
	want := verdict([]*part.File{file(evidence.PartKey{Commit: "c", Job: "one", Attempt: 1}, all)})
	tries := howMany(t)
	t.Logf("%d shardings of %d reports; the verdict has %d bytes", tries, len(all), len(want))
	for seed := range tries {
		r := rand.New(rand.NewPCG(seed, 4))
		var files []*part.File
		for job := range p.Sources { // a job for each source, so that no shard is silent
			var mine []*evidence.Report
			for _, rep := range all {
				if of[rep] == job {
					mine = append(mine, rep)
				}
			}
			r.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
			n := 1 + r.IntN(min(5, len(mine)))
			for i := range n {
				var rs []*evidence.Report
				for k := i; k < len(mine); k += n {
					rs = append(rs, mine[k])
				}
				key := evidence.PartKey{Commit: "c", Job: p.Sources[job].Name, Shard: fmt.Sprintf("%d/%d", i+1, n), Attempt: 1 + r.IntN(3), Digest: "d"}
				files = append(files, file(key, rs))
				if r.IntN(4) == 0 { // the same once more
					files = append(files, file(key, rs))
				}
				if key.Attempt > 1 && r.IntN(2) == 0 { // an attempt that was in vain
					key.Attempt--
					files = append(files, file(key, mine[:r.IntN(len(mine))]))
				}
			}
		}
		if seed%100 == 0 { // written down and read again, which shows nowhere either
			for i, f := range files {
				digest := f.Key.Digest
				files[i] = decode(t, encode(t, f))
				f.Key.Digest, files[i].Key.Digest = digest, digest
			}
		}
		r.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		if got := verdict(files); got != want {
			t.Fatalf("sharding %d gives another verdict: %s", seed, firstDifference(want, got))
		}
	}
}

// policyOfSamples asks something of every kind of evidence, and says where samples
// of it are.
func policyOfSamples() (gates.Policy, []string) {
	sources := []gates.Source{{Name: "cov", Kinds: evidence.Coverage}, {Name: "scan", Kinds: evidence.Findings}, {Name: "tests", Kinds: evidence.Tests}}
	ask := map[string][]string{"tests": {"failed", "errored", "pass-rate", "flaky"}, "cov": {"lines", "branches"}, "scan": {"critical", "high", "findings"}}
	p := gates.Policy{Sources: sources}
	for _, s := range sources {
		g := gates.Gate{Name: s.Name, From: []string{s.Name}}
		for _, name := range ask[s.Name] {
			if m, ok := gates.MetricNamed(name); ok {
				c := gates.Condition{Metric: name, Mode: gates.Require, Op: gates.AtMost, Want: evidence.CountOf(1)}
				if m.Value == evidence.Share {
					c.Op, c.Want = gates.AtLeast, evidence.ShareOf(evidence.Ratio{Num: 9, Den: 10})
				}
				g.Conditions = append(g.Conditions, c)
			}
		}
		p.Gates = append(p.Gates, g)
	}
	return p, []string{"../../parsers/coverage/testdata/lcov", "../../parsers/findings/testdata/sarif", "../../parsers/testresult/testdata/junit-xml"}
}
