package render

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// What the JSON of a run holds is described, every key of it.
func TestTheVerdictPageNamesEveryKey(t *testing.T) {
	page, err := os.ReadFile("../../docs/verdict.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, code := range regexp.MustCompile("`[^`\n]+`").FindAll(page, -1) {
		for _, word := range regexp.MustCompile(`\w+`).FindAllString(string(code), -1) {
			named[word] = true
		}
	}
	seen := map[reflect.Type]bool{}
	var look func(reflect.Type, string)
	look = func(of reflect.Type, at string) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || seen[of] {
			return
		}
		seen[of] = true
		for i := range of.NumField() {
			f := of.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			if !named[name] {
				t.Errorf("docs/verdict.md does not name %s%s", at, name)
			}
			look(f.Type, at+name+".")
		}
	}
	look(reflect.TypeFor[jsonResult](), "")
	if len(seen) < 10 {
		t.Errorf("looked at %d shapes", len(seen))
	}
}
