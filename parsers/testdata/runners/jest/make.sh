#!/bin/sh
# Makes the reports of this folder. It needs node, npm and a network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/jest
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.js "$work" && cd "$work"
echo '{"name":"orders","private":true}' > package.json
npm install --no-audit --no-fund --silent jest@30.5.2 jest-junit@16.0.0

JEST_JUNIT_REPORT_TEST_SUITE_ERRORS=true npx jest --ci --testLocationInResults --json --outputFile=report.json --reporters=default --reporters=jest-junit || true
npx jest --ci --testNamePattern='adds up' --json --outputFile=one.json orders.test.js
cp report.json one.json "$here"
cp junit.xml "$here/report.junit.xml"
