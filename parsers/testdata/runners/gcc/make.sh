#!/bin/sh
# Writes the reports of this folder anew: gcov of GCC 12, and gcovr 5.2 and geninfo
# (lcov 1.16) of Debian 12 over the same run of orders.c; shared.cc has a template
# whose lines gcov lists once for each of its instances.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v geninfo >/dev/null && command -v gcovr >/dev/null || apt-get install -y gcovr lcov
work=/tmp/tollgate-runner/gcc
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.c "$here"/*.cc "$work"
cd "$work"
gcc -O0 --coverage -c orders.c
gcc -O0 -c check.c
gcc --coverage -o check orders.o check.o
./check
gcov --json-format --branch-probabilities orders.gcda
gcovr --root . --json orders.gcovr.json --xml orders.cobertura.xml --coveralls orders.coveralls.json
geninfo --rc lcov_branch_coverage=1 --base-directory . -o orders.info .
mkdir shared && mv shared.cc shared && cd shared
g++ -O0 --coverage -o check shared.cc
./check
gcov --json-format --branch-probabilities ./*.gcda
gcovr --root . --json shared.gcovr.json --xml shared.cobertura.xml
cp ../orders.gcov.json.gz ../orders.gcovr.json ../orders.cobertura.xml ../orders.coveralls.json ../orders.info shared.gcovr.json shared.cobertura.xml "$here"
cp ./*.gcov.json.gz "$here/shared.gcov.json.gz"
