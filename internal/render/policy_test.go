package render

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/internal/policy"
)

type shownValue struct{ Path, Value string }

func valuesOf(t *testing.T, p *policy.Policy) (values []shownValue, defaults int) {
	t.Helper()
	var b bytes.Buffer
	if err := SettingsJSON(&b, Settings{Whole: p.Settings(), Defaults: true}); err != nil {
		t.Fatal(err)
	}
	var out struct{ Values []jsonSetting }
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	for _, v := range out.Values {
		values = append(values, shownValue{v.Path, v.Value})
		if v.Default {
			defaults++
		}
		if v.Default != (v.At == nil) {
			t.Errorf("%s is a default and has the place %v", v.Path, v.At)
		}
	}
	return values, defaults
}

// TestTheEffectivePolicyIsThePolicy reads what policy show --effective prints: it
// says the same values, and leaves nothing to a default.
func TestTheEffectivePolicyIsThePolicy(t *testing.T) {
	names, err := filepath.Glob("../policy/testdata/ok/*.yml")
	if err != nil || len(names) < 4 {
		t.Fatalf("%d policies: %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := policy.Load("p.yml", data)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := SettingsYAML(&b, Settings{Whole: p.Settings(), Defaults: true}); err != nil {
			t.Fatal(err)
		}
		again, err := policy.Load("p.yml", b.Bytes())
		if err != nil {
			t.Errorf("%s: what is shown is no policy: %v\n%s", name, err, b.String())
			continue
		}
		before, _ := valuesOf(t, p)
		after, defaults := valuesOf(t, again)
		if diff := gocmp.Diff(before, after); diff != "" || defaults != 0 {
			t.Errorf("%s: %d defaults are left (-before +after):\n%s", name, defaults, diff)
		}
		if strings.Count(b.String(), "#") < len(before) {
			t.Errorf("%s: %d values, and fewer origins:\n%s", name, len(before), b.String())
		}
	}
}

// TestScalarsAreReadBack holds what needs quotes to have them.
func TestScalarsAreReadBack(t *testing.T) {
	for _, tt := range []struct {
		value string
		text  bool
		want  string
	}{
		{"1", false, "1"},
		{"true", false, "true"},
		{"1", true, `"1"`},
		{"true", true, `"true"`},
		{"on", true, `"on"`},
		{"~", true, `"~"`},
		{"failed = 0", true, "failed = 0"},
		{"50..", true, "50.."},
		{"..5", true, `"..5"`},
		{"1.5", true, `"1.5"`},
		{"@org/team", true, `"@org/team"`},
		{"*.sarif", true, `"*.sarif"`},
		{"a: b", true, `"a: b"`},
		{"a #b", true, `"a #b"`},
		{`a"b\c`, true, `"a\"b\\c"`},
		{"größer", true, `"größer"`},
		{"a<b>&c", true, `"a<b>&c"`},
	} {
		if got := scalarYAML(tt.value, tt.text); got != tt.want {
			t.Errorf("%q is written %s, want %s", tt.value, got, tt.want)
		}
	}
}
