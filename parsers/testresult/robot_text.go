package testresult

import (
	"bytes"
	"html"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// maxRobotMessage bounds what is read of a message: a merged one holds those of
// all attempts.
const maxRobotMessage = 64 << 10

// maxRobotAttempts bounds the attempts that are kept of one test.
const maxRobotAttempts = 100

var (
	robotHTML      = []byte("*HTML*")
	robotOldStatus = []byte("Old status:")
	robotNew       = []byte("New message:")
)

// robotMessage gives the message as plain text, and the attempts that a merge
// has written into it, the first one first. Robot 3 and later write
//
//	*HTML* <span class="merge">Test has been re-executed and results merged.</span><hr>
//	<span class="new-status">New status:</span> <span class="pass">PASS</span><br><hr>
//	<span class="old-status">Old status:</span> <span class="fail">FAIL</span><br>
//	<span class="old-message">Old message:</span> what went wrong<br>
//
// on one line, with one more block of the old ones for each merge before.
func robotMessage(text []byte) (msg []byte, before []evidence.Attempt) {
	rest, ok := bytes.CutPrefix(text, robotHTML)
	if !ok {
		return text, nil
	}
	news, olds, merged := bytes.Cut(rest, robotOldStatus)
	for merged && len(before) < maxRobotAttempts {
		var old []byte
		old, olds, merged = bytes.Cut(olds, robotOldStatus)
		if o, ok := robotSpan(old); ok {
			_, said, _ := bytes.Cut(old, []byte("Old message:"))
			a := evidence.Attempt{Outcome: o}
			if o != evidence.Passed {
				a.Message = firstLines(plainHTML(said))
			}
			before = append(before, a)
		}
	}
	if before == nil {
		return plainHTML(rest), nil
	}
	for i, j := 0, len(before)-1; i < j; i, j = i+1, j-1 {
		before[i], before[j] = before[j], before[i]
	}
	_, msg, _ = bytes.Cut(news, robotNew)
	return plainHTML(msg), before
}

// robotSpan reads the first span whose class is a status.
func robotSpan(v []byte) (evidence.Outcome, bool) {
	for {
		_, after, ok := bytes.Cut(v, []byte(`<span class="`))
		if !ok {
			return 0, false
		}
		class, rest, _ := bytes.Cut(after, []byte{'"'})
		switch string(class) {
		case "pass":
			return evidence.Passed, true
		case "fail":
			return evidence.Failed, true
		case "skip":
			return evidence.Skipped, true
		}
		v = rest
	}
}

// plainHTML gives the text of a piece of HTML, its breaks as ends of lines.
func plainHTML(v []byte) []byte {
	var out []byte
	for len(v) > 0 {
		text, after, tag := bytes.Cut(v, []byte{'<'})
		out = append(out, text...)
		if !tag {
			break
		}
		name, rest, _ := bytes.Cut(after, []byte{'>'})
		if bytes.HasPrefix(name, []byte("br")) || bytes.HasPrefix(name, []byte("hr")) {
			out = append(out, '\n')
		}
		v = rest
	}
	return bytes.TrimSpace([]byte(html.UnescapeString(string(out))))
}

// duration reads how long the element of the current tag took: elapsed in seconds
// (Robot 7), elapsedtime in milliseconds, or the time between two stamps.
func (b *robotReader) duration(line, col int) time.Duration {
	s := b.s
	if v, ok := s.Attr("elapsed"); ok {
		d, ok := parseSeconds(v)
		if !ok {
			b.oddTime(line, col, "elapsed", v)
		}
		return d
	}
	start, hasStart := s.Attr("starttime")
	end, hasEnd := s.Attr("endtime")
	if !hasStart || !hasEnd || string(start) == "N/A" || string(end) == "N/A" {
		v, ok := s.Attr("elapsedtime")
		if !ok {
			return 0
		}
		ms, ok := wholeNumber(v)
		if !ok {
			b.oddTime(line, col, "elapsedtime", v)
		}
		return time.Duration(ms) * time.Millisecond
	}
	from, okFrom := parseRobotTime(start)
	to, okTo := parseRobotTime(end)
	switch {
	case !okFrom:
		b.oddTime(line, col, "starttime", start)
	case !okTo:
		b.oddTime(line, col, "endtime", end)
	case to.After(from):
		return to.Sub(from)
	}
	return 0
}

func (b *robotReader) oddTime(line, col int, attr string, v []byte) {
	if !b.odd {
		b.odd = true
		b.r.Complain(evidence.Quirk, line, col, "%s=%.64q is no time; such durations are unknown", attr, v)
	}
}

// parseRobotTime reads the stamps of Robot before 7: "20210212 17:27:03.062".
func parseRobotTime(v []byte) (time.Time, bool) {
	const layout = "20060102 15:04:05.000"
	if len(v) != len(layout) {
		return time.Time{}, false
	}
	ok := true
	part := func(from, to int) (n int) {
		for _, c := range v[from:to] {
			if c < '0' || c > '9' {
				ok = false
			}
			n = n*10 + int(c-'0')
		}
		return n
	}
	t := time.Date(part(0, 4), time.Month(part(4, 6)), part(6, 8), part(9, 11), part(12, 14), part(15, 17), part(18, 21)*int(time.Millisecond), time.UTC)
	return t, ok && v[8] == ' ' && v[11] == ':' && v[14] == ':' && v[17] == '.'
}
