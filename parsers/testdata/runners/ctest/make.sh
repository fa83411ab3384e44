#!/bin/sh
# Writes the report of this folder anew: CTest 3.25.1 of Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v ctest >/dev/null || apt-get install -y cmake
work=/tmp/tollgate-runner/ctest
rm -rf "$work" && mkdir -p "$work" && cp "$here/CMakeLists.txt" "$work"
cd "$work"
cmake -S . -B build >/dev/null
ctest --test-dir build --repeat until-pass:2 --output-junit report.xml || test $? = 8
sed 's/hostname="[^"]*"/hostname="host"/' build/report.xml > "$here/report.xml"
