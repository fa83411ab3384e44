package github

import (
	"context"
	"errors"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// suitesQuery is which workflow each check suite of a commit is a run of. REST tells
// that in more requests, and GitHub prices this at one point a page.
const suitesQuery = `query($owner:String!,$name:String!,$head:GitObjectID!,$after:String){` +
	`rateLimit{cost}repository(owner:$owner,name:$name){object(oid:$head){...on Commit{` +
	`checkSuites(first:100,after:$after){pageInfo{hasNextPage endCursor}nodes{resourcePath workflowRun{event workflow{resourcePath}}}}}}}}`

type suitesAnswer struct {
	RateLimit  struct{ Cost int } `json:"rateLimit"`
	Repository *struct {
		Object *struct {
			CheckSuites *struct {
				PageInfo pageInfo `json:"pageInfo"`
				Nodes    []*struct {
					Path string `json:"resourcePath"`
					Run  *struct {
						Event    string `json:"event"`
						Workflow *struct {
							Path string `json:"resourcePath"`
						} `json:"workflow"`
					} `json:"workflowRun"`
				} `json:"nodes"`
			} `json:"checkSuites"`
		} `json:"object"`
	} `json:"repository"`
}

// suiteID is the number of a check suite, which its path ends with
// (…/checks?check_suite_id=1), 0 if it does not. As a number GraphQL has it in 32 bits,
// which is too few.
func suiteID(resource string) int64 {
	_, query, _ := strings.Cut(resource, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(values.Get("check_suite_id"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// workflows says of which workflow the check runs are, where the policy asks for that or
// checks of one name are in several suites: nobody else pays for the question. What the
// token may not see stays unknown, and each suite is judged for itself.
func (x *factReader) workflows(ctx context.Context) error {
	type name struct{ app, name string }
	suites, asked := map[name]int64{}, x.t.Facts.Workflows
	for _, c := range x.f.Checks {
		k := name{c.App, c.Name}
		if first, ok := suites[k]; ok && first != c.Suite {
			asked = true
		}
		suites[k] = c.Suite
	}
	if !asked || len(x.f.Checks) == 0 {
		return nil
	}
	type run struct{ workflow, event string }
	of := map[int64]run{}
	variables := map[string]any{"owner": x.repo.owner, "name": x.repo.name, "head": x.head, "after": nil}
	op := operation{name: "reading the check suites of " + evidence.ShortCommit(x.head), permission: "actions: read"}
	for range maxRounds {
		var answer suitesAnswer
		_, err := x.c.query(ctx, op, suitesQuery, variables, &answer)
		var closed *closedError
		switch {
		case errors.As(err, &closed):
			return nil
		case err != nil:
			return err
		case answer.Repository == nil || answer.Repository.Object == nil || answer.Repository.Object.CheckSuites == nil:
			return nil
		}
		page := answer.Repository.Object.CheckSuites
		for _, s := range page.Nodes {
			if s != nil && s.Run != nil && s.Run.Workflow != nil {
				of[suiteID(s.Path)] = run{path.Base(s.Run.Workflow.Path), s.Run.Event}
			}
		}
		if !page.PageInfo.HasNextPage {
			break
		}
		variables["after"] = page.PageInfo.EndCursor
	}
	for i := range x.f.Checks {
		c := &x.f.Checks[i]
		if r, ok := of[c.Suite]; ok && c.Suite != 0 {
			c.Workflow, c.Event = r.workflow, r.event
		}
	}
	return nil
}
