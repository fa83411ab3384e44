package gates_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/gates"
)

var update = flag.Bool("update", false, "write the files that the code generates")

func TestReferenceIsCurrent(t *testing.T) {
	const file = "../docs/gates.md"
	if *update {
		if err := os.WriteFile(file, []byte(gates.Doc()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), gates.Doc()); diff != "" {
		t.Errorf("%s is not what the table of metrics says; run go test ./gates -update:\n%s", file, diff)
	}
}
