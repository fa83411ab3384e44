//go:build linux

package hugepages

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"
)

// TestHeapHasLargePages: what is allocated after Prepare lies where the kernel was
// asked for large pages, which it shows as the flag hg of a mapping (proc(5)).
func TestHeapHasLargePages(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("this kernel has no transparent huge pages")
	}
	asked = 0 // by who ran before
	Prepare(least - 1)
	if asked != 0 {
		t.Errorf("for a small report %d bytes are asked for", asked)
	}
	Prepare(128 << 20)
	if asked != 64<<20 {
		t.Errorf("for 128 MiB %d bytes are asked for, want half", asked)
	}
	// Larger than any hole that the heap may have elsewhere; it may begin in one.
	block, within := make([]byte, 16<<20), 0
	for at := 0; at < len(block); at += 1 << 20 {
		if block[at] = 1; advised(t, uintptr(unsafe.Pointer(&block[at]))) {
			within++
		}
	}
	if within < 8 {
		t.Errorf("%d of 16 MiB lie in large pages", within)
	}
	Prepare(1 << 40)
	Prepare(1 << 40)
	if asked != most {
		t.Errorf("%d bytes are asked for in all, want %d", asked, most)
	}
}

// advised reports whether the mapping of an address has the flag.
func advised(t *testing.T, address uintptr) bool {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	inside := false
	for line := range strings.Lines(string(maps)) {
		var from, to uintptr
		if n, _ := fmt.Sscanf(line, "%x-%x ", &from, &to); n == 2 {
			inside = from <= address && address < to
		}
		if inside && strings.HasPrefix(line, "VmFlags:") {
			return strings.Contains(line, " hg")
		}
	}
	t.Fatalf("no mapping holds %#x", address)
	return false
}
