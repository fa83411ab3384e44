package testresult

import (
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// A name that is written once and stands in many cases must not make a small
// file ask for much memory.
func TestSharedNamesStaySmall(t *testing.T) {
	long := strings.Repeat("x", 30_000)
	const n = 20_000
	for name, read := range map[string]func() int{
		"Playwright": func() int {
			block := `{"title":"b","specs":[{"title":"s","ok":true,"tests":[{"status":"skipped"}]}]}`
			blocks := make([]string, n)
			for i := range blocks {
				blocks[i] = strings.Replace(block, `"status"`, `"projectName":"`+strconv.Itoa(i)+`","status"`, 1)
			}
			doc := `{"suites":[{"title":"f","file":"` + long + `","suites":[{"title":"` + long + `","suites":[` + strings.Join(blocks, ",") + `]}]}]}`
			return readAs(t, PlaywrightJSON, doc).Cases.Len()
		},
		"Cucumber messages": func() int {
			doc := `{"pickle":{"id":"p","uri":"` + long + `","name":"` + long + `"}}` + "\n" + `{"testCase":{"id":"c","pickleId":"p"}}` + "\n"
			return readAs(t, CucumberMessages, doc+strings.Repeat(`{"testCaseStarted":{"id":"r","testCaseId":"c"}}`+"\n", n)).Cases.Len()
		},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			cases := read()
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; cases != n || grown > 200<<20 {
				t.Errorf("%d cases, %d MiB", cases, grown>>20)
			}
		})
	}
}
