package xmlscan

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAcceptedDocuments(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"empty element":                  {`<a/>`, `<a></a>`},
		"quotes of both kinds":           {`<a b="it's" c='"'/>`, `<a b="it's" c="\""></a>`},
		"white space around equals":      {"<a b = \"1\"\n c\t=\t'2' />", `<a b="1" c="2"></a>`},
		"white space in an end tag":      {"<a></a \n>", `<a></a>`},
		"a greater-than in a value":      {`<a b="x>y"/>`, `<a b="x>y"></a>`},
		"a raw less-than in a value":     {`<a time="<<computed>>"/>`, `<a time="<<computed>>"></a>`},
		"the five entities":              {`<a b="&lt;&gt;&amp;&quot;&apos;">&lt;&gt;&amp;&quot;&apos;</a>`, `<a b="<>&\"'"><>&"'</a>`},
		"character references":           {`<a>&#65;&#x42;&#x1F600;&#000000067;</a>`, "<a>AB\U0001F600C</a>"},
		"references no text can hold":    {`<a>&#0;&#xD800;</a>`, "<a>\uFFFD\uFFFD</a>"},
		"CDATA between text":             {`<a>x<![CDATA[<b>&amp;]]]]><![CDATA[>]]>y</a>`, `<a>x<b>&amp;]]>y</a>`},
		"comments and instructions":      {`<?p <a> ?><!-- <b> -- --><a><!--</a>--><?q?>x</a><!-- z --><?r?>`, `<a>x</a>`},
		"a byte order mark":              {"\uFEFF<a/>", `<a></a>`},
		"white space before all":         {"\n  <?xml version='1.0'?>\n<a/>\n", `<a></a>`},
		"XML 1.1":                        {`<?xml version="1.1" encoding="UTF-8"?><a/>`, `<a></a>`},
		"a document type":                {`<!DOCTYPE a [<!ELEMENT a (#PCDATA)> <!-- ]> --> <!ENTITY e "]>">]><a/>`, `<a></a>`},
		"a document type with an id":     {`<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report/>`, `<report></report>`},
		"terminal colours":               {"<a b=\"\x1b[31m\">\x1b[0m\x00\x07</a>", "<a b=\"\\x1b[31m\">\x1b[0m\x00\x07</a>"},
		"bytes that are not UTF-8":       {"<a b=\"\xff\">\xc3(\xe2\x82</a>", "<a b=\"\uFFFD\">\uFFFD(\uFFFD\uFFFD</a>"},
		"line ends of three kinds":       {"<a b=\"1\r\n2\r3\">\r\nx\ry\n</a>", "<a b=\"1\\n2\\n3\">\nx\ny\n</a>"},
		"a carriage return by number":    {"<a>&#13;\n</a>", "<a>\r\n</a>"},
		"prefixed names":                 {`<n:a xmlns:n="u" n:b="1"></n:a>`, `<n:a xmlns:n="u" n:b="1"></n:a>`},
		"names outside ASCII":            {`<été façade="1"/>`, `<été façade="1"></été>`},
		"ISO-8859-1":                     {"<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xe9'>\xfc</a>", `<a b="é">ü</a>`},
		"windows-1252":                   {"\r\n <?xml version='1.0' encoding='windows-1252'?><a>\x80</a>", `<a>€</a>`},
		"Shift_JIS":                      {"<?xml version='1.0' encoding='Shift_JIS'?><a>\x93\xfa\x96\x7b</a>", `<a>日本</a>`},
		"US-ASCII that is UTF-8":         {"<?xml version='1.0' encoding='us-ascii'?><a>é</a>", `<a>é</a>`},
		"UTF-16 turned into UTF-8":       {"<?xml version='1.0' encoding='utf-16'?><a>é</a>", `<a>é</a>`},
		"an empty encoding":              {`<?xml version="1.0" encoding=""?><a/>`, `<a></a>`},
		"tags of one shape":              {`<r><c n="1" t="2"/><c n="" t="x"></c><c n='1' t="3"/><c n="4" t="5" u="6"/><c n="7" t="8"  /></r>`, `<r><c n="1" t="2"></c><c n="" t="x"></c><c n="1" t="3"></c><c n="4" t="5" u="6"></c><c n="7" t="8"></c></r>`},
		"a shape and more":               {`<r><case n="1"/><case n="2" t="3"/><case n="4" /><case n="5"></case></r>`, `<r><case n="1"></case><case n="2" t="3"></case><case n="4"></case><case n="5"></case></r>`},
		"a shape with white space":       {"<r><case n =\"1\" m\n= '2'/><case n =\"3\" m\n= '4'/></r>", `<r><case n="1" m="2"></case><case n="3" m="4"></case></r>`},
		"one name the prefix of another": {`<testsuites a="1"><testsuite a="2"/><testsuitex a="3"/></testsuites>`, `<testsuites a="1"><testsuite a="2"></testsuite><testsuitex a="3"></testsuitex></testsuites>`},
	} {
		t.Run(name, func(t *testing.T) {
			for way, r := range map[string]io.Reader{
				"whole":        strings.NewReader(c.in),
				"byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
				"data and EOF": iotest.DataErrReader(strings.NewReader(c.in)),
			} {
				got, err := events(r)
				if err != nil || got != c.want {
					t.Errorf("%s: got %q, %v; want %q", way, got, err, c.want)
				}
			}
		})
	}
}

func TestRefusedDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		in        string
		line, col int
		msg       string
	}{
		"nothing":                       {"", 1, 1, "no element"},
		"white space":                   {" \n ", 2, 2, "no element"},
		"a comment only":                {"<!-- a -->", 1, 11, "no element"},
		"plain text":                    {"hello", 1, 1, "before the root"},
		"text after the root":           {"<a/>\nx", 2, 1, "after the end of the root"},
		"CDATA after the root":          {"<a/><![CDATA[x]]>", 1, 5, "outside the root"},
		"a second root":                 {"<a/>\n <b/>", 2, 2, "second root"},
		"a second root of the same tag": {"<aaaaaaaaa b='1'/><aaaaaaaaa b='1'/>", 1, 19, "second root"},
		"tags that do not match":        {"<a>\n<b></a>", 2, 4, "not open"},
		"a longer end tag":              {"<a></ab>", 1, 4, "not open"},
		"a shorter end tag":             {"<ab></a>", 1, 5, "not open"},
		"an end tag with no start":      {"</a>", 1, 1, "without a start"},
		"an end tag with attributes":    {"<a></a b='1'>", 1, 8, "end tag"},
		"an end tag after the root":     {"<a/></a>", 1, 5, "without a start"},
		"an unknown entity":             {"<a>x&nbsp;</a>", 1, 5, "&nbsp; is not defined"},
		"an entity of the document":     {"<!DOCTYPE a [<!ENTITY e 'x'>]><a b='&e;'/>", 1, 37, "not expanded"},
		"an ampersand alone":            {"<a>x & y</a>", 1, 6, "without ';'"},
		"a reference beyond Unicode":    {"<a>&#x110000;</a>", 1, 4, "not defined"},
		"a reference with no number":    {"<a>&#;</a>", 1, 4, "not defined"},
		"decimal digits that are not":   {"<a>&#1F;</a>", 1, 4, "not defined"},
		"an attribute twice":            {"<a b='1' c='2' b='3'/>", 1, 19, "twice"},
		"an attribute without value":    {"<a b/>", 1, 5, "no value"},
		"an attribute named by a digit": {"<a 1b='x'/>", 1, 4, "needs a name"},
		"a hexadecimal of no digits":    {"<a>&#x;</a>", 1, 4, "not defined"},
		"an attribute without quotes":   {"<a b=1/>", 1, 6, "not in quotes"},
		"a number as a name":            {"<1/>", 1, 2, "name after '<'"},
		"a less-than in text":           {"<a>1 < 2</a>", 1, 7, "&lt;"},
		"a slash inside a tag":          {"<a / b='1'>", 1, 5, "followed by '>'"},
		"a late document type":          {"<a><!DOCTYPE a></a>", 1, 4, "after the root"},
		"a declaration of another kind": {"<!ELEMENT a>", 1, 1, "neither a comment"},
		"an unknown encoding":           {"<?xml version='1.0' encoding='klingon'?><a/>", 1, 1, "klingon"},
		"an instruction with no name":   {"<? a?><a/>", 1, 3, "name"},
	} {
		t.Run(name, func(t *testing.T) {
			for way, r := range map[string]io.Reader{
				"whole": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
			} {
				_, err := events(r)
				var syntax *SyntaxError
				if !errors.As(err, &syntax) {
					t.Fatalf("%s: got %v, want a syntax error", way, err)
				}
				if syntax.Line != c.line || syntax.Col != c.col || !strings.Contains(syntax.Msg, c.msg) {
					t.Errorf("%s: got %v, want %d:%d …%s…", way, err, c.line, c.col, c.msg)
				}
			}
		})
	}
}
