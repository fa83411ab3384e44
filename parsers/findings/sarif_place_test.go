package findings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
)

// §3.27.12: a result has a location for each place that takes part in it. Its URI may be an
// artifact's, or relative to a base (§3.4.3, §3.4.4); a location that is only logical is no place.
func TestPlacesOfAFinding(t *testing.T) {
	at := func(place string) string { return `{"physicalLocation":{` + place + `}}` }
	const a1 = `"artifactLocation":{"uri":"a.go"},"region":{"startLine":1,"endLine":3}`
	for name, tt := range map[string]struct {
		locations string
		want      []evidence.Place
	}{
		"none":                   {``, []evidence.Place{{}}},
		"one":                    {at(a1), []evidence.Place{{Path: "a.go", Line: 1, EndLine: 3}}},
		"two files":              {at(a1) + "," + at(`"region":{"startLine":7},"artifactLocation":{"uri":"./b%20c.go"}`), []evidence.Place{{Path: "a.go", Line: 1, EndLine: 3}, {Path: "b c.go", Line: 7}}},
		"two lines of a file":    {at(a1) + "," + at(`"artifactLocation":{"uri":"a.go"},"region":{"startLine":9,"endLine":9}`), []evidence.Place{{Path: "a.go", Line: 1, EndLine: 3}, {Path: "a.go", Line: 9}}},
		"one place twice":        {at(a1) + "," + at(a1), []evidence.Place{{Path: "a.go", Line: 1, EndLine: 3}}},
		"by index and by a base": {at(a1) + "," + at(`"artifactLocation":{"index":1}`) + "," + at(`"artifactLocation":{"uri":"d.go","uriBaseId":"SUB"}`), []evidence.Place{{Path: "a.go", Line: 1, EndLine: 3}, {Path: "x/two.go"}, {Path: "sub/d.go"}}},
		"a logical one between":  {`{"logicalLocations":[{"name":"f"}]},` + at(a1) + `,{"message":{"text":"x"}},` + at(`"artifactLocation":{"index":0}`), []evidence.Place{{Path: "a.go", Line: 1, EndLine: 3}, {Path: "one.go"}}},
		"the second is rooted":   {at(a1) + "," + at(`"artifactLocation":{"uri":"file:///w/repo/z.go"}`), []evidence.Place{{Path: "a.go", Line: 1, EndLine: 3}, {Path: "z.go"}}},
	} {
		f := one(t, logOf(`"results":[{"kind":"fail","locations":[`+tt.locations+`]}]`,
			`"artifacts":[{"location":{"uri":"one.go"}},{"location":{"uri":"x/two.go"}}]`,
			`"originalUriBaseIds":{"ROOT":{"uri":"file:///w/repo/"},"SUB":{"uri":"sub/","uriBaseId":"ROOT"}}`))
		var got []evidence.Place
		for p := range f.Places() {
			got = append(got, p)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

// A result that is no finding leaves no place behind, and one takes none of another's.
func TestPlacesAreOfTheirOwnFinding(t *testing.T) {
	const two = `"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"}}},{"physicalLocation":{"artifactLocation":{"uri":"b"}}}]`
	r := conclusive(t, logOf(`"results":[{"kind":"pass",`+two+`},{"ruleId":"none"},{"ruleId":"two",`+two+`},{"ruleId":"one","locations":[{"physicalLocation":{"artifactLocation":{"uri":"c"}}}]}]`))
	want := map[string][]evidence.Place{"none": nil, "two": {{Path: "b"}}, "one": nil}
	for _, f := range r.Findings.All() {
		if diff := cmp.Diff(want[f.Rule], f.Also); diff != "" {
			t.Errorf("%s: -want +got:\n%s", f.Rule, diff)
		}
	}
	if r.Findings.Len() != 3 {
		t.Errorf("%d findings", r.Findings.Len())
	}
}
