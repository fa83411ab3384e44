package policy

import (
	"encoding/json"
	"strconv"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
)

// shards is in how many shards a source comes.
type shards struct{ n int }

func (s *shards) read(in *input, n *yaml.Node, w where) bool {
	k, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil || k < 1 || k > evidence.MaxShards {
		in.fail(in.placeOf(n, w), "%s must be how many shards there are, a whole number from 1 to %d", w.what, evidence.MaxShards)
		return false
	}
	s.n = k
	return true
}

func (s *shards) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "1", Maximum: json.Number(strconv.Itoa(evidence.MaxShards))}
}

// ofCommit is the commit that the evidence of a source must be of.
type ofCommit struct{ text }

var commitWords = []string{"head"}

func (c *ofCommit) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &c.text, commitWords, n, w)
}

func (c *ofCommit) schema() *jsonschema.Schema { return choiceSchema(commitWords) }
