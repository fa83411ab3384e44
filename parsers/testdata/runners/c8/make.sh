#!/bin/sh
# Writes the reports of this folder anew: c8 over check.js.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/c8
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.js "$work"
cd "$work"
npm install --silent --no-audit --no-fund --no-save --prefix tool c8@10.1.3
tool/node_modules/.bin/c8 --all --include orders.js --include refund.js --report-dir out \
  --reporter json --reporter json-summary --reporter lcovonly --reporter cobertura --reporter clover node check.js
for f in coverage-final.json coverage-summary.json lcov.info cobertura-coverage.xml clover.xml; do cp "out/$f" "$here/$f"; done
