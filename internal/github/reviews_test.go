package github_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

// R21: who dismissed a review, by GraphQL and by the timeline over REST. Where that is not
// known of the opinion that somebody has last, nobody knows who asks for what.
func TestWhoDismissedAReview(t *testing.T) {
	for name, x := range map[string]struct {
		reviews []fake.Review
		by      string
		was     evidence.ReviewState
		unread  string
	}{
		"known":                      {[]fake.Review{{ID: 8, Author: "rev", State: "DISMISSED", Was: "CHANGES_REQUESTED", DismissedBy: "ann", At: at(9)}}, "ann", "changes_requested", ""},
		"by an account that is gone": {[]fake.Review{{ID: 8, Author: "rev", State: "DISMISSED", Was: "APPROVED", At: at(9)}}, "ghost", "approved", ""},
		"unknown": {[]fake.Review{{ID: 8, Author: "rev", State: "DISMISSED", At: at(9)}}, "", "",
			"who dismissed the review of @rev is not known; let them review again"},
		"unknown, and they said more than nothing since": {[]fake.Review{{ID: 8, Author: "rev", State: "DISMISSED", At: at(9)}, {ID: 9, Author: "Rev", State: "APPROVED", At: at(10)}}, "", "", ""},
		"unknown, and they made a comment since": {[]fake.Review{{ID: 8, Author: "rev", State: "DISMISSED", At: at(9)}, {ID: 9, Author: "rev", State: "COMMENTED", At: at(10)}}, "", "",
			"who dismissed the review of @rev is not known; let them review again"},
	} {
		for _, closed := range []bool{false, true} {
			w := told(t, fake.Options{})
			w.ChangePull(repo, 34, func(p *fake.Pull) { p.Reviews = x.reviews })
			if closed {
				w.Inject(fake.Fault{Path: "/graphql", Answer: fake.NotPermitted("")})
			}
			got := w.facts()
			if got.Unread[evidence.ReviewsPart] != x.unread || (x.unread != "") != (got.Reviews == nil) {
				t.Errorf("%s, GraphQL closed %v: unread %q, and %d reviews", name, closed, got.Unread[evidence.ReviewsPart], len(got.Reviews))
			}
			if x.unread == "" && (got.Reviews[0].DismissedBy != x.by || got.Reviews[0].Was != x.was) {
				t.Errorf("%s, GraphQL closed %v: %+v", name, closed, got.Reviews[0])
			}
		}
	}
}
