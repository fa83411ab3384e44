#!/bin/sh
# Makes the reports of this folder. It needs node 20.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/node-test
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.js "$work" && cd "$work"

node --test --test-reporter=tap --test-reporter-destination=report.tap --test-reporter=junit --test-reporter-destination=report.junit.xml . || true
sed -i 's/ hostname="[^"]*"/ hostname="runner"/' report.junit.xml
cp report.tap report.junit.xml "$here"
