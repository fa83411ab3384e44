package policy

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// defaultsOf lists the defaults in a setting by path.
func defaultsOf(path string, s Setting) (out []string) {
	if s.Scalar() && s.Default {
		return []string{path + " = " + s.Value}
	}
	for i, c := range s.Below {
		below := path + "." + c.Key
		if s.List {
			below = fmt.Sprintf("%s[%d]", path, i)
		}
		out = append(out, defaultsOf(strings.TrimPrefix(below, "."), c)...)
	}
	return out
}

func TestDefaults(t *testing.T) {
	for _, tt := range []struct {
		about, policy string
		want          []string
	}{
		{"tests and findings, no phases", `version: 1
evidence: {t: {tests: a.xml, findings: b.sarif}}
gates: {t: {from: t, require: [failed = 0, critical = 0]}}
`, []string{"evidence.t.expect.files = 1..", "evidence.t.expect.tests = 1..", "evidence.t.severity-from = security-severity"}},
		{"all is said", `version: 1
evidence: {c: {coverage: c.out, expect: {files: 3}}}
gates: {c: {from: c, require: lines > 1%}}
phases: {name: P, owner: "@o", label: L, manual: false, lost: hold}
escalation: {to: "@a", label: E, matrix: {category: x, route: correct, on: fail, gates: c}}
`, nil},
		{"lists of one, written as the value", `version: 1
evidence: {c: {coverage: c.out, expect: {files: 3}}}
gates: {c: {from: c, require: lines > 1%}, d: {from: c, require: lines > 2%}}
phases: {name: P, owner: "@o"}
escalation: {to: "@a", matrix: {category: x, on: fail}}
`, []string{"phases.label = P", "phases.manual = false", "phases.lost = back", "escalation.matrix.route = escalate", "escalation.matrix.gates[0] = c", "escalation.matrix.gates[1] = d", "escalation.label = escalated"}},
		{"where a task list is", `version: 1
evidence: {c: {coverage: c.out, expect: {files: 3}}}
gates:
  a: {from: issue, require: unticked = 0}
  b: {from: [c, issue], require: [lines > 1%, items > 1]}
  c: {from: issue, on: pull, require: unticked = 0}
  d: {from: reviews, require: approvals >= 1}
`, []string{"gates.a.on = issue", "gates.b.on = issue"}},
		{"the change, and all of it", `version: 1
evidence: {c: {coverage: c.out, expect: {files: 3}}}
gates: {c: {from: c, warn: [lines > 1%, patch.lines > 1%]}, d: {from: c, shadow: new-files.lines > 2%}, e: {from: c, generated: include, require: patch.lines > 2%}}
`, []string{"gates.c.generated = exclude", "gates.d.generated = exclude"}},
		{"several phases", `version: 1
evidence: {c: {coverage: c.out, expect: {files: 3}}}
gates: {c: {from: c, require: lines > 1%}}
phases: [{name: P, owner: "@o", exit: c}, {name: Q, owner: "@o", label: R}]
`, []string{"phases[0].label = P", "phases[0].manual = false", "phases[0].lost = back", "phases[1].manual = false", "phases[1].lost = back"}},
		{"regressions, and a limit that is said", `version: 1
evidence: {b: {benchmarks: a.txt, expect: {files: 3}}}
gates: {b: {from: b, compare: {effect: 9%}, warn: regressions = 0}, c: {from: b, require: regressions = 0}, d: {from: b, require: benchmarks > 1}}
`, []string{"gates.b.compare.alpha = 1%", "gates.b.compare.counts = 0%", "gates.c.compare.alpha = 1%", "gates.c.compare.counts = 0%", "gates.c.compare.effect = 5%"}},
		{"waivers by the name of the file", `version: 1
evidence: {t: {coverage: a.xml, expect: {files: 3}}}
gates: {t: {from: t, require: lines > 1%}}
waivers: w.yml
`, []string{"waivers.command = record", "waivers.max-days.default = 90"}},
		{"waivers with limits", `version: 1
evidence: {t: {coverage: a.xml, expect: {files: 3}}}
gates: {t: {from: t, require: lines > 1%}}
waivers: {max-days: {high: 3}}
`, []string{"waivers.file = .tollgate-waivers.yml", "waivers.command = record", "waivers.max-days.default = 90"}},
	} {
		p, err := Load("p.yml", []byte(tt.policy))
		if err != nil {
			t.Fatalf("%s: %v", tt.about, err)
		}
		got := defaultsOf("", p.Settings())
		slices.Sort(got)
		slices.Sort(tt.want)
		if diff := gocmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.about, diff)
		}
	}
}

// TestSettingsSayWhereTheyStand follows the place of every scalar back into the file.
func TestSettingsSayWhereTheyStand(t *testing.T) {
	for _, name := range files(t, "testdata/ok/*.yml") {
		data := contents(t, name)
		lines := strings.Split(string(data), "\n")
		p, err := Load("p.yml", data)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		var walk func(s Setting)
		walk = func(s Setting) {
			if s.Scalar() && !s.Default {
				seen++
				rest := string([]rune(lines[s.At.Line-1])[s.At.Col-1:])
				folded := strings.HasPrefix(rest, ">") || strings.Contains(rest, `\`) // the text is not on the line as it is
				if !folded && !strings.HasPrefix(strings.TrimLeft(rest, `"'`), s.Value) {
					t.Errorf("%s: %s does not stand at %s", filepath.Base(name), s.Value, s.At)
				}
			}
			for _, c := range s.Below {
				walk(c)
			}
		}
		walk(p.Settings())
		if seen == 0 {
			t.Errorf("%s has no values", name)
		}
	}
}
