package testresult

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// generated is a report of that many cases: suites of 50, every 33rd case
// failed with a stack in CDATA, every 20th skipped, entities in some names.
func generated(cases int) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")
	for i := range cases {
		if i%50 == 0 {
			if i > 0 {
				b.WriteString("  </testsuite>\n")
			}
			fmt.Fprintf(&b, "  <testsuite name=\"com.example.billing.Suite%05dTest\" time=\"1.25\" timestamp=\"2026-01-01T00:00:00\">\n", i/50)
		}
		fmt.Fprintf(&b, "    <testcase name=\"should_charge_the_customer_once_%07d", i)
		if i%10 == 0 {
			b.WriteString("[a &lt; b &amp;&amp; c]")
		}
		fmt.Fprintf(&b, "\" classname=\"com.example.billing.invoices.Suite%05dTest\" time=\"%d.%03d\"", i/50, i%3, i%1000)
		switch {
		case i%33 == 7:
			b.WriteString(">\n      <failure message=\"expected: &lt;1&gt; but was: &lt;2&gt;\" type=\"AssertionError\"><![CDATA[")
			for f := range 12 {
				fmt.Fprintf(&b, "\tat com.example.billing.Invoice.charge%d(Invoice.java:%d)\n", f, 100+f)
			}
			b.WriteString("]]></failure>\n    </testcase>\n")
		case i%20 == 3:
			b.WriteString("><skipped/></testcase>\n")
		default:
			b.WriteString("/>\n")
		}
	}
	b.WriteString("  </testsuite>\n</testsuites>\n")
	return b.Bytes()
}

// BenchmarkJUnit reads one report in four ways. MB/s differ between machines;
// what to compare are the ratios of one run.
func BenchmarkJUnit(b *testing.B) {
	in := generated(100_000)
	for _, way := range []struct {
		name string
		read func(io.Reader) error
	}{
		{"plain read", func(r io.Reader) error {
			buf := make([]byte, 256<<10)
			for {
				if _, err := r.Read(buf); err != nil {
					return nil
				}
			}
		}},
		{"scanner alone", func(r io.Reader) error {
			s := xmlscan.New(context.Background(), r)
			for {
				if k, err := s.Next(); err != nil || k == xmlscan.Done {
					return err
				}
			}
		}},
		{"report", func(r io.Reader) error {
			return parseJUnit(context.Background(), format.Source{Reader: r}, new(evidence.Report))
		}},
		{"encoding/xml tokens", func(r io.Reader) error {
			d := xml.NewDecoder(r)
			for {
				if _, err := d.Token(); err != nil {
					return nil
				}
			}
		}},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if err := way.read(bytes.NewReader(in)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
