package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Input is a flag that is also an input of the action.
type Input struct{ Name, Doc string }

// Inputs are the flags of check, handoff, collect, sweep and metrics that the action
// offers as inputs of the same name; action.yml is held to this table.
var Inputs = []Input{
	{"policy", "the policy; default .tollgate.yml in the directory"},
	{"directory", "where the reports and the policy are; default the current one"},
	{"base", "commit or branch that the change goes to; default the event's, on a laptop the remote's default branch"},
	{"base-reports", "directory with the reports of the base, in the same places; this run is compared with them"},
	{"cycle-reports", "directory with the reports of the start of this correction cycle, in the same places; what persists is found by them"},
	{"store", "where runs are kept that this one is compared with: a directory, or a URL such as s3://bucket"},
	{"save", "keep this run in the store, if its verdict may be kept"},
	{"cycle", "commit with which this correction cycle began; default what the issue says"},
	{"phase", "judge as if the issue stood in this phase; default what GitHub says, else the first"},
	{"issue", "number of the issue; default the one that the pull request closes"},
	{"head", "SHA that the reports are about; default the event's"},
	{"dry-run", "print what would change on GitHub and send nothing"},
	{"package-dir", "folder for escalation packages and decision logs as files, to keep with the run"},
	{"require-delivery", "exit with 4 when the token lacks a permission for a change"},
	{"format", "text or json, and markdown for metrics"},
	{"parts", "pattern of the parts that collect wrote, from the directory; they are judged in place of reports"},
	{"shard", "what collect reads is the i-th of n shards: 2/5"},
	{"leg", "what collect reads is of this configuration of a matrix"},
	{"output", "file that collect writes the part to"},
	{"repos", "file with the repositories that sweep and metrics go through, owner/name, one on a line"},
	{"state", "file in which sweep remembers what it has seen, and from which metrics takes it; keep it from run to run"},
	{"budget", "most changes that sweep makes in one run; default as many as GitHub takes in an hour, 500"},
	{"since", "how far metrics looks back: 28d, 4w; default 28d"},
	{"by", "week: metrics tells each week by itself"},
}

// settings are the flags that commands share, and what events and GitHub add to them.
type settings struct {
	policy, directory, phase, head  string
	baseReports, cycleReports, base string
	parts                           []string
	store, cycle, repo              string
	save                            bool
	offline                         bool      // what GitHub holds is given, and asked is at most for files at a commit; no flag
	cycleBegan                      time.Time // by the issue; no flag
	format                          formatFlag
	branch                          string   // that the change is for, by the event or by GitHub; no flag
	labels                          []string // of the issue and the pull request, by GitHub; no flag
	labelsKnown                     bool     // somebody looked
	facts                           evidence.Facts
	event, eventName, at            string
	diff                            evidence.Diff
	alone                           bool      // a case of a policy: no repository is looked at
	proposal                        *proposal // what the change makes of the policy; nil for nothing
}

func (s *settings) flags(cmd *cobra.Command) {
	s.where(cmd)
	f := cmd.Flags()
	f.StringVar(&s.base, "base", "", doc("base"))
	f.StringVar(&s.baseReports, "base-reports", "", doc("base-reports"))
	f.StringVar(&s.cycleReports, "cycle-reports", "", doc("cycle-reports"))
	s.kept(cmd)
	f.StringVar(&s.phase, "phase", "", doc("phase"))
	f.StringArrayVar(&s.parts, "parts", nil, doc("parts"))
	f.Var(&s.format, "format", doc("format"))
	s.past(cmd)
}

// past are the flags that let a run see another event and another hour than its own.
func (s *settings) past(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.event, "event", "", "payload (JSON) of the event that the run is about; default the runner's")
	f.StringVar(&s.eventName, "event-name", "", "what event --event is; default what the payload tells")
	f.StringVar(&s.at, "at", "", "judge as if it were this time: 2026-03-02T09:00:00Z")
}

// where are the flags that collect has as well: what is read, and what it is of.
func (s *settings) where(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.policy, "policy", "", doc("policy"))
	f.StringVarP(&s.directory, "directory", "C", "", doc("directory"))
	f.StringVar(&s.head, "head", "", doc("head"))
}

func doc(name string) string {
	for _, in := range Inputs {
		if in.Name == name {
			return in.Doc
		}
	}
	panic("cli: no input " + name)
}

// inputs takes from the action's inputs what the command line does not set.
func (a *app) inputs(cmd *cobra.Command) error {
	if a.runner == nil {
		return nil
	}
	for _, in := range Inputs {
		flag := cmd.Flags().Lookup(in.Name)
		if flag == nil || flag.Changed {
			continue
		}
		if v := a.runner.Input(in.Name); v != "" {
			if err := cmd.Flags().Set(in.Name, v); err != nil {
				return usage("input %s: %w", in.Name, err)
			}
		}
	}
	return nil
}
