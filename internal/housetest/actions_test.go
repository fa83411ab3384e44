package housetest

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"

	"go.yaml.in/yaml/v4"
)

var actionRules = []rule{
	{
		name:  "workflows begin with no permission",
		check: noPermissions,
		breaches: map[string]fstest.MapFS{
			"permissions: {} at the top":  {".github/workflows/a.yml": file("permissions: {contents: write}\njobs: {a: {permissions: {}}}")},
			"job b states no permissions": {".github/workflows/a.yml": file("permissions: {}\njobs: {a: {permissions: {}}, b: {}}")},
		},
	},
	{
		name:  "actions are pinned by commit",
		check: pinnedActions,
		breaches: map[string]fstest.MapFS{
			".github/workflows/a.yml:4: actions/checkout@v6 is not pinned": {".github/workflows/a.yml": file("jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v6 # v6.0.2\n")},
			"no version in a comment": {"action.yml": file("runs:\n  steps:\n    - uses: actions/checkout@" +
				strings.Repeat("0a", 20) + "\n")},
		},
	},
	{
		name:  "no expression is pasted into a script",
		check: noPasting,
		breaches: map[string]fstest.MapFS{
			"action.yml:3: run holds ${{": {"action.yml": file("runs:\n  steps:\n    - run: |\n        echo ${{ inputs.policy }}\n")},
		},
	},
	{
		name:  "every input is used",
		check: inputsUsed,
		breaches: map[string]fstest.MapFS{
			"input issue is never passed on": {"action.yml": file("inputs: {policy: {}, issue: {}}\nruns: {steps: [{env: {INPUT_POLICY: '${{ inputs.policy }}'}}]}")},
			"polcy is no input":              {"action.yml": file("inputs: {policy: {}}\nruns: {steps: [{env: {INPUT_POLICY: '${{ inputs.policy }} ${{ inputs.polcy }}'}}]}")},
		},
	},
	{
		name:  "inputs reach the binary by their names",
		check: inputNames,
		breaches: map[string]fstest.MapFS{
			"INPUT_DRYRUN should be INPUT_DRY_RUN": {"action.yml": file("runs: {steps: [{env: {INPUT_DRYRUN: '${{ inputs.dry-run }}'}}]}")},
		},
	},
}

// actionFiles calls visit for the action and every workflow.
func actionFiles(tree fs.FS, visit func(name string, data []byte, doc *yaml.Node) []string) []string {
	return walk(tree, func(name string, data []byte) []string {
		if name != "action.yml" && !strings.HasPrefix(name, ".github/workflows/") {
			return nil
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			return []string{fmt.Sprintf("%s: %v", name, err)}
		}
		return visit(name, data, &doc)
	}, ".yml", ".yaml")
}

// value gives the value of a key, and nil if node is no mapping or has no such key.
func value(node *yaml.Node, key string) *yaml.Node {
	for k, v := range pairs(node) {
		if k.Value == key {
			return v
		}
	}
	return nil
}

// pairs yields the keys and values of a mapping, and nothing for another node.
func pairs(node *yaml.Node) func(yield func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		if node != nil && node.Kind == yaml.DocumentNode {
			node = node.Content[0]
		}
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

// everyPair visits the keys and values of all mappings in a document.
func everyPair(node *yaml.Node, visit func(k, v *yaml.Node)) {
	for k, v := range pairs(node) {
		visit(k, v)
	}
	for _, child := range node.Content {
		everyPair(child, visit)
	}
}

func noPermissions(tree fs.FS) []string {
	return actionFiles(tree, func(name string, data []byte, doc *yaml.Node) (bad []string) {
		if name == "action.yml" {
			return nil
		}
		if p := value(doc, "permissions"); p == nil || p.Kind != yaml.MappingNode || len(p.Content) > 0 {
			bad = append(bad, name+": say permissions: {} at the top and widen it in the jobs")
		}
		for job, body := range pairs(value(doc, "jobs")) {
			if value(body, "permissions") == nil {
				bad = append(bad, fmt.Sprintf("%s:%d: job %s states no permissions", name, job.Line, job.Value))
			}
		}
		return bad
	})
}

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses:\s*(\S+)(.*)$`)
	pinned = regexp.MustCompile(`@([0-9a-f]{40}|sha256:[0-9a-f]{64})$`)
	says   = regexp.MustCompile(`# v\d+\.\d+\.\d+`)
)

func pinnedActions(tree fs.FS) []string {
	return actionFiles(tree, func(name string, data []byte, _ *yaml.Node) (bad []string) {
		for _, m := range uses.FindAllSubmatchIndex(data, -1) {
			line := lineOf(data, m[2])
			action, rest := string(data[m[2]:m[3]]), string(data[m[4]:m[5]])
			switch {
			case strings.HasPrefix(action, "./"):
			case !pinned.MatchString(action):
				bad = append(bad, fmt.Sprintf("%s:%d: %s is not pinned by a full commit", name, line, action))
			case !says.MatchString(rest):
				bad = append(bad, fmt.Sprintf("%s:%d: %s has no version in a comment", name, line, action))
			}
		}
		return bad
	})
}

func noPasting(tree fs.FS) []string {
	return actionFiles(tree, func(name string, _ []byte, doc *yaml.Node) (bad []string) {
		everyPair(doc, func(k, v *yaml.Node) {
			if k.Value == "run" && strings.Contains(v.Value, "${{") {
				bad = append(bad, fmt.Sprintf("%s:%d: run holds ${{ }}; pass it through env", name, k.Line))
			}
		})
		return bad
	})
}

var anInput = regexp.MustCompile(`\binputs\.([A-Za-z0-9_-]+)`)

func inputsUsed(tree fs.FS) []string {
	return actionFiles(tree, func(name string, _ []byte, doc *yaml.Node) (bad []string) {
		if name != "action.yml" {
			return nil
		}
		used := make(map[string]bool)
		everyPair(doc, func(_, v *yaml.Node) {
			for _, m := range anInput.FindAllStringSubmatch(v.Value, -1) {
				used[m[1]] = true
			}
		})
		for k := range pairs(value(doc, "inputs")) {
			if !used[k.Value] {
				bad = append(bad, fmt.Sprintf("%s:%d: input %s is never passed on", name, k.Line, k.Value))
			}
			delete(used, k.Value)
		}
		for stray := range used {
			bad = append(bad, fmt.Sprintf("%s: %s is no input", name, stray))
		}
		slices.Sort(bad)
		return bad
	})
}

func inputNames(tree fs.FS) []string {
	return actionFiles(tree, func(name string, _ []byte, doc *yaml.Node) (bad []string) {
		if name != "action.yml" {
			return nil
		}
		everyPair(doc, func(k, v *yaml.Node) {
			m := anInput.FindStringSubmatch(v.Value)
			if m == nil || !strings.HasPrefix(k.Value, "INPUT_") {
				return
			}
			if want := "INPUT_" + strings.ToUpper(strings.ReplaceAll(m[1], "-", "_")); k.Value != want {
				bad = append(bad, fmt.Sprintf("%s:%d: %s should be %s", name, k.Line, k.Value, want))
			}
		})
		return bad
	})
}
