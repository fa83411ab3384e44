package gates

import "sync"

// atOnce runs all of them, on as many cores as there are. Each writes to what no other
// one reads, so that what comes of it is the same whichever ends first.
func atOnce(work ...func()) {
	var done sync.WaitGroup
	for _, f := range work[1:] {
		done.Go(f)
	}
	work[0]()
	done.Wait()
}
