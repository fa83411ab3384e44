package policy

import (
	"regexp"
	"time"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// age is how old evidence may be, by the clock: minutes, hours or days of 24 hours.
type age struct {
	text
	most time.Duration
}

const agePattern = `^[1-9][0-9]{0,3}[mhd]$`

var (
	ageForm  = regexp.MustCompile(agePattern)
	ageUnits = map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
)

func (a *age) read(in *input, n *yaml.Node, w where) bool {
	a.at = in.placeOf(n, w)
	if n.Kind != yaml.ScalarNode || !ageForm.MatchString(n.Value) {
		in.fail(a.at, "%s must be how old the evidence may be, as whole minutes, hours or days: 90m, 24h or 7d", w.what)
		return false
	}
	a.value = n.Value
	last := len(n.Value) - 1
	a.most = time.Duration(whole(n.Value[:last])) * ageUnits[n.Value[last]]
	return true
}

func (a *age) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: agePattern, Examples: []any{"24h", "7d"}}
}
