package part

import (
	"math"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

const (
	maxLineNo = math.MaxUint32
	maxList   = 1 << 24 // elements of a list that has no limit of its own
	anyNumber = math.MaxUint64
)

// report is one report with all that a gate may ask of it.
func (c *coder) report(r *evidence.Report) {
	c.forget()
	c.name(&r.Source, "path of a report")
	c.text(&r.Format, maxWord, "format")
	number(c, &r.Kinds, 0, uint64(evidence.Tests|evidence.Coverage|evidence.Findings|evidence.Benchmarks), "kinds")
	c.stamp(&r.Time)
	list(c, &r.Problems, evidence.MaxProblems, "problems", func(p *evidence.Problem) {
		c.pos(&p.Pos)
		number(c, &p.Gravity, uint64(evidence.Quirk), uint64(evidence.Unsound), "gravity")
		c.text(&p.Message, evidence.MaxMessage, "message")
	})
	dropped := r.DroppedProblems()
	number(c, &dropped, 0, 1<<40, "number of further problems")
	r.SetDropped(dropped)
	number(c, &r.Suites, 0, 1<<40, "number of suites")
	list(c, &r.Unlisted, maxList, "unlisted cases", func(u *evidence.Unlisted) {
		c.name(&u.Suite, "suite")
		c.pos(&u.At)
		for _, n := range []*uint64{&u.Passed, &u.Failed, &u.Errored, &u.Skipped} {
			c.uint(n)
		}
	})
	c.cases(&r.Cases)
	c.coverage(&r.Coverage)
	list(c, &r.ToolRuns, maxList, "runs of tools", c.toolRun)
	c.findings(&r.Findings)
	c.benchmarks(&r.Benchmarks)
}

// stamp is the second since 1970, 0 for none, and whether it names no zone.
func (c *coder) stamp(s *evidence.Stamp) {
	var second uint64
	if s.Stated() {
		second = uint64(s.At.Unix())
	}
	number(c, &second, 0, 1<<40, "time of a report")
	c.yes(&s.Zoneless, "zone of a report")
	if c.in != nil && second != 0 {
		s.At = time.Unix(int64(second), 0).UTC()
	}
}

func (c *coder) pos(p *evidence.Pos) {
	c.name(&p.File, "file")
	number(c, &p.Line, 0, 1<<40, "line")
	number(c, &p.Col, 0, 1<<40, "column")
}

func (c *coder) toolRun(t *evidence.ToolRun) {
	c.name(&t.Tool, "tool")
	c.name(&t.Category, "category")
	c.name(&t.Version, "version")
	number(c, &t.Rules, 0, 1<<40, "number of rules")
	number(c, &t.Results, 0, 1<<40, "number of results")
	c.yes(&t.Failed, "failure of a run")
	list(c, &t.Scales, maxList, "scales", func(s *string) { c.name(s, "scale") })
	c.pos(&t.At)
}

func (c *coder) findings(fs *evidence.FindingList) {
	n, line := fs.Len(), 0
	number(c, &n, 0, maxList, "number of findings")
	for i := 0; i < n && c.err == nil; i++ {
		var f evidence.Finding
		if c.out != nil {
			f = fs.At(i)
		}
		c.finding(&f, line)
		line = f.At.Line
		if c.in != nil && c.err == nil {
			fs.AppendFinding(f)
		}
	}
}

// finding comes after one that stands at a line of the report.
func (c *coder) finding(f *evidence.Finding, before int) {
	c.name(&f.Tool, "tool")
	c.name(&f.Category, "category")
	c.name(&f.Rule, "rule")
	number(c, &f.Level, uint64(evidence.LevelNone), uint64(evidence.LevelError), "level")
	number(c, &f.LevelFrom, uint64(evidence.LevelFromResult), uint64(evidence.LevelFromDefault), "source of a level")
	number(c, &f.Severity, uint64(evidence.Unscored), uint64(evidence.Critical), "severity")
	c.name(&f.Score, "score")
	c.text(&f.Message, maxText, "message")
	c.name(&f.Path, "path")
	number(c, &f.Line, 0, maxLineNo, "line")
	number(c, &f.Col, 0, maxLineNo, "column")
	number(c, &f.EndLine, 0, maxLineNo, "last line")
	list(c, &f.Also, maxList, "places of a finding", func(p *evidence.Place) {
		c.name(&p.Path, "path")
		number(c, &p.Line, 0, maxLineNo, "line")
		number(c, &p.EndLine, 0, maxLineNo, "last line")
	})
	seen := evidence.SecondOf(f.FirstSeen)
	number(c, &seen, 0, math.MaxUint32, "time of detection")
	if c.in != nil && seen != 0 {
		f.FirstSeen = time.Unix(int64(seen), 0).UTC()
	}
	for _, l := range []*[]string{&f.CWE, &f.Ratings} {
		list(c, l, 1000, "words of a finding", func(s *string) { c.name(s, "word of a finding") })
	}
	list(c, &f.Fingerprints, evidence.MaxFingerprints, "fingerprints", func(p *evidence.Fingerprint) {
		c.name(&p.Name, "name of a fingerprint")
		c.text(&p.Value, maxText, "fingerprint")
	})
	c.yes(&f.Suppressed, "suppression")
	number(c, &f.Baseline, uint64(evidence.Unstated), uint64(evidence.BaselineAbsent), "state against the baseline")
	step(c, &f.At.Line, before, maxLineNo, "line")
	number(c, &f.At.Col, 0, maxLineNo, "column")
}

func (c *coder) property(p *evidence.Property) {
	c.name(&p.Name, "name of a property")
	c.name(&p.Value, "property")
}

func (c *coder) ratio(r *evidence.Ratio) {
	c.uint(&r.Num)
	c.uint(&r.Den)
}
