package gates

import (
	"fmt"
	"slices"
)

// unfinished is the gap of a condition on failures where tests could not finish. A
// package that does not build fails no test, and neither does a run that crashed:
// whether any of it would have failed, nobody knows. Where the gate says itself how
// much of that it takes, what is known of the failures is enough.
func (b *body) unfinished(errored uint64) []gap {
	if errored == 0 || slices.ContainsFunc(b.gate.Conditions, b.limitsErrors) {
		return nil
	}
	return []gap{{
		text: fmt.Sprintf("%d %s could not finish, and nobody knows whether %s would have failed", errored,
			plural(errored, "test", "tests"), plural(errored, "it", "they")),
		remedy: fmt.Sprintf("mend %s, or say how many may be so: require `errored = 0` in gate %s",
			plural(errored, "what could not finish", "those that could not finish"), b.gate.Name),
	}}
}

// limitsErrors reports whether a condition blocks where too many tests could not
// finish, today.
func (b *body) limitsErrors(c Condition) bool {
	if c.Mode != Require || c.Coming(b.judge.in.Now) {
		return false
	}
	switch c.Metric {
	case "errored", "pass-rate", EveryCell + "errored", EveryCell + "pass-rate":
		return true
	default:
		return false
	}
}
