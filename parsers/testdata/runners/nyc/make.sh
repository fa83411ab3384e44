#!/bin/sh
# Writes the reports of this folder anew: nyc over check.js.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/nyc
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.js "$work"
cd "$work"
npm install --silent --no-audit --no-fund --no-save --prefix tool nyc@17.1.0
tool/node_modules/.bin/nyc --all --include orders.js --include refund.js --report-dir out \
  --reporter json --reporter json-summary --reporter lcovonly --reporter cobertura --reporter clover node check.js
for f in coverage-final.json coverage-summary.json lcov.info cobertura-coverage.xml clover.xml; do cp "out/$f" "$here/$f"; done
