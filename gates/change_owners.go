package gates

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// owned is a list of owners with the changed files that they own.
type owned struct {
	owners []string
	files  []*evidence.FileChange
}

// readUnapprovedOwners counts the lists of owners of whom nobody has approved the
// head.
func (b *body) readUnapprovedOwners() reading {
	files, gaps := b.changed()
	if gaps != nil {
		return reading{gaps: gaps}
	}
	in := &b.judge.in
	var r reading
	if len(files) == 0 {
		r.value, r.moot = evidence.CountOf(0), b.untouched()
		return r
	}
	if len(b.gate.Change.Owners) == 0 {
		r.gaps = append(r.gaps, ownersUnread(in.Diff)...)
	}
	lists, unowned := b.ownedFiles(files)
	if len(lists) == 0 {
		r.value, r.moot = evidence.CountOf(0), fmt.Sprintf("none of the %s has an owner", manyOf(uint64(len(files)), "changed file"))
		return r
	}
	if unread := reviewsUnread(in); unread != nil {
		r.gaps = append(r.gaps, unread...)
		return r
	}
	approved := approvals(&in.Facts, in.Diff.Head)
	var missing uint64
	for _, l := range lists {
		state, blind := l.standing(&in.Facts, approved)
		switch {
		case state:
		case blind != nil:
			r.gaps = append(r.gaps, blind...)
		default:
			missing++
			for _, f := range l.files {
				r.refs.add(1, evidence.Pos{File: f.Path}, func() string { return "needs the approval of " + anyOf(l.owners) })
			}
			r.notes = append(r.notes, fmt.Sprintf("%s of %s", manyOf(uint64(len(l.files)), "changed file"), anyOf(l.owners)))
		}
	}
	sortGaps(r.gaps)
	if len(r.notes) > maxGaps {
		r.notes = append(r.notes[:maxGaps], fmt.Sprintf("and %d more", len(r.notes)-maxGaps))
	}
	r.value = evidence.CountOf(missing)
	n := uint64(len(lists))
	r.says = fmt.Sprintf("%d of %s of changed files %s not approved %s", missing, manyOf(n, "list")+" of owners", plural(missing, "has", "have"), shortCommit(in.Diff.Head))
	if missing == 0 {
		r.says = fmt.Sprintf("the owners of %s have approved %s", manyOf(uint64(len(files)-unowned), "changed file"), shortCommit(in.Diff.Head))
	}
	if unowned > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%s %s no owner", manyOf(uint64(unowned), "changed file"), plural(uint64(unowned), "has", "have")))
	}
	r.notes = append(r.notes, staleApprovals(&in.Facts, in.Diff.Head)...)
	r.mend = func(uint64) string {
		var names []string
		for _, l := range lists {
			if state, _ := l.standing(&in.Facts, approved); !state {
				names = append(names, anyOf(l.owners))
			}
		}
		return "ask for an approval of " + shortCommit(in.Diff.Head) + " by " + few(names)
	}
	return r
}

// ownedFiles sorts files by the list of their owners. A renamed file has the
// owners of both its names to convince.
func (b *body) ownedFiles(files []*evidence.FileChange) (lists []owned, unowned int) {
	at := map[string]int{}
	add := func(owners []string, f *evidence.FileChange) bool {
		if len(owners) == 0 {
			return false
		}
		key := strings.ToLower(strings.Join(slices.Sorted(slices.Values(owners)), "\n"))
		i, ok := at[key]
		if !ok {
			i = len(lists)
			at[key] = i
			lists = append(lists, owned{owners: owners})
		}
		if n := len(lists[i].files); n == 0 || lists[i].files[n-1] != f {
			lists[i].files = append(lists[i].files, f)
		}
		return true
	}
	for _, f := range files {
		if len(b.gate.Change.Owners) > 0 {
			add(b.gate.Change.Owners, f)
			continue
		}
		now, before := add(f.Owners, f), add(f.OldOwners, f)
		if !now && !before {
			unowned++
		}
	}
	return lists, unowned
}

// standing says whether one of the owners has approved; if none is known to have,
// blind says of whom that cannot be known.
func (l owned) standing(facts *evidence.Facts, approved map[string]bool) (ok bool, blind []gap) {
	for _, o := range l.owners {
		name, isHandle := strings.CutPrefix(o, "@")
		switch {
		case !isHandle:
			blind = append(blind, gap{text: fmt.Sprintf("whether %s has approved is not known: GitHub does not say whose address that is", firstLine(o)),
				remedy: "name the owner " + firstLine(o) + " by login"})
		case strings.Contains(name, "/"):
			members, known := facts.Members(o)
			if !known {
				blind = append(blind, gap{text: "who is in " + firstLine(o) + " is not known",
					remedy: "give a token that may read the members of " + firstLine(o)})
			}
			for _, m := range members {
				ok = ok || approved[strings.ToLower(m)]
			}
		default:
			ok = ok || approved[strings.ToLower(name)]
		}
	}
	return ok, blind
}

// lastOpinions gives the last review of each person that is an opinion: a comment
// takes no approval back.
func lastOpinions(facts *evidence.Facts) []evidence.Review {
	reviews := slices.Clone(facts.Reviews)
	slices.SortStableFunc(reviews, func(a, b evidence.Review) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	last := map[string]evidence.Review{}
	for _, v := range reviews {
		switch v.State {
		case evidence.ReviewApproved, evidence.ReviewRequested, evidence.ReviewDismissed:
			last[strings.ToLower(v.Author)] = v
		}
	}
	if facts.Pull != nil {
		delete(last, strings.ToLower(facts.Pull.Author))
	}
	var out []evidence.Review
	for _, v := range last {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b evidence.Review) int {
		return cmp.Compare(strings.ToLower(a.Author), strings.ToLower(b.Author))
	})
	return out
}

// approvals are the logins, in small letters, that approve this commit.
func approvals(facts *evidence.Facts, head string) map[string]bool {
	out := map[string]bool{}
	for _, v := range lastOpinions(facts) {
		if v.State == evidence.ReviewApproved && v.Commit == head {
			out[strings.ToLower(v.Author)] = true
		}
	}
	return out
}

// staleApprovals says who approved another commit.
func staleApprovals(facts *evidence.Facts, head string) []string {
	var out []string
	for _, v := range lastOpinions(facts) {
		if v.State == evidence.ReviewApproved && v.Commit != head {
			out = append(out, fmt.Sprintf("@%s approved %s, which is not the head", firstLine(v.Author), shortCommit(v.Commit)))
		}
	}
	if len(out) > maxGaps {
		out = append(out[:maxGaps], fmt.Sprintf("and %d more", len(out)-maxGaps))
	}
	return out
}

// ownersUnread says why CODEOWNERS cannot be believed to say who owns what.
func ownersUnread(d evidence.Diff) (gaps []gap) {
	if d.Codeowners == "" {
		return []gap{{text: "there is no CODEOWNERS in the base of the change", remedy: "write .github/CODEOWNERS, or `owners` in the gate"}}
	}
	for _, p := range d.OwnerProblems {
		gaps = append(gaps, gap{p.Pos, firstLine(p.Message), "correct " + d.Codeowners})
	}
	return gaps
}

// reviewsUnread says why nobody knows who approved the head.
func reviewsUnread(in *Input) (gaps []gap) {
	if !in.Facts.Has(evidence.ReviewsPart) {
		g := gap{text: "the reviews of the pull request were not read", remedy: "judge a pull request by handoff, with a token that may read it (pull-requests: read)"}
		if why := in.Facts.Unread[evidence.ReviewsPart]; why != "" {
			g.text += ": " + firstLine(why)
		}
		gaps = append(gaps, g)
	}
	if in.Diff.Head == "" {
		gaps = append(gaps, gap{text: "which commit is judged is not known", remedy: "name it with --head"})
	}
	return gaps
}

// anyOf names owners of whom one is enough.
func anyOf(owners []string) string {
	names := make([]string, len(owners))
	for i, o := range owners {
		names[i] = firstLine(o)
	}
	if len(names) < 2 {
		return some(names)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
