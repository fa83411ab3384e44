package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A file that is no report, such as what a file manager leaves in a folder, need not be
// written again: it may never have been meant. R18
func TestWhatIsNoReportMayBeLeftOut(t *testing.T) {
	s := tests(require("failed", "=", "0"))
	stray := &evidence.Report{Source: "r/.DS_Store"}
	stray.Complain(evidence.Unsound, 1, 1, "no known report format")
	in := gates.Input{Evidence: map[string]evidence.Set{"src": evidence.SetOf(evidence.PartKey{}, run("r/it.xml", "A passed"), stray)}}
	c := gates.Judge(s.policy(), in).Gates[0].Checks[0]
	if c.Outcome != gates.Inconclusive || !strings.Contains(c.Remedy, "write r/.DS_Store again, whole, or take it out of the patterns of source src") {
		t.Errorf("%s: %s", c.Outcome, c.Remedy)
	}
}
