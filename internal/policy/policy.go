// Package policy turns the bytes of .tollgate.yml into what gates judge by and
// what the workflow moves by. It is strict: a key, a metric, a name or a number
// that it does not know is an error at its place, because a typo that is skipped
// is a gate that is off. All errors are reported at once.
//
// The document is described once, in document.go: reading it and its JSON Schema
// are two walks over that description.
package policy

import (
	"crypto/sha256"
	"encoding/hex"

	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Policy is a policy that holds together: every name that is used is declared,
// every condition compares a metric that exists with a value of its kind.
type Policy struct {
	Name    string // of the file, and of the commit where it is not the working tree's
	Path    string // of the file alone, which is the same wherever it was read
	Digest  string // SHA-256 of its bytes, or of all digests where it extends others
	Sources []Source
	Gates   gates.Policy
	Rules   workflow.Rules
	// WaiverFile is the file of the waivers, from the directory of the policy; "" if
	// the policy admits none. Waivers are those that ReadWaivers read from there.
	WaiverFile string
	Owners     []string // who may approve that the policy asks for less
	Waivers    []gates.Waiver
	Extends    []Extended // the policies that it extends, the nearest first

	doc     *document  // keeps the place of every value, for Lint
	root    *yaml.Node // the document as it is written, for Settings
	in      *input     // knows the file of each of its nodes
	waivers *waiverFile
}

// Source says where the files of a body of evidence are. Sources stand in the
// order of the policy, as those of Policy.Gates do.
type Source struct {
	Name  string
	Files []Files // in the order of evidence.Kinds
	// FoldDuplicates says that the runner writes a retry as one more case of the
	// same name (`reruns: duplicates`); see evidence.Report.FoldDuplicates.
	FoldDuplicates bool
	// Root is the folder that its reports name files from, "" for that of the repository.
	Root       string
	At, RootAt evidence.Pos
}

// Files are patterns of the reports of one kind: doublestar patterns with
// slashes, relative to the root of the repository, that do not leave it.
type Files struct {
	Kind     evidence.Kind
	Patterns []string
}

// Load reads a policy that extends no other. name is what positions in messages
// begin with. The error is an Errors, sorted by place, and then there is no policy.
func Load(name string, data []byte) (*Policy, error) { return LoadExtending(name, data, nil) }

// LoadExtending reads a policy likewise, with those that it extends.
func LoadExtending(name string, data []byte, find Finder) (*Policy, error) {
	in := newInput(name, thePolicy, data)
	root := in.parse(data)
	if root == nil {
		return nil, in.sorted()
	}
	root, extends := in.extended(root, find)
	if root == nil {
		return nil, in.sorted()
	}
	doc := new(document)
	in.read(root, doc, where{wholePolicy, in.place(root)})
	p := &Policy{Name: name, Path: name, Digest: digest(data), Extends: extends, doc: doc, root: root, in: in}
	for _, e := range extends {
		p.Digest = digest([]byte(p.Digest + e.Digest))
	}
	resolve(in, doc, p)
	if errs := in.sorted(); errs != nil {
		return nil, errs
	}
	return p, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
