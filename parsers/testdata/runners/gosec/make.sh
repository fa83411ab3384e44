#!/bin/sh
# Writes the reports of this folder anew: gosec v2.22.10 over orders.go, with and without
# the finding that a comment suppresses.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/gosec
rm -rf "$work" && mkdir -p "$work" && cp "$here/go.mod" "$here/orders.go" "$work"
cd "$work"
export GOTOOLCHAIN=go1.26.0+auto
command -v gosec >/dev/null || { GOBIN=$work/bin go install github.com/securego/gosec/v2/cmd/gosec@v2.22.10; PATH=$work/bin:$PATH; }
gosec -quiet -track-suppressions -fmt sarif -out tracked.sarif ./... || test $? = 1
gosec -quiet -fmt sarif -out report.sarif ./... || test $? = 1
cp tracked.sarif report.sarif "$here"
