package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/owenrumney/go-sarif/v2/sarif"
	"golang.org/x/tools/cover"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers"
)

// reader is one way to read a report.
type reader struct {
	name   string
	holds  bool // its result stays in memory and is measured
	counts bool // it says how many units it found
	// read gives what it found and how many units that is, for a reader that runs
	// in our own process.
	read func(path string) (result any, items int, err error)
	// command is the program to run instead, with the path of the report last, and
	// count finds in its output how many units it read. Without one its status tells
	// that it has read them.
	command  []string
	count    *regexp.Regexp
	optional bool // it is another's program, and may fail
	single   bool // it uses one core
}

var (
	plainRead     = reader{name: "plain read", single: true, read: readPlain}
	tollgate      = reader{name: "tollgate", holds: true, counts: true, read: readTollgate}
	oneCore       = reader{name: "tollgate on one core", single: true, holds: true, counts: true, read: readOnOneCore}
	xmlTokens     = reader{name: "encoding/xml tokens", counts: true, read: readXMLTokens}
	jsonLines     = reader{name: "encoding/json a line", counts: true, read: readJSONLines}
	jsonTokens    = reader{name: "encoding/json tokens", counts: true, read: readJSONTokens}
	coverProfiles = reader{name: "x/tools/cover", holds: true, counts: true, read: readCover}
	goSARIF       = reader{name: "go-sarif", holds: true, counts: true, read: readGoSARIF}
)

// ownReaders are those that a child process finds by name.
var ownReaders = []reader{plainRead, tollgate, oneCore, xmlTokens, jsonLines, jsonTokens, coverProfiles, goSARIF}

// readPlain reads the bytes and looks at none: nothing is faster on one core.
func readPlain(path string) (any, int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	buf := make([]byte, 256<<10)
	for {
		if _, err := f.Read(buf); err == io.EOF {
			return nil, 0, nil
		} else if err != nil {
			return nil, 0, err
		}
	}
}

// readTollgate is what the product does with a file.
func readTollgate(path string) (any, int, error) { return readWith(path, true) }

// readOnOneCore is the same for a file that cannot be read in two halves.
func readOnOneCore(path string) (any, int, error) { return readWith(path, false) }

func readWith(path string, halves bool) (any, int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	src := parsers.Source{Name: path, Reader: f}
	if halves {
		info, err := f.Stat()
		if err != nil {
			return nil, 0, err
		}
		src.At, src.Size = f, info.Size()
	}
	r, err := parsers.Parse(context.Background(), src)
	if err != nil {
		return nil, 0, err
	}
	if !r.Conclusive() {
		return nil, 0, fmt.Errorf("inconclusive: %s", r.Problems[0])
	}
	return r, itemsOf(r), nil
}

// itemsOf counts what a format's unit is: cases, blocks, lines or findings.
func itemsOf(r *evidence.Report) int {
	places := 0
	for i := range r.Coverage {
		places += len(r.Coverage[i].Blocks)
		if r.Coverage[i].LineSet != nil {
			places += int(r.Coverage[i].LineSet.Ratio().Den)
		}
	}
	return r.Cases.Len() + places + r.Findings.Len()
}

// readXMLTokens counts cases and lines. Cobertura lists the lines of a class a
// second time, by method.
func readXMLTokens(path string) (any, int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	d := xml.NewDecoder(bufio.NewReaderSize(f, 256<<10))
	items, methods := 0, 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil, items, nil
		}
		if err != nil {
			return nil, 0, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "testcase":
				items++
			case "line":
				if methods == 0 {
					items++
				}
			case "methods":
				methods++
			}
		case xml.EndElement:
			if token.Name.Local == "methods" {
				methods--
			}
		}
	}
}

func readJSONLines(path string) (any, int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	cases := 0
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 256<<10), 16<<20)
	for lines.Scan() {
		var event struct{ Action, Package, Test, Output string }
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			return nil, 0, err
		}
		if event.Test != "" && (event.Action == "pass" || event.Action == "fail" || event.Action == "skip") {
			cases++
		}
	}
	return nil, cases, lines.Err()
}

// readJSONTokens counts the results by their key, which stands once in each.
func readJSONTokens(path string) (any, int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	d := json.NewDecoder(bufio.NewReaderSize(f, 256<<10))
	results := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil, results, nil
		}
		if err != nil {
			return nil, 0, err
		}
		if token == "ruleIndex" {
			results++
		}
	}
}

func readCover(path string) (any, int, error) {
	profiles, err := cover.ParseProfiles(path)
	blocks := 0
	for _, p := range profiles {
		blocks += len(p.Blocks)
	}
	return profiles, blocks, err
}

func readGoSARIF(path string) (any, int, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	report, err := sarif.FromBytes(bytes.TrimSpace(data))
	if err != nil {
		return nil, 0, err
	}
	if len(report.Runs) != 1 {
		return nil, 0, errors.New("not one run")
	}
	return report, len(report.Runs[0].Results), nil
}
