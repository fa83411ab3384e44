package policy

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// vendorFolder is where copies of extended policies are kept, from the directory of
// the policy that extends them. Patterns of evidence do not look in there.
const vendorFolder = ".tollgate/extends"

// Vendored gives where the copy of an extended policy is, for a policy that is read
// from a path.
func (r Reference) Vendored(policyFile string) string {
	return path.Join(path.Dir(policyFile), vendorFolder, r.Repo, r.Commit, r.Path)
}

// DigestsBeside gives where the digests of the copies are, likewise.
func DigestsBeside(policyFile string) string {
	return path.Join(path.Dir(policyFile), vendorFolder, "SHA256SUMS")
}

// Digests are those of the copies, by what a policy writes of them.
type Digests map[string]string

// fileOfDigests is the file that sha256sum -c reads.
var (
	fileOfDigests = kindOfFile{"file of digests", "one line"}
	digestLine    = regexp.MustCompile(`^([0-9a-f]{64})  ([^ /]+/[^ /]+)/([0-9a-f]{40})/([^ ]+)$`)
)

// ReadDigests reads the file of the digests.
func ReadDigests(name string, data []byte) (Digests, error) {
	in := newInput(name, fileOfDigests, data)
	out := Digests{}
	for i, l := range in.lines {
		if l.text == "" {
			continue
		}
		m := digestLine.FindStringSubmatch(l.text)
		if m == nil {
			in.fail(in.at(i+1, 1, 1), "not a digest, two spaces and a copy; write the file anew with `tollgate policy vendor`")
			continue
		}
		out[Reference{m[2], m[4], m[3]}.String()] = m[1]
	}
	return out, in.sorted()
}

// Add takes the digest of a copy.
func (d Digests) Add(r Reference, data []byte) { d[r.String()] = digest(data) }

// Bytes is the file, in the order of the references.
func (d Digests) Bytes() []byte {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(d)) {
		place, commit, _ := strings.Cut(name, "@")
		parts := strings.SplitN(place, "/", 3)
		fmt.Fprintf(&b, "%s  %s/%s/%s/%s\n", d[name], parts[0], parts[1], commit, parts[2])
	}
	return []byte(b.String())
}

// Verify says what is wrong with a copy, if anything is.
func (d Digests) Verify(r Reference, copied string, data []byte) error {
	const mend = "run `tollgate policy vendor`, look at the difference, and commit it"
	switch want, ok := d[r.String()]; {
	case !ok:
		return fmt.Errorf("the copy %s has no digest beside it; %s", copied, mend)
	case want != digest(data):
		return fmt.Errorf("the copy %s was altered: its digest is sha256:%.12s and should be sha256:%.12s; %s", copied, digest(data), want, mend)
	default:
		return nil
	}
}
