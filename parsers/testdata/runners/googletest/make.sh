#!/bin/sh
# Writes the reports of this folder anew: googletest 1.12.1 of Debian 12; all tests, the
# disabled ones too, a part of them, every test twice, and the list of them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
test -f /usr/include/gtest/gtest.h || apt-get install -y libgtest-dev
work=/tmp/tollgate-runner/googletest
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.cc "$work"
cd "$work"
g++ -std=c++17 -O0 -o orders_test orders_test.cc -lgtest -lgtest_main -pthread
run() {
  out=$1
  shift
  ./orders_test --gtest_output="xml:$here/$out" "$@" >/dev/null 2>&1 || test $? = 1
}
run all.xml
run disabled.xml --gtest_also_run_disabled_tests
run part.xml --gtest_filter='Total.*'
run twice.xml --gtest_filter='Total.Adds:Total.IsWrong' --gtest_repeat=2
run list.xml --gtest_list_tests
