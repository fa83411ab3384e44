package format

import (
	"bytes"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Stamp reads a date and a time of day as the reports of tools write them: ISO 8601
// with T, blank or nothing in the date ("2026-05-04T10:11:12.345Z", "20260504 10:11:12"),
// a zone as Z, UTC, GMT or a number of hours and minutes, with a colon or without, or
// none. Another name of a zone can mean several, and is no zone. What is no such
// text states nothing.
func Stamp(text []byte) evidence.Stamp {
	year, rest, ok := digitsOf(bytes.TrimSpace(text), 4)
	month, rest, ok1 := digitsOf(after(rest, '-'), 2)
	day, rest, ok2 := digitsOf(after(rest, '-'), 2)
	if !ok || !ok1 || !ok2 || len(rest) < 2 || rest[0] != 'T' && rest[0] != ' ' {
		return evidence.Stamp{}
	}
	hour, rest, ok := digitsOf(rest[1:], 2)
	minute, rest, ok1 := digitsOf(after(rest, ':'), 2)
	second, rest, ok2 := digitsOf(after(rest, ':'), 2)
	if !ok || !ok1 || !ok2 || hour > 23 || minute > 59 || second > 60 || month < 1 || month > 12 || day < 1 || day > 31 || year < 1970 {
		return evidence.Stamp{}
	}
	if len(rest) > 0 && (rest[0] == '.' || rest[0] == ',') {
		rest = bytes.TrimLeft(rest[1:], "0123456789")
	}
	at := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if at.Day() != day && second < 60 {
		return evidence.Stamp{} // the month has no such day
	}
	ahead, zone := zoneOf(bytes.TrimSpace(rest))
	return evidence.Stamp{At: at.Add(-ahead), Zoneless: !zone}
}

// zoneOf reads how far a zone is ahead of UTC, and whether the text says so.
func zoneOf(text []byte) (ahead time.Duration, ok bool) {
	switch string(text) {
	case "Z", "z", "UTC", "GMT":
		return 0, true
	case "":
		return 0, false
	}
	if text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	hours, rest, ok := digitsOf(text[1:], 2)
	minutes := 0
	if rest = after(rest, ':'); ok && len(rest) > 0 {
		minutes, rest, ok = digitsOf(rest, 2)
	}
	if !ok || len(rest) > 0 || hours > 14 || minutes > 59 {
		return 0, false
	}
	ahead = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if text[0] == '-' {
		ahead = -ahead
	}
	return ahead, true
}

// digitsOf reads n digits.
func digitsOf(text []byte, n int) (number int, rest []byte, ok bool) {
	if len(text) < n {
		return 0, nil, false
	}
	for _, c := range text[:n] {
		if c < '0' || c > '9' {
			return 0, nil, false
		}
		number = number*10 + int(c-'0')
	}
	return number, text[n:], true
}

// after drops a delimiter, where there is one.
func after(text []byte, delimiter byte) []byte {
	if len(text) > 0 && text[0] == delimiter {
		return text[1:]
	}
	return text
}

// Where seconds since 1970 end and milliseconds begin: the year 5138, and 1973.
const (
	fromMillis  = 100_000_000_000
	afterMillis = 1000 * fromMillis
)

// UnixStamp reads a number of seconds or of milliseconds since 1970, whichever it
// must be: Cobertura's own files have milliseconds, and those of coverage.py have
// milliseconds since version 3 and of other tools seconds. 0, which tools write that
// do not know, states nothing.
func UnixStamp(n int64) evidence.Stamp {
	switch {
	case n <= 0 || n >= afterMillis:
		return evidence.Stamp{}
	case n >= fromMillis:
		n /= 1000
	}
	return evidence.Stamp{At: time.Unix(n, 0).UTC()}
}

// UnixStampText is UnixStamp of digits, of which a fraction is cut off.
func UnixStampText(text []byte) evidence.Stamp {
	text, _, _ = bytes.Cut(bytes.TrimSpace(text), []byte{'.'})
	if len(text) > 15 {
		return evidence.Stamp{}
	}
	n, _, ok := digitsOf(text, len(text))
	if !ok {
		return evidence.Stamp{}
	}
	return UnixStamp(int64(n))
}
