package workflow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
)

// Waiving is what becomes of `/waive`: it is recorded in the log, and with Propose a
// pull request is opened that adds the entry to the file of the waivers. Nothing is
// waived before that is merged.
type Waiving struct {
	Propose bool
	// Days is how long a waiver of a condition may last, and FindingDays one of a
	// finding, however grave it is.
	Days, FindingDays int
}

// WaiverRequest is a waiver that somebody asks for.
type WaiverRequest struct {
	Comment    int64
	By         string   // login
	Gate       string   // of which it waives Conditions; "" for a finding
	Conditions []string // as the policy writes them
	Rule       string   // of a finding
	Reason     string
	// Created and Expires are days, as their midnight in UTC.
	Created, Expires time.Time
}

var (
	untilForm = regexp.MustCompile(`[ ,;(]+until (\d{4}-\d{2}-\d{2})\)?$`)
	ruleForm  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./:@-]{0,99}$`)
)

// waivers gives the waivers that commands ask for which no run has seen, and says in
// those commands what became of them.
func (c course) waivers(s *State) (out []WaiverRequest) {
	if !c.Waive.Propose {
		return nil
	}
	s.fresh = slices.Clone(s.fresh)
	for i := range s.fresh {
		cmd := &s.fresh[i]
		if cmd.Name != "waive" || cmd.Refused != "" {
			continue
		}
		w, why := c.waiver(*cmd, s)
		if why != "" {
			cmd.Refused = why
			continue
		}
		cmd.Did = "a pull request proposes it; it waives nothing before that is merged"
		out = append(out, w)
	}
	return out
}

// waiver reads one: `gate: reason until 2026-12-31`, or the rule of a finding.
func (c course) waiver(cmd Command, s *State) (w WaiverRequest, why string) {
	const form = "write /waive, the gate or the rule of the finding, a colon and the reason"
	target, reason, ok := strings.Cut(cmd.Args, ": ")
	target, reason = strings.TrimSpace(target), strings.TrimSpace(reason)
	w = WaiverRequest{Comment: cmd.Comment, By: cmd.By, Created: midnight(s.Now)}
	days := c.Waive.Days
	g, isGate := c.verdict.Gate(target)
	switch {
	case !ok || target == "" || reason == "":
		return w, form
	case isGate:
		for _, check := range g.Checks {
			if check.Status == gates.Fail {
				w.Gate, w.Conditions = target, append(w.Conditions, check.Condition.String())
			}
		}
		if w.Gate == "" {
			return w, "no condition of gate " + target + " fails, so there is nothing to waive"
		}
	case !ruleForm.MatchString(target):
		return w, "there is no such gate, and no rule of a finding is called like that: " + form
	default:
		w.Rule, days = target, c.Waive.FindingDays
	}
	last := w.Created.AddDate(0, 0, days)
	w.Expires = last
	if m := untilForm.FindStringSubmatch(" " + reason); m != nil {
		until, err := time.Parse(time.DateOnly, m[1])
		switch {
		case err != nil:
			return w, m[1] + " is no day"
		case until.Before(w.Created):
			return w, m[1] + " is over"
		case until.After(last):
			return w, fmt.Sprintf("the policy allows %d days, until %s", days, last.Format(time.DateOnly))
		}
		w.Expires, reason = until, strings.TrimSpace(strings.TrimSuffix(" "+reason, m[0]))
	}
	if w.Reason = reason; reason == "" {
		return w, form
	}
	return w, ""
}

func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
