package gates

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tollgate-ci/tollgate/evidence"
)

// NamedCheck is a check run or commit status that must be there and green.
type NamedCheck struct {
	Name string // a pattern
	App  string // that must have posted it, without case; "" for any
	// Workflow is the file of the workflow that it must be of, ci.yml; "" for any.
	Workflow string
}

func (n NamedCheck) String() string {
	s := firstLine(n.Name)
	if n.App != "" {
		s += " of " + n.App
	}
	if n.Workflow != "" {
		s += " of " + n.Workflow
	}
	return s
}

// OwnCheck is the context under which Tollgate posts its verdict. It waits for
// itself in no gate.
const OwnCheck = "tollgate"

// checkTally is what the named checks of the head came to, each at its last
// attempt.
type checkTally struct {
	head    string
	gaps    []gap
	all     uint64
	failed  []evidence.CheckRun
	pending []evidence.CheckRun
	missing []missingCheck
	notes   []string
}

// missingCheck is a name that no check has, and by whom there is one that does not
// count.
type missingCheck struct {
	NamedCheck
	others []string
}

func (m missingCheck) String() string {
	if len(m.others) == 0 {
		return m.NamedCheck.String()
	}
	return m.NamedCheck.String() + " (there is one of " + some(m.others) + ", which does not count)"
}

// checkKey tells checks apart: of one key, the last attempt counts. One workflow, started
// by one event, supersedes its own earlier runs and those of no other; where the
// workflow is not known, so does a check suite.
type checkKey struct {
	app, name       string
	workflow, event string
	suite           int64
	status          bool
}

func keyOf(c evidence.CheckRun) checkKey {
	k := checkKey{app: strings.ToLower(c.App), name: c.Name, workflow: c.Workflow, event: c.Event, status: c.Status}
	if c.Workflow == "" {
		k.suite = c.Suite
	}
	return k
}

// countChecks reads the checks once for all conditions of the gate.
func (b *body) countChecks() *checkTally {
	if b.named != nil {
		return b.named
	}
	t := &checkTally{head: b.judge.headCommit()}
	b.named = t
	t.gaps = b.judge.unread(evidence.ChecksPart)
	switch {
	case len(t.gaps) > 0:
		return t
	case t.head == "":
		t.gaps = []gap{{text: "the head commit is not known", remedy: "give --head"}}
		return t
	case len(b.gate.Checks) == 0:
		t.gaps = []gap{{b.gate.At, "gate " + b.gate.Name + " names no checks", "name them under checks"}}
		return t
	}
	last := map[checkKey]evidence.CheckRun{}
	for _, c := range b.judge.in.Facts.Checks {
		k := keyOf(c)
		if c.Commit != t.head || c.Name == OwnCheck {
			continue
		}
		if before, ok := last[k]; !ok || cmp.Or(before.At.Compare(c.At), cmp.Compare(before.ID, c.ID)) < 0 {
			last[k] = c
		}
	}
	wanted := map[checkKey]bool{}
	for _, n := range b.gate.Checks {
		t.find(n, last, wanted)
	}
	order := func(a, b checkKey) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.app, b.app), cmp.Compare(a.workflow, b.workflow), cmp.Compare(a.event, b.event), cmp.Compare(a.suite, b.suite), cmp.Compare(stateOf(last[a]), stateOf(last[b])))
	}
	for _, k := range slices.SortedFunc(maps.Keys(wanted), order) {
		switch c := last[k]; stateOf(c) {
		case checkGreen:
		case checkPending:
			t.pending = append(t.pending, c)
		default:
			t.failed = append(t.failed, c)
		}
	}
	t.all = uint64(len(wanted) + len(t.missing))
	return t
}

// find takes the checks that a name means.
func (t *checkTally) find(n NamedCheck, last map[checkKey]evidence.CheckRun, wanted map[checkKey]bool) {
	found, unknown := false, false
	var others []string
	suites := map[checkKey]int{}
	for k, c := range last {
		if hit, _ := doublestar.Match(n.Name, c.Name); !hit {
			continue
		}
		if n.App != "" && !strings.EqualFold(n.App, c.App) {
			others = append(others, firstLine(c.App))
			continue
		}
		if n.Workflow != "" && !strings.EqualFold(n.Workflow, c.Workflow) {
			if unknown = unknown || c.Workflow == "" && !c.Status; c.Workflow != "" {
				others = append(others, firstLine(c.Workflow))
			}
			continue
		}
		found, wanted[k] = true, true
		if k.suite != 0 {
			suites[checkKey{app: k.app, name: k.name}]++
		}
	}
	if unknown {
		t.gaps = append(t.gaps, gap{text: "of which workflow " + firstLine(n.Name) + " is a check is not known",
			remedy: "give Tollgate a token that has the permission actions: read"})
	}
	for k, many := range suites {
		if many > 1 {
			t.notes = append(t.notes, fmt.Sprintf("%s of %s is in %d check suites, of which each counts: which of them are of one workflow is not known (actions: read)", firstLine(k.name), firstLine(k.app), many))
		}
	}
	slices.Sort(t.notes)
	slices.Sort(others)
	others = distinct(others)
	if len(others) > maxGaps {
		others = append(others[:maxGaps], "others")
	}
	switch {
	case !found:
		t.missing = append(t.missing, missingCheck{n, others})
	case len(others) > 0:
		t.notes = append(t.notes, firstLine(n.Name)+" of "+some(others)+" does not count")
	}
}

// checkState is what a conclusion comes to.
type checkState uint8

const (
	checkGreen checkState = iota + 1
	checkPending
	checkFailed
)

// stateOf is strict: success alone is green. GitHub lets neutral and skipped pass a
// required check, but where nothing ran, nothing was found to be in order.
func stateOf(c evidence.CheckRun) checkState {
	switch c.Conclusion {
	case "success":
		return checkGreen
	case "", "pending":
		return checkPending
	default:
		return checkFailed
	}
}

// conclusions says in a sentence what GitHub's words mean.
var conclusions = map[string]string{
	"failure": "failed", "error": "failed (error)", "neutral": "is neutral, which proves nothing", "cancelled": "was cancelled",
	"skipped": "was skipped, so nothing was checked", "timed_out": "took too long", "action_required": "waits for somebody to act",
	"stale": "was given up by GitHub (stale)", "startup_failure": "could not start", "": "has not finished", "pending": "has not finished",
}

// said is what a check came to, for people.
func said(c evidence.CheckRun) string {
	what, ok := conclusions[c.Conclusion]
	if !ok {
		what = "ended as " + quoted(firstLine(c.Conclusion))
	}
	by := firstLine(c.App)
	if c.Workflow != "" {
		by += " (" + firstLine(c.Workflow) + ", " + firstLine(c.Event) + ")"
	}
	return firstLine(c.Name) + " of " + by + " " + what
}

// absent gives the gaps for what is missing or has not finished.
func (t *checkTally) absent(pending bool) []gap {
	gaps := slices.Clone(t.gaps)
	for _, m := range t.missing {
		gaps = append(gaps, gap{text: m.String() + " has not run on " + commitName(t.head),
			remedy: "run " + m.NamedCheck.String() + " on " + commitName(t.head) + ", or correct its name in the policy"})
	}
	if pending {
		for _, c := range t.pending {
			gaps = append(gaps, gap{text: said(c), remedy: "wait for " + firstLine(c.Name)})
		}
	}
	return gaps
}

// readChecks is what the metrics of checks share: n of the named ones, and how to
// mend them.
func (b *body) readChecks(verb string, count func(*checkTally) int) (r reading, t *checkTally, n uint64) {
	t = b.countChecks()
	n = uint64(count(t))
	r.notes = t.notes
	if t.all > 0 {
		r.value = evidence.CountOf(n)
	}
	many := number(n)
	if n == 0 {
		many = "none"
	}
	r.says = fmt.Sprintf("%s of the %d named %s %s on %s", many, t.all, plural(t.all, "check", "checks"), verb, commitName(t.head))
	return r, t, n
}

func (b *body) readFailedChecks() reading {
	r, t, n := b.readChecks("ended without success", func(t *checkTally) int { return len(t.failed) })
	r.gaps = t.absent(true)
	r.refs = runRefs(t.failed)
	r.mend = func(k uint64) string { return "mend " + these(k, n, "check", "checks") }
	return r
}

func (b *body) readMissingChecks() reading {
	r, t, n := b.readChecks("did not run", func(t *checkTally) int { return len(t.missing) })
	r.gaps = t.gaps
	for _, m := range t.missing {
		r.refs.add(0, evidence.Pos{}, m.String)
	}
	r.mend = func(k uint64) string { return "run " + these(k, n, "check", "checks") + " on " + commitName(t.head) }
	return r
}

func (b *body) readPendingChecks() reading {
	r, t, n := b.readChecks("did not finish", func(t *checkTally) int { return len(t.pending) })
	r.gaps = t.absent(false)
	r.refs = runRefs(t.pending)
	r.mend = func(k uint64) string { return "wait for " + these(k, n, "check", "checks") }
	return r
}

func runRefs(runs []evidence.CheckRun) (l refList) {
	for _, c := range runs {
		l.add(0, evidence.Pos{}, func() string { return said(c) })
	}
	return l
}
