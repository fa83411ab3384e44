package github_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

func TestAFileIsReadAtACommit(t *testing.T) {
	w := newWorld(t, fake.Options{})
	base, other := strings.Repeat("b", 40), strings.Repeat("c", 40)
	w.AddFile(repo, base, "sub dir/.tollgate.yml", "version: 1\n# größe\n")
	data, found, err := w.client.File(context.Background(), repo, "sub dir/.tollgate.yml", base)
	if err != nil || !found || string(data) != "version: 1\n# größe\n" {
		t.Errorf("%q %t %v", data, found, err)
	}
	for _, at := range []string{other, "main"} {
		if data, found, err := w.client.File(context.Background(), repo, "sub dir/.tollgate.yml", at); err != nil || found || data != nil {
			t.Errorf("at %s: %q %t %v", at, data, found, err)
		}
	}
	w.Inject(fake.Fault{Path: "/repos/*/*/contents/*/*", Answer: fake.NotPermitted("contents=read")})
	var denied *github.PermissionError
	if _, _, err := w.client.File(context.Background(), repo, "sub dir/.tollgate.yml", base); !errors.As(err, &denied) || denied.Permission != "contents: read" {
		t.Errorf("not permitted: %v", err)
	}
}
