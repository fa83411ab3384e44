#!/bin/sh
# Writes sonar.xml with mocha-sonarqube-reporter 1.0.2, and mocha.json with Mocha
# 10.8.2 itself.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/mocha-sonar
rm -rf "$work" && mkdir -p "$work" && cp "$here/orders.test.js" "$work" && cd "$work"
npm init -y > /dev/null 2>&1
npm install --no-fund --no-audit --silent mocha@10.8.2 mocha-sonarqube-reporter@1.0.2 2> /dev/null
npx mocha --reporter mocha-sonarqube-reporter --reporter-option output=sonar.xml orders.test.js || true
npx mocha --reporter json orders.test.js > mocha.json || true
cp sonar.xml mocha.json "$here"
