#!/bin/sh
# Writes the reports of this folder anew: pytest of Debian 12 (7.2.1) with
# pytest-rerunfailures (10.2), in both families of its JUnit XML, and without the file
# that does not load.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
/usr/bin/python3 -c 'import pytest_rerunfailures' 2>/dev/null || apt-get install -y python3-pytest python3-pytest-rerunfailures
work=/tmp/tollgate-runner/pytest
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.py "$work"
cd "$work"
run() {
  out=$1
  shift
  /usr/bin/python3 -m pytest -q -p no:cacheprovider -p no:xdist -p no:benchmark -p no:asyncio "$@" --junit-xml=report.xml || { status=$?; test $status -le 2 || test $status = 5; }
  sed 's/hostname="[^"]*"/hostname="host"/' report.xml > "$here/$out"
}
run xunit2.xml test_orders.py
run xunit1.xml -o junit_family=xunit1 -o junit_logging=all test_orders.py
run broken.xml
run goes-on.xml --continue-on-collection-errors
run stopped.xml --exitfirst test_orders.py
run none.xml -k a_name_that_no_test_has test_orders.py
