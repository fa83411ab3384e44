package github

import (
	"context"
	"errors"
	"fmt"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// projectPermission is what a board takes. A workflow's own token cannot have it.
const projectPermission = "an app's or a person's token that may write the organisation's projects: a workflow's own token never may"

// The field of a board and what stands in it for an issue, at one point: a
// connection of 100 boards is one request.
const (
	projectQuery = `query($owner:String!,$name:String!,$issue:Int!,$board:String!,$number:Int!,$field:String!){rateLimit{cost}` +
		`repository(owner:$owner,name:$name){issue(number:$issue){id projectItems(first:100){nodes{id project{id}` +
		`fieldValueByName(name:$field){...on ProjectV2ItemFieldSingleSelectValue{name}}}}}}` +
		`repositoryOwner(login:$board){...on Organization{` + projectFields + `}...on User{` + projectFields + `}}}`
	projectFields = `projectV2(number:$number){id field(name:$field){...on ProjectV2SingleSelectField{id options{id name}}}}`

	addItemStatement  = `mutation($project:ID!,$issue:ID!){addProjectV2ItemById(input:{projectId:$project,contentId:$issue}){item{id}}}`
	setFieldStatement = `mutation($project:ID!,$item:ID!,$field:ID!,$option:String!){updateProjectV2ItemFieldValue(` +
		`input:{projectId:$project,itemId:$item,fieldId:$field,value:{singleSelectOptionId:$option}}){projectV2Item{id}}}`
)

// boardField is a field of a board, by GitHub's names.
type boardField struct {
	project, field, issue string
	item                  string            // "" if the issue is not on the board
	value                 string            // option that is chosen, "" for none
	options               map[string]string // by name
}

// board reads what a board shows of the issue. Where that is closed it is taken for
// nothing, and Apply tells what it takes.
func (c *Client) board(ctx context.Context, r repository, t Target) (plan.Project, error) {
	p := t.Project
	p.Value = ""
	if p.Number == 0 {
		return plan.Project{}, nil
	}
	f, err := c.boardField(ctx, r, t.Issue, p)
	var dropped *droppedError
	if errors.As(err, &dropped) {
		c.log(err.Error())
		return p, nil
	}
	p.Value = f.value
	return p, err
}

func boardOperation(p plan.Project) operation {
	return operation{name: fmt.Sprintf("showing the phase on project %s/%d", p.Owner, p.Number), write: true}
}

// boardField reads a field. That a token may not see a board is told in several ways,
// of which none names a permission.
func (c *Client) boardField(ctx context.Context, r repository, issue int, p plan.Project) (boardField, error) {
	op := boardOperation(p)
	op.write = false
	var answer struct {
		Repository struct {
			Issue *struct {
				ID    string `json:"id"`
				Items struct {
					Nodes []struct {
						ID      string `json:"id"`
						Project struct {
							ID string `json:"id"`
						} `json:"project"`
						Value struct {
							Name string `json:"name"`
						} `json:"fieldValueByName"`
					} `json:"nodes"`
				} `json:"projectItems"`
			} `json:"issue"`
		} `json:"repository"`
		Owner *struct {
			Project *struct {
				ID    string `json:"id"`
				Field struct {
					ID      string `json:"id"`
					Options []struct {
						ID   string `json:"id"`
						Name string `json:"name"`
					} `json:"options"`
				} `json:"field"`
			} `json:"projectV2"`
		} `json:"repositoryOwner"`
	}
	refused, err := c.query(ctx, op, projectQuery, map[string]any{
		"owner": r.owner, "name": r.name, "issue": issue, "board": p.Owner, "number": p.Number, "field": p.Field,
	}, &answer)
	var closed *closedError
	switch {
	case errors.As(err, &closed):
		return boardField{}, &droppedError{op.name, "GraphQL: " + closed.why}
	case err != nil:
		return boardField{}, err
	case len(refused) > 0, answer.Owner == nil, answer.Owner.Project == nil, answer.Repository.Issue == nil:
		return boardField{}, &droppedError{op.name, projectPermission}
	}
	project := answer.Owner.Project
	f := boardField{project: project.ID, field: project.Field.ID, issue: answer.Repository.Issue.ID, options: map[string]string{}}
	if f.field == "" {
		return f, &droppedError{op.name, fmt.Sprintf("a single-select field %q on that project", c.clean(p.Field))}
	}
	for _, o := range project.Field.Options {
		f.options[o.Name] = o.ID
	}
	for _, item := range answer.Repository.Issue.Items.Nodes {
		if item.Project.ID == f.project {
			f.item, f.value = item.ID, item.Value.Name
		}
	}
	return f, nil
}

// projectWriter shows the phase on a board, on which it puts the issue if need be.
type projectWriter struct {
	a       *applier
	change  plan.Change
	project plan.Project
	live    boardField
}

func (w *projectWriter) channel() channel { return projectChannel }

func (w *projectWriter) value(ctx context.Context, _ bool) (string, error) {
	var err error
	w.live, err = w.a.c.boardField(ctx, w.a.repo, w.a.t.Issue, w.project)
	return w.live.value, err
}

func (w *projectWriter) write(ctx context.Context) error {
	op := boardOperation(w.project)
	option := w.live.options[w.change.New]
	if option == "" {
		return &droppedError{op.name, fmt.Sprintf("an option %q in the field %q of that project", w.a.c.clean(w.change.New), w.a.c.clean(w.project.Field))}
	}
	if w.live.item == "" {
		var answer struct {
			Added struct {
				Item struct {
					ID string `json:"id"`
				} `json:"item"`
			} `json:"addProjectV2ItemById"`
		}
		err := w.a.c.mutate(ctx, op, addItemStatement, map[string]any{"project": w.live.project, "issue": w.live.issue}, &answer)
		if err != nil {
			return w.refusal(err)
		}
		w.live.item = answer.Added.Item.ID
	}
	var answer struct{}
	return w.refusal(w.a.c.mutate(ctx, op, setFieldStatement, map[string]any{
		"project": w.live.project, "item": w.live.item, "field": w.live.field, "option": option,
	}, &answer))
}

// refusal says of a board that it is closed, and not which permission a workflow
// should have, which has none.
func (w *projectWriter) refusal(err error) error {
	var permission *PermissionError
	if errors.As(err, &permission) || notFound(err) {
		return &droppedError{boardOperation(w.project).name, projectPermission}
	}
	return err
}

func (w *projectWriter) after(context.Context) error { return nil }
