package findings

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// result is the one that is being read (§3.27). What it says of kind may come last,
// so that strings are kept as bytes in buffers that the next result uses again:
// results that are no findings leave nothing behind.
type result struct {
	line, col int
	ruleID    []byte
	isFail    bool
	undecided bool
	level     evidence.Level
	baseline  evidence.BaselineState
	message   []byte
	spot
	others     []other
	firstSeen  uint32
	invocation int
	suppressed bool
	traits
	fingerprints []fingerprint
	values       []byte
	rule         ruleRef
	rare         rare
}

// fingerprint is a name and the place of its value in result.values.
type fingerprint struct {
	name       evidence.NameID
	begin, end int
}

// waiting is what a finding needs from the rest of its run. A run has as many as
// findings, so that they are kept in chunks and without pointers.
type waiting struct {
	ruleIndex, artifact, invocation int32
	base                            evidence.NameID
}

const waitingChunk = 4096

// rare is what few results have.
type rare struct {
	guid      string
	in        *componentRef
	messageID string
	arguments []string
	taxa      []taxon
}

func (p *sarif) readResult(u *run) {
	r := &p.result
	*r = result{
		isFail: true, spot: r.spot.again(), invocation: absent, rule: noRule, others: r.others[:0],
		ruleID: r.ruleID[:0], message: r.message[:0], fingerprints: r.fingerprints[:0], values: r.values[:0],
	}
	r.line, r.col = p.s.Pos()
	ruleIndex := absent
	for name := range p.s.Members {
		switch string(name) {
		case "ruleId":
			text, _ := p.s.Scalar()
			r.ruleID = append(r.ruleID[:0], cut(text, evidence.MaxName)...)
		case "ruleIndex":
			ruleIndex = p.index()
		case "rule":
			r.rule = p.ruleRef(r.rule, r.ruleID)
		case "kind":
			r.isFail, r.undecided = p.kind()
		case "level":
			r.level = p.level()
		case "message":
			p.resultMessage(r)
		case "locations":
			for range p.s.Elements {
				p.location(r)
			}
		case "suppressions":
			r.suppressed = p.suppressions()
		case "baselineState":
			r.baseline = p.baseline()
		case "fingerprints", "partialFingerprints":
			p.fingerprints(r)
		case "provenance":
			for name := range p.s.Members {
				switch string(name) {
				case "invocationIndex":
					r.invocation = p.index()
				case "firstDetectionTimeUtc":
					r.firstSeen = p.moment()
				}
			}
		case "taxa":
			for range p.s.Elements {
				r.rare.taxa = p.taxon(r.rare.taxa)
			}
		case "properties":
			p.properties(&r.traits)
		}
	}
	if r.rule.index == absent {
		r.rule.index = ruleIndex
	}
	if p.s.Err() == nil { // half a result is none; that it is cut is told anyway
		p.keep(u, r)
	}
}

// keep makes a finding of the result if it is one.
func (p *sarif) keep(u *run, r *result) {
	switch {
	case r.undecided && r.level > evidence.LevelNone:
		p.quirks.note(levelOfUndecided, r.line, r.col, r.ruleID)
	case r.undecided:
		p.quirks.note(undecided, r.line, r.col, r.ruleID)
		return
	case !r.isFail:
		if r.level > evidence.LevelNone {
			p.quirks.note(levelOfNonFail, r.line, r.col, r.ruleID)
		}
		return
	}
	if r.baseline == evidence.BaselineAbsent {
		return
	}
	list := &p.r.Findings
	if len(r.ruleID) == 0 {
		r.ruleID = append(r.ruleID, r.rule.id...)
	}
	rec := list.Append(evidence.FindingRecord{
		Rule: p.ruleNames.id(p, r.rule.index, r.ruleID), Path: p.pathNames.id(p, r.artifact, r.uri), Line: uint32(r.startLine), EndLine: r.lastLine(), Col: uint32(r.startCol),
		FirstSeen: r.firstSeen,
		AtLine:    uint32(r.line), AtCol: uint32(r.col),
		Level: r.level, Severity: r.score.severity, Score: p.keepName([]byte(r.score.text)), CWE: list.List(r.cwe), Ratings: list.List(r.ratings),
		Suppressed: r.suppressed, Baseline: r.baseline,
	}, r.message)
	size := findingSize + len(r.message)
	for _, fp := range r.fingerprints {
		list.AddFingerprint(rec, fp.name, r.values[fp.begin:fp.end])
		size += 32 + fp.end - fp.begin
	}
	r.rare.guid, r.rare.in = r.rule.guid, r.rule.in
	if len(r.others) > 0 {
		size += p.keepOthers(u, r)
	}
	if r.rare.messageID != "" || r.rare.taxa != nil || r.rare.guid != "" || r.rare.in != nil {
		rest := r.rare
		if u.rare == nil {
			u.rare = make(map[int]*rare)
		}
		u.rare[list.Len()-1] = &rest
		size += 256
	}
	p.hold(size)
	n := list.Len() - 1 - u.first
	if n%waitingChunk == 0 {
		u.waiting = append(u.waiting, make([]waiting, 0, min(waitingChunk, 64<<min(n, 6))))
	}
	last := &u.waiting[n/waitingChunk]
	*last = append(*last, waiting{int32(r.rule.index), int32(r.artifact), int32(r.invocation), p.baseNames.id(p, r.base)})
}

// moment reads a date with or without a time (§3.9), 0 if it is neither. What states
// no zone is in UTC, as the name of the member says.
func (p *sarif) moment() uint32 {
	text, _ := p.s.Text()
	if len(text) > 40 {
		return 0
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(form, string(text)); err == nil {
			return evidence.SecondOf(t)
		}
	}
	return 0
}

// lastName saves looking a name up that is the one before it.
type lastName struct {
	text string
	name evidence.NameID
}

func (l *lastName) id(p *sarif, text []byte) evidence.NameID {
	if string(text) != l.text {
		l.name = p.keepName(text)
		l.text = p.r.Findings.NameOf(l.name)
	}
	return l.name
}

// numbered saves looking names up that stand with an index, as those of rules and
// artifacts do: it remembers what stood with it before. Names without one share a place,
// where the last of them is.
type numbered [1 << 10]evidence.NameID

func (l *numbered) id(p *sarif, index int, text []byte) evidence.NameID {
	known := &l[max(index, 0)%len(l)]
	if p.r.Findings.NameOf(*known) != string(text) {
		*known = p.keepName(text)
	}
	return *known
}

// findingSize is what a finding takes beside its own texts: itself, and what waits
// for the end of its run.
const findingSize = 96

// kind reads the kind (§3.27.9). Null is absent, and absent is fail; so is what
// SARIF does not know, so that no invented kind hides a finding.
func (p *sarif) kind() (isFail, undecided bool) {
	switch word := p.word(unknownKind, "pass", "open", "informational", "notApplicable", "review", "fail"); word {
	case "", "fail", unknown:
		return true, false
	default:
		return false, word == "open" || word == "review"
	}
}

// level reads a level (§3.27.10), 0 if it is absent. What SARIF does not know is an
// error: it might have meant the worst.
func (p *sarif) level() evidence.Level {
	switch p.word(unknownLevel, "none", "note", "warning", "error") {
	case "":
		return 0
	case "none":
		return evidence.LevelNone
	case "note":
		return evidence.LevelNote
	case "warning":
		return evidence.LevelWarning
	default:
		return evidence.LevelError
	}
}

// unknown stands for a word that is not in its list.
const unknown = "?"

// word reads a word of a list. Case is forgiven: the tool could as well have
// written it right, so nothing can be hidden by it. An empty string is how some
// tools write what they leave unset.
func (p *sarif) word(ifUnknown quirk, known ...string) string {
	kind := p.s.Kind()
	if kind == jsonscan.Null || kind == jsonscan.Invalid {
		return ""
	}
	text, _ := p.s.Scalar()
	for _, w := range known {
		if string(text) == w {
			return w
		}
	}
	if kind == jsonscan.String && len(text) == 0 {
		p.quirk(emptyWord, nil)
		return ""
	}
	for _, w := range known {
		if bytes.EqualFold(text, []byte(w)) {
			p.quirk(wrongCase, text)
			return w
		}
	}
	p.quirk(ifUnknown, text)
	return unknown
}

func (p *sarif) baseline() evidence.BaselineState {
	text, _ := p.s.Text()
	switch string(text) {
	case "new":
		return evidence.BaselineNew
	case "unchanged":
		return evidence.BaselineUnchanged
	case "updated":
		return evidence.BaselineUpdated
	case "absent":
		return evidence.BaselineAbsent
	default:
		return evidence.Unstated
	}
}

// printWithheld is what Semgrep since 1.100 writes of every finding in place of its
// matchBasedId/v1, unless who runs it is logged in (semgrep issue 10734). As a fingerprint
// it would make a finding that moved out of each new one.
const printWithheld = "requires login"

func (p *sarif) fingerprints(r *result) {
	for name := range p.s.Members {
		id := p.printNames[len(r.fingerprints)%len(p.printNames)].id(p, cut(name, evidence.MaxName))
		text, kind := p.s.Scalar()
		if kind == jsonscan.Invalid || len(r.fingerprints) == evidence.MaxFingerprints || string(text) == printWithheld {
			continue
		}
		if len(text) > 1<<10 { // two that differ must not be made equal
			text = fmt.Appendf(nil, "sha256:%x", sha256.Sum256(text))
		}
		begin := len(r.values)
		r.values = append(r.values, text...)
		r.fingerprints = append(r.fingerprints, fingerprint{id, begin, len(r.values)})
	}
}
