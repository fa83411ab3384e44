package fake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Project is a board of an owner, with one field of options.
type Project struct {
	Owner   string
	Number  int
	Field   string
	Options []string
	// Items are what stands in the field for the issues on the board, by
	// "owner/name#n"; "" is one for which nothing is chosen.
	Items map[string]string
}

// AddProject puts up a board. Its state is read with Server.Project.
func (s *Server) AddProject(p Project) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.Items == nil {
		p.Items = map[string]string{}
	}
	s.projects = append(s.projects, &p)
}

// Project gives what stands on a board for an issue, and whether it is on it.
func (s *Server) Project(owner string, number int, issue string) (value string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.projects {
		if p.Owner == owner && p.Number == number {
			value, on = p.Items[issue]
		}
	}
	return value, on
}

func (p *Project) id() string               { return fmt.Sprintf("PVT_%s_%d", p.Owner, p.Number) }
func (p *Project) fieldID() string          { return p.id() + "_field" }
func (p *Project) itemID(at string) string  { return p.id() + "_item_" + at }
func (p *Project) optionID(name string) int { return slices.Index(p.Options, name) }

// mutationName is what a request to GraphQL changes, "" for a query.
func mutationName(body []byte) string {
	var request struct{ Query string }
	if json.Unmarshal(body, &request) != nil || !strings.HasPrefix(strings.TrimSpace(request.Query), "mutation") {
		return ""
	}
	_, rest, _ := strings.Cut(request.Query, "{")
	name, _, _ := strings.Cut(rest, "(")
	return strings.TrimSpace(name)
}

// mutation is the root of what GraphQL can change.
func (c *call) mutation() object {
	root := object{}
	for name, m := range mutations {
		root[name] = computed(func(arguments map[string]any) any {
			input, _ := arguments["input"].(map[string]any)
			if c.s.permissions[m.scope] != "write" {
				return denied{}
			}
			return m.do(c, input)
		})
	}
	return root
}

// missing stands for a node that GraphQL does not find, in the place of a value.
type missing struct{ id string }

// mutations are those that the fake can do, with the scope that each needs.
var mutations = map[string]struct {
	scope string
	do    func(c *call, input map[string]any) any
}{
	"minimizeComment":               {"issues", (*call).minimize},
	"addReaction":                   {"issues", (*call).react},
	"addProjectV2ItemById":          {"organization_projects", (*call).addItem},
	"updateProjectV2ItemFieldValue": {"organization_projects", (*call).setField},
}

// withComment finds a comment by its global name and gives it to f.
func (c *call) withComment(id any, f func(*Comment) any) any {
	for _, r := range c.s.repos {
		for _, issue := range r.issues {
			for i := range issue.Comments {
				if nodeID(issue.Comments[i].ID) == id {
					return f(&issue.Comments[i])
				}
			}
		}
	}
	return missing{fmt.Sprint(id)}
}

func (c *call) minimize(input map[string]any) any {
	return c.withComment(input["subjectId"], func(comment *Comment) any {
		comment.Minimized = fmt.Sprint(input["classifier"])
		return object{"minimizedComment": object{"__typename": "IssueComment", "isMinimized": true}}
	})
}

// react gives a reaction; the same one twice is one.
func (c *call) react(input map[string]any) any {
	return c.withComment(input["subjectId"], func(comment *Comment) any {
		ours := Reaction{c.s.options.Login, fmt.Sprint(input["content"])}
		if !slices.Contains(comment.Reactions, ours) {
			comment.Reactions = append(comment.Reactions, ours)
		}
		return object{"reaction": object{"content": ours.Content}}
	})
}

func issueID(r *repo, number int) string { return fmt.Sprintf("I_%s#%d", r.name, number) }

// addItem puts an issue on a board; the same one twice is one.
func (c *call) addItem(input map[string]any) any {
	at, _ := strings.CutPrefix(fmt.Sprint(input["contentId"]), "I_")
	for _, p := range c.s.projects {
		if p.id() == input["projectId"] {
			if _, on := p.Items[at]; !on {
				p.Items[at] = ""
			}
			return object{"item": object{"id": p.itemID(at)}}
		}
	}
	return missing{fmt.Sprint(input["projectId"])}
}

func (c *call) setField(input map[string]any) any {
	for _, p := range c.s.projects {
		if p.id() != input["projectId"] || p.fieldID() != input["fieldId"] {
			continue
		}
		for at := range p.Items {
			if p.itemID(at) != input["itemId"] {
				continue
			}
			value, _ := input["value"].(map[string]any)
			option, err := strconv.Atoi(fmt.Sprint(value["singleSelectOptionId"]))
			if err != nil || option >= len(p.Options) {
				return missing{fmt.Sprint(value["singleSelectOptionId"])}
			}
			p.Items[at] = p.Options[option]
			return object{"projectV2Item": object{"id": input["itemId"]}}
		}
	}
	return missing{fmt.Sprint(input["itemId"])}
}

// ownerNode is an account with its boards, which a workflow's own token may not see.
func (c *call) ownerNode(login string) object {
	return object{"__typename": "Organization", "projectV2": computed(func(a map[string]any) any {
		if !c.may("organization_projects") {
			return denied{}
		}
		for _, p := range c.s.projects {
			if strings.EqualFold(p.Owner, login) && p.Number == int(number(a["number"])) {
				return c.projectNode(p)
			}
		}
		return missing{fmt.Sprint("ProjectV2 with the number ", a["number"])}
	})}
}

func (c *call) projectNode(p *Project) object {
	return object{"id": p.id(), "field": computed(func(a map[string]any) any {
		if a["name"] != p.Field {
			return nil
		}
		options := []object{}
		for _, name := range p.Options {
			options = append(options, object{"id": strconv.Itoa(p.optionID(name)), "name": name})
		}
		return object{"__typename": "ProjectV2SingleSelectField", "id": p.fieldID(), "options": options}
	})}
}

// projectItems are the boards that an issue is on.
func (c *call) projectItems(r *repo, issue *Issue) any {
	if !c.may("organization_projects") {
		return denied{}
	}
	at := fmt.Sprintf("%s#%d", r.name, issue.Number)
	items := []object{}
	for _, p := range c.s.projects {
		value, on := p.Items[at]
		if !on {
			continue
		}
		items = append(items, object{"id": p.itemID(at), "project": object{"id": p.id()}, "fieldValueByName": computed(func(a map[string]any) any {
			if a["name"] != p.Field || value == "" {
				return nil
			}
			return object{"__typename": "ProjectV2ItemFieldSingleSelectValue", "name": value}
		})})
	}
	return items
}
