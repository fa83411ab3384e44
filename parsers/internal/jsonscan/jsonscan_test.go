package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// tokens writes down all of a text, as the scanner reads it.
func tokens(s *jsonscan.Scanner) ([]string, error) {
	var out []string
	var value func()
	value = func() {
		switch s.Kind() {
		case jsonscan.Object:
			out = append(out, "{")
			for key := range s.Members {
				out = append(out, "key "+string(key))
				value()
			}
			out = append(out, "}")
		case jsonscan.Array:
			out = append(out, "[")
			for range s.Elements {
				value()
			}
			out = append(out, "]")
		case jsonscan.String:
			text, _ := s.Text()
			out = append(out, "string "+string(text))
		case jsonscan.Number:
			text, _ := s.Number()
			out = append(out, "number "+string(text))
		case jsonscan.Bool:
			v, _ := s.Bool()
			out = append(out, fmt.Sprint(v))
		case jsonscan.Null:
			out = append(out, "null")
		}
	}
	value()
	return out, s.End()
}

// stdTokens is the same from encoding/json.
func stdTokens(text []byte) []string {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var out []string
	var value func()
	value = func() {
		tok, err := d.Token()
		if err != nil {
			return
		}
		switch tok := tok.(type) {
		case json.Delim:
			out = append(out, tok.String())
			for d.More() {
				if tok == '{' {
					key, err := d.Token()
					if err != nil {
						return
					}
					out = append(out, "key "+key.(string))
				}
				value()
			}
			end, _ := d.Token()
			out = append(out, fmt.Sprint(end))
		case string:
			out = append(out, "string "+tok)
		case json.Number:
			out = append(out, "number "+tok.String())
		case bool:
			out = append(out, fmt.Sprint(tok))
		case nil:
			out = append(out, "null")
		}
	}
	value()
	return out
}

// texts are valid and invalid JSON, in all the ways that RFC 8259 tells apart.
var texts = []string{
	`{}`, `[]`, `null`, `true`, `false`, `0`, `-0`, `1.5e+10`, `""`, ` [ ] `,
	`{"a":1,"b":[true,false,null,"x",{"c":{}}],"":""}`,
	"{\"a\"\t:\n1\r,\"b\" : [ 1 , 2 ]\n}\n",
	`["\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac"]`,
	`["\ud83d\ude00","\ud83d","\ude00","\ud83d\u0041","\ud83dx","\ud83d\ud83d\ude00","\ud83d\n"]`,
	"[\"é€😀\"]", "[\"a\xffb\xfe\xfdc\",\"\xe2\x82\",\"\xed\xa0\x80\"]",
	"{\"\xff\":1,\"k\\u0065y\":2}",
	`[1,-1,10,1.0,0.5,1e5,1E-5,1e+5,123456789012345678901234567890]`,
	`{"a":{"b":{"c":[[[[1]]]]}}}`, "[\"\x7f\"]",
	``, ` `, `{`, `}`, `[`, `]`, `{]`, `[}`, `{"a"}`, `{"a":}`, `{"a" 1}`, `{"a":1,}`, `[1,]`, `[,1]`, `{,}`, `[1 2]`, `{"a":1 "b":2}`,
	`{a:1}`, `{'a':1}`, `{1:1}`, `{"a":1}}`, `[]]`, `[] []`, `{} x`, `[1}`, `{"a":1]`, `[{"a":1]}`, `{"a":[1}]`, `nul`, `nulL`, `tru`, `fals`, `nullx`, `True`, `NaN`, `Infinity`, `-`, `+1`, `01`, `-01`,
	`1.`, `.5`, `1.e5`, `1e`, `1e+`, `--1`, `0x10`, `1_000`, `"`, `"a`, `"\`, `"\"`, `"\x"`, `"\u"`, `"\u12"`, `"\u123g"`, `"\U0041"`, `"\a"`,
	"\"\n\"", "\"\t\"", "\"\x00\"", "\"\x1f\"", "[1]\x00", "\x00", "[\x00]", "\ufeff{}", "[1,\v2]", "[1,\u00a02]", "/* c */ 1", "[1] // c",
	`["` + strings.Repeat("long and plain, ", 40) + `"]`, strings.Repeat(" ", 100) + `[` + strings.Repeat(" ", 33) + `1]`,
	`{"eight+eight":"12345678","seven":"1234567","nine":"123456789"}`,
}

// readers are all the ways in which the same bytes may arrive.
var readers = map[string]func(string) io.Reader{
	"whole":       func(t string) io.Reader { return strings.NewReader(t) },
	"in halves":   func(t string) io.Reader { return iotest.HalfReader(strings.NewReader(t)) },
	"by the byte": func(t string) io.Reader { return iotest.OneByteReader(strings.NewReader(t)) },
	"with EOF":    func(t string) io.Reader { return iotest.DataErrReader(strings.NewReader(t)) },
}

func TestScannerAgreesWithEncodingJSON(t *testing.T) {
	for _, text := range texts {
		for how, reader := range readers {
			t.Run(fmt.Sprintf("%.30q %s", text, how), func(t *testing.T) {
				agree(t, text, reader)
			})
		}
	}
}

func agree(t *testing.T, text string, reader func(string) io.Reader) {
	t.Helper()
	valid := json.Valid([]byte(text))
	got, err := tokens(jsonscan.New(t.Context(), reader(text)))
	if (err == nil) != valid {
		t.Fatalf("reading: error %v, but valid is %t", err, valid)
	}
	if valid {
		if diff := cmp.Diff(stdTokens([]byte(text)), got); diff != "" {
			t.Errorf("contents differ (-encoding/json +jsonscan):\n%s", diff)
		}
	}
	if err := jsonscan.New(t.Context(), reader(text)).End(); (err == nil) != valid {
		t.Errorf("skipping: error %v, but valid is %t", err, valid)
	}
}

func TestScannerRejectsEveryStrictPrefix(t *testing.T) {
	const text = `{"a\n":[1.5e3,"é\u00e9",true,null,{"b":-2}],"c":{}} `
	for n := range len(text) - 1 {
		cut := text[:n]
		if _, err := tokens(jsonscan.NewBytes([]byte(cut))); err == nil {
			t.Errorf("reading %q: no error", cut)
		}
		if err := jsonscan.NewBytes([]byte(cut)).End(); err == nil {
			t.Errorf("skipping %q: no error", cut)
		}
	}
}

func TestSyntaxErrorsNameTheirPlace(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"cut in an object", "{\n \"a\": 1", "2:8: the JSON text is cut short: ',' or '}' should follow"},
		{"cut in a string", "[\"abc", "1:6: the JSON text is cut short in a string"},
		{"nothing at all", "", "1:1: the JSON text is cut short: a value should follow"},
		{"a comma too many", "[1,\n2,\n]", "3:1: ']' where a value should be"},
		{"a name without quotes", "{\"a\":1,\n  b:2}", "2:3: 'b' where a name in quotes should be"},
		{"a line end in a string", "[\"a\nb\"]", "1:4: '\\n' in a string must be escaped"},
		{"an unknown escape", `["ab\q"]`, "1:5: no escape of JSON"},
		{"more after the end", "{}\n{}", "2:1: '{' after the end of the JSON text"},
		{"columns count bytes", "[\"é\" 1]", "1:7: '1' where ',' or ']' should be"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, reader := range readers {
				_, err := tokens(jsonscan.New(t.Context(), reader(tt.text)))
				if err == nil || err.Error() != tt.want {
					t.Errorf("%s, reading: %v, want %s", how, err, tt.want)
				}
				err = jsonscan.New(t.Context(), reader(tt.text)).End()
				if err == nil || err.Error() != tt.want {
					t.Errorf("%s, skipping: %v, want %s", how, err, tt.want)
				}
			}
		})
	}
}

func TestWhatIsNotAskedForIsSkipped(t *testing.T) {
	const text = `{"skip":{"a":[1,2,{"b":"]"}]},"n":12,"s":"text","list":[1,"x",{"y":1},3],"last":true}`
	for how, reader := range readers {
		s := jsonscan.New(t.Context(), reader(text))
		var got []string
		for key := range s.Members {
			switch string(key) {
			case "n":
				if _, ok := s.Text(); ok {
					t.Error("a number was read as a text")
				}
				n, ok := s.Int()
				got = append(got, fmt.Sprint("n ", n, ok))
			case "s":
				for range s.Members {
					t.Error("a string was entered as an object")
				}
				for range s.Elements {
					t.Error("a string was entered as an array")
				}
				text, _ := s.Text()
				got = append(got, "s "+string(text))
			case "list":
				for range s.Elements {
					if n, ok := s.Int(); ok {
						got = append(got, fmt.Sprint(n))
					}
				}
			case "last":
				v, ok := s.Bool()
				got = append(got, fmt.Sprint(v, ok))
			}
		}
		if err := s.End(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"n 12 true", "s text", "1", "3", "true true"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", how, diff)
		}
	}
}

func TestALoopLeftEarlySkipsTheRest(t *testing.T) {
	s := jsonscan.NewBytes([]byte(`[{"a":1,"b":[1,2]},[3,[4],5],"end"]`))
	var got []string
	for range s.Elements {
		for name := range s.Members {
			got = append(got, string(name))
			break
		}
		for range s.Elements {
			n, _ := s.Int()
			got = append(got, fmt.Sprint(n))
			break
		}
		if text, ok := s.Text(); ok {
			got = append(got, string(text))
		}
	}
	if diff := cmp.Diff([]string{"a", "3", "end"}, got); diff != "" || s.End() != nil {
		t.Errorf("error %v (-want +got):\n%s", s.Err(), diff)
	}
}

func TestLastIsThePlaceOfWhatWasLookedAt(t *testing.T) {
	for how, reader := range readers {
		s := jsonscan.New(t.Context(), reader("[\"a\",\n 12, {\"b\":\n  true}, [],\n\"\\n\", x]"))
		var got []string
		look := func() {
			s.Scalar()
			line, col := s.Last()
			got = append(got, fmt.Sprintf("%d:%d", line, col))
		}
		for range s.Elements {
			look()
			for range s.Members {
				look()
			}
		}
		if diff := cmp.Diff([]string{"1:2", "2:2", "2:6", "3:3", "3:10", "4:1", "4:7"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", how, diff)
		}
	}
}

func TestPositionsAreThoseOfTheValues(t *testing.T) {
	const text = "{\n  \"a\":  1,\n\t\"é\": [\n 2, \n\n {}\n]}"
	for how, reader := range readers {
		s := jsonscan.New(t.Context(), reader(text))
		var got []string
		at := func() {
			line, col := s.Pos()
			got = append(got, fmt.Sprintf("%d:%d", line, col))
		}
		at()
		for range s.Members {
			at()
			for range s.Elements {
				at()
			}
		}
		if err := s.End(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"1:1", "2:9", "3:8", "4:2", "6:2"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", how, diff)
		}
	}
}

// TestNothingIsLostWhereTheWindowMoves puts every byte of a text with all kinds of
// tokens where the window may end.
func TestNothingIsLostWhereTheWindowMoves(t *testing.T) {
	const text = `{"name"  :"value","é\n" : [ -12.5e+3 ,true,null],"\ud83d\ude00":"\u0041b\\"  , "x":{}}`
	want := stdTokens([]byte("[" + text + "]"))
	for n := 64<<10 - len(text) - 8; n < 64<<10+8; n++ {
		padded := "[" + strings.Repeat(" ", n) + text + "]" + strings.Repeat(" ", 70_000) // as much again, to overwrite what is not kept
		for how, reader := range readers {
			if how == "by the byte" && n%32 > 0 {
				continue
			}
			got, err := tokens(jsonscan.New(t.Context(), reader(padded)))
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Fatalf("%d spaces before, %s: error %v (-want +got):\n%s", n, how, err, diff)
			}
			if err := jsonscan.New(t.Context(), reader(padded)).End(); err != nil {
				t.Fatalf("%d spaces before, %s, skipping: %v", n, how, err)
			}
		}
	}
}

func TestPositionsHoldBeyondTheWindow(t *testing.T) {
	// 100,000 lines of 40 bytes are many windows.
	line := `"` + strings.Repeat("x", 36) + `",` + "\n"
	text := "[\n" + strings.Repeat(line, 100_000) + "  7]"
	s := jsonscan.New(t.Context(), strings.NewReader(text))
	for range s.Elements {
		if s.Kind() == jsonscan.Number {
			if line, col := s.Pos(); line != 100_002 || col != 3 {
				t.Errorf("7 stands at %d:%d, want 100002:3", line, col)
			}
		}
	}
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
}

func TestRepeatedNamesAreFound(t *testing.T) {
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, `"k%d":%d,`, i, i)
	}
	for _, tt := range []struct {
		name, text string
		want       []jsonscan.Duplicate
	}{
		{"none", `{"a":{"b":1},"b":{"a":2}}`, nil},
		{"twice", "{\"a\":1,\n \"a\":2}", []jsonscan.Duplicate{{Name: "a", Line: 2, Col: 2}}},
		{"told apart only by an escape", `{"a":1,"\u0061":2}`, []jsonscan.Duplicate{{Name: "a", Line: 1, Col: 8}}},
		{"inside", `{"a":[{"b":1,"c":2,"b":3}]}`, []jsonscan.Duplicate{{Name: "b", Line: 1, Col: 20}}},
		{"in separate objects", `{"a":[{"b":1},{"b":1}],"c":{"b":1}}`, nil},
		{"among many", "{" + many.String() + "\n\"k0\":0,\"k3\":0,\"k999\":0,\"k1000\":0}", []jsonscan.Duplicate{{Name: "k0", Line: 2, Col: 1}, {Name: "k3", Line: 2, Col: 8}, {Name: "k999", Line: 2, Col: 15}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, reader := range readers {
				s := jsonscan.New(t.Context(), reader(tt.text))
				if _, err := tokens(s); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, s.Duplicates()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", how, diff)
				}
			}
		})
	}
}

func TestFinishComplainsAtThePlace(t *testing.T) {
	var r evidence.Report
	r.Source = "x.json"
	s := jsonscan.NewBytes([]byte("{\"a\":1,\n\"a\":2,\n!}"))
	for range s.Members {
	}
	if err := s.Finish(&r); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`x.json:2:1: the name "a" stands twice in one object, so that readers may differ on what it says`,
		"x.json:3:1: '!' where a name in quotes should be",
	}
	var got []string
	for _, p := range r.Problems {
		got = append(got, p.String())
	}
	if diff := cmp.Diff(want, got); diff != "" || r.Conclusive() {
		t.Errorf("conclusive %t (-want +got):\n%s", r.Conclusive(), diff)
	}
}

func TestWholeNumbersInEverySpelling(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "-0": 0, "12": 12, "-7": -7, "12.0": 12, "1.2e1": 12, "120e-1": 12, "9007199254740992": 1 << 53,
	} {
		if n, ok := jsonscan.NewBytes([]byte(text)).Int(); !ok || n != want {
			t.Errorf("%s: %d, %t", text, n, ok)
		}
	}
	for _, text := range []string{"1.5", "1e18", "1e300", "1e400", "9007199254740993", "-9007199254740993", "9223372036854775808", `"1"`, "null"} {
		if n, ok := jsonscan.NewBytes([]byte(text)).Int(); ok {
			t.Errorf("%s: read as %d", text, n)
		}
	}
}

func TestScalarReadsWhateverIsOneWord(t *testing.T) {
	for text, want := range map[string]string{`"a\tb"`: "a\tb string", "1.50": "1.50 number", "true": "true boolean", "false": "false boolean", "null": " no value", "[]": " no value", "{}": " no value"} {
		got, kind := jsonscan.NewBytes([]byte(text)).Scalar()
		if have := string(got) + " " + kind.String(); have != want {
			t.Errorf("%s: %q, want %q", text, have, want)
		}
	}
}

func FuzzScanner(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Count(text, "[")+strings.Count(text, "{") > format.MaxDepth {
			t.Skip("the limits on depth differ, as documented")
		}
		for _, reader := range readers {
			agree(t, text, reader)
		}
	})
}
