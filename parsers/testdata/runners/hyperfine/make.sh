#!/bin/sh
# Writes the reports of this folder again. hyperfine 1.15.0: apt-get install hyperfine=1.15.0-2 (Debian 12).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v hyperfine >/dev/null || apt-get install -y hyperfine=1.15.0-2
cd /tmp
hyperfine -N --runs 5 --parameter-list s 0.001,0.002,0.003 'sleep {s}' --export-json "$here/sleep.json" >/dev/null 2>&1
hyperfine -N -i --runs 4 true 'ls /nowhere' --export-json "$here/failing.json" >/dev/null 2>&1
