package policy

import _ "embed" // for the policy that is shipped

// Default is the policy that is shipped, with comments.
//
//go:embed default.yml
var Default []byte
