package gates

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// A metric that measures nothing and does not say why is no pass all the same.
func TestAMetricThatMeasuresNothingIsNoPass(t *testing.T) {
	m := Metric{Name: "silent", Kind: evidence.Tests, Value: evidence.Count, eval: func(*body) reading { return reading{} }}
	check := Check{Condition: Condition{Metric: m.Name, Op: Equal, Want: evidence.CountOf(0), Mode: Require}}
	check.judge(m, &body{judge: new(judge)})
	if check.Status != Inconclusive || !check.Partial || check.Why != "there is nothing that silent could be measured on" {
		t.Errorf("have %+v", check)
	}
}
