#!/bin/sh
# Writes the reports of this folder anew: k6 0.57.0 against a server on the loopback
# interface. The summary of one run is written by handleSummary, that of another by
# --summary-export, which k6 writes only where the script has no handleSummary.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/k6
rm -rf "$work" && mkdir -p "$work" && cp "$here"/orders.* "$work" && cd "$work"
command -v k6 >/dev/null || { GOBIN=$work/bin go install go.k6.io/k6@v0.57.0; PATH=$work/bin:$PATH; }
go build -o server orders.go
./server > address & server=$!
trap 'kill $server' EXIT
until test -s address; do sleep 0.1; done
BASE=http://$(cat address)
export BASE OUT=handle-summary.json K6_NO_USAGE_REPORT=true
k6 run --quiet orders.js || test $? = 99 # thresholds were crossed
sed '/handleSummary/,$d' orders.js > plain.js
k6 run --quiet --summary-export summary-export.json plain.js > output.txt || test $? = 99
cp handle-summary.json summary-export.json "$here"
