#!/bin/sh
# Writes the reports of this folder anew: Test::More of Perl 5.36 as TAP, and the same
# tests by prove with TAP::Formatter::JUnit 0.11 of Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
perl -MTAP::Formatter::JUnit -e1 2>/dev/null || apt-get install -y libtap-formatter-junit-perl
work=/tmp/tollgate-runner/prove
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.t "$work"
cd "$work"
for t in orders dies bails skips; do
  perl $t.t > "$here/$t.tap" 2>/dev/null || test $? -gt 0
done
for t in orders dies skips; do
  prove --formatter TAP::Formatter::JUnit $t.t > "$here/$t.junit.xml" 2>/dev/null || test $? -gt 0
done
