#!/bin/sh
# Writes the reports of this folder anew: PHPUnit 9.6 of Debian 12 with pcov.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v phpunit >/dev/null || apt-get install -y phpunit php-pcov php-xml
work=/tmp/tollgate-runner/phpunit
rm -rf "$work" && mkdir -p "$work" && cp -r "$here/src" "$here/tests" "$work"
cd "$work"
php -d pcov.enabled=1 -d pcov.directory=src /usr/bin/phpunit --no-configuration --bootstrap src/Orders.php --coverage-filter src \
  --log-junit report.junit.xml --coverage-clover clover.xml --coverage-cobertura cobertura.xml tests || test $? -le 2
cp report.junit.xml clover.xml cobertura.xml "$here"
