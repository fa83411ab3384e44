#!/bin/sh
# Writes the reports of this folder anew: CMocka 1.1.5 of Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
test -f /usr/include/cmocka.h || apt-get install -y libcmocka-dev
work=/tmp/tollgate-runner/cmocka
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.c "$work"
cd "$work"
gcc -O0 -o run orders.c -lcmocka
CMOCKA_MESSAGE_OUTPUT=XML CMOCKA_XML_FILE=%g.xml ./run || test $? -gt 0
CMOCKA_MESSAGE_OUTPUT=TAP ./run > both.tap 2>/dev/null || test $? -gt 0
cp orders.xml shop.xml both.tap "$here"
