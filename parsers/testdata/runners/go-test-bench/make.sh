#!/bin/sh
# Writes the reports of this folder again, with the pinned Go.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /tmp/tollgate-runner.XXXXXX)
trap 'rm -rf "$work"' EXIT
cp "$here"/go.mod "$here"/*.go "$work"
cd "$work"
export GOTOOLCHAIN=go1.26.0+auto GOFLAGS=-mod=mod
go test -run '^$' -bench . -benchtime 10x -count 3 >"$here/bench.txt" || exit 1
go test -v -bench . -benchtime 10x >"$here/bench-v.txt" || exit 1
go test -json -bench . -benchtime 10x >"$here/bench.json" || exit 1
ORDERS_FAIL=1 go test -run '^$' -bench . -benchtime 10x >"$here/bench-failing.txt" && exit 1
ORDERS_FAIL=1 go test -json -bench . -benchtime 10x >"$here/bench-failing.json" && exit 1
exit 0
