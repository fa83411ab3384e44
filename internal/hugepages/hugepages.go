// Package hugepages asks the kernel to give memory in large pages (2 MiB on most
// processors) to the heap, before a large report is read into it. What is kept of a
// report is written once, from end to end, and with pages of 4 KiB the kernel is
// entered for each: a seventh of the time of reading a JUnit report of 100 MB, and
// an eighth of a coverprofile's, measured with internal/bench on a virtual machine.
//
// Linux gives large pages only to who asks, as most distributions set it, and the
// runtime of Go does not ask for its heap. Where they cannot be had nothing changes.
package hugepages

import "sync"

const (
	// least is the size of a report from which on its result is worth asking for.
	least = 16 << 20
	// most bounds what is asked for, in bytes. It is address space: memory is taken
	// only of what is written to.
	most = 512 << 20
)

var (
	mu    sync.Mutex
	asked int64 // so far, in bytes
)

// Prepare says that a report of so many bytes will be read. What is kept of one is less
// than half of it: docs/speed.md says how much.
func Prepare(report int64) {
	if report < least {
		return
	}
	mu.Lock()
	defer mu.Unlock()
	if want := min(report/2, most-asked); want > 0 {
		asked += want
		ask(want)
	}
}
