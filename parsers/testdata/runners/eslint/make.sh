#!/bin/sh
# Writes the reports of this folder anew: ESLint 9.39.1 with
# @microsoft/eslint-formatter-sarif 3.1.0.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/eslint
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.js "$work"
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund --no-save eslint@9.39.1 @microsoft/eslint-formatter-sarif@3.1.0
for f in orders broken; do
  npx eslint -f @microsoft/eslint-formatter-sarif -o "$here/$f.sarif" $f.js || test $? = 1
done
npx eslint -f @microsoft/eslint-formatter-sarif -o "$here/clean.sarif" eslint.config.js
