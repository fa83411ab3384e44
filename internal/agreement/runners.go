package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers"
)

// loadRunners reads the expect.json of every runner: a folder with a small program
// whose outcome is known by construction, make.sh, which runs a real tool over it,
// and the reports that the tool wrote. Nothing is left out in silence: a runner
// without make.sh, a report that no expect.json names, an entry without a note
// that says how its numbers are known, is an error.
func loadRunners(dir string) ([]*entry, error) {
	folders, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the runners: %w", err)
	}
	var all []*entry
	var errs []error
	for _, f := range folders {
		es, err := loadRunner(dir, f.Name())
		errs = append(errs, err)
		all = append(all, es...)
	}
	return all, errors.Join(errs...)
}

func loadRunner(dir, name string) ([]*entry, error) {
	folder := filepath.Join(dir, name)
	if _, err := os.Stat(filepath.Join(folder, "make.sh")); err != nil {
		return nil, fmt.Errorf("a runner is a folder with a make.sh that makes its reports anew: %w", err)
	}
	data, err := os.ReadFile(filepath.Join(folder, "expect.json"))
	if err != nil {
		return nil, fmt.Errorf("a runner has an expect.json with the numbers of its reports: %w", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	var es []*entry
	if err := dec.Decode(&es); err != nil {
		return nil, fmt.Errorf("%s/expect.json: %w", folder, err)
	}
	listed := map[string]bool{}
	for _, e := range es {
		if err := e.adopt(); err != nil {
			return nil, fmt.Errorf("%s/expect.json: %s: %w", folder, e.File, err)
		}
		listed[e.File] = true
		e.path = filepath.Join(folder, e.File)
		e.File = name + "/" + e.File
		if e.Family != "" {
			e.Family = name + " " + e.Family
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.IsDir() || listed[f.Name()] {
			continue
		}
		if report, err := claimed(filepath.Join(folder, f.Name())); err != nil || report {
			return nil, errors.Join(err, fmt.Errorf("%s/expect.json says nothing of %s, which is a report", folder, f.Name()))
		}
	}
	return es, nil
}

// adopt checks an entry of an expect.json and fills in what it implies.
func (e *entry) adopt() error {
	i := slices.IndexFunc(parsers.Formats, func(f parsers.Format) bool { return f.Name == e.Format })
	if i < 0 {
		return fmt.Errorf("no format has the name %q", e.Format)
	}
	k := slices.IndexFunc(evidence.Kinds, func(k evidence.Kind) bool { return k.String() == e.Kind })
	if k < 0 || parsers.Formats[i].Kinds&evidence.Kinds[k] == 0 {
		return fmt.Errorf("%s does not speak of %q", e.Format, e.Kind)
	}
	if e.Note == "" {
		return errors.New("it has no note that says how its numbers are known")
	}
	if len(e.Differs) > 0 && e.Family == "" {
		return errors.New("it differs from a family that it does not name")
	}
	e.kind, e.real, e.expected = evidence.Kinds[k], true, e.Format
	return nil
}

// claimed reports whether a format would read the file.
func claimed(file string) (bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return false, err
	}
	defer f.Close()
	r, err := parsers.Parse(context.Background(), parsers.Source{Name: filepath.Base(file), Reader: f})
	return err == nil && r.Format != "", err
}
