#!/bin/sh
# Writes the reports of this folder anew: staticcheck v0.8.2 over orders.go, and over a
# package that does not compile.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/staticcheck
rm -rf "$work" && mkdir -p "$work/broken" && cp "$here/go.mod" "$here/orders.go" "$work"
cd "$work"
export GOTOOLCHAIN=go1.26.0+auto
command -v staticcheck >/dev/null || { GOBIN=$work/bin go install honnef.co/go/tools/cmd/staticcheck@v0.8.2; PATH=$work/bin:$PATH; }
run() {
  out=$1
  shift
  staticcheck -f sarif "$@" > report.sarif || test $? = 1
  gzip -9 -n < report.sarif > "$here/$out.sarif.gz" # most of it is the list of all checks
}
run report -show-ignored .
printf 'package broken\n\nfunc Broken() { nothing() }\n' > broken/broken.go
run broken ./broken
