// Command tollgate-cloud is tollgate with stores in object stores: s3://, gs:// and
// azblob:// beside directories. It is a module of its own, because the libraries of
// the clouds make it three and a half times as large.
package main

import (
	"os"

	"github.com/tollgate-ci/tollgate/internal/cli"
)

func main() {
	env := cli.OS()
	env.Bucket = open
	os.Exit(cli.Main(env))
}
