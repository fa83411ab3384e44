// Package findings reads what static analysers and scanners found.
package findings

import (
	"context"
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// SARIF is the Static Analysis Results Interchange Format 2.1.0, as OASIS
// published it. Section numbers in this package are of that document.
var SARIF = format.Format{
	Name:   "sarif",
	Kinds:  evidence.Findings,
	Begins: "{[",
	Title:  "SARIF 2.1.0 (CodeQL, Semgrep, Trivy, gosec, Snyk, ESLint and others)",
	Doc: "A finding is a result of kind `fail`, which is the default (§3.27.9). One of kind `open` or `review` is undecided and no finding, unless it states a level: then it " +
		"contradicts itself, and is taken for a finding of that level, as SARIF's own SDK files it for a person to look at. A result that the baseline had and this run has not " +
		"(`baselineState` absent, §3.27.24) is none. Its level is what the result says, else a configuration override of its invocation, else the default of its " +
		"rule, else `warning` (§3.27.10). The rule is found by index, GUID or id; where index and id contradict each other, the id counts. " +
		"Severity is the band of `security-severity` of the rule, or of the result if that is graver; a score that is no number from 0 to 10 is none. " +
		"A fingerprint `requires login`, which Semgrep writes of every finding where nobody is logged in, is none. A result is suppressed if it has suppressions and none of them is under review, rejected, of unknown status (§3.27.23), or without both a status and the kind that it must have (§3.35.2). " +
		"A result with several locations is one finding, shown at the first; it is in a change or under a path where any of them is, and a waiver of a path must name them all. " +
		"Where the policy is judged, a finding that names a line and has no fingerprint `primaryLocationLineHash` is given the one that GitHub's upload would give it, from the source file in the directory (up to 4 MiB a file, 10,000 files and 256 MiB in all). " +
		"The report is not conclusive if it is not of version 2.1.0, has no run, or has a run that did not end well: `results` null, or absent where its invocations do not say that they were successful (§3.14.23), " +
		"`executionSuccessful` not true (§3.20.14), a process that did not start (§3.20.13) or was ended by a signal (§3.20.11, §3.20.12), a notification of level error (§3.20.21, §3.20.22), results kept in other files (§3.15.3). " +
		"A report that is cut short anywhere is not valid JSON and so not conclusive.",
	Times: "`startTimeUtc` and `endTimeUtc` of invocations",
	Sniff: sniffSARIF,
	Parse: parseSARIF,
}

// maxHeld bounds what is kept of one report, in bytes: two million findings and more.
const maxHeld = 512 << 20

// sarif reads one log.
type sarif struct {
	s       *jsonscan.Scanner
	r       *evidence.Report
	strings map[string]string // interned: tools, rules, paths and names repeat
	held    int               // bytes kept so far
	quirks  quirks
	result  result // the one that is being read; its buffers are used again
	further spot   // likewise, of its locations but the first

	paths                []resolvedPath // by the name of the URI
	ruleNames, pathNames numbered
	baseNames            lastName
	property             []byte      // path of the one that is being read
	printNames           [4]lastName // of the first, second … fingerprint
}

func parseSARIF(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := &sarif{s: jsonscan.New(ctx, src), r: r, strings: map[string]string{"": ""}}
	p.log()
	err := p.s.Finish(r)
	p.quirks.report(r)
	return err
}

// log reads the root (§3.13).
func (p *sarif) log() {
	switch kind := p.s.Kind(); kind {
	case jsonscan.Object:
	case jsonscan.Invalid:
		return // the scanner will say why
	default:
		p.unsound("not a SARIF log: the JSON text is %s, and should be an object with version and runs", article(kind))
		return
	}
	line, col := p.s.Pos()
	version, runs := false, false
	for name := range p.s.Members {
		switch string(name) {
		case "version":
			version = true
			if text, _ := p.s.Scalar(); string(text) != "2.1.0" {
				line, col := p.s.Last()
				p.r.Complain(evidence.Unsound, line, col, "version is %.40q and only 2.1.0 is read; convert the log, or let the tool write SARIF 2.1.0", text)
			}
		case "runs":
			runs = true
			p.runs()
		case "inlineExternalProperties":
			for range p.s.Elements {
				p.externalProperties()
			}
		}
	}
	if p.s.Err() != nil {
		return
	}
	if !version {
		p.r.Complain(evidence.Unsound, line, col, "the log does not say its version; a SARIF log has \"version\": \"2.1.0\"")
	}
	if !runs {
		p.r.Complain(evidence.Unsound, line, col, "the log has no runs: nothing shows that a tool has run")
	}
}

// runs reads the array of runs. Null means that the producer failed to get any,
// empty that there were none (§3.13.4): neither shows that a tool looked.
func (p *sarif) runs() {
	line, col := p.s.Pos()
	if !p.is(jsonscan.Array) {
		p.unsound("runs is %s and should be an array: nothing shows that a tool has run", article(p.s.Kind()))
		return
	}
	n := 0
	for range p.s.Elements {
		n++
		p.run()
	}
	if n == 0 && p.s.Err() == nil {
		p.r.Complain(evidence.Unsound, line, col, "runs is empty: no tool has run")
	}
}

// externalProperties looks into properties that a run keeps outside of itself but
// in this file (§3.15). What would change the count or the level of findings is
// not joined to its run, and so makes the report unsound.
func (p *sarif) externalProperties() {
	for name := range p.s.Members {
		if elsewhere[string(name)] {
			p.unsound("the %s of a run are kept apart, in inlineExternalProperties, which is not read; let the tool write them into the run", name)
		}
	}
}

// elsewhere names the parts of a run without which its findings are not known.
var elsewhere = map[string]bool{"results": true, "invocations": true, "driver": true, "extensions": true, "conversion": true}

// is reports whether a value of the kind is due, or none because of a syntax error,
// of which the scanner will tell.
func (p *sarif) is(want jsonscan.Kind) bool {
	kind := p.s.Kind()
	return kind == want || kind == jsonscan.Invalid
}

// unsound complains at the value that is due.
func (p *sarif) unsound(msg string, args ...any) {
	line, col := p.s.Pos()
	p.r.Complain(evidence.Unsound, line, col, msg, args...)
}

// hold counts bytes that are kept, and stops the reading where they are too many.
func (p *sarif) hold(n int) {
	if p.held += n; p.held > maxHeld {
		p.s.Fail("the report holds more than %d MiB of findings; split it, or let the tool report less", maxHeld>>20)
	}
}

// intern keeps a string once.
func (p *sarif) intern(b []byte) string {
	if s, ok := p.strings[string(b)]; ok {
		return s
	}
	p.hold(len(b) + 48)
	s := string(b)
	p.strings[s] = s
	return s
}

// name reads a short string. What is not one is the empty string.
func (p *sarif) name() string {
	text, _ := p.s.Text()
	return p.intern(cut(text, evidence.MaxName))
}

// nameID reads a short string into the names of the findings.
func (p *sarif) nameID() evidence.NameID {
	text, _ := p.s.Text()
	return p.keepName(cut(text, evidence.MaxName))
}

// keepName keeps a name once among those of the findings.
func (p *sarif) keepName(text []byte) evidence.NameID {
	if len(text) == 0 {
		return 0
	}
	list := &p.r.Findings
	known := list.Names()
	id := list.Name(text)
	if list.Names() > known {
		p.hold(len(text) + 48)
	}
	return id
}

// index reads a whole number of which -1 means that it is absent, as null does.
func (p *sarif) index() int {
	if n, ok := p.s.Small(); ok { // nearly always
		return n
	}
	text, kind := p.s.Scalar()
	if kind == jsonscan.Invalid {
		return absent
	}
	n, ok := jsonscan.Whole(text)
	if kind == jsonscan.String {
		p.quirk(numberAsString, text)
	}
	if !ok || n < absent || n > 1<<31-1 {
		return outOfRange
	}
	return int(n)
}

const (
	absent     = -1
	outOfRange = 1<<31 - 1 // of every array
)

// cut shortens text to n bytes at most, at the beginning of a rune.
func cut(b []byte, n int) []byte {
	if len(b) <= n {
		return b
	}
	for n > 0 && b[n]&0xC0 == 0x80 {
		n--
	}
	return b[:n]
}

func article(k jsonscan.Kind) string {
	switch k {
	case jsonscan.Null:
		return "null"
	case jsonscan.Object, jsonscan.Array:
		return "an " + k.String()
	default:
		return "a " + k.String()
	}
}

// quirk is an oddity that many results may share; it is told once.
type quirk uint8

const (
	undecided quirk = iota
	levelOfUndecided
	levelOfNonFail
	unknownKind
	unknownLevel
	wrongCase
	emptyWord
	wrongIndex
	badScore
	openOverride
	expiringSuppression
	unknownSuppression
	emptySuppression
	numberAsString
	namelessTool
	resultsLeftOut
	numQuirks
)

var quirkTexts = [numQuirks]string{
	undecided:           "results of kind open or review, which are undecided and so not findings",
	levelOfUndecided:    "results of kind open or review that state a level all the same (§3.27.9), taken for findings of that level",
	levelOfNonFail:      "results whose level says more than their kind, which is not fail; they are not findings (§3.27.9)",
	unknownKind:         "results of a kind that SARIF does not know, taken for fail",
	unknownLevel:        "levels that SARIF does not know, taken for error",
	wrongCase:           "kinds or levels not in lower case, read as if they were",
	emptyWord:           "kinds or levels that are empty strings, read as absent",
	wrongIndex:          "results whose ruleIndex contradicts their ruleId; the ruleId counts if it is described",
	badScore:            "values of security-severity that are no number from 0 to 10; findings of these rules are unscored",
	openOverride:        "results that do not say their invocation, while several override levels; the overrides are not applied",
	expiringSuppression: "suppressions with a date of expiry, which is not judged here; use a waiver for what must expire",
	unknownSuppression:  "suppressions of a status that SARIF does not know; they suppress nothing",
	emptySuppression:    "suppressions that state neither a kind nor a status (§3.35.2); they suppress nothing",
	numberAsString:      "numbers written as strings",
	namelessTool:        "runs whose tool has no name",
	resultsLeftOut:      "runs without results whose invocations say that they were successful, read as having found nothing",
}

// quirks counts oddities and remembers where the first of each is.
type quirks [numQuirks]struct {
	n         int
	line, col int
	example   string
}

func (q *quirks) note(which quirk, line, col int, example []byte) {
	seen := &q[which]
	if seen.n++; seen.n == 1 {
		seen.line, seen.col, seen.example = line, col, string(cut(example, 80))
	}
}

// quirk notes an oddity of the value that was read last.
func (p *sarif) quirk(which quirk, text []byte) {
	line, col := p.s.Last()
	p.quirks.note(which, line, col, text)
}

func (q *quirks) report(r *evidence.Report) {
	for which, seen := range q {
		if seen.n == 0 {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s: %d", quirkTexts[which], seen.n)
		if seen.example != "" {
			fmt.Fprintf(&b, ", the first of them %q", seen.example)
		}
		r.Complain(evidence.Quirk, seen.line, seen.col, "%s", b.String())
	}
}
