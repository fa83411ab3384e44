package parsers

import (
	"errors"
	"io"
	"testing"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// endless gives bytes of which nobody asks what they are.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestBombs lets reports expand as far as their compressed bytes so far allow.
func TestBombs(t *testing.T) {
	const packed = int64(format.MaxPacked)
	for name, c := range map[string]struct {
		compressed, expanded int64
		refused              bool
	}{
		"a small one of a high ratio":   {1 << 10, 1 << 20, false},
		"900 times, 180 MiB":            {200 << 10, 180 << 20, false},
		"1100 times, 220 MiB":           {200 << 10, 220 << 20, true},
		"900 times, 256 MiB":            {packed / 900, packed, false},
		"900 times, a little more":      {packed / 900, packed + 64<<10, true},
		"90 times, 1 GiB":               {1 << 30 / 90, 1 << 30, false},
		"110 times, 1 GiB":              {1 << 30 / 110, 1 << 30, true},
		"2 times, 4 GiB":                {2 << 30, 4 << 30, false},
		"2 times, a little more, 4 GiB": {2 << 30, 4<<30 + 64<<10, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := &bomb{r: endless{}, in: &countingReader{n: c.compressed}}
			_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{io.LimitReader(b, c.expanded)}, make([]byte, 64<<10))
			if refused := errors.Is(err, errBomb); refused != c.refused || err != nil && !refused {
				t.Errorf("%d bytes of %d: %v", c.expanded, c.compressed, err)
			}
		})
	}
}
