package jsonscan_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// What is passed because it stood there before must still be what the text says:
// every value is followed by every other in an array that is skipped, in one whose
// objects are entered, whole and byte by byte, and must be read as encoding/json does.
func TestWhatWasLearnedIsNotTakenForWhatStandsThere(t *testing.T) {
	values := []string{
		`1`, `"a"`, `[]`, `[1]`, `[[]]`, `[[1],[]]`, `{}`, `{"a":1}`, `{"a":"x"}`, `{"a":{}}`, `{"a":[]}`, `{"a":[1]}`, `{"a":[ ]}`, `{"a":[{"b":1}]}`,
		`{"a":[{"b":1},2]}`, `{"a":1,"b":2}`, `{"b":2,"a":1}`, `{"a" : 1}`, `{ "a":1}`, `{"a":1 ,"b":2}`, `{"a\u0062":1}`, `{"ab":1}`, `{"a":-0.5e1}`, `{"a":true}`,
		`{"a":1,"a":2}`, `{"a":1}}`, `{"a":1]`, `{"a":[1}`, `{"a":[1]`, `{"a"1}`, `{"a":}`, `{"a":[1,]}`, `{"a":1,}`, `{,"a":1}`, `["a"{"b":1}]`, `{"a":1{"b":2}}`, `[1 2]`, `[{"a":1}{"a":1}]`, `{"a":01}`,
	}
	n := 0
	for _, a := range values {
		for _, b := range values {
			text := "[" + a + "," + a + "," + b + "," + a + "]"
			for name, text := range map[string]string{"array": text, "member": `{"x":` + text + `,"y":{"z":` + b + `}}`} {
				valid := json.Valid([]byte(text))
				skipped := jsonscan.NewBytes([]byte(text)).End()
				slow := jsonscan.New(t.Context(), iotest.OneByteReader(strings.NewReader(text))).End()
				s := jsonscan.NewBytes([]byte(text))
				enter(s)
				entered := s.End()
				for how, err := range map[string]error{"skipped": skipped, "byte by byte": slow, "entered": entered} {
					if (err == nil) != valid {
						t.Errorf("%s of %s %s: %v, valid %t", name, text, how, err, valid)
					}
				}
				if fmt.Sprint(skipped) != fmt.Sprint(slow) {
					t.Errorf("%s of %s: %v, byte by byte %v", name, text, skipped, slow)
				}
				n++
			}
		}
	}
	if n != 2*len(values)*len(values) {
		t.Errorf("%d texts", n)
	}
}

func enter(s *jsonscan.Scanner) {
	for range s.Members {
		enter(s)
	}
	for range s.Elements {
		enter(s)
	}
}

// A name that repeats is found whether its object is like those before or not.
func TestRepeatedNamesAreFoundInObjectsThatWereLearned(t *testing.T) {
	for text, want := range map[string]string{
		`[{"a":1,"b":2},{"a":1,"b":2,"a":3}]`:          "a 1:29",
		`[{"a":1,"b":2},{"a":1,"a":2,"b":3}]`:          "a 1:23",
		`[{"a":1,"b":2},{"b":1,"a":2,"b":3}]`:          "b 1:29",
		`[{"a":1},{"a":1,"\u0061":2}]`:                 "a 1:17",
		`[{"a":1,"b":1},{"a":1, "b":1,  "b":2}]`:       "b 1:32",
		`[{"a":1,"b":1},{"a":1,"b":1},{"b":1,"a":1}]`:  "",
		`[{"a":{"b":1}},{"b":{"a":1}},{"b":1,"b":{}}]`: "b 1:37",
	} {
		s := jsonscan.NewBytes([]byte(text))
		enter(s)
		got := ""
		for _, d := range s.Duplicates() {
			got += fmt.Sprintf("%s %d:%d", d.Name, d.Line, d.Col)
		}
		if err := s.End(); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", text, got, want, err)
		}
	}
}

// More kinds of objects than are learned, and objects of more members, are read all
// the same, and what repeats in them is found.
func TestObjectsBeyondWhatIsLearned(t *testing.T) {
	var b strings.Builder
	b.WriteString("[")
	for i := range 3000 {
		fmt.Fprintf(&b, `{"n%d":{"k%d":[{"x%d":1}]},"m":%d},`, i, i%7, i, i)
	}
	b.WriteString("{")
	for i := range 200 {
		fmt.Fprintf(&b, `"q%d":%d,`, i, i)
	}
	b.WriteString(`"q77":0}]`)
	for name, read := range map[string]func(*jsonscan.Scanner){"entered": enter, "skipped": func(*jsonscan.Scanner) {}} {
		s := jsonscan.New(t.Context(), strings.NewReader(b.String()))
		read(s)
		if err := s.End(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := s.Duplicates(); name == "entered" && (len(d) != 1 || d[0].Name != "q77") {
			t.Errorf("duplicates %v", d)
		}
	}
}

// A stretch before a value must not be taken for one behind a value, where a comma is
// due.
func TestAStretchBelongsToItsPlace(t *testing.T) {
	for text, valid := range map[string]bool{
		`{"x":["a","a",{"b":1},"a","a"{"b":1}]}`:  false,
		`{"x":["a","a",{"b":1},"a","a",{"b":1}]}`: true,
		`{"x":["a","a",[1],"a","a"[1]]}`:          false,
	} {
		if err := jsonscan.NewBytes([]byte(text)).End(); (err == nil) != valid || json.Valid([]byte(text)) != valid {
			t.Errorf("%s: %v, valid %t", text, err, valid)
		}
	}
}
