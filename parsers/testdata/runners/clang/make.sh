#!/bin/sh
# Writes the reports of this folder anew: clang and llvm-cov 14 of Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v clang-14 >/dev/null || apt-get install -y clang-14 llvm-14 libclang-rt-14-dev
work=/tmp/tollgate-runner/clang
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.c "$work"
cd "$work"
clang-14 -O0 -fprofile-instr-generate -fcoverage-mapping -c orders.c
clang-14 -O0 -c check.c
clang-14 -fprofile-instr-generate -o check orders.o check.o
LLVM_PROFILE_FILE=check.profraw ./check
llvm-profdata-14 merge -o check.profdata check.profraw
llvm-cov-14 export -instr-profile=check.profdata ./check > "$here/orders.json"
llvm-cov-14 export -summary-only -instr-profile=check.profdata ./check > "$here/summary.json"
llvm-cov-14 export -format=lcov -instr-profile=check.profdata ./check > "$here/lcov.info"
