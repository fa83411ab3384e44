package testresult

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// CucumberJSON reads what the json formatters of Cucumber and its kin write.
var CucumberJSON = format.Format{
	Name:   "cucumber-json",
	Kinds:  evidence.Tests,
	Begins: "{[",
	Title:  "Cucumber JSON (cucumber-js, Cucumber-JVM, cucumber-ruby, behave, godog, pytest-bdd, Reqnroll)",
	Doc: `Every scenario is one case, and so is every row of an outline, in the suite of its feature file and the class of its feature. Its tags and those of its feature are properties named tag, without the @. What a
background, a hook or a step hook did belongs to the scenario that follows or surrounds it. The worst of all of them counts: "failed", and, as in Cucumber's
strict mode, "undefined", "pending" and "ambiguous" are failed; "skipped" and behave's "untested" are skipped; behave's "error", "hook_error" and
"cleanup_error" are errored. Any other word is errored and makes the report inconclusive. A scenario without a step did not run and is skipped.

A step without a result did not run where the scenario has a status of its own, as behave writes it, which is then a second witness. Elsewhere it is errored and
the report is inconclusive. A feature that behave says has failed and no scenario of which has is one errored case, [feature].

cucumber-js writes the last attempt of a scenario only, cucumber-ruby writes each as a scenario of its own: there, declare
"reruns: duplicates". A file that was cut is always recognised; an empty list is not told from any other.`,
	Names: []string{"keyword", "elements"},
	Times: "`start_timestamp` of scenarios",
	Sniff: sniffCucumber,
	Parse: parseCucumber,
}

// sniffCucumber looks at the first feature: what it is called, or else its first
// scenario.
func sniffCucumber(_ string, head []byte) bool {
	s := jsonscan.NewBytes(head)
	claimed := false
	for range s.Elements {
		keyword, where, elements, scenario := false, false, false, false
		for name := range s.Members {
			switch string(name) {
			case "keyword":
				keyword = true
			case "uri", "location":
				where = true
			case "elements":
				elements = s.Kind() == jsonscan.Array
				for range s.Elements {
					for name := range s.Members {
						switch string(name) {
						case "keyword", "steps", "before":
							scenario = true
						}
					}
					break
				}
			}
			claimed = claimed || scenario || keyword && (where || elements)
		}
		break
	}
	return claimed
}

type cucumberReader struct {
	s      *jsonscan.Scanner
	r      *evidence.Report
	suites suiteCount

	uri, feature, featureStatus []byte
	word, message               []byte
	tags, featureTags           labels
	features                    int
	element                     cucumberElement
	before                      cucumberRun // what the background in hand did
	beforeLine                  int
}

// cucumberRun is what a number of steps and hooks did.
type cucumberRun struct {
	outcome  evidence.Outcome // the worst, 0 if nothing ran
	idle     int              // steps without a result
	idleLine int
	duration time.Duration
	message  string
}

// cucumberElement is the scenario or background in hand.
type cucumberElement struct {
	name, kind, keyword, status []byte
	source                      int64
	run                         cucumberRun
}

func parseCucumber(ctx context.Context, src format.Source, r *evidence.Report) error {
	c := cucumberReader{s: jsonscan.New(ctx, src), r: r}
	isList := c.s.Kind() == jsonscan.Array
	for range c.s.Elements {
		c.readFeature()
	}
	if c.s.Err() == nil && (!isList || c.features == 0) {
		r.Complain(evidence.Unsound, 1, 1, "no feature in it")
	}
	return c.s.Finish(r)
}

func (c *cucumberReader) readFeature() {
	line, col := c.s.Pos()
	if c.s.Kind() != jsonscan.Object {
		c.r.Complain(evidence.Unsound, line, col, "a feature that is no object")
		return
	}
	c.features++
	c.uri, c.feature, c.featureStatus = c.uri[:0], c.feature[:0], c.featureStatus[:0]
	c.featureTags.begin(nil)
	first, counts := c.r.Cases.Len(), c.r.Cases.Counts()
	for name := range c.s.Members {
		switch string(name) {
		case "uri":
			c.uri = keepText(c.s, c.uri, format.MaxToken)
		case "location": // behave: file and line
			if c.uri = keepText(c.s, c.uri, format.MaxToken); bytes.LastIndexByte(c.uri, ':') > 0 {
				c.uri = c.uri[:bytes.LastIndexByte(c.uri, ':')]
			}
		case "name":
			c.feature = keepText(c.s, c.feature, format.MaxToken)
		case "status":
			c.featureStatus = keepText(c.s, c.featureStatus, 100)
		case "tags":
			c.readTags(&c.featureTags)
		case "elements":
			for range c.s.Elements {
				c.readElement()
			}
		}
	}
	if c.s.Err() != nil {
		return
	}
	if c.before.outcome.Bad() { // a background that no scenario follows
		c.add([]byte("[background]"), c.before, 0, c.beforeLine)
	}
	c.before = cucumberRun{}
	now := c.r.Cases.Counts()
	if o, known := cucumberOutcome(c.featureStatus); len(c.featureStatus) > 0 && o.Bad() && now.Failed+now.Errored == counts.Failed+counts.Errored {
		if !known {
			c.r.Complain(evidence.Unsound, line, col, "the status %.100q of this feature is not known", c.featureStatus)
		}
		c.r.Cases.Append(0, 0, []byte("[feature]"), evidence.Errored, 0, line, &evidence.Detail{Message: "the feature is said to be " + string(c.featureStatus) + ", and no scenario is"})
	}
	if c.r.Cases.Len() == first {
		return
	}
	suite, class := c.r.Cases.Suite(c.uri), c.r.Cases.Class(c.feature)
	c.suites.meet(c.r, suite)
	inherited := c.featureTags.list()
	for i := first; i < c.r.Cases.Len(); i++ {
		c.r.Cases.Assign(i, suite, class)
		c.r.Cases.SetFile(i, c.uri)
		if len(inherited) > 0 { // Cucumber repeats them in every scenario, behave does not
			c.tags.begin(inherited)
			for _, own := range c.r.Cases.At(i).Properties {
				c.tags.add([]byte(own.Name), []byte(own.Value))
			}
			c.r.Cases.SetProperties(i, c.tags.list())
		}
	}
}

// readTags reads tags, which are objects with a name, and in behave's reports texts.
func (c *cucumberReader) readTags(to *labels) {
	for range c.s.Elements {
		if c.s.Kind() != jsonscan.Object {
			text, _ := c.s.Text()
			to.tag(text)
			continue
		}
		for name := range c.s.Members {
			if string(name) == "name" {
				text, _ := c.s.Text()
				to.tag(text)
			}
		}
	}
}

func (c *cucumberReader) readElement() {
	line, col := c.s.Pos()
	if c.s.Kind() != jsonscan.Object {
		c.r.Complain(evidence.Unsound, line, col, "a scenario that is no object")
		return
	}
	e := &c.element
	*e = cucumberElement{name: e.name[:0], kind: e.kind[:0], keyword: e.keyword[:0], status: e.status[:0]}
	c.tags.begin(nil)
	for name := range c.s.Members {
		switch string(name) {
		case "start_timestamp":
			text, _ := c.s.Text()
			c.r.State(format.Stamp(text))
		case "name":
			e.name = keepText(c.s, e.name, format.MaxToken)
		case "type":
			e.kind = keepText(c.s, e.kind, 100)
		case "keyword":
			e.keyword = keepText(c.s, e.keyword, 100)
		case "status":
			e.status = keepText(c.s, e.status, 100)
		case "tags":
			c.readTags(&c.tags)
		case "line":
			e.source, _ = c.s.Int()
		case "location":
			text, _ := c.s.Text()
			if n, ok := jsonscan.Whole(text[bytes.LastIndexByte(text, ':')+1:]); ok {
				e.source = n
			}
		case "steps":
			for range c.s.Elements {
				c.readStep(&e.run)
			}
		case "before", "after":
			for range c.s.Elements {
				c.readStep(&e.run)
			}
		}
	}
	if c.s.Err() != nil {
		return
	}
	if string(e.kind) == "background" || len(e.kind) == 0 && string(e.keyword) == "Background" {
		e.run.idle = 0 // behave lists what the scenarios then run
		c.before.join(e.run)
		c.beforeLine = line
		return
	}
	c.scenario(line, col)
}

// scenario adds the scenario in hand.
func (c *cucumberReader) scenario(line, col int) {
	e := &c.element
	run := c.before
	c.before = cucumberRun{}
	run.join(e.run)
	switch {
	case run.idle == 0:
	case len(e.status) > 0:
		run.worsen(evidence.Skipped)
	default:
		run.worsen(evidence.Errored)
		c.r.Complain(evidence.Unsound, run.idleLine, 1, "%d steps of this scenario have no result; this is the first", run.idle)
	}
	if len(e.status) > 0 {
		o, known := cucumberOutcome(e.status)
		if !known {
			c.r.Complain(evidence.Unsound, line, col, "the status %.100q of this scenario is not known", e.status)
		}
		if run.outcome != 0 && worseOf(o, run.outcome) != o {
			c.r.Complain(evidence.Quirk, line, col, "this scenario is said to be %.100q and its steps say %s; the worse counts", e.status, run.outcome)
		}
		run.worsen(o)
	}
	if run.outcome == 0 {
		run.outcome = evidence.Skipped
		run.message = "the scenario has no steps"
	}
	if len(e.name) == 0 {
		e.name = strconv.AppendInt(append(e.name, "line "...), e.source, 10)
	}
	c.add(e.name, run, e.source, line)
}

func (c *cucumberReader) add(name []byte, run cucumberRun, source int64, line int) {
	d := evidence.Detail{Properties: c.tags.list()}
	if run.outcome != evidence.Passed {
		d.Message = run.message
	}
	if run.outcome.Bad() {
		d.Line = int(max(0, min(source, 1<<31)))
	}
	c.r.Cases.Append(0, 0, name, run.outcome, run.duration, line, &d)
}
