package findings

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// run is what is needed of one run (§3.14) until its end: members may come in any
// order, and a quarter of the tools write the results before the rules.
type run struct {
	line, col   int
	components  []component // the driver, then the extensions
	category    string
	taxonomies  []taxonomy
	invocations []invocation
	converter   []invocation
	bases       map[string]base
	artifacts   []placed
	results     int
	hasResults  bool
	index       *ruleIndex             // made when first needed
	described   map[ruleUse]*described // likewise
	first       int                    // of its findings in the report
	waiting     [][]waiting            // what each of them waits for, in chunks
	rare        map[int]*rare          // of few of them, by their place in the report
	also        map[int][]alsoAt       // likewise
	scales      map[string]bool        // on which its rules and findings have a place
	faults      []fault
	failed      bool
}

// fault is a reason not to believe the run. It waits for the name of the tool.
type fault struct {
	line, col int
	msg       string
}

// fault records that the run did not do its work.
func (p *sarif) fault(u *run, line, col int, msg string, args ...any) {
	u.failed = true
	if len(u.faults) < evidence.MaxProblems {
		u.faults = append(u.faults, fault{line, col, fmt.Sprintf(msg, args...)})
	}
}

// faultHere is a fault of the value that is due.
func (p *sarif) faultHere(u *run, msg string, args ...any) {
	line, col := p.s.Pos()
	p.fault(u, line, col, msg, args...)
}

// list makes a fault of what should be an array, and is neither one nor null.
func (p *sarif) list(u *run, what string) {
	if !p.is(jsonscan.Array) && !p.is(jsonscan.Null) {
		p.faultHere(u, "%s is %s and should be an array", what, article(p.s.Kind()))
	}
}

func (p *sarif) run() {
	u := &run{components: make([]component, 1), scales: map[string]bool{}, first: p.r.Findings.Len()}
	u.line, u.col = p.s.Pos()
	if !p.is(jsonscan.Object) {
		p.unsound("a run is %s and should be an object", article(p.s.Kind()))
		return
	}
	for name := range p.s.Members {
		switch string(name) {
		case "tool":
			p.tool(u)
		case "results":
			p.results(u)
		case "invocations":
			p.list(u, "invocations")
			for range p.s.Elements {
				u.invocations = append(u.invocations, p.invocation(u))
			}
		case "conversion": // §3.22: a converter that failed lost results too
			for name := range p.s.Members {
				if string(name) == "invocation" {
					u.converter = append(u.converter, p.invocation(u))
				}
			}
		case "automationDetails":
			for name := range p.s.Members {
				if string(name) == "id" {
					u.category = category(p.name())
				}
			}
		case "originalUriBaseIds":
			p.bases(u)
		case "artifacts":
			p.artifacts(u)
		case "taxonomies":
			for range p.s.Elements {
				u.taxonomies = append(u.taxonomies, p.taxonomy())
			}
		case "externalPropertyFileReferences":
			for name := range p.s.Members {
				if elsewhere[string(name)] {
					p.faultHere(u, "its %s are in other files, which are not read; let the tool write one file", name)
				}
			}
		default:
			if bytes.EqualFold(name, []byte("results")) {
				p.faultHere(u, "%.20q is not read: the name is results, in lower case", name)
			}
		}
	}
	// A run that is cut short is resolved as well: what it says counts, and that it
	// is cut is told by the scanner.
	p.endRun(u)
}

// category is the part of a hierarchical id before its last slash; what comes after
// it names the one run (§3.17.3, and GitHub's upload, which keeps one result set of a
// tool a category).
func category(id string) string { return id[:max(0, strings.LastIndexByte(id, '/'))] }

// results reads the results. Absent or null means that the tool did not begin to
// look, or failed to; empty means that it looked and found nothing (§3.14.23).
func (p *sarif) results(u *run) {
	u.hasResults = true
	if !p.is(jsonscan.Array) {
		p.faultHere(u, "results is %s: the tool did not look, or failed", article(p.s.Kind()))
		return
	}
	for range p.s.Elements {
		u.results++
		if !p.is(jsonscan.Object) {
			p.faultHere(u, "a result is %s and should be an object", article(p.s.Kind()))
			continue
		}
		p.readResult(u)
	}
}

// endRun resolves what the findings refer to and says what is wrong with the run.
func (p *sarif) endRun(u *run) {
	tool := &u.components[0]
	switch {
	case u.hasResults || p.s.Err() != nil:
	case u.succeeded():
		// Staticcheck leaves the results out where it has found nothing.
		p.quirks.note(resultsLeftOut, u.line, u.col, nil)
	default:
		p.fault(u, u.line, u.col, "it has no results: the tool did not look, or failed")
	}
	known := p.resolveRules(u)
	p.resolveFindings(u)
	p.resolveAlso(u)
	p.resolveNotifications(u)
	p.r.ToolRuns = append(p.r.ToolRuns, evidence.ToolRun{
		Tool: tool.name, Category: u.category, Version: tool.version, Rules: known, Results: u.results, Failed: u.failed, Scales: slices.Sorted(maps.Keys(u.scales)),
		At: evidence.Pos{File: p.r.Source, Line: u.line, Col: u.col},
	})
	p.hold(160)
	who := fmt.Sprintf("run of %.100q", tool.name)
	if tool.name == "" {
		who = "run of a tool without a name"
		if u.results == 0 && !u.failed {
			// Findings are evidence whoever found them; no findings of nobody are not.
			p.r.Complain(evidence.Unsound, u.line, u.col, "the run has no results and does not say which tool ran; a run has tool.driver.name (§3.19.8)")
		}
		p.quirks.note(namelessTool, u.line, u.col, nil)
	}
	for _, f := range u.faults {
		p.r.Complain(evidence.Unsound, f.line, f.col, "%s: %s", who, f.msg)
	}
}

// succeeded reports whether the run says of every invocation, and of one at least,
// that it was successful.
func (u *run) succeeded() bool {
	return len(u.invocations) > 0 && !slices.ContainsFunc(u.invocations, func(i invocation) bool { return !i.successful })
}

// invocation is what counts of one execution of the tool (§3.20).
type invocation struct {
	successful     bool
	rules, notices []override
	notifications  []notification
}

// override is a level that the invocation was configured with (§3.51).
type override struct {
	of    ruleRef
	level evidence.Level
}

// notification is trouble that the tool told about itself (§3.58).
type notification struct {
	fault
	of    ruleRef
	level evidence.Level // 0 until it is resolved
}

func (p *sarif) invocation(u *run) invocation {
	var inv invocation
	if !p.is(jsonscan.Object) {
		p.faultHere(u, "an invocation is %s and should be an object", article(p.s.Kind()))
		return inv
	}
	line, col := p.s.Pos()
	successful := false
	said := ""
	for name := range p.s.Members {
		switch string(name) {
		case "executionSuccessful":
			line, col = p.s.Pos()
			said, successful = "executionSuccessful is not true", false
			if v, ok := p.s.Bool(); ok {
				successful = v
			}
		case "processStartFailureMessage": // said of a process that did not start (§3.20.13)
			if text, _ := p.s.Text(); len(text) > 0 {
				line, col = p.s.Pos()
				p.fault(u, line, col, "the tool did not start: %.200q", text)
			}
		case "exitSignalName", "exitSignalNumber": // said of a process that was ended from outside (§3.20.11, §3.20.12)
			if text, kind := p.s.Scalar(); kind != jsonscan.Null && kind != jsonscan.Invalid && len(text) > 0 {
				line, col = p.s.Pos()
				p.fault(u, line, col, "the tool was ended by signal %.40q", text)
			}
		case "startTimeUtc", "endTimeUtc":
			text, _ := p.s.Text()
			p.r.State(format.Stamp(text))
		case "ruleConfigurationOverrides":
			inv.rules = p.overrides(inv.rules)
		case "notificationConfigurationOverrides":
			inv.notices = p.overrides(inv.notices)
		case "toolExecutionNotifications":
			p.list(u, "toolExecutionNotifications")
			inv.notifications = p.notifications(inv.notifications, "an error while it ran")
		case "toolConfigurationNotifications":
			p.list(u, "toolConfigurationNotifications")
			inv.notifications = p.notifications(inv.notifications, "an error in its configuration")
		}
	}
	if !successful && p.s.Err() == nil {
		if said == "" {
			said = "an invocation does not say whether it was successful (§3.20.14)"
		}
		p.fault(u, line, col, "%s", said)
	}
	inv.successful = successful
	return inv
}

func (p *sarif) overrides(list []override) []override {
	for range p.s.Elements {
		o := override{of: noRule}
		for name := range p.s.Members {
			switch string(name) {
			case "descriptor":
				o.of = p.ruleRef(o.of, nil)
			case "configuration":
				o.level = p.configuration()
			}
		}
		if o.level != 0 {
			p.hold(128)
			list = append(list, o)
		}
	}
	return list
}

// configuration reads the level of a reporting configuration (§3.50.3), 0 if it
// gives none.
func (p *sarif) configuration() (level evidence.Level) {
	for name := range p.s.Members {
		if string(name) == "level" {
			level = p.level()
		}
	}
	return level
}

// notifications keeps those that are errors, or might be for what is known yet.
func (p *sarif) notifications(list []notification, what string) []notification {
	for range p.s.Elements {
		n := notification{of: noRule}
		n.line, n.col = p.s.Pos()
		n.msg = what
		described := false
		for name := range p.s.Members {
			switch string(name) {
			case "level":
				n.level = p.level()
			case "descriptor":
				described = true
				n.of = p.ruleRef(n.of, nil)
			case "message":
				for name := range p.s.Members {
					if string(name) == "text" {
						text, _ := p.s.Text()
						n.msg = fmt.Sprintf("%s: %.200q", what, text)
					}
				}
			}
		}
		if n.level == evidence.LevelError || n.level == 0 && described {
			p.hold(160 + len(n.msg))
			list = append(list, n)
		}
	}
	return list
}

// resolveNotifications makes faults of the notifications of level error. The level
// is resolved as that of a result is, from the descriptors of notifications; the
// default is warning (§3.58.6).
func (p *sarif) resolveNotifications(u *run) {
	for _, inv := range slices.Concat(u.invocations, u.converter) {
		overridden := u.resolveOverrides(inv.notices, notices)
		for _, n := range inv.notifications {
			if n.level == 0 {
				f := u.find(n.of, notices)
				n.level = cmp.Or(overridden.level(f, n.of.id), f.defaultLevel())
			}
			if n.level == evidence.LevelError {
				p.fault(u, n.line, n.col, "%s", n.msg)
			}
		}
	}
}
