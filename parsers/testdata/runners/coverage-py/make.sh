#!/bin/sh
# Writes the reports of this folder anew: coverage.py of Debian 12 (6.5.0), with and
# without branches.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v python3-coverage >/dev/null || apt-get install -y python3-coverage
work=/tmp/tollgate-runner/coverage-py
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.py "$work"
cd "$work"
python3-coverage run --branch --source=. --omit=check.py check.py
python3-coverage json --pretty-print -o coverage.json
python3-coverage json --show-contexts -o contexts.json
python3-coverage xml -o coverage.xml
python3-coverage lcov -o lcov.info
python3-coverage run --source=. --omit=check.py check.py
python3-coverage json -o lines.json
cp coverage.json contexts.json lines.json coverage.xml lcov.info "$here"
