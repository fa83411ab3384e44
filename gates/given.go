package gates

import "github.com/tollgate-ci/tollgate/evidence"

// Given gives the kind of a source that every policy has without declaring it:
// what the change touches, and GitHub's own evidence. It bears the name of its
// kind.
func Given(name string) (evidence.Kind, bool) {
	for _, k := range evidence.Given {
		if k.String() == name {
			return k, true
		}
	}
	return 0, false
}
