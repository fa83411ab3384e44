package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Desired is what GitHub should hold. Only what is named here is touched: a
// Label, Comment or Status that is empty says nothing about what is there.
type Desired struct {
	// Label is the one of Exclusive that the issue should bear; the others go, the
	// last of them first.
	Label     string
	Exclusive []string
	// Was is the one that says where the issue was found. It goes last.
	Was string
	// Flags are labels that Tollgate owns besides: present or absent. Of a flag
	// that is also a phase label nothing is said here.
	Flags map[string]bool
	// Assign should be assigned; Unassign should not, and was put there by
	// Tollgate. Who is in both should be assigned.
	Assign, Unassign []string
	Comment          string
	Status           Status
	// Posts are further comments, in the order in which they are written. Check is
	// the check run, and Review whose review is asked for.
	Posts  []WantedPost
	Check  Check
	Review []string
	// React are the reactions that commands should have from us, and Project the field
	// of a board that should show the phase.
	React   []Reaction
	Project Project
	// Proposals are pull requests that should have been opened.
	Proposals []Proposal
	// Why says why the issue should bear Label, for the people who read the plan.
	Why string
}

// WantedPost is a further comment.
type WantedPost struct {
	Key, Body string
	// Keep leaves the text as it is once it stands: a notice is sent once, and a
	// task list belongs to those who tick it.
	Keep     bool
	Minimise bool   // fold it away; where it does not stand, it is not written for that
	Why      string // why it is written, for the people who read the plan
}

// phases gives every label that says where an issue stands.
func (d Desired) phases() []string { return names(append([]string{d.Label}, d.Exclusive...)) }

// Diff gives the changes that lead from have to want, in an order that makes it
// safe to be killed after any of them: the next run sees what the killed one saw,
// or what it was about to leave, and never a third thing.
//
//   - A status that shuts the gate comes first and one that opens it last.
//   - Flags are raised before anything else on the issue and lowered after it.
//   - Stray phase labels go before the new one is added, then the comment records
//     the move, and then the old label goes: there are never more than the two
//     labels of one move, and the comment says how far it has come. An issue
//     without any phase label gets the comment first, because one label that the
//     comment does not know is a person's move.
//   - Further comments, review requests and the board come after the status
//     comment, which remembers why they are made. Proposals and reactions come
//     before it, because it remembers that a command was heard and is then not
//     answered again.
//   - Who is to go is unassigned before the comment forgets them, and who is to
//     come is assigned after the comment says that Tollgate did it.
//
// Without an issue only the status is left, and without a head not even that.
func Diff(have Snapshot, want Desired) Plan {
	have = have.Normalise()
	d := differ{have: have}
	p := Plan{Repo: have.Repo, Issue: have.Issue, Head: have.Head}
	check, status := d.check(want.Check), d.status(want.Status)
	if want.Status.State != "success" {
		p.Changes = slices.Concat(status, check)
	}
	if have.Issue != 0 {
		p.Changes = append(p.Changes, d.issue(want)...)
	}
	if want.Status.State == "success" {
		p.Changes = slices.Concat(p.Changes, check, status)
	}
	return p
}

// differ makes changes on what is there, which is normalised.
type differ struct{ have Snapshot }

func (d differ) issue(want Desired) []Change {
	var (
		raise, lower     = d.flags(want)
		stray, add, was  = d.labels(want)
		assign, unassign = d.assignees(want)
		comment          = d.comment(want)
	)
	lower = slices.Concat(d.posts(want), d.reviewers(want), d.project(want), lower)
	comment = slices.Concat(d.proposals(want), d.reactions(want), comment)
	bears := slices.ContainsFunc(want.phases(), func(l string) bool { return find(d.have.Labels, l) >= 0 })
	if !bears {
		return slices.Concat(raise, unassign, comment, add, assign, lower)
	}
	return slices.Concat(raise, stray, add, unassign, comment, was, assign, lower)
}

func (d differ) status(want Status) []Change {
	want = want.normalise()
	if want.State == "" || want == d.have.Status || d.have.Head == "" {
		return nil
	}
	op, why := Update, "the verdict has changed"
	if d.have.Status.State == "" {
		op, why = Create, "this commit has no status yet"
	}
	target := d.have.Repo + "@" + evidence.ShortCommit(d.have.Head)
	return []Change{{Op: op, Target: target, Key: StatusKey, Old: d.have.Status.encode(), New: want.encode(), Why: why}}
}

func (d differ) comment(want Desired) []Change {
	body := normaliseBody(want.Comment)
	if body == "" || body == d.have.Comment.Body {
		return nil
	}
	op, why := Update, "the status has changed"
	if d.have.Comment.Body == "" {
		op, why = Create, "the issue has no status comment yet"
	}
	return []Change{d.change(op, CommentKey, d.have.Comment.Body, body, why)}
}

func (d differ) check(want Check) []Change {
	want = want.normalise()
	if want.Conclusion == "" || d.have.Head == "" || want.encode() == d.have.Check.encode() {
		return nil
	}
	op, why := Update, "the verdict or the log has changed"
	if d.have.Check.Conclusion == "" {
		op, why = Create, "this commit has no check run yet"
	}
	target := d.have.Repo + "@" + evidence.ShortCommit(d.have.Head)
	return []Change{{Op: op, Target: target, Key: CheckKey, Old: d.have.Check.encode(), New: want.encode(), Why: why}}
}

// posts gives the changes of further comments: what notifies people comes after the
// status comment, which remembers why it is sent.
func (d differ) posts(want Desired) []Change {
	var out []Change
	for _, w := range want.Posts {
		have, body := d.have.Post(w.Key), normaliseBody(w.Body)
		switch {
		case w.Minimise:
			if have.Body != "" && !have.Minimised {
				out = append(out, d.change(Update, MinimisedKey+w.Key, "", flag(true), cmp.Or(w.Why, "a later one has taken its place")))
			}
		case body == "":
		case have.Body == "":
			out = append(out, d.change(Create, PostKey+w.Key, "", body, cmp.Or(w.Why, "it is not there yet")))
		case !w.Keep && have.Body != body:
			out = append(out, d.change(Update, PostKey+w.Key, have.Body, body, cmp.Or(w.Why, "what it says has changed")))
		}
	}
	return out
}

func (d differ) reviewers(want Desired) []Change {
	var out []Change
	if d.have.Facts.Pull == nil {
		return nil
	}
	for _, who := range names(want.Review) {
		out = append(out, d.present(d.have.requested(), ReviewerKey, who, "their review is next")...)
	}
	return out
}

// labels gives the phase label to add and those to remove: the stray ones, and
// the one that goes last, so that the issue always bears one if it bore one.
func (d differ) labels(want Desired) (stray, add, was []Change) {
	label := cleanName(want.Label)
	if label == "" {
		return nil, nil, nil
	}
	add = d.present(d.have.Labels, LabelKey, label, cmp.Or(want.Why, "the issue stands in this phase"))
	var seen []string
	for _, other := range slices.Backward(want.Exclusive) {
		other = cleanName(other)
		if SameName(other, label) || find(seen, other) >= 0 {
			continue
		}
		seen = append(seen, other)
		gone := d.absent(d.have.Labels, LabelKey, other, fmt.Sprintf("an issue bears one phase label, and %q is it", label))
		if SameName(other, cleanName(want.Was)) {
			was = gone
		} else {
			stray = append(stray, gone...)
		}
	}
	if was == nil && len(add) > 0 {
		stray, was = nil, stray
	}
	return stray, add, was
}

func (d differ) flags(want Desired) (raise, lower []Change) {
	phases := want.phases()
	var on, off []string
	for flag, up := range want.Flags {
		if find(phases, cleanName(flag)) >= 0 {
			continue
		}
		if up {
			on = append(on, flag)
		} else {
			off = append(off, flag)
		}
	}
	on = names(on)
	for _, flag := range on {
		raise = append(raise, d.present(d.have.Labels, LabelKey, flag, "what it flags holds now")...)
	}
	for _, flag := range names(off) {
		if find(on, flag) < 0 {
			lower = append(lower, d.absent(d.have.Labels, LabelKey, flag, "what it flags no longer holds")...)
		}
	}
	return raise, lower
}

func (d differ) assignees(want Desired) (assign, unassign []Change) {
	come := names(want.Assign)
	for _, login := range come {
		assign = append(assign, d.present(d.have.Assigned, AssigneeKey, login, "the next step is theirs")...)
	}
	for _, login := range names(want.Unassign) {
		if find(come, login) < 0 {
			unassign = append(unassign, d.absent(d.have.Assigned, AssigneeKey, login, "Tollgate assigned them for a step that is over")...)
		}
	}
	return assign, unassign
}

// present adds a name to a list unless it is there.
func (d differ) present(list []string, key, name, why string) []Change {
	if find(list, name) >= 0 {
		return nil
	}
	return []Change{d.change(Add, key+name, "", name, why)}
}

// absent removes a name from a list, as the list spells it, if it is there.
func (d differ) absent(list []string, key, name, why string) []Change {
	i := find(list, name)
	if i < 0 {
		return nil
	}
	return []Change{d.change(Remove, key+list[i], list[i], "", why)}
}

func (d differ) change(op Op, key, from, to, why string) Change {
	return Change{Op: op, Target: fmt.Sprintf("%s#%d", d.have.Repo, d.have.Issue), Key: key, Old: from, New: to, Why: why}
}
