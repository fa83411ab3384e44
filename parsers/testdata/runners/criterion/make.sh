#!/bin/sh
# Writes the reports of this folder again: Criterion.rs 0.3.6 of Debian 12 with the crates that
# Debian packages, so that cargo needs no network, by cargo 1.95. cargo criterion is not packaged.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/criterion
rm -rf "$work" && mkdir -p "$work/.cargo" && cp -r "$here/benches" "$work" && cp "$here/Cargo.toml.in" "$work/Cargo.toml"
test -d /usr/share/cargo/registry/criterion-0.3.6 || apt-get install -y --no-install-recommends librust-criterion-dev=0.3.6-4
cd "$work"
: > lib.rs
cat > .cargo/config.toml <<'C'
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "/usr/share/cargo/registry"
C
cargo bench --offline --bench orders -- --noplot > output.txt
rm -rf "$here/criterion"
(cd target && find criterion -path '*/new/*' \( -name sample.json -o -name estimates.json \)) | while read -r f; do
  mkdir -p "$here/$(dirname "$f")" && cp "target/$f" "$here/$f"
done
