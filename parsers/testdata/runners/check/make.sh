#!/bin/sh
# Writes the report of this folder anew: Check 0.15.2 of Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
test -f /usr/include/check.h || apt-get install -y check
work=/tmp/tollgate-runner/check
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.c "$work"
cd "$work"
gcc -O0 -o orders orders.c -lcheck_pic -lsubunit -lrt -lm -lpthread 2>/dev/null || gcc -O0 -o orders orders.c -lcheck -lsubunit -lrt -lm -lpthread
./orders || test $? = 1
cp report.tap "$here"
