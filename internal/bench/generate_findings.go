package main

import (
	"fmt"
	"math/rand/v2"
)

// writeSARIF writes one run of 500 rules, without white space, as CodeQL does. Every
// result has fingerprints, two of five have a code flow of two to eight steps. 222 MB
// are 200,000 results.
func writeSARIF(w *countingWriter, size int64) (items int) {
	const rules = 500
	r := dice()
	w.printf(`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"Generated","semanticVersion":"1.0.0","rules":[`)
	for rule := range rules {
		if rule > 0 {
			w.printf(",")
		}
		w.printf(`{"id":"go/generated-%03d","name":"go/generated-%03d","shortDescription":{"text":"%s"},"fullDescription":{"text":"%s, %s."},"defaultConfiguration":{"enabled":true,"level":"warning"},`,
			rule, rule, phrase(r), phrase(r), phrase(r))
		w.printf(`"properties":{"tags":["security","external/cwe/cwe-%03d"],"kind":"path-problem","precision":"high","security-severity":"%d.%d"}}`, 20+rule, rule%10, rule%7)
	}
	w.printf(`]}},"invocations":[{"executionSuccessful":true}],"results":[`)
	for ; w.n < size; items++ {
		if items > 0 {
			w.printf(",")
		}
		rule := r.IntN(rules)
		w.printf(`{"ruleId":"go/generated-%03d","ruleIndex":%d,"rule":{"id":"go/generated-%03d","index":%d},"level":"error","message":{"text":"%s depends on [user input](1): \"%s\"."},`,
			rule, rule, rule, rule, phrase(r), phrase(r))
		w.printf(`"locations":[{%s}],`, physicalLocation(r))
		w.printf(`"partialFingerprints":{"primaryLocationLineHash":"%016x:1","primaryLocationStartColumnFingerprint":"%d"}`, r.Uint64(), r.IntN(60))
		if items%5 < 2 {
			w.printf(`,"codeFlows":[{"threadFlows":[{"locations":[`)
			for step := range 2 + r.IntN(7) {
				if step > 0 {
					w.printf(",")
				}
				w.printf(`{"location":{%s,"message":{"text":"%s : step %d"}}}`, physicalLocation(r), phrase(r), step)
			}
			w.printf(`]}]}]`)
		}
		if items%5 == 2 {
			w.printf(`,"relatedLocations":[{"id":1,%s,"message":{"text":"user input"}}]`, physicalLocation(r))
		}
		w.printf("}")
	}
	w.printf(`]}]}` + "\n")
	return items
}

func physicalLocation(r *rand.Rand) string {
	file, line, col := r.IntN(400), 1+r.IntN(2000), 1+r.IntN(80)
	return fmt.Sprintf(`"physicalLocation":{"artifactLocation":{"uri":"src/services/module%d/orders%d.go","uriBaseId":"%%SRCROOT%%","index":%d},"region":{"startLine":%d,"startColumn":%d,"endColumn":%d}}`,
		file/8, file, file, line, col, col+20)
}
