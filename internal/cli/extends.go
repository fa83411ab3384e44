package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// tree reads a file of a tree, by its path with slashes.
type tree func(path string) (data []byte, found bool, err error)

// workingTree is what is on this disk.
func workingTree(name string) ([]byte, bool, error) {
	data, err := readSmall(filepath.FromSlash(name), maxPolicy)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// extending finds the policies that one extends: the copies beside it in its tree,
// held to their digests, and what has no copy on GitHub if there is a client to ask.
// Either way it goes by one name, so that what is printed does not tell the two apart.
func extending(ctx context.Context, file tree, policyFile string, client *github.Client) policy.Finder {
	return func(ref policy.Reference) (policy.Copy, error) {
		at := ref.Vendored(policyFile)
		data, found, err := file(at)
		switch {
		case err != nil:
			return policy.Copy{}, err
		case found:
			return policy.Copy{Name: copyName(ref), Data: data}, verified(file, policyFile, ref, at, data)
		case client == nil:
			return policy.Copy{}, fmt.Errorf("there is no copy of it at %s; run `tollgate policy vendor` with a token, and commit what that writes", at)
		}
		return fromGitHub(ctx, client, ref)
	}
}

// copyName is what places in an extended policy begin with.
func copyName(ref policy.Reference) string {
	return fmt.Sprintf("%s/%s@%.7s", ref.Repo, ref.Path, ref.Commit)
}

// verified holds a copy to its digest.
func verified(file tree, policyFile string, ref policy.Reference, at string, data []byte) error {
	sums, found, err := file(policy.DigestsBeside(policyFile))
	if err != nil {
		return err
	}
	digests := policy.Digests{}
	if found {
		if digests, err = policy.ReadDigests(policy.DigestsBeside(policyFile), sums); err != nil {
			return err
		}
	}
	return digests.Verify(ref, at, data)
}

// fromGitHub reads an extended policy where it is at home.
func fromGitHub(ctx context.Context, client *github.Client, ref policy.Reference) (policy.Copy, error) {
	data, found, err := client.File(ctx, ref.Repo, ref.Path, ref.Commit)
	switch {
	case err != nil:
		return policy.Copy{}, err
	case !found:
		return policy.Copy{}, fmt.Errorf("GitHub shows this token no %s in %s at %.7s; correct it, or give a token that may read that repository", ref.Path, ref.Repo, ref.Commit)
	}
	return policy.Copy{Name: copyName(ref), Data: data}, nil
}

func (a *app) policyVendor() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "vendor",
		Short: "Copies the policies that this one extends beside it, with their digests",
		Long: "Reads the policies that the policy extends from GitHub, at the commits that it names, and writes them\n" +
			"to .tollgate/extends beside it, with their digests in SHA256SUMS. Commit them: then the policy is read\n" +
			"without a token and without a network, and what it asks for changes only by a change that people see.",
		Example: "  GITHUB_TOKEN=… tollgate policy vendor",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.vendor(cmd.Context(), s)
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.policy, "policy", "", doc("policy"))
	f.StringVarP(&s.directory, "directory", "C", "", "where the policy is; default the current one")
	return cmd
}

func (a *app) vendor(ctx context.Context, s settings) error {
	client, err := a.reader()
	switch {
	case err != nil:
		return err
	case client == nil:
		return usage("there is no token to read other repositories with: set GITHUB_TOKEN")
	}
	type fetched struct {
		ref  policy.Reference
		data []byte
	}
	var all []fetched
	file := s.policyFile()
	name := filepath.ToSlash(file)
	data, err := a.readPolicy(s)
	if err != nil {
		return err
	}
	if _, err := a.parsePolicy(name, data, func(ref policy.Reference) (policy.Copy, error) {
		c, err := fromGitHub(ctx, client, ref)
		all = append(all, fetched{ref, c.Data})
		return c, err
	}); err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintf(a.env.Stdout, "%s extends nothing, so there is nothing to copy\n", render.Clean(name, 200))
		return nil
	}
	digests := policy.Digests{}
	if sums, found, err := workingTree(policy.DigestsBeside(name)); err != nil {
		return usage("the digests: %w", err)
	} else if found {
		// Those of other policies stay. A file that is broken is written anew.
		if had, err := policy.ReadDigests(name, sums); err == nil {
			digests = had
		}
	}
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return usage("the directory of the policy: %w", err)
	}
	defer root.Close()
	write := func(at string, data []byte) error {
		at = filepath.FromSlash(at)
		err := root.MkdirAll(filepath.Dir(at), 0o755)
		if err == nil {
			err = root.WriteFile(at, data, 0o644)
		}
		if err != nil {
			return usage("writing a copy: %w", err)
		}
		return nil
	}
	for _, f := range all {
		digests.Add(f.ref, f.data)
		if err := write(f.ref.Vendored(""), f.data); err != nil {
			return err
		}
		fmt.Fprintf(a.env.Stdout, "%s: %d bytes, sha256:%.12s\n", render.Clean(path.Join(path.Dir(name), f.ref.Vendored("")), 400), len(f.data), digests[f.ref.String()])
	}
	return write(policy.DigestsBeside(""), digests.Bytes())
}
