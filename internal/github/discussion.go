package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// discussionQuery is what REST does not have, or has in more requests: reviews,
// threads and whether they are resolved, the versions of the texts, and who set
// a status. GitHub prices it at one point a page: 8 connections and the comments
// of 100 threads are 108 requests, divided by 100.
const discussionQuery = `query($owner:String!,$name:String!,$issue:Int!,$pull:Int!,$head:GitObjectID!,` +
	`$onIssue:Boolean!,$onPull:Boolean!,$onHead:Boolean!,$reviews:Boolean!,$threads:Boolean!,$afterReview:String,$afterThread:String,$ours:[ID!]!){` +
	`rateLimit{cost}nodes(ids:$ours){...on IssueComment{editor{__typename login}}}` +
	`repository(owner:$owner,name:$name){` +
	`issue(number:$issue)@include(if:$onIssue){` + editsFields + `}` +
	`object(oid:$head)@include(if:$onHead){...on Commit{status{contexts{context creator{__typename login}}}}}` +
	`pullRequest(number:$pull)@include(if:$onPull){` + editsFields +
	`reviews(first:100,after:$afterReview)@include(if:$reviews){pageInfo{hasNextPage endCursor}nodes{` +
	`fullDatabaseId author{__typename login}state commit{oid}body submittedAt url}}` +
	`timelineItems(last:100,itemTypes:[REVIEW_DISMISSED_EVENT])@include(if:$reviews){nodes{` +
	`...on ReviewDismissedEvent{actor{__typename login}previousReviewState review{fullDatabaseId}}}}` +
	`reviewThreads(first:100,after:$afterThread)@include(if:$threads){pageInfo{hasNextPage endCursor}nodes{` +
	`id path line isResolved isOutdated resolvedBy{__typename login}comments(first:100){pageInfo{hasNextPage}nodes{` +
	`fullDatabaseId author{__typename login}body createdAt lastEditedAt url}}}}}}}`

const editsFields = `userContentEdits(first:100){pageInfo{hasNextPage}nodes{editedAt editor{__typename login}deletedAt diff}}`

// actor is an account as GraphQL names it: an app without the "[bot]" that it has
// elsewhere.
type actor struct {
	Type  string `json:"__typename"`
	Login string `json:"login"`
}

func (a *actor) login() string {
	switch {
	case a == nil: // the account is gone
		return "ghost"
	case a.Type == "Bot":
		return strings.TrimSuffix(a.Login, "[bot]") + "[bot]"
	}
	return a.Login
}

type pageInfo struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

type editList struct {
	PageInfo pageInfo `json:"pageInfo"`
	Nodes    []struct {
		EditedAt  time.Time  `json:"editedAt"`
		Editor    *actor     `json:"editor"`
		DeletedAt *time.Time `json:"deletedAt"`
		Diff      *string    `json:"diff"`
	} `json:"nodes"`
}

type threadComment struct {
	ID           string     `json:"fullDatabaseId"`
	Author       *actor     `json:"author"`
	Body         string     `json:"body"`
	CreatedAt    time.Time  `json:"createdAt"`
	LastEditedAt *time.Time `json:"lastEditedAt"`
	URL          string     `json:"url"`
}

// discussionAnswer is an answer to discussionQuery. What GraphQL left out is nil.
type discussionAnswer struct {
	RateLimit struct{ Cost int } `json:"rateLimit"`
	Nodes     []*struct {
		Editor *actor `json:"editor"`
	} `json:"nodes"`
	Repository *struct {
		Issue *struct {
			Edits *editList `json:"userContentEdits"`
		} `json:"issue"`
		Object *struct {
			Status *struct {
				Contexts []struct {
					Context string `json:"context"`
					Creator *actor `json:"creator"`
				} `json:"contexts"`
			} `json:"status"`
		} `json:"object"`
		PullRequest *struct {
			Edits   *editList `json:"userContentEdits"`
			Reviews *struct {
				PageInfo pageInfo `json:"pageInfo"`
				Nodes    []struct {
					ID     string `json:"fullDatabaseId"`
					Author *actor `json:"author"`
					State  string `json:"state"`
					Commit *struct {
						OID string `json:"oid"`
					} `json:"commit"`
					Body        string     `json:"body"`
					SubmittedAt *time.Time `json:"submittedAt"`
					URL         string     `json:"url"`
				} `json:"nodes"`
			} `json:"reviews"`
			// Dismissals are the latest hundred; they are missing where the token may not read them.
			Dismissals *struct {
				Nodes []struct {
					Actor  *actor `json:"actor"`
					Was    string `json:"previousReviewState"`
					Review *struct {
						ID string `json:"fullDatabaseId"`
					} `json:"review"`
				} `json:"nodes"`
			} `json:"timelineItems"`
			ReviewThreads *struct {
				PageInfo pageInfo `json:"pageInfo"`
				Nodes    []struct {
					ID         string `json:"id"`
					Path       string `json:"path"`
					Line       *int   `json:"line"`
					IsResolved bool   `json:"isResolved"`
					IsOutdated bool   `json:"isOutdated"`
					ResolvedBy *actor `json:"resolvedBy"`
					Comments   *struct {
						PageInfo pageInfo        `json:"pageInfo"`
						Nodes    []threadComment `json:"nodes"`
					} `json:"comments"`
				} `json:"nodes"`
			} `json:"reviewThreads"`
		} `json:"pullRequest"`
	} `json:"repository"`
}

// discussion reads reviews, threads and the versions of texts, by GraphQL, or
// where that is closed what REST has of them.
func (x *factReader) discussion(ctx context.Context) error {
	op := operation{name: "reading reviews and threads", permission: "pull-requests: read"}
	variables := map[string]any{
		"owner": x.repo.owner, "name": x.repo.name, "issue": x.t.Issue, "pull": x.t.Pull, "head": cmp.Or(x.head, strings.Repeat("0", 40)),
		"onIssue": x.t.Issue != 0, "onPull": x.t.Pull != 0, "onHead": x.head != "", "reviews": true, "threads": true,
	}
	ours := []string{}
	for _, p := range x.remembers[:min(maxNodes, len(x.remembers))] {
		ours = append(ours, p.Node)
	}
	variables["ours"] = ours
	d := &discussion{x: x, state: map[evidence.FactPart]error{}}
	for round := 1; ; round++ {
		var answer discussionAnswer
		refused, err := x.c.query(ctx, op, discussionQuery, variables, &answer)
		var closed *closedError
		switch {
		case errors.As(err, &closed):
			return x.withoutGraphQL(ctx, closed)
		case err != nil:
			return err
		case answer.Repository == nil:
			return x.withoutGraphQL(ctx, &closedError{"GraphQL does not show the repository to the token"})
		}
		if round == 1 {
			d.edits(&answer, refused)
			d.creators(&answer)
			if err := d.editors(ctx, &answer); err != nil {
				return err
			}
		}
		if x.t.Pull == 0 {
			break
		}
		nextReview := d.reviews(&answer, refused)
		nextThread := d.threads(&answer, refused)
		if nextReview == "" && nextThread == "" {
			break
		}
		if round == maxRounds {
			more := &unreadError{fmt.Sprintf("there are more than %d, and no more are read", maxRounds*100)}
			if nextReview != "" {
				d.fail(evidence.ReviewsPart, more)
			}
			if nextThread != "" {
				d.fail(evidence.ThreadsPart, more)
			}
			break
		}
		// The rest is asked for once.
		variables["onIssue"], variables["onHead"], variables["ours"] = false, false, []string{}
		variables["reviews"], variables["afterReview"] = nextReview != "", nextReview
		variables["threads"], variables["afterThread"] = nextThread != "", nextThread
	}
	return d.settle()
}

// discussion is what was read in several rounds.
type discussion struct {
	x          *factReader
	state      map[evidence.FactPart]error // first trouble of each part, nil for none
	dismissals []dismissal
}

func (d *discussion) fail(part evidence.FactPart, err error) {
	d.state[part] = cmp.Or(d.state[part], err)
}

// left says why a part of the answer is not there.
func (d *discussion) left(part evidence.FactPart, path string, refused []refusedField, permission string) {
	for _, f := range refused {
		if f.at(path) && f.forbidden() {
			d.fail(part, &PermissionError{Op: "reading " + string(part), Permission: permission, Message: d.x.c.clean(f.Message)})
			return
		}
	}
	d.fail(part, &unreadError{"GraphQL gave none, and no reason"})
}

func (d *discussion) settle() error {
	f := d.x.f
	if _, read := d.state[evidence.ReviewsPart]; read {
		d.fail(evidence.ReviewsPart, dismissed(f.Reviews, d.dismissals))
	}
	for _, part := range slices.Sorted(maps.Keys(d.state)) {
		err := d.state[part]
		if err != nil {
			switch part { // nothing of a part that was not read whole
			case evidence.ReviewsPart:
				f.Reviews = nil
			case evidence.ThreadsPart:
				f.Threads = nil
			}
		}
		if err := d.x.settle(part, err); err != nil {
			return err
		}
	}
	sortDiscussion(f)
	return nil
}

// versions gives the edits by time, and an error if there are more of them.
func (l *editList) versions() (edits []evidence.Edit, err error) {
	if l.PageInfo.HasNextPage {
		err = &unreadError{"a text has more than 100 versions, and no more are read"}
	}
	for _, n := range l.Nodes {
		e := evidence.Edit{By: n.Editor.login(), At: n.EditedAt.UTC()}
		if n.DeletedAt == nil && n.Diff != nil {
			e.Body = lines(*n.Diff)
		}
		edits = append(edits, e)
	}
	slices.Reverse(edits) // GitHub's order is the latest first
	slices.SortStableFunc(edits, func(a, b evidence.Edit) int { return a.At.Compare(b.At) })
	return edits, err
}

func sortDiscussion(f *evidence.Facts) {
	slices.SortFunc(f.Reviews, func(a, b evidence.Review) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	f.Reviews = slices.CompactFunc(f.Reviews, func(a, b evidence.Review) bool { return a.ID == b.ID })
	slices.SortFunc(f.Threads, func(a, b evidence.Thread) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), strings.Compare(a.ID, b.ID))
	})
	f.Threads = slices.CompactFunc(f.Threads, func(a, b evidence.Thread) bool { return a.ID == b.ID })
}

// edits takes the versions of both texts. GitHub lists the first one as well, once
// there is a second.
func (d *discussion) edits(a *discussionAnswer, refused []refusedField) {
	const part = evidence.EditsPart
	d.state[part] = nil
	take := func(list *editList, path, permission string) []evidence.Edit {
		if list == nil {
			d.left(part, path, refused, permission)
			return nil
		}
		edits, err := list.versions()
		if err != nil {
			d.fail(part, err)
		}
		return edits
	}
	if d.x.t.Issue != 0 {
		var list *editList
		if a.Repository.Issue != nil {
			list = a.Repository.Issue.Edits
		}
		d.x.f.Issue.Edits = take(list, "repository.issue.userContentEdits", "issues: read")
	}
	if d.x.f.Pull != nil {
		var list *editList
		if a.Repository.PullRequest != nil {
			list = a.Repository.PullRequest.Edits
		}
		d.x.f.Pull.Edits = take(list, "repository.pullRequest.userContentEdits", "pull-requests: read")
	}
}

// reviews takes a page and returns where the next one begins, "" if there is none.
func (d *discussion) reviews(a *discussionAnswer, refused []refusedField) (next string) {
	if pull := a.Repository.PullRequest; pull == nil || pull.Reviews == nil {
		if _, begun := d.state[evidence.ReviewsPart]; !begun || pull == nil {
			d.left(evidence.ReviewsPart, "repository.pullRequest.reviews", refused, "pull-requests: read")
		}
		return ""
	}
	d.fail(evidence.ReviewsPart, nil)
	page := a.Repository.PullRequest.Reviews
	for _, n := range page.Nodes {
		id, err := strconv.ParseInt(n.ID, 10, 64)
		if err != nil {
			d.fail(evidence.ReviewsPart, &unreadError{"a review has no number"})
			continue
		}
		r := evidence.Review{
			ID: id, Author: n.Author.login(), State: evidence.ReviewState(strings.ToLower(n.State)),
			Body: lines(n.Body), At: moment(n.SubmittedAt), URL: n.URL,
		}
		if n.Commit != nil {
			r.Commit = n.Commit.OID
		}
		d.x.f.Reviews = append(d.x.f.Reviews, r)
	}
	if gone := a.Repository.PullRequest.Dismissals; gone != nil {
		for _, n := range gone.Nodes {
			if n.Review != nil {
				d.dismissals = append(d.dismissals, dismissal{n.Review.ID, n.Actor.login(), evidence.ReviewState(strings.ToLower(n.Was))})
			}
		}
	}
	if page.PageInfo.HasNextPage {
		return page.PageInfo.EndCursor
	}
	return ""
}

// threads does the same for the conversations on lines.
func (d *discussion) threads(a *discussionAnswer, refused []refusedField) (next string) {
	if pull := a.Repository.PullRequest; pull == nil || pull.ReviewThreads == nil {
		if _, begun := d.state[evidence.ThreadsPart]; !begun || pull == nil {
			d.left(evidence.ThreadsPart, "repository.pullRequest.reviewThreads", refused, "pull-requests: read")
		}
		return ""
	}
	d.fail(evidence.ThreadsPart, nil)
	page := a.Repository.PullRequest.ReviewThreads
	for _, n := range page.Nodes {
		t := evidence.Thread{ID: n.ID, Path: n.Path, Resolved: n.IsResolved, Outdated: n.IsOutdated}
		if n.Line != nil {
			t.Line = *n.Line
		}
		if n.IsResolved {
			t.ResolvedBy = n.ResolvedBy.login()
		}
		switch {
		case n.Comments == nil || len(n.Comments.Nodes) == 0:
			d.fail(evidence.ThreadsPart, &unreadError{"a thread came without its comments"})
			continue
		case n.Comments.PageInfo.HasNextPage:
			d.fail(evidence.ThreadsPart, &unreadError{"a thread has more than 100 comments, and no more are read"})
		}
		for _, c := range n.Comments.Nodes {
			id, err := strconv.ParseInt(c.ID, 10, 64)
			if err != nil {
				d.fail(evidence.ThreadsPart, &unreadError{"a comment of a thread has no number"})
			}
			t.Comments = append(t.Comments, evidence.Comment{
				ID: id, Author: c.Author.login(), Bot: c.Author != nil && c.Author.Type == "Bot",
				Body: lines(c.Body), At: c.CreatedAt.UTC(), Edited: moment(c.LastEditedAt), URL: c.URL,
			})
		}
		slices.SortStableFunc(t.Comments, byTime)
		d.x.f.Threads = append(d.x.f.Threads, t)
	}
	if page.PageInfo.HasNextPage {
		return page.PageInfo.EndCursor
	}
	return ""
}
