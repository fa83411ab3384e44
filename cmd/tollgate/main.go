// Command tollgate turns CI evidence into a verdict, and the verdict into the
// next step on the issue.
package main

import (
	"os"

	"github.com/tollgate-ci/tollgate/internal/cli"
)

func main() { os.Exit(cli.Main(cli.OS())) }
