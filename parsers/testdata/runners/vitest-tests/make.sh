#!/bin/sh
# Makes the reports of this folder. It needs node, npm and a network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/vitest-tests
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.mjs "$work" && cd "$work"
echo '{"name":"orders","private":true}' > package.json
npm install --no-audit --no-fund --silent vitest@4.1.12

npx vitest run --includeTaskLocation --reporter=json --reporter=junit --outputFile.json=report.json --outputFile.junit=report.junit.xml || true
npx vitest run --testNamePattern='adds up' --reporter=json --outputFile=one.json orders.test.mjs
npx vitest run --reporter=tap > report.tap || true
npx vitest run --reporter=tap-flat > flat.tap || true
sed -i 's/ hostname="[^"]*"/ hostname="runner"/' report.junit.xml
cp report.json one.json report.junit.xml report.tap flat.tap "$here"
