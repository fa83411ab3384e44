#!/bin/sh
# Writes the reports of this folder anew: SimpleCov of Debian 12 (0.22.0); two suites
# in one result set, and the first of them alone in coverage.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ruby -e 'require "simplecov"' 2>/dev/null || apt-get install -y ruby-simplecov
work=/tmp/tollgate-runner/simplecov
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.rb "$work"
cd "$work"
ruby check.rb unit
cp out/.resultset.json "$here/unit.resultset.json"
ruby check.rb integration
cp out/.resultset.json "$here/both.resultset.json"
test ! -f out/coverage.json || cp out/coverage.json "$here/coverage.json"
