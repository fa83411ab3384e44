package exits

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if m.Run() == 0 {
		os.Exit(3)
	}
}

func TestPasses(t *testing.T) {}
