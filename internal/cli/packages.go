package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tollgate-ci/tollgate/internal/render"
)

// packages writes the escalations and the decision logs of the issues of a run into a
// folder, for its artifact. The token stands in none of them, whatever a report says.
func (a *app) packages(dir string, all standings) error {
	if dir == "" {
		return nil
	}
	for _, s := range all {
		if s.decided == nil {
			continue
		}
		for _, f := range render.Packages(s.decided.status) {
			if token := a.token(); token != "" {
				f.Data = bytes.ReplaceAll(f.Data, []byte(token), []byte("***"))
			}
			path := filepath.Join(dir, filepath.FromSlash(f.Name))
			err := os.MkdirAll(filepath.Dir(path), 0o755)
			if err == nil {
				err = os.WriteFile(path, f.Data, 0o644)
			}
			if err != nil {
				return &exitError{ExitUsage, fmt.Errorf("--package-dir: %w", err)}
			}
		}
	}
	return nil
}
