package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// inspect is the name of the reader that is the whole program: what a person waits for
// who looks at a report.
const inspect = "tollgate inspect"

// buildInspect builds the program from this module.
func buildInspect(dir string) (reader, error) {
	binary := filepath.Join(dir, "tollgate")
	cmd := exec.Command("go", "build", "-o", binary, "github.com/tollgate-ci/tollgate/cmd/tollgate")
	if text, err := cmd.CombinedOutput(); err != nil {
		return reader{}, fmt.Errorf("building tollgate, for -inspect: %w: %s", err, strings.TrimSpace(string(text)))
	}
	return reader{name: inspect, command: []string{binary, "inspect"}}, nil
}
