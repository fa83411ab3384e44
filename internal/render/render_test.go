package render

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

var update = flag.Bool("update", false, "rewrite the goldens")

func share(num, den uint64) evidence.Value {
	return evidence.ShareOf(evidence.Ratio{Num: num, Den: den})
}

// sample is a run with every kind of check.
func sample() Result {
	cond := func(metric string, op gates.Op, want evidence.Value, m gates.Mode) gates.Condition {
		return gates.Condition{Metric: metric, Op: op, Want: want, Mode: m, At: evidence.Pos{File: ".tollgate.yml", Line: 9, Col: 3}}
	}
	zero := evidence.CountOf(0)
	v := gates.Verdict{Status: gates.Fail, Gates: []gates.GateResult{
		{Name: "rate", Due: true, Status: gates.Fail, Checks: []gates.Check{{
			Condition: cond("pass-rate", gates.More, share(90, 100), gates.Require), Status: gates.Fail, Outcome: gates.Fail,
			Actual: share(22499, 25000), Evidence: []string{"r.xml"}, Why: "89.99% (22499/25000) of the tests that ran passed; more than 90% must",
			Remedy: "2 more passing tests", Refs: []gates.Ref{{Pos: evidence.Pos{File: "a_test.go", Line: 3}, Text: "TestA failed: want 3, got 2"}}, MoreRefs: 2499,
		}}},
		{Name: "unit", Due: true, Status: gates.Warned, Checks: []gates.Check{
			{Condition: cond("failed", gates.Equal, zero, gates.Require), Status: gates.Pass, Outcome: gates.Pass, Holds: true, Actual: zero, Why: "none failed"},
			{Condition: cond("skipped", gates.AtMost, zero, gates.Warn), Status: gates.Warned, Outcome: gates.Fail, Actual: evidence.CountOf(1), Why: "1 was skipped", Remedy: "run this skipped test"},
			{Condition: cond("flaky", gates.Equal, zero, gates.Shadow), Status: gates.NotApplicable, Outcome: gates.Fail, Actual: evidence.CountOf(4), Why: "4 are flaky"},
		}},
		{Name: "scans", Due: true, Status: gates.Inconclusive, Checks: []gates.Check{{
			Condition: cond("critical", gates.Equal, zero, gates.Require), Status: gates.Inconclusive, Outcome: gates.Inconclusive,
			Why: "evidence scans: no file matches *.sarif", Remedy: "write the report *.sarif",
		}}},
		{Name: "load", Due: false, Status: gates.Fail, Checks: []gates.Check{{
			Condition: cond("failed", gates.Equal, zero, gates.Require), Status: gates.Fail, Outcome: gates.Fail, Actual: evidence.CountOf(7), Why: "7 failed",
		}}},
	}}
	d := workflow.Decision{Outcome: workflow.SentBack, From: workflow.Phase{Name: "Review"}, Phase: workflow.Phase{Name: "In Development", Owner: "@acme/dev"}, Why: "rate fails"}
	p := plan.Plan{Repo: "acme/shop", Issue: 12, Changes: []plan.Change{
		{Op: plan.Add, Target: "acme/shop#12", Key: "label:In Development", New: "In Development", Why: "rate fails"},
		{Op: plan.Update, Target: "acme/shop#12", Key: plan.CommentKey, Old: "old", New: "newer", Why: "the status has changed"},
		{Op: plan.Remove, Target: "acme/shop#12", Key: "label:Review", Old: "Review", Why: "an issue bears one phase label"},
	}}
	return Result{
		Policy: PolicyRef{".tollgate.yml", strings.Repeat("ab", 32)}, Repo: "acme/shop", Issue: 12, Head: strings.Repeat("1", 40), Phase: "Review",
		Verdict: v, Decision: &d, Plan: &p, DryRun: true, Notes: []string{"issue #12, by the closing keyword of pull request #34"}, Exit: 1,
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

func TestGoldens(t *testing.T) {
	var text, colour, narrow, doc bytes.Buffer
	r := sample()
	for _, err := range []error{Text(&text, r, Style{}), Text(&colour, r, Style{Color: true}), Text(&narrow, r, Style{Width: 50}), JSON(&doc, r)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "text.golden", text.String())
	golden(t, "colour.golden", colour.String())
	golden(t, "narrow.golden", narrow.String())
	golden(t, "json.golden", doc.String())
	golden(t, "summary.golden.md", Summary(r))
	golden(t, "comment.golden.md", Comment(sampleStatus(r.Verdict)))
}

func sampleStatus(v gates.Verdict) Status {
	rules := workflow.Rules{Phases: []workflow.Phase{{Name: "In Development", Owner: "@acme/dev"}, {Name: "Review"}}}
	return Status{
		Rules: rules, Verdict: v, Policy: PolicyRef{Path: ".tollgate.yml"}, Head: strings.Repeat("1", 40), Repo: "acme/shop",
		Decision: workflow.Decision{
			Phase:     rules.Phases[0],
			Memory:    workflow.Memory{Version: 1, Phase: "In Development", Log: []workflow.Entry{{To: "In Development", By: "tollgate", Why: "enters the workflow"}}},
			Escalated: []workflow.Escalation{{N: 1, Category: "security", To: "@acme/architects", Why: "security fails", Open: true}},
		},
	}
}

// hostileVerdict puts a text wherever a report's text may come to stand.
func hostileVerdict(s string, checks int) gates.Verdict {
	w := gates.Waiver{Test: &gates.WaivedTest{Suite: s, Name: s}, Reason: s, Owner: s, ApprovedBy: s, At: evidence.Pos{File: s, Line: 1}}
	v := gates.Verdict{Status: gates.Fail, Waivers: []gates.WaiverUse{{Waiver: w, Warnings: []string{s}}}}
	for i := range checks {
		v.Gates = append(v.Gates, gates.GateResult{Name: fmt.Sprint("g", i), Due: true, Status: gates.Fail, Checks: []gates.Check{{
			Condition: gates.Condition{Metric: "failed", Op: gates.Equal, Want: evidence.CountOf(0), Mode: gates.Require},
			Status:    gates.Fail, Outcome: gates.Fail, Actual: evidence.CountOf(3), Evidence: []string{s}, Why: s, Remedy: s,
			Refs:    []gates.Ref{{Pos: evidence.Pos{File: s, Line: 1}, Text: s}, {Text: s}},
			Waivers: []gates.Waiving{{Waiver: w, Lapsed: s, N: 1, Refs: []gates.Ref{{Pos: evidence.Pos{File: s, Line: 1}, Text: s}}}},
		}}})
	}
	return v
}

// codeSpan finds code spans by their fences: the same number of backticks.
var codeSpan = regexp.MustCompile("(?m)```` .*? ````|``` ?.*? ?```|`` ?.*? ?``|`[^`\\n]*`")

func TestHostileTextDoesNoHarm(t *testing.T) {
	for _, s := range hostile {
		v := hostileVerdict(s, 2)
		r := Result{Verdict: v, Decision: &workflow.Decision{Outcome: workflow.Held, Why: s}, Notes: []string{s}, Exit: 1}
		var text, doc bytes.Buffer
		if err := Text(&text, r, Style{}); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(text.String(), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.ContainsAny(line, "\x1b\r\x07\u202e") {
				t.Errorf("the terminal gets %q", line)
			}
			if utf8.RuneCountInString(line) > 800 {
				t.Errorf("a line of %d characters", utf8.RuneCountInString(line))
			}
		}
		if !strings.HasPrefix(text.String(), "✗ FAIL") {
			t.Errorf("the verdict does not come first: %.80q", text.String())
		}
		if err := JSON(&doc, r); err != nil || !json.Valid(doc.Bytes()) {
			t.Errorf("JSON of %.40q: %v", s, err)
		}
		comment := Comment(sampleStatus(v))
		_, visible, _ := strings.Cut(comment, "\n")
		for what, md := range map[string]string{"summary": Summary(r), "comment": visible} {
			md = codeSpan.ReplaceAllString(md, "") // nothing in one is markup
			if strings.Contains(md, "<script") || strings.Contains(md, "<img") || strings.Contains(md, "@everyone") || strings.Contains(md, "<!--") ||
				strings.Contains(md, "](http") || strings.ContainsAny(md, "\x1b\r\u202e") {
				t.Errorf("the %s of %.40q holds markup:\n%.2000s", what, s, md)
			}
		}
		if !workflow.HasMarker(comment) || strings.Count(comment, workflow.MarkerPrefix) != 1 {
			t.Errorf("the comment of %.40q has %d markers", s, strings.Count(comment, workflow.MarkerPrefix))
		}
	}
}

func TestBudgetsHoldAndTheVerdictIsNeverCut(t *testing.T) {
	for _, checks := range []int{1, 50, 1500} {
		v := hostileVerdict(strings.Repeat("界`|<", 3000), checks)
		comment := Comment(sampleStatus(v))
		if len(comment) > CommentBudget {
			t.Errorf("%d checks: a comment of %d bytes", checks, len(comment))
		}
		if !strings.Contains(comment, "### ✗ In Development: FAIL") {
			t.Errorf("%d checks: the comment has lost its verdict", checks)
		}
		summary := Summary(Result{Verdict: v, Exit: 1})
		if len(summary) > SummaryBudget {
			t.Errorf("%d checks: a summary of %d bytes", checks, len(summary))
		}
		if !strings.HasPrefix(summary, "## ✗ Tollgate: FAIL") || !utf8.ValidString(summary) || !utf8.ValidString(comment) {
			t.Errorf("%d checks: the summary has lost its verdict", checks)
		}
		if checks >= 1000 && !strings.Contains(comment, strings.TrimSpace(leftOut)) {
			t.Errorf("%d checks: the comment does not say that something is left out", checks)
		}
	}
}

func TestTheCommitStatusFits(t *testing.T) {
	d := Description(hostileVerdict("x", 3), strings.Repeat("phase ", 100), " · 3fa9")
	if utf8.RuneCountInString(d) > 140 || !strings.Contains(d, "3 gates fail") {
		t.Errorf("%d characters: %q", utf8.RuneCountInString(d), d)
	}
}
