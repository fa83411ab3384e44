#!/bin/sh
# Writes the reports of this folder anew: Bats 1.8.2 of Debian 12, each file in TAP and
# in JUnit XML.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v bats >/dev/null || apt-get install -y bats
work=/tmp/tollgate-runner/bats
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.bats "$work"
cd "$work"
for f in orders closed prints; do
  bats --formatter tap $f.bats > "$here/$f.tap" || test $? = 1
  bats --formatter junit $f.bats > $f.xml || test $? = 1
  sed 's/hostname="[^"]*"/hostname="host"/' $f.xml > "$here/$f.junit.xml"
done
bats --formatter tap13 orders.bats > "$here/orders.tap13.tap" || test $? = 1
