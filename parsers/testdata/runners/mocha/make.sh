#!/bin/sh
# Makes the reports of this folder. It needs node, npm and a network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/mocha
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.js "$work" && cd "$work"
echo '{"name":"orders","private":true}' > package.json
npm install --no-audit --no-fund --silent mocha@11.8.0 mocha-junit-reporter@2.2.1 mocha-ctrf-json-reporter@0.0.11

npx mocha --reporter json --reporter-option output=report.json orders.test.js > output.txt || true
npx mocha --reporter xunit --reporter-option output=report.xunit.xml orders.test.js > output.txt || true
npx mocha --reporter mocha-junit-reporter --reporter-option mochaFile=report.junit.xml --reporter-option includePending=true orders.test.js > output.txt || true
npx mocha --reporter mocha-junit-reporter --reporter-option mochaFile=report.listed.junit.xml orders.test.js > output.txt || true
npx mocha --reporter mocha-ctrf-json-reporter --reporter-option outputDir=. --reporter-option outputFile=report.ctrf.json orders.test.js > output.txt || true
npx mocha --reporter tap orders.test.js > report.tap || true
for f in report.*; do cp "$f" "$here"; done
