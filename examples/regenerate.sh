#!/usr/bin/env bash
# Runs the real tools on examples/orders, as it is (good) and with bad.patch
# applied (bad), and writes what they say to good/reports and bad/reports.
#
#   examples/regenerate.sh           write the reports
#   examples/regenerate.sh --check   write nothing; fail if the committed ones differ
#
# The reports are the tools' own, but for what differs on every run, which is
# levelled so that a change of the reports is a change of the service: times and
# durations, addresses and line numbers inside Go's own sources in stack traces,
# goroutine numbers, port numbers, and the Go version that gotestsum notes.
#
# TOOLS names a folder that has gotestsum and gosec, or should have; it is a
# temporary one unless set.
set -euo pipefail

GOTESTSUM=gotest.tools/gotestsum@v1.13.0
GOSEC=github.com/securego/gosec/v2/cmd/gosec@v2.22.11

orders=$(cd "$(dirname "$0")/orders" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GOFLAGS='' GOWORK=off

check=false
case "${1:-}" in
  '') ;;
  --check) check=true ;;
  *) echo "usage: examples/regenerate.sh [--check]" >&2; exit 2 ;;
esac

tools=${TOOLS:-$work/bin}
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)
for tool in "$GOTESTSUM" "$GOSEC"; do
  name=$(basename "${tool%@*}")
  [ -x "$tools/$name" ] || (cd "$work" && GOBIN="$tools" go install "$tool")
done

# exits runs a command that must end with the given status.
exits() {
  local want=$1 got=0
  shift
  "$@" || got=$?
  if [ "$got" -ne "$want" ]; then
    echo "$*: exit status $got, want $want" >&2
    exit 1
  fi
}

level() {
  sed -E \
    -e 's/"Time":"[^"]*"/"Time":"2026-01-15T09:00:00Z"/' \
    -e 's/"Elapsed":[0-9.e-]+/"Elapsed":0/' \
    -e 's/\(([0-9]+\.[0-9]+)s\)/(0.00s)/g' \
    -e 's/\\t[0-9]+\.[0-9]+s/\\t0.00s/' \
    -e 's/ time="[^"]*"/ time="0.000000"/' \
    -e 's/ timestamp="[^"]*"/ timestamp="2026-01-15T09:00:00Z"/' \
    -e 's/(name="go.version" value=")[^"]*/\1go1.26/' \
    -e 's/127\.0\.0\.1:[0-9]+/127.0.0.1:0/g' \
    -e 's/goroutine [0-9]+/goroutine 1/g' \
    -e 's#\\t((testing|runtime|net/http)/[a-z0-9_]+\.go):[0-9]+#\\t\1:0#' \
    -e 's/0x[0-9a-f]+/0x0/g' \
    "$1" >"$1.level"
  mv "$1.level" "$1"
}

# report runs the tools on one state of the service, whose tests end with the
# given status.
report() {
  local state=$1 status=$2
  (
    cd "$work/$state"
    mkdir reports
    # One package at a time, so that the order of the events is always the same.
    exits "$status" go test -json -count=1 -p=1 -trimpath -coverpkg=./... -coverprofile=reports/cover.out \
      ./price ./stock ./api >reports/unit.jsonl
    exits "$status" "$tools/gotestsum" --format none --junitfile reports/junit.xml -- -count=1 -trimpath ./integration >/dev/null
    # Without -quiet: with it, gosec writes no file at all when it finds nothing.
    "$tools/gosec" -no-fail -fmt sarif -out reports/gosec.sarif ./... 2>/dev/null
    level reports/unit.jsonl
    level reports/junit.xml
  )
}

for state in good bad; do
  mkdir "$work/$state"
  (cd "$orders" && tar -cf - --exclude=./good --exclude=./bad .) | tar -xf - -C "$work/$state"
done
(cd "$work/bad" && GIT_CEILING_DIRECTORIES="$work" git apply bad.patch)

report good 0
report bad 1

for state in good bad; do
  if $check; then
    diff -r "$orders/$state/reports" "$work/$state/reports"
  else
    mkdir -p "$orders/$state"
    rm -rf "$orders/$state/reports"
    mv "$work/$state/reports" "$orders/$state/reports"
  fi
done
if $check; then
  echo "examples: the committed reports are what the tools write"
else
  (cd "$orders" && wc -c good/reports/* bad/reports/*)
fi
