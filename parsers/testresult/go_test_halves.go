package testresult

import "bytes"

// afterPackage is a cut behind the result of a package: an event that ends something
// and names no test.
func afterPackage(part []byte) int {
	_, rest, _ := bytes.Cut(part, []byte{'\n'})
	for {
		line, more, ok := bytes.Cut(rest, []byte{'\n'})
		if !ok {
			return -1
		}
		rest = more
		ends := bytes.Contains(line, []byte(`"Action":"pass"`)) || bytes.Contains(line, []byte(`"Action":"fail"`)) || bytes.Contains(line, []byte(`"Action":"skip"`))
		if ends && !bytes.Contains(line, []byte(`"Test":`)) {
			return len(part) - len(rest)
		}
	}
}

// settled reports whether a half says nothing that the other half could add to:
// every package has its result, and nothing but events of tests was read. A package
// that a line of text says has failed, and a compiler's errors, may belong to both.
func (g *goTests) settled() bool {
	for _, p := range g.pkgs {
		if p.open || p.bench != nil {
			return false
		}
	}
	return g.events > 0 && len(g.builds) == 0 && len(g.fails) == 0 && g.bareFail == 0 && g.texts == 0 &&
		len(g.r.Problems) == 0
}

// join adds what the second half of a file says, and reports whether that is what
// reading it in order would have said.
func (g *goTests) join(o *goTests) bool {
	for name := range o.pkgs {
		if g.pkgs[name] != nil {
			return false
		}
	}
	g.r.Cases.Join(&o.r.Cases, g.line)
	g.r.Suites += o.r.Suites
	g.kinds()
	return len(g.r.Problems) == 0
}
