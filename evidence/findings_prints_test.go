package evidence

import (
	"strconv"
	"testing"
)

// TestFingerprintsShareChunks adds more fingerprints than thirty chunks hold: from
// there on each had a chunk of its own, and was allocated alone.
func TestFingerprintsShareChunks(t *testing.T) {
	const n = 150_000
	var f FindingList
	for i := range n {
		rec := f.Append(FindingRecord{}, nil)
		f.AddFingerprint(rec, 0, strconv.AppendInt(nil, int64(i), 10))
	}
	if len(f.prints) > n/chunkLen+8 {
		t.Errorf("%d chunks for %d fingerprints", len(f.prints), n)
	}
	for i := 0; i < n; i += 997 {
		if got := f.At(i).Fingerprints; len(got) != 1 || got[0].Value != strconv.Itoa(i) {
			t.Fatalf("finding %d has %v", i, got)
		}
	}
}
