package findings

import (
	"bytes"
	"path"
	"strings"

	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// sniffSARIF claims an object whose $schema speaks of SARIF, whose runs look like
// runs, or which has runs and a version 2. Where the beginning shows none of these,
// a file whose name says that it is SARIF is claimed too, so that the user is told
// what it lacks.
func sniffSARIF(name string, head []byte) bool {
	s := jsonscan.NewBytes(head)
	if s.Kind() == jsonscan.Object && showsSARIF(s) {
		return true
	}
	named := strings.Contains(strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/"))), ".sarif")
	return named && !bytes.HasPrefix(bytes.TrimSpace(head), []byte("<"))
}

func showsSARIF(s *jsonscan.Scanner) bool {
	version, runs := false, false
	for name := range s.Members {
		switch string(name) {
		case "$schema":
			if text, ok := s.Text(); ok && bytes.Contains(bytes.ToLower(text), []byte("sarif")) {
				return true
			}
		case "version":
			text, ok := s.Text()
			version = ok && bytes.HasPrefix(text, []byte("2."))
		case "runs":
			runs = true
			for range s.Elements {
				for name := range s.Members {
					if ofRun[string(name)] {
						return true
					}
				}
			}
		}
	}
	return version && runs
}

// ofRun are the names that a run of SARIF has and other things called runs do not
// (§3.14).
var ofRun = map[string]bool{
	"tool": true, "invocations": true, "conversion": true, "versionControlProvenance": true, "originalUriBaseIds": true,
	"artifacts": true, "logicalLocations": true, "automationDetails": true, "columnKind": true, "taxonomies": true,
	"externalPropertyFileReferences": true, "threadFlowLocations": true, "newlineSequences": true, "results": true,
}
