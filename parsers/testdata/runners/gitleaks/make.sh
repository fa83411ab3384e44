#!/bin/sh
# Writes the reports of this folder anew: gitleaks v8.28.0 over a folder with two secrets,
# which are made here so that they are in no file of ours, and over one without.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/gitleaks
rm -rf "$work" && mkdir -p "$work/with" "$work/without"
cd "$work"
command -v gitleaks >/dev/null || { GOBIN=$work/bin go install github.com/zricethezav/gitleaks/v8@v8.28.0; PATH=$work/bin:$PATH; }
letters=abcdefghij0123456789
printf 'token = "gh%s_%s%s"\n' p kQ7wZ3xR9vB2nM5tL8cF 1dH4jG6pS0yAeUiO > with/orders.py
printf 'name = "orders"\nkey = "sk%s_live_%s"\n' '' "${letters}XyZ7" > with/shop.py
printf 'name = "orders"\n' > without/orders.py
for d in with without; do
  (cd $d && gitleaks dir . --no-banner --redact --report-format sarif --report-path "$work/$d.sarif") || test $? = 1
  gzip -9 -n < $d.sarif > "$here/$d.sarif.gz" # most of it is the list of all rules
done
