package evidence

import (
	"iter"
	"math"
	"strconv"
	"strings"
	"time"
)

// FindingList holds findings compactly: 80 bytes each, the bytes of its message and
// 32 for a fingerprint. Tools, rules, paths, scores, names of fingerprints and
// weaknesses are kept once. Nothing is ever moved beyond the first few, so that
// appending never doubles what is there. The zero value is ready to use.
type FindingList struct {
	recs    [][]FindingRecord // all but the last are full
	n       int
	texts   arena
	names   stringTable
	prints  [][]Fingerprint
	lists   [][]string
	listIDs map[string]ListID
	also    [][]Place // of the findings that are in several places
}

// NameID names an interned name of one FindingList, and 0 is the empty one; ListID
// likewise a list of them.
type (
	NameID uint32
	ListID uint32
)

// FindingRecord is a finding as it is kept. What a report says of it later, in its
// rules, is put into the record by who reads it.
type FindingRecord struct {
	Tool, Category, Rule NameID
	Score, Path          NameID
	CWE, Ratings         ListID
	Line, EndLine, Col   uint32
	FirstSeen            uint32 // in seconds of Unix time, 0 if it is not known
	also                 uint32 // the number of its list of further places, 0 if it has one place
	AtLine, AtCol        uint32 // in the report
	Level                Level
	LevelFrom            LevelSource
	Severity             Severity
	Baseline             BaselineState
	Suppressed           bool

	numPrints uint8
	prints    uint32 // chunk<<12 | place in it
	message   arenaRef
}

// MaxFingerprints of one finding are kept; tools write one to four.
const MaxFingerprints = 64

// Len is the number of findings.
func (f *FindingList) Len() int { return f.n }

// Name keeps a name once. It copies b; what is longer than MaxName is cut as a
// case's name is.
func (f *FindingList) Name(b []byte) NameID { return NameID(f.names.intern(bounded(b))) }

// Names is how many names are kept.
func (f *FindingList) Names() int { return len(f.names.strs) }

// NameOf gives a name back.
func (f *FindingList) NameOf(id NameID) string { return f.names.get(uint32(id)) }

// List keeps a list of names once. The list must not be changed after.
func (f *FindingList) List(list []string) ListID {
	if len(list) == 0 {
		return 0
	}
	key := strings.Join(list, "\x00")
	id, ok := f.listIDs[key]
	if !ok {
		if f.listIDs == nil {
			f.listIDs = make(map[string]ListID)
		}
		f.lists = append(f.lists, list)
		id = ListID(len(f.lists))
		f.listIDs[key] = id
	}
	return id
}

// ListOf gives a list back. It must not be changed.
func (f *FindingList) ListOf(id ListID) []string {
	if id == 0 {
		return nil
	}
	return f.lists[id-1]
}

// Append adds a finding and gives its record, to be completed. It copies message.
func (f *FindingList) Append(rec FindingRecord, message []byte) *FindingRecord {
	if f.n%chunkLen == 0 {
		size := chunkLen
		if f.n == 0 {
			size = firstChunk
		}
		f.recs = append(f.recs, make([]FindingRecord, 0, size))
	}
	rec.message, rec.numPrints = f.texts.add(message), 0
	last := &f.recs[f.n/chunkLen]
	*last = append(*last, rec)
	f.n++
	return &(*last)[len(*last)-1]
}

// AddFingerprint gives a finding one more, and copies value. Those of one finding
// lie together; they are cheapest given to the one that was appended last.
func (f *FindingList) AddFingerprint(rec *FindingRecord, name NameID, value []byte) {
	if rec.numPrints == MaxFingerprints {
		return
	}
	had := f.printsOf(rec)
	last := len(f.prints) - 1
	together := len(had) > 0 && int(rec.prints>>12) == last && int(rec.prints&(1<<12-1))+len(had) == len(f.prints[last]) && len(f.prints[last]) < cap(f.prints[last])
	if !together {
		if last < 0 || cap(f.prints[last])-len(f.prints[last]) <= len(had) {
			f.prints = append(f.prints, make([]Fingerprint, 0, max(min(firstChunk<<(2*min(last+1, 5)), chunkLen), 2*len(had))))
			last++
		}
		rec.prints = uint32(last)<<12 | uint32(len(f.prints[last]))
		f.prints[last] = append(f.prints[last], had...)
	}
	rec.numPrints++
	f.prints[last] = append(f.prints[last], Fingerprint{f.NameOf(name), f.texts.get(f.texts.add(value))})
}

func (f *FindingList) printsOf(rec *FindingRecord) []Fingerprint {
	n := int(rec.numPrints)
	if n == 0 {
		return nil
	}
	from := int(rec.prints & (1<<12 - 1))
	return f.prints[rec.prints>>12][from : from+n : from+n]
}

// SetAlso says where else a finding is. The list must not be changed after.
func (f *FindingList) SetAlso(rec *FindingRecord, also []Place) {
	if len(also) == 0 {
		return
	}
	f.also = append(f.also, also)
	rec.also = uint32(len(f.also))
}

// Also gives where else a finding is. It must not be changed.
func (f *FindingList) Also(rec *FindingRecord) []Place {
	if rec.also == 0 {
		return nil
	}
	return f.also[rec.also-1]
}

// Record gives the record of finding i, to be completed.
func (f *FindingList) Record(i int) *FindingRecord { return &f.recs[i/chunkLen][i%chunkLen] }

// SetMessage gives a finding another message, which is copied.
func (f *FindingList) SetMessage(rec *FindingRecord, message string) {
	rec.message = f.texts.add([]byte(cutUTF8(message, MaxMessage)))
}

// At gives finding i. What it refers to is shared with f, stays valid, and must not
// be changed.
func (f *FindingList) At(i int) Finding { return f.view(f.Record(i)) }

func (f *FindingList) view(rec *FindingRecord) Finding {
	return Finding{
		Tool: f.NameOf(rec.Tool), Category: f.NameOf(rec.Category), Rule: f.NameOf(rec.Rule), Level: rec.Level, LevelFrom: rec.LevelFrom,
		Severity: rec.Severity, Score: f.NameOf(rec.Score), Message: f.texts.get(rec.message),
		Path: f.NameOf(rec.Path), Line: int(rec.Line), EndLine: int(rec.EndLine), Col: int(rec.Col), FirstSeen: fromSecond(rec.FirstSeen), CWE: f.ListOf(rec.CWE), Ratings: f.ListOf(rec.Ratings), Fingerprints: f.printsOf(rec),
		Also:       f.Also(rec),
		Suppressed: rec.Suppressed, Baseline: rec.Baseline, At: Pos{Line: int(rec.AtLine), Col: int(rec.AtCol)},
	}
}

// All yields the findings in the order of the report.
func (f *FindingList) All() iter.Seq2[int, Finding] {
	return func(yield func(int, Finding) bool) {
		for i := range f.n {
			if !yield(i, f.At(i)) {
				return
			}
		}
	}
}

// AppendFinding adds a finding given as a value; readers on a hot path use Append.
func (f *FindingList) AppendFinding(d Finding) {
	name := func(s string) NameID { return f.Name([]byte(s)) }
	rec := f.Append(FindingRecord{
		Tool: name(d.Tool), Category: name(d.Category), Rule: name(d.Rule), Score: name(d.Score), Path: name(d.Path), CWE: f.List(d.CWE), Ratings: f.List(d.Ratings),
		Line: uint32(d.Line), EndLine: uint32(d.EndLine), Col: uint32(d.Col), FirstSeen: SecondOf(d.FirstSeen), AtLine: uint32(d.At.Line), AtCol: uint32(d.At.Col),
		Level: d.Level, LevelFrom: d.LevelFrom, Severity: d.Severity, Baseline: d.Baseline, Suppressed: d.Suppressed,
	}, []byte(d.Message))
	f.SetAlso(rec, d.Also)
	for _, p := range d.Fingerprints {
		f.AddFingerprint(rec, name(p.Name), []byte(p.Value))
	}
}

// SecondOf is how a record keeps a time: in seconds of Unix time, 0 for one that 32
// bits do not hold, which is after the year 2105 or before 1970.
func SecondOf(t time.Time) uint32 {
	if s := t.Unix(); s > 0 && s <= math.MaxUint32 {
		return uint32(s)
	}
	return 0
}

func fromSecond(s uint32) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}

// LevelSource is which statement decided the level of a finding (SARIF 2.1.0
// §3.27.10).
type LevelSource uint8

const (
	_ LevelSource = iota
	LevelFromResult
	LevelFromOverride
	LevelFromRule
	LevelFromDefault
)

func (s LevelSource) String() string {
	switch s {
	case LevelFromResult:
		return "result"
	case LevelFromOverride:
		return "override"
	case LevelFromRule:
		return "rule"
	case LevelFromDefault:
		return "default"
	default:
		panic("evidence: source of a level " + strconv.Itoa(int(s)))
	}
}
