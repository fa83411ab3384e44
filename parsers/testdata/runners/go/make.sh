#!/bin/sh
# Writes the reports of this folder anew: go test as gotestsum runs it, with the JSON,
# the JUnit XML and the coverage profile of one run; then go test -v, and go test, as
# text. The package broken does not compile, crash panics, exits fails behind its tests.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/go
rm -rf "$work" && mkdir -p "$work" && cp -r "$here"/go.mod "$here"/*.go "$here"/broken "$here"/crash "$here"/exits "$here"/none "$work"
cd "$work"
export GOTOOLCHAIN=go1.26.0+auto GOFLAGS=-trimpath
command -v gotestsum >/dev/null || { GOBIN=$work/bin go install gotest.tools/gotestsum@v1.13.0; PATH=$work/bin:$PATH; }
gotestsum --format none --jsonfile "$here/report.jsonl" --junitfile "$here/report.junit.xml" -- -coverpkg=./... -coverprofile="$here/cover.out" ./... || test $? = 1
go test -v ./... > "$here/verbose.txt" 2>&1 || test $? = 1
go test ./... > "$here/plain.txt" 2>&1 || test $? = 1
go test -json -count=2 -run 'TestTotal|TestSkipped' . > "$here/twice.jsonl" || test $? = 1
