package github

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
)

// dismissal is that somebody dismissed a review.
type dismissal struct {
	review string // its number
	by     string
	was    evidence.ReviewState
}

// dismissed says of reviews who dismissed them. The opinion that somebody has last, of
// which that is not known, makes it unknown who asks for what: whose change it is may not
// dismiss what others ask for.
func dismissed(reviews []evidence.Review, gone []dismissal) error {
	for i := range reviews {
		r := &reviews[i]
		if r.State != evidence.ReviewDismissed {
			continue
		}
		if at := slices.IndexFunc(gone, func(d dismissal) bool { return d.review == strconv.FormatInt(r.ID, 10) }); at >= 0 {
			r.DismissedBy, r.Was = gone[at].by, gone[at].was
			continue
		}
		later := func(o evidence.Review) bool {
			opinion := o.State != evidence.ReviewCommented && o.State != evidence.ReviewPending
			return opinion && strings.EqualFold(o.Author, r.Author) && cmp.Or(o.At.Compare(r.At), cmp.Compare(o.ID, r.ID)) > 0
		}
		if !slices.ContainsFunc(reviews, later) {
			return &unreadError{fmt.Sprintf("who dismissed the review of @%s is not known; let them review again", r.Author)}
		}
	}
	return nil
}

// withoutGraphQL reads the reviews over REST. Whether a thread is resolved, and
// what a text was before, REST does not tell.
func (x *factReader) withoutGraphQL(ctx context.Context, closed *closedError) error {
	if err := x.settle(evidence.EditsPart, closed); err != nil || x.t.Pull == 0 {
		return err
	}
	if err := x.settle(evidence.ThreadsPart, &closedError{closed.why + ", and REST does not tell which threads are resolved"}); err != nil {
		return err
	}
	op := operation{name: fmt.Sprintf("reading the reviews of #%d", x.t.Pull), permission: "pull-requests: read"}
	list, err := pages(x.c, op, func(o *gh.ListOptions) ([]*gh.PullRequestReview, *gh.Response, error) {
		return x.c.gh.PullRequests.ListReviews(ctx, x.repo.owner, x.repo.name, x.t.Pull, o)
	})
	for _, r := range list {
		x.f.Reviews = append(x.f.Reviews, evidence.Review{
			ID: r.GetID(), Author: cmp.Or(r.GetUser().GetLogin(), "ghost"), State: evidence.ReviewState(strings.ToLower(r.GetState())),
			Commit: r.GetCommitID(), Body: lines(r.GetBody()), At: r.GetSubmittedAt().UTC(), URL: r.GetHTMLURL(),
		})
	}
	sortDiscussion(x.f)
	if err == nil && slices.ContainsFunc(x.f.Reviews, func(r evidence.Review) bool { return r.State == evidence.ReviewDismissed }) {
		var gone []dismissal
		if gone, err = x.dismissals(ctx); err == nil {
			err = dismissed(x.f.Reviews, gone)
		}
	}
	if err != nil {
		x.f.Reviews = nil
	}
	return x.settle(evidence.ReviewsPart, err)
}

// dismissals reads over REST who dismissed which review.
func (x *factReader) dismissals(ctx context.Context) (gone []dismissal, err error) {
	type event struct {
		Event  string   `json:"event"`
		Actor  *gh.User `json:"actor"`
		Review struct {
			ID    int64  `json:"review_id"`
			State string `json:"state"`
		} `json:"dismissed_review"`
	}
	op := operation{name: fmt.Sprintf("reading the timeline of #%d", x.t.Pull), permission: "issues: read"}
	list, err := pages(x.c, op, func(o *gh.ListOptions) ([]event, *gh.Response, error) {
		path := fmt.Sprintf("repos/%s/%s/issues/%d/timeline?per_page=%d", x.repo.owner, x.repo.name, x.t.Pull, o.PerPage)
		if o.Page != 0 {
			path += fmt.Sprintf("&page=%d", o.Page)
		}
		req, err := x.c.gh.NewRequest("GET", path, nil)
		if err != nil {
			return nil, nil, err
		}
		var list []event
		resp, err := x.c.gh.Do(ctx, req, &list)
		return list, resp, err
	})
	for _, e := range list {
		if e.Event == "review_dismissed" {
			by := cmp.Or(e.Actor.GetLogin(), "ghost")
			gone = append(gone, dismissal{strconv.FormatInt(e.Review.ID, 10), by, evidence.ReviewState(strings.ToLower(e.Review.State))})
		}
	}
	return gone, err
}
