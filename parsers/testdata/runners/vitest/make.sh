#!/bin/sh
# Writes the reports of this folder anew: Vitest with both of its providers.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/vitest
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.mjs "$work"
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund --no-save vitest@3.2.4 @vitest/coverage-v8@3.2.4 @vitest/coverage-istanbul@3.2.4
for provider in v8 istanbul; do
  npx vitest run --coverage.enabled --coverage.provider=$provider --coverage.all --coverage.include='*.mjs' --coverage.exclude='*.test.mjs' \
    --coverage.reportsDirectory=out-$provider --coverage.reporter=json --coverage.reporter=json-summary \
    --coverage.reporter=lcovonly --coverage.reporter=cobertura --coverage.reporter=clover
  for f in coverage-final.json coverage-summary.json lcov.info cobertura-coverage.xml clover.xml; do cp "out-$provider/$f" "$here/$provider-$f"; done
done
