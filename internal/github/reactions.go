package github

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/tollgate-ci/tollgate/evidence"
)

// reactionsQuery asks which reactions of comments are our own. Without a
// connection in it, GitHub prices it at one point.
const reactionsQuery = `query($ids:[ID!]!){rateLimit{cost}nodes(ids:$ids){...on IssueComment{fullDatabaseId reactionGroups{content viewerHasReacted}}}}`

// reactionNames are GitHub's words for reactions, over GraphQL and elsewhere.
var reactionNames = map[string]string{
	"THUMBS_UP": "+1", "THUMBS_DOWN": "-1", "LAUGH": "laugh", "CONFUSED": "confused",
	"HEART": "heart", "HOORAY": "hooray", "ROCKET": "rocket", "EYES": "eyes",
}

// reactionsAnswer is what reactionsQuery gives; of a comment that is gone, nothing.
type reactionsAnswer struct {
	Nodes []*reactionsOf `json:"nodes"`
}

type reactionsOf struct {
	ID     string          `json:"fullDatabaseId"`
	Groups []reactionGroup `json:"reactionGroups"`
}

type reactionGroup struct {
	Content string `json:"content"`
	Ours    bool   `json:"viewerHasReacted"`
}

func (r *reactionsOf) groups() []reactionGroup {
	if r == nil {
		return nil
	}
	return r.Groups
}

// reactions reads our own to the comments that have any; for most issues there is
// nothing to ask.
func (x *factReader) reactions(ctx context.Context) error {
	ids := slices.SortedFunc(maps.Keys(x.nodes), func(a, b string) int { return x.nodes[a] - x.nodes[b] })
	for chunk := range slices.Chunk(ids, 100) {
		var answer reactionsAnswer
		refused, err := x.c.query(ctx, operation{name: "reading our reactions", permission: "issues: read"}, reactionsQuery, map[string]any{"ids": chunk}, &answer)
		if err != nil {
			return err
		}
		for _, f := range refused { // what is not there was deleted since
			if f.forbidden() {
				return x.c.refused(operation{name: "reading our reactions", permission: "issues: read"}, []refusedField{f})
			}
		}
		for _, n := range answer.Nodes {
			if n == nil { // deleted since
				continue
			}
			id, err := strconv.ParseInt(n.ID, 10, 64)
			if err != nil {
				return &unreadError{fmt.Sprintf("a comment's number is %q", x.c.clean(n.ID))}
			}
			i := slices.IndexFunc(x.f.Comments, func(c evidence.Comment) bool { return c.ID == id })
			if i < 0 {
				continue
			}
			for _, g := range n.groups() {
				if name := reactionNames[g.Content]; g.Ours && name != "" {
					x.f.Comments[i].Reactions = append(x.f.Comments[i].Reactions, name)
				}
			}
			slices.Sort(x.f.Comments[i].Reactions)
		}
	}
	return nil
}
