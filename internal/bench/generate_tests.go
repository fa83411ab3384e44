package main

import "fmt"

// writeJUnit writes suites of a hundred cases, 3 in 100 failed with a stack in a
// CDATA section, 1 in 100 skipped, with a little output for every suite. One name in
// ten has a character that XML writes as a reference. 500 MB are 2.11 million cases.
func writeJUnit(w *countingWriter, size int64) (items int) {
	r := dice()
	w.printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"generated\">\n")
	for suite := 0; w.n < size; suite++ {
		class := fmt.Sprintf("com.example.shop.module%d.screening.Suite%dTest", suite%40, suite)
		w.printf("  <testsuite name=\"%s\" tests=\"100\" failures=\"3\" errors=\"0\" skipped=\"1\" time=\"12.5\" timestamp=\"2026-01-15T09:00:00\">\n", class)
		w.printf("    <properties><property name=\"java.version\" value=\"21.0.2\"/><property name=\"seed\" value=\"%d\"/></properties>\n", r.Uint32())
		for c := range 100 {
			more := "and more"
			if c%10 == 0 {
				more = "&amp; more"
			}
			w.printf("    <testcase name=\"%s #%d %s\" classname=\"%s\" time=\"0.%03d\"", phrase(r), c, more, class, r.IntN(1000))
			switch c {
			case 17, 63, 88:
				w.printf(">\n      <failure message=\"expected: &lt;%d&gt; but was: &lt;%d&gt;\" type=\"org.opentest4j.AssertionFailedError\"><![CDATA[", r.IntN(100), r.IntN(100))
				for frame := range 38 {
					w.printf("\tat %s.step%d(Suite%dTest.java:%d)\n", class, frame, suite, r.IntN(900))
				}
				w.printf("]]></failure>\n    </testcase>\n")
			case 40:
				w.printf("><skipped message=\"not on this platform\"/></testcase>\n")
			default:
				w.printf("/>\n")
			}
			items++
		}
		w.printf("    <system-out>started in %d ms\n%s</system-out>\n  </testsuite>\n", r.IntN(5000), phrase(r))
	}
	w.printf("</testsuites>\n")
	return items
}

// writeGoTest writes packages of a hundred tests as go test -json does, 2 in 100
// failed, 1 in 100 skipped. 500 MB are 2.30 million events of 414,000 tests: half of
// the tests log one line, the others two.
func writeGoTest(w *countingWriter, size int64) (items int) {
	r := dice()
	for pkg := 0; w.n < size; pkg++ {
		path := fmt.Sprintf("github.com/example/shop/internal/appservices/module%d", pkg)
		second := 0
		event := func(action, test, more string) {
			w.printf("{\"Time\":\"2026-01-15T09:%02d:%02d.%09dZ\",\"Action\":%q,\"Package\":%q", pkg%60, second, r.IntN(1e9), action, path)
			if test != "" {
				w.printf(",\"Test\":%q", test)
			}
			w.printf("%s}\n", more)
		}
		event("start", "", "")
		for t := range 100 {
			second = t % 60
			test := fmt.Sprintf("TestOrders%dOfGuests%dAreScreened", t, r.IntN(1000))
			end, word, lines := "pass", "PASS", 1+t%2
			switch t {
			case 17, 63:
				end, word, lines = "fail", "FAIL", 3
			case 40:
				end, word = "skip", "SKIP"
			}
			event("run", test, "")
			event("output", test, fmt.Sprintf(",\"Output\":\"=== RUN   %s\\n\"", test))
			for line := range lines {
				event("output", test, fmt.Sprintf(",\"Output\":\"    orders_test.go:%d: %s \\u003c%d\\u003e\\n\"", 10+line, phrase(r), r.Uint32()))
			}
			event("output", test, fmt.Sprintf(",\"Output\":\"--- %s: %s (0.01s)\\n\"", word, test))
			event(end, test, ",\"Elapsed\":0.01")
			items++
		}
		event("output", "", ",\"Output\":\"FAIL\\n\"")
		event("fail", "", ",\"Elapsed\":1.25")
	}
	return items
}
