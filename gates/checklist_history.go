package gates

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/comment"
)

// history is how a text came to be as it is, and who may tick in it.
type history struct {
	j        *judge
	by       []string
	own      bool // see Checklist
	text     listText
	versions []version // by time
	ticks    []tick    // by command, by time
	notes    []string
	unsure   []string // logins of whom it is not known whether they may
	unknown  bool     // it is not known at all who ticked some item
}

// version is a text from a time on.
type version struct {
	by     string
	anyone bool // nobody knows by whom it is
	at     time.Time
	known  bool // what it says
	tasks  []comment.Task
	ticked map[string]bool // by the key of the task
}

// tick is one by a command.
type tick struct {
	at     time.Time
	key    string
	counts sure
}

// maxEdits is how many versions of a text GitHub keeps. Of a text with as many,
// the first ones may be gone.
const maxEdits = 100

// keysOf tells the tasks of a text apart: by the heading and the items that one is
// under, and by its text. A task whose text was changed is another one, and nobody
// has ticked it.
func keysOf(tasks []comment.Task) []string {
	seen := map[string]int{}
	keys := make([]string, len(tasks))
	for i, t := range tasks {
		k := strings.Join(slices.Concat([]string{t.Heading}, t.Above, []string{t.Text}), "\x00")
		seen[k]++
		keys[i] = k + "\x00" + strconv.Itoa(seen[k])
	}
	return keys
}

func (v *version) read(body string) {
	v.known, v.tasks, v.ticked = true, comment.Read(body).Tasks, map[string]bool{}
	for i, k := range keysOf(v.tasks) {
		v.ticked[k] = v.tasks[i].Ticked
	}
}

// history reads the versions of a text and the commands that tick in it.
func (j *judge) history(c Checklist, text listText) *history {
	post := text.Post
	h := &history{j: j, by: c.TickedBy, own: c.Own, text: text}
	first := version{by: post.Author, at: post.Created}
	switch edits := slices.Clone(post.Edits); {
	case !j.in.Facts.Has(text.edits):
		first.anyone = true
		first.read(post.Body)
		h.versions = []version{first}
	case len(edits) == 0:
		first.read(post.Body)
		h.versions = []version{first}
	default:
		slices.SortStableFunc(edits, func(a, b evidence.Edit) int { return a.At.Compare(b.At) })
		first.anyone = len(edits) >= maxEdits
		h.versions = []version{first}
		for i, e := range edits {
			v := version{by: e.By, at: e.At}
			if i == len(edits)-1 && e.Body == "" {
				e.Body = post.Body
			}
			if e.Body != "" {
				v.read(e.Body)
			}
			h.versions = append(h.versions, v)
		}
		if last := edits[len(edits)-1]; last.Body != "" && !sameText(last.Body, post.Body) {
			v := version{anyone: true, at: last.At}
			v.read(post.Body)
			h.versions = append(h.versions, v)
		}
	}
	if !j.in.Facts.Has(evidence.CommentsPart) {
		h.note("the comments were not read, so no `/tick` counts")
	}
	h.commands(post.Number, c.Pull, keysOf(text.doc.Tasks))
	return h
}

// sameText compares texts as GitHub keeps them, with either line end.
func sameText(a, b string) bool {
	even := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return even(a) == even(b)
}

// commands reads `/tick` from the comments. What one means is said by the text as
// it was when the comment was written. A comment that was edited counts for
// nothing, because others than its author may edit it.
func (h *history) commands(number int, pull bool, now []string) {
	j := h.j
	comments := slices.Clone(j.in.Facts.Comments)
	slices.SortStableFunc(comments, func(a, b evidence.Comment) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	for _, c := range comments {
		if c.Bot || c.On != number && (c.On != 0 || pull) {
			continue
		}
		for _, command := range comment.Read(c.Body).Commands {
			if _, ofReview := comment.Correction(command.Args); command.Word != "tick" || ofReview {
				continue
			}
			key, exact, why := h.meant(command.Args, c.At)
			if why != "" && (h.text.own != "" || h.j.ofList(command.Args)) {
				continue // it is about another text
			}
			counts := h.entitled(c.Author)
			switch {
			case counts == no && why != "", why == "" && !slices.Contains(now, key):
				continue // it is about nothing that is here
			case !c.Edited.IsZero():
				why = "the comment was edited"
			case counts == no:
				why = person(c.Author) + " may not"
			}
			if why != "" {
				h.note(fmt.Sprintf("`/tick %s` by %s does not count: %s", firstLine(command.Args), person(c.Author), why))
				continue
			}
			if counts == perhaps {
				h.unsure = append(h.unsure, c.Author)
			}
			if !exact {
				counts, h.unknown = perhaps, true
			}
			h.ticks = append(h.ticks, tick{at: c.At, key: key, counts: counts})
		}
	}
}

func (h *history) note(text string) {
	if len(h.notes) < maxGaps && !slices.Contains(h.notes, text) {
		h.notes = append(h.notes, text)
	}
}

// entitled says whether a login may tick: it is among those named, and its own change is
// not what they vouch for, or, where nobody is named, may write.
func (h *history) entitled(login string) sure {
	switch {
	case len(h.by) == 0:
		return h.j.mayWrite(login)
	case !h.own && h.j.in.Facts.OwnChange(login):
		return no
	}
	return h.j.among(h.by, login)
}

// meant finds the item that a command names, by its text or its number among all
// items of the text. exact is false where nobody knows what the text was then.
func (h *history) meant(args string, at time.Time) (key string, exact bool, why string) {
	v := h.versions[0]
	for _, later := range h.versions[1:] {
		if !later.at.After(at) {
			v = later
		}
	}
	if h.text.own != "" && at.Before(h.text.Created) {
		return "", true, "the list was not there yet"
	}
	exact = v.known && !v.anyone
	if !v.known {
		v = h.versions[len(h.versions)-1]
	}
	keys := keysOf(v.tasks)
	if h.text.own != "" { // a bare number counts the items of the description
		if name, rest, ok := strings.Cut(args, " "); ok && strings.EqualFold(name, h.text.own) {
			args = rest
		} else if _, err := strconv.Atoi(args); err == nil {
			return "", exact, "a number alone is of the description"
		}
	}
	if n, err := strconv.Atoi(args); err == nil {
		if n < 1 || n > len(keys) {
			return "", exact, fmt.Sprintf("there was no item %d of %d", n, len(keys))
		}
		return keys[n-1], exact, ""
	}
	found := -1
	for i, t := range v.tasks {
		if !strings.EqualFold(t.Text, args) {
			continue
		}
		if found >= 0 {
			return "", exact, "several items had this text; name one by its number among all items"
		}
		found = i
	}
	if found < 0 {
		return "", exact, "no item had this text"
	}
	return keys[found], exact, ""
}

// editors are those who may have made a change, one of them.
type editors struct {
	logins []string
	anyone bool
}

// judge says whether an item is ticked by somebody who may, and what to say of it
// if not, or if nobody knows.
func (h *history) judge(t comment.Task, key string) (sure, string) {
	name := quoted(firstLine(t.Text))
	var since, by editors // the last version that is known; who ticked the box
	var unticked time.Time
	box := false
	for i := range h.versions {
		v := &h.versions[i]
		since.logins = append(since.logins, v.by)
		since.anyone = since.anyone || v.anyone
		if !v.known {
			continue
		}
		is := v.ticked[key]
		switch {
		case is && !box:
			by = since
		case box && !is:
			unticked = v.at
		}
		box, since = is, editors{}
	}
	commanded := no
	for _, c := range h.ticks {
		if c.key == key && !c.at.Before(unticked) {
			commanded = max(commanded, c.counts)
		}
	}
	ticked, why := no, name+" is not ticked"
	if box {
		ticked, why = h.allowed(by)
		why = name + " " + why
	}
	switch {
	case commanded > ticked && commanded == perhaps:
		return perhaps, "it is not known whether the `/tick` of " + name + " counts"
	default:
		return max(ticked, commanded), why
	}
}

// allowed says whether those who ticked a box may.
func (h *history) allowed(by editors) (sure, string) {
	if len(h.by) == 0 {
		return yes, ""
	}
	may := map[sure]int{}
	var names, open []string
	for _, login := range by.logins {
		m := h.entitled(login)
		may[m]++
		names = append(names, person(login))
		if m == perhaps {
			open = append(open, login)
		}
	}
	slices.Sort(names)
	who := orList(distinct(names))
	switch {
	case by.anyone || may[yes] > 0 && may[no] > 0:
		h.unknown = true
		return perhaps, "was ticked by nobody knows whom"
	case len(open) > 0:
		h.unsure = append(h.unsure, open...)
		return perhaps, "was ticked by " + who + ", of whom it is not known whether that counts"
	case may[no] > 0:
		return no, "was ticked by " + who + ", which does not count"
	default:
		return yes, ""
	}
}

// doubts says why it is not known whether some items are ticked.
func (h *history) doubts() []gap {
	var gaps []gap
	if len(h.unsure) > 0 {
		gaps = h.j.unknownPeople(h.by, h.unsure)
	}
	if !h.unknown {
		return gaps
	}
	if unread := h.j.unread(h.text.edits); unread != nil {
		return append(gaps, unread...)
	}
	return append(gaps, gap{text: "the edit history does not say who ticked every item",
		remedy: "let somebody who may untick the item and tick it again"})
}
