#!/bin/sh
# Writes sonarqube.xml and cobertura.xml with gcovr 5.2 and gcc 12 of Debian 12
# (apt-get install gcovr gcc).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/gcovr
rm -rf "$work" && mkdir -p "$work" && cp "$here/orders.c" "$work" && cd "$work"
gcc -O0 --coverage -o orders orders.c
./orders > /dev/null
gcovr --root . --sonarqube sonarqube.xml --cobertura cobertura.xml --cobertura-pretty > /dev/null
sed -i 's/timestamp="[0-9]*"/timestamp="0"/' cobertura.xml
cp sonarqube.xml cobertura.xml "$here"
