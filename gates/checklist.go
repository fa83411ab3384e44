package gates

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/comment"
)

// Checklist says which task list a gate judges, and who may tick it.
type Checklist struct {
	Heading  string   // that the list is under, without case; "" for all tasks
	Pull     bool     // in the description of the pull request, not of the issue
	TickedBy []string // "@ann", "@org/team"; empty for anybody who can edit the text
	Own      bool     // the author of the pull request is one of them like another
}

// listTally is the task list of a gate: what of it is ticked, by those who may.
type listTally struct {
	where  string // "the list “Sign-off” of issue #12"
	items  []listItem
	gaps   []gap // why there is no list
	doubts []gap // why it is not known whether an item is ticked
	notes  []string
}

// listItem is one item with what is known of its tick.
type listItem struct {
	pos    evidence.Pos
	ticked sure
	text   string // what a reference says of one that is not ticked for sure
}

// countItems reads the list once for all conditions of the gate.
func (b *body) countItems() *listTally {
	if b.list == nil {
		b.list = b.judge.list(b.gate.Checklist)
	}
	return b.list
}

// list finds the list, and who ticked its items.
func (j *judge) list(c Checklist) *listTally {
	t := &listTally{}
	post, what, gaps := j.post(c.Pull)
	if gaps != nil {
		t.gaps = gaps
		return t
	}
	here := comment.Read(post.Body)
	t.where = what
	if c.Heading != "" {
		t.where = "the list " + quoted(c.Heading) + " of " + what
	}
	found, all := false, 0
	// The same heading in several texts is one list, so that nobody gets by with the
	// shorter one.
	for _, text := range j.texts(c, post, what) {
		tasks, here := text.doc.List(c.Heading)
		found, all = found || here, all+len(tasks)
		if len(tasks) > 0 {
			j.items(t, c, text, tasks)
		}
	}
	switch {
	case !found:
		t.gaps = []gap{{text: fmt.Sprintf("%s has no heading %s%s", what, quoted(c.Heading), headingsOf(here)),
			remedy: fmt.Sprintf("put the heading %s with its task list into the description of %s", quoted(c.Heading), what)}}
		return t
	case all == 0:
		t.gaps = []gap{{text: t.where + " has no items", remedy: "write its items in the description, as in - [ ] " + exampleItem}}
		return t
	}
	return t
}

// listText is a text that a list can be in.
type listText struct {
	evidence.Post
	doc   comment.Doc
	what  string            // "issue #12"
	edits evidence.FactPart // that its versions are of
	own   string            // the name of a list that Tollgate put there, "" for a description
}

// texts are those that the list of a gate is looked for in: the description, and the
// task lists that Tollgate put on the issue.
func (j *judge) texts(c Checklist, post evidence.Post, what string) []listText {
	out := []listText{{post, comment.Read(post.Body), what, evidence.EditsPart, ""}}
	if c.Pull || c.Heading == "" {
		return out
	}
	for _, l := range j.in.Facts.Lists {
		_, name, _ := strings.Cut(l.Title, "/")
		out = append(out, listText{l, comment.Read(l.Body), what + ", " + name, evidence.ListsPart, name})
	}
	return out
}

// ofList reports whether a command ticks in a list that Tollgate put on the issue.
func (j *judge) ofList(args string) bool {
	word, _, _ := strings.Cut(args, " ")
	for _, l := range j.in.Facts.Lists {
		_, name, _ := strings.Cut(l.Title, "/")
		names := func(t comment.Task) bool { return strings.EqualFold(t.Text, args) }
		if strings.EqualFold(name, word) || slices.ContainsFunc(comment.Read(l.Body).Tasks, names) {
			return true
		}
	}
	return false
}

// items judges those of one text.
func (j *judge) items(t *listTally, c Checklist, text listText, tasks []comment.Task) {
	h := j.history(c, text)
	keys := map[int]string{} // by line, on which one item begins
	for i, k := range keysOf(text.doc.Tasks) {
		keys[text.doc.Tasks[i].Line] = k
	}
	for _, task := range tasks {
		item := listItem{pos: evidence.Pos{File: text.what, Line: task.Line}}
		item.ticked, item.text = h.judge(task, keys[task.Line])
		t.items = append(t.items, item)
	}
	t.doubts, t.notes = append(t.doubts, h.doubts()...), append(t.notes, h.notes...)
}

const exampleItem = "Rollback procedures tested"

// post gives the text that lists are in, and what it is called.
func (j *judge) post(pull bool) (evidence.Post, string, []gap) {
	if pull {
		p, gaps := j.pull()
		if gaps != nil {
			return evidence.Post{}, "", gaps
		}
		return p.Post, "pull request #" + strconv.Itoa(p.Number), nil
	}
	if gaps := j.unread(evidence.IssuePart); gaps != nil {
		return evidence.Post{}, "", gaps
	}
	post := j.in.Facts.Issue
	if post.Number == 0 {
		return evidence.Post{}, "", []gap{{text: "this change is for no issue", remedy: "name the issue in the pull request's description, as in Fixes #12"}}
	}
	return post, "issue #" + strconv.Itoa(post.Number), nil
}

// headingsOf names the headings that there are, for who misspelt one.
func headingsOf(d comment.Doc) string {
	var names []string
	for _, h := range d.Headings {
		names = append(names, quoted(firstLine(h.Text)))
	}
	const most = 5
	if n := len(names); n > most {
		names = append(names[:most], number(uint64(n-most))+" more")
	}
	if names == nil {
		return ", nor any other"
	}
	return "; there " + plural(uint64(len(names)), "is ", "are ") + some(names)
}

// count gives how many items are ticked for sure, and how many not for sure.
func (t *listTally) count() (ticked, unsure, all uint64) {
	for _, i := range t.items {
		switch i.ticked {
		case yes:
			ticked++
		case perhaps:
			unsure++
		}
	}
	return ticked, unsure, uint64(len(t.items))
}

// readList is what all metrics of lists share.
func (b *body) readList() (r reading, t *listTally) {
	t = b.countItems()
	r.gaps, r.notes = t.gaps, t.notes
	return r, t
}

// pointOut refers to the items that are not ticked, in their order.
func (t *listTally) pointOut(r *reading) {
	for _, i := range t.items {
		if i.ticked != yes {
			r.refs.add(0, i.pos, func() string { return i.text })
		}
	}
	r.doubts = t.doubts
}

// tick is the remedy for k of n items.
func (b *body) tick(k, n uint64) string {
	s := "tick " + these(k, n, "item", "items")
	if by := b.gate.Checklist.TickedBy; len(by) > 0 {
		s += "; " + orList(by) + " may, in the text or by a comment `/tick` with the item"
	}
	return s
}

// orList lists those of whom one is enough.
func orList(names []string) string {
	if len(names) < 2 {
		return some(names)
	}
	last := len(names) - 1
	return some(names[:last]) + " or " + names[last]
}

func (b *body) readUnticked() reading {
	r, t := b.readList()
	ticked, unsure, all := t.count()
	if all > 0 {
		r.value, r.best = evidence.CountOf(all-ticked), evidence.CountOf(all-ticked-unsure)
	}
	n := all - ticked
	many, verb := number(n), "are"
	if n == 0 {
		many = "none"
	}
	if n < 2 {
		verb = "is"
	}
	r.says = fmt.Sprintf("%s of the %d %s of %s %s unticked", many, all, plural(all, "item", "items"), t.where, verb)
	r.mend = func(k uint64) string { return b.tick(k, n) }
	t.pointOut(&r)
	return r
}

func (b *body) readTickedShare() reading {
	r, t := b.readList()
	ticked, unsure, all := t.count()
	r.value = evidence.ShareOf(evidence.Ratio{Num: ticked, Den: all})
	r.best = evidence.ShareOf(evidence.Ratio{Num: ticked + unsure, Den: all})
	r.says, r.be = "of the items of "+t.where+" are ticked", true
	r.mend = func(k uint64) string { return b.tick(k, all-ticked) }
	t.pointOut(&r)
	return r
}

// readItems counts what is on the list, ticked or not.
func (b *body) readItems() reading {
	r, t := b.readList()
	n := uint64(len(t.items))
	if n > 0 {
		r.value = evidence.CountOf(n)
	}
	r.says = fmt.Sprintf("%s has %d %s", t.where, n, plural(n, "item", "items"))
	r.mend = func(k uint64) string {
		return fmt.Sprintf("put %d more %s on %s", k, plural(k, "item", "items"), t.where)
	}
	return r
}
