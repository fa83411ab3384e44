package gates

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// commits are all that the evidence is of, with the head if it is known. More than
// one is a verdict about nothing.
func commits(in Input) []string {
	seen := map[string]bool{}
	if in.Diff.Head != "" {
		seen[in.Diff.Head] = true
	}
	for _, set := range in.Evidence {
		for _, p := range set.Parts {
			seen[p.Key.Commit] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// notWhole says what is wrong with the parts that a source came in, whatever they
// hold: one that is missing, that is there twice and differs, that holds no report,
// or that is of another commit.
func (j *judge) notWhole(src Source, set evidence.Set) []gap {
	var gaps []gap
	if len(j.commits) > 1 {
		names := make([]string, len(j.commits))
		for i, c := range j.commits {
			if names[i] = quoted(c); c == "" {
				names[i] = "an unknown one"
			}
		}
		g := gap{text: fmt.Sprintf("the evidence is of %d commits: %s", len(names), few(names)), remedy: "judge the evidence of one commit"}
		if head := j.in.Diff.Head; head != "" {
			g.text += "; what is judged is " + quoted(head)
			g.remedy = "judge evidence of " + quoted(head) + " and no other"
		}
		gaps = append(gaps, g)
	}
	if twice := set.Contradictions(); twice != nil {
		gaps = append(gaps, gap{text: "source " + src.Name + " has two different contents for " + few(twice),
			remedy: "hand over one part for " + few(twice) + ", or collect each with a --leg or --shard of its own"})
	}
	if missing := set.Missing(); missing != nil {
		gaps = append(gaps, gap{text: fmt.Sprintf("source %s lacks %s", src.Name, few(missing)),
			remedy: fmt.Sprintf("collect %s, and hand %s to this run", few(missing), plural(uint64(len(missing)), "it", "them"))})
	}
	if silent := set.Silent(); silent != nil {
		gaps = append(gaps, gap{text: fmt.Sprintf("%s %s no report for source %s", few(silent), plural(uint64(len(silent)), "holds", "hold"), src.Name),
			remedy: fmt.Sprintf("write the report to %s before %s collected", src.places(), plural(uint64(len(silent)), "it is", "they are"))})
	}
	if j.of == thisRun { // a reference is read from a directory, of which neither is known
		gaps = append(gaps, src.shardsUnmet(set)...)
		if head := j.headCommit(); src.Expect.Head && head == "" {
			gaps = append(gaps, gap{text: "source " + src.Name + " must be of the head commit, and which that is is not known",
				remedy: "say the head by --head, or run on an event that names it"})
		}
	}
	return gaps
}

// shardsUnmet says which parts are no shards of as many as the source expects. A
// shard that is missing among as many is missing anyway, and what could not be read says
// so itself: nobody knows which shard it is.
func (src Source) shardsUnmet(set evidence.Set) []gap {
	want := src.Expect.Shards
	if want == 0 {
		return nil
	}
	var wrong []string
	for _, p := range set.Parts {
		switch _, n, err := evidence.ParseShard(p.Key.Shard); {
		case err == nil && n == want, p.Key.Job == evidence.Unreadable:
		case p.Key.Job == "" && p.Key.Leg == "" && p.Key.Shard == "":
			wrong = append(wrong, "what this machine has")
		default:
			wrong = append(wrong, p.Key.String())
		}
	}
	if wrong == nil {
		return nil
	}
	return []gap{{
		text:   fmt.Sprintf("source %s is expected in %s, and %s %s", src.Name, ofMany(uint64(want), "shard", "shards"), few(wrong), plural(uint64(len(wrong)), "is not one of them", "are none of them")),
		remedy: fmt.Sprintf("collect each shard with --shard i/%d, and hand the parts to this run by --parts", want),
	}}
}

// few lists up to five, and counts the rest: a part may claim any number of shards.
func few(names []string) string {
	const most = 5
	if len(names) > most {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("%d more", len(names)-most))
	}
	return some(names)
}
