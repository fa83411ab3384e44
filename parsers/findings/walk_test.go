package findings
import ("testing";"os";"bytes";"encoding/json";"path/filepath";"fmt";"sort";"strings"
"github.com/tollgate-ci/tollgate/evidence";"github.com/tollgate-ci/tollgate/parsers/internal/format")
func TestWalk(t *testing.T) {
	root := os.Getenv("TOLLGATE_CORPUS")
	b,_ := os.ReadFile(filepath.Join(root,"findings.json"))
	var es []struct{File string; Active map[string]int `json:"active_fail_by_level"`; Sup int `json:"suppressed"`; Sev map[string]int `json:"by_security_severity"`; Runs int; Results int; Negative, Note string; Parse_error string}
	if err:=json.Unmarshal(b,&es); err!=nil {t.Fatal(err)}
	for _,e := range es {
		b,_ := os.ReadFile(filepath.Join(root,e.File))
		b = bytes.TrimPrefix(b,[]byte("\xef\xbb\xbf"))
		r := &evidence.Report{Source: filepath.Base(e.File)}
		claimed := SARIF.Sniff(e.File, b[:min(len(b),4096)])
		neg := e.Negative != "" || e.Parse_error != ""
		if len(b)>0 { if err := SARIF.Parse(t.Context(), format.Source{Name:r.Source, Reader: bytes.NewReader(b)}, r); err!=nil {t.Fatal(err)} }
		if neg && len(b)>0 && claimed && r.Conclusive() { t.Errorf("%s: NEGATIVE conclusive", e.File) }
		if !neg && !claimed { t.Errorf("%s: not claimed", e.File) }
		if neg { fmt.Println("NEG", claimed, e.File, r.Problems); continue }
		c := r.CountFindings()
		lv := map[string]int{}; for k,v := range c.Levels { lv[k.String()]=v }
		sv := map[string]int{}; for i := range r.Findings { f := &r.Findings[i]; if f.Severity != evidence.Unscored { sv[f.Severity.String()]++ } }
		res := 0; for _, tr := range r.ToolRuns { res += tr.Results }
		if fmt.Sprint(lv)!=fmt.Sprint(e.Active) || c.Suppressed!=e.Sup || fmt.Sprint(sv)!=fmt.Sprint(e.Sev) || len(r.ToolRuns)!=e.Runs || res != e.Results {
			t.Errorf("%s: %v sup %d sev %v runs %d res %d; want %v %d %v %d %d", e.File, lv,c.Suppressed,sv,len(r.ToolRuns),res,e.Active,e.Sup,e.Sev,e.Runs,e.Results) }
		var ps []string; for _,p := range r.Problems { ps = append(ps, p.Gravity.String()+" "+p.String()) }
		sort.Strings(ps)
		if len(ps)>0 { fmt.Println(e.File,"\n   ",strings.Join(ps,"\n    ")) }
	}
}
