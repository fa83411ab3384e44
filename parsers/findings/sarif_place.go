package findings

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/evidence"
)

// spot is a physical location (§3.29) as it is read, in buffers that are used again.
type spot struct {
	uri, base                    []byte
	hasPlace                     bool
	artifact                     int
	startLine, startCol, endLine int
}

// again is an empty spot with the buffers of one that was read.
func (l *spot) again() spot { return spot{artifact: absent, uri: l.uri[:0], base: l.base[:0]} }

// lastLine is the end of a region of several lines, else 0.
func (l *spot) lastLine() uint32 {
	if l.startLine == 0 || l.endLine <= l.startLine {
		return 0
	}
	return uint32(l.endLine)
}

// same reports whether two are one place, as far as lines go.
func (l *spot) same(o *spot) bool {
	return l.artifact == o.artifact && l.startLine == o.startLine && l.lastLine() == o.lastLine() && bytes.Equal(l.uri, o.uri) && bytes.Equal(l.base, o.base)
}

// other is a further place of a result, its URI and then its base in result.values.
type other struct {
	begin, base, end    int
	artifact            int32
	startLine, lastLine uint32
}

// alsoAt is it where it waits for the end of the run.
type alsoAt struct {
	placed
	artifact            int32
	startLine, lastLine uint32
}

// location reads a location (§3.28). The first that is physical is that of the finding;
// where there are several, each is a place that takes part in it (§3.27.12).
func (p *sarif) location(r *result) {
	if !r.hasPlace {
		p.physical(&r.spot)
		return
	}
	l := &p.further
	*l = l.again()
	p.physical(l)
	if !l.hasPlace || l.same(&r.spot) {
		return
	}
	o := other{begin: len(r.values), artifact: int32(l.artifact), startLine: uint32(l.startLine), lastLine: l.lastLine()}
	r.values = append(r.values, l.uri...)
	o.base = len(r.values)
	r.values = append(r.values, l.base...)
	o.end = len(r.values)
	r.others = append(r.others, o)
}

func (p *sarif) physical(l *spot) {
	for name := range p.s.Members {
		if string(name) != "physicalLocation" {
			continue
		}
		for name := range p.s.Members {
			switch string(name) {
			case "artifactLocation":
				p.artifactLocation(l)
			case "region":
				for name := range p.s.Members {
					switch string(name) {
					case "startLine":
						l.startLine = p.ordinal()
					case "startColumn":
						l.startCol = p.ordinal()
					case "endLine":
						l.endLine = p.ordinal()
					}
				}
			}
		}
	}
}

func (p *sarif) artifactLocation(l *spot) {
	for name := range p.s.Members {
		switch string(name) {
		case "uri":
			text, _ := p.s.Text()
			l.uri = append(l.uri[:0], cut(text, evidence.MaxName)...)
		case "uriBaseId":
			text, _ := p.s.Text()
			l.base = append(l.base[:0], cut(text, evidence.MaxName)...)
		case "index":
			l.artifact = p.index()
		}
	}
	l.hasPlace = len(l.uri) > 0 || l.artifact >= 0
}

// ordinal reads a line or column, which count from 1; 0 is unknown.
func (p *sarif) ordinal() int {
	if n := p.index(); n != outOfRange {
		return max(0, n)
	}
	return 0
}

// keepOthers keeps the further places of the finding that was appended last, and says
// what they take.
func (p *sarif) keepOthers(u *run, r *result) (size int) {
	at := make([]alsoAt, len(r.others))
	for i, o := range r.others {
		at[i] = alsoAt{placed{p.keepName(r.values[o.begin:o.base]), p.keepName(r.values[o.base:o.end])}, o.artifact, o.startLine, o.lastLine}
	}
	if u.also == nil {
		u.also = make(map[int][]alsoAt)
	}
	u.also[p.r.Findings.Len()-1] = at
	return 64 + 56*len(at) // with what resolveAlso makes of them
}

// resolveAlso gives the findings of a run their further places.
func (p *sarif) resolveAlso(u *run) {
	list := &p.r.Findings
	for i, at := range u.also {
		also := make([]evidence.Place, len(at))
		for k, a := range at {
			also[k] = evidence.Place{Path: list.NameOf(p.path(u, u.placed(a.placed, int(a.artifact)))), Line: int(a.startLine), EndLine: int(a.lastLine)}
		}
		list.SetAlso(list.Record(i), also)
	}
}

// placed is where a URI and the index of an artifact say that something is: the index
// counts where there is no URI.
func (u *run) placed(l placed, artifact int) placed {
	if l.uri == 0 && artifact >= 0 && artifact < len(u.artifacts) {
		return u.artifacts[artifact]
	}
	return l
}
