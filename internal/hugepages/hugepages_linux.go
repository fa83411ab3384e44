package hugepages

import (
	"runtime"
	"syscall"
)

// ask makes the heap grow by so many bytes, and lets go of them at once: what is
// allocated next lies there. They are not written to, so that they cost nothing yet.
func ask(bytes int64) {
	heap := make([]byte, bytes)
	// That the kernel has no large pages, or gives none, is no mistake of anyone's.
	_ = syscall.Madvise(heap, syscall.MADV_HUGEPAGE)
	runtime.KeepAlive(heap)
	runtime.GC()
}
