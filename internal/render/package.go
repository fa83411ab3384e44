package render

import (
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// PackageFile is a file for the artifact of a run.
type PackageFile struct {
	Name string // with slashes, and of letters, digits and - alone
	Data []byte
	// Append says that the file grows from run to run: lines that it has not yet are put
	// behind those that it has.
	Append bool
}

// maxPackage bounds each list of a package in JSON.
const maxPackage = 500

// Packages are the escalations of an issue and its decision log, each as it stands on the
// issue and for programs.
func Packages(s Status) (out []PackageFile) {
	posts := Posts(s)
	add := func(name, key string, value any) {
		stem := fmt.Sprintf("issue-%d/%s", s.Issue, name)
		text := posts[key]
		for strings.HasPrefix(text, "<!-- ") { // the marker, and the copy of the memory
			_, text, _ = strings.Cut(text, "\n")
		}
		out = append(out, PackageFile{Name: stem + ".md", Data: []byte(text)}, PackageFile{Name: stem + ".json", Data: jsonText(value, "  ")})
	}
	m := s.Decision.Memory
	for _, e := range m.Escalations {
		add(fmt.Sprintf("escalation-%d", e.N), fmt.Sprint(workflow.EscalationPost, e.N), s.packageOf(e))
	}
	if len(m.Log) > 0 {
		add("decision-log", workflow.LogPost, struct {
			Schema  string           `json:"schema"`
			Repo    string           `json:"repo"`
			Issue   int              `json:"issue"`
			Log     []workflow.Entry `json:"log"`
			Dropped int              `json:"dropped"` // entries after the first that there was no room for
			Gap     string           `json:"gap,omitempty"`
			Lost    *workflow.Place  `json:"lost,omitempty"` // how far a log went that is gone
			Head    string           `json:"head"`
		}{"tollgate/log/v1", s.Repo, s.Issue, m.Log, m.Dropped, m.Gap, m.Lost, m.LogHead()})
	}
	return out
}

type jsonFeedback struct {
	Author string   `json:"author"`
	Words  []string `json:"words,omitempty"`
	Text   string   `json:"text"`
	Pos    string   `json:"pos,omitempty"`
}

type jsonGateStatus struct {
	Name   string `json:"name"`
	Status string `json:"status"`
}

// packageOf is an escalation for programs.
func (s Status) packageOf(e workflow.Escalation) any {
	feedback, results := []jsonFeedback{}, []jsonGateStatus{}
	for _, f := range s.Decision.Feedback {
		if f.Open && f.Unheard == "" && len(feedback) < maxPackage {
			feedback = append(feedback, jsonFeedback{f.Author, f.Words, Clean(f.Text, 1000), plainPos(f)})
		}
	}
	for _, g := range s.Verdict.Gates {
		if g.Due {
			results = append(results, jsonGateStatus{g.Name, g.Status.String()})
		}
	}
	sec := s.Security
	if sec != nil {
		bounded := *sec
		bounded.By, bounded.CWEs, bounded.Failed = sec.By[:min(maxPackage, len(sec.By))], sec.CWEs[:min(maxPackage, len(sec.CWEs))], sec.Failed[:min(maxPackage, len(sec.Failed))]
		sec = &bounded
	}
	return struct {
		Schema     string              `json:"schema"`
		Repo       string              `json:"repo"`
		Issue      int                 `json:"issue"`
		Pull       int                 `json:"pull,omitempty"`
		Head       string              `json:"head,omitempty"`
		Phase      string              `json:"phase"`
		Policy     jsonPolicy          `json:"policy"`
		Escalation workflow.Escalation `json:"escalation"`
		Feedback   []jsonFeedback      `json:"feedback"`
		Security   *Security           `json:"security"` // null: not known
		Gates      []jsonGateStatus    `json:"gates"`
		Files      []string            `json:"files"`
		MoreFiles  int                 `json:"more_files,omitempty"`
		Owners     []string            `json:"owners"`
	}{
		"tollgate/escalation/v1", s.Repo, s.Issue, s.Pull, s.Head, s.phase().Name, jsonPolicy{s.Policy.Path, s.Policy.Digest}, e,
		feedback, sec, results, append([]string{}, s.Files[:min(maxPackage, len(s.Files))]...), max(0, len(s.Files)-maxPackage),
		append([]string{}, s.Owners[:min(maxPackage, len(s.Owners))]...),
	}
}
