#!/bin/sh
# Writes the reports of this folder anew: RSpec 3.12 of Debian 12 and its formatters
# for JSON and, by rspec_junit_formatter 0.4.1, for JUnit XML.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ruby -e 'require "rspec"; require "rspec_junit_formatter"' 2>/dev/null || apt-get install -y ruby-rspec ruby-rspec-junit-formatter
work=/tmp/tollgate-runner/rspec
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.rb "$work"
cd "$work"
run() {
  out=$1
  shift
  rspec --require rspec_junit_formatter --format json --out report.json --format RspecJunitFormatter --out report.xml "$@" || test $? = 1
  cp report.json "$here/$out.json"
  sed 's/hostname="[^"]*"/hostname="host"/' report.xml > "$here/$out.junit.xml"
}
run orders orders_spec.rb
run broken orders_spec.rb broken_spec.rb
run after after_spec.rb
run stopped --fail-fast orders_spec.rb
