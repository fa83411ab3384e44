#!/bin/sh
# Writes the reports of this folder anew: Catch2 2.13.10 of Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
test -f /usr/include/catch2/catch.hpp || apt-get install -y catch2
work=/tmp/tollgate-runner/catch2
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.cc "$work"
cd "$work"
g++ -std=c++17 -O0 -o orders_test orders_test.cc
./orders_test --reporter junit --out "$here/report.junit.xml" || test $? -gt 0
./orders_test --reporter tap --out "$here/report.tap" || test $? -gt 0
./orders_test --reporter junit --abort --out "$here/stopped.junit.xml" || test $? -gt 0
