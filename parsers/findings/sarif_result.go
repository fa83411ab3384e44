package findings

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// result is the one that is being read (§3.27). What it says of kind may come last,
// so that strings are kept as bytes in buffers that the next result uses again:
// results that are no findings leave nothing behind.
type result struct {
	line, col    int
	ruleID       []byte
	isFail       bool
	undecided    bool
	level        evidence.Level
	baseline     evidence.BaselineState
	message      []byte
	uri, base    []byte
	hasPlace     bool
	artifact     int
	startLine    int
	startCol     int
	invocation   int
	suppressed   bool
	score        score
	cwe          []string
	fingerprints []fingerprint
	values       []byte
	rule         ruleRef
	rare         rare
}

// fingerprint is a name and the place of its value in result.values.
type fingerprint struct {
	name       string
	begin, end int
}

// waiting is what a finding needs from the rest of its run.
type waiting struct {
	ruleIndex, artifact, invocation int32
	base                            string
	rare                            *rare // nil for nearly all
}

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
		isFail: true, artifact: absent, invocation: absent, rule: noRule,
		ruleID: r.ruleID[:0], message: r.message[:0], uri: r.uri[:0], base: r.base[:0], fingerprints: r.fingerprints[:0], values: r.values[:0],
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
			r.rule = p.ruleRef(r.rule)
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
				if string(name) == "invocationIndex" {
					r.invocation = p.index()
				}
			}
		case "taxa":
			for range p.s.Elements {
				r.rare.taxa = p.taxon(r.rare.taxa)
			}
		case "properties":
			r.score, r.cwe = p.properties(r.score, r.cwe)
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
	case !r.isFail:
		if r.undecided {
			p.quirks.note(undecided, r.line, r.col, r.ruleID)
		}
		if r.level > evidence.LevelNone {
			p.quirks.note(levelOfNonFail, r.line, r.col, r.ruleID)
		}
		return
	case r.baseline == evidence.BaselineAbsent:
		return
	}
	f := evidence.Finding{
		Rule:  p.intern(r.ruleID),
		Level: r.level, Severity: r.score.severity, Score: r.score.text,
		Message: string(r.message), Path: p.intern(r.uri), Line: r.startLine, Col: r.startCol, CWE: r.cwe,
		Suppressed: r.suppressed, Baseline: r.baseline,
		At: evidence.Pos{File: p.r.Source, Line: r.line, Col: r.col},
	}
	if f.Rule == "" {
		f.Rule = r.rule.id
	}
	size := findingSize + len(f.Message)
	if len(r.fingerprints) > 0 {
		f.Fingerprints = make(map[string]string, len(r.fingerprints))
		for _, fp := range r.fingerprints {
			f.Fingerprints[fp.name] = string(r.values[fp.begin:fp.end])
			size += 64 + fp.end - fp.begin
		}
	}
	w := waiting{ruleIndex: int32(r.rule.index), artifact: int32(r.artifact), invocation: int32(r.invocation), base: p.intern(r.base)}
	r.rare.guid, r.rare.in = r.rule.guid, r.rule.in
	if r.rare.messageID != "" || r.rare.taxa != nil || r.rare.guid != "" || r.rare.in != nil {
		rest := r.rare
		w.rare = &rest
		size += 256
	}
	p.hold(size)
	if len(p.r.Findings) == cap(p.r.Findings) { // append alone would copy each four times
		p.r.Findings = slices.Grow(p.r.Findings, max(64, len(p.r.Findings)))
	}
	p.r.Findings = append(p.r.Findings, f)
	u.waiting = append(u.waiting, w)
}

// findingSize is what a finding takes beside its own strings: itself, the spare room
// that a growing slice has, and the head of its map.
const findingSize = 512

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

// suppressions reports whether the result is suppressed (§3.27.23, §3.35.3): it has
// suppressions, and none of them is anything but accepted. The specification does
// not say what no status means; Microsoft's SDK and tutorials take it for accepted,
// because tools that find a suppression in the source write none.
func (p *sarif) suppressions() bool {
	n, bad := 0, 0
	for range p.s.Elements {
		n++
		if p.s.Kind() != jsonscan.Object {
			bad++
		}
		for name := range p.s.Members {
			switch string(name) {
			case "status", "state": // drafts of 2.1.0 wrote state
				if !p.accepted() {
					bad++
				}
			case "properties":
				for name := range p.s.Members {
					if string(name) == "expiryUtc" {
						text, _ := p.s.Scalar()
						p.quirk(expiringSuppression, text)
					}
				}
			}
		}
	}
	return n > 0 && bad == 0
}

func (p *sarif) accepted() bool {
	if p.s.Kind() == jsonscan.Null {
		return true
	}
	text, _ := p.s.Scalar()
	switch string(text) {
	case "accepted":
		return true
	case "underReview", "rejected":
	default:
		p.quirk(unknownSuppression, text)
	}
	return false
}

// maxFingerprints of one result are kept; tools write one to four.
const maxFingerprints = 64

func (p *sarif) fingerprints(r *result) {
	for name := range p.s.Members {
		fp := fingerprint{p.intern(cut(name, evidence.MaxName)), len(r.values), 0}
		text, kind := p.s.Scalar()
		if kind == jsonscan.Invalid || len(r.fingerprints) == maxFingerprints {
			continue
		}
		if len(text) > 1<<10 { // two that differ must not be made equal
			text = fmt.Appendf(nil, "sha256:%x", sha256.Sum256(text))
		}
		r.values = append(r.values, text...)
		fp.end = len(r.values)
		r.fingerprints = append(r.fingerprints, fp)
	}
}
