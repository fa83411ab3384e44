#!/bin/sh
# Writes the reports of this folder again. JMeter 2.13: apt-get install jmeter=2.13-5 (Debian 12) and a JDK.
# The plan is built in Orders.java, because Debian's JMeter cannot load a .jmx.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /tmp/tollgate-runner.XXXXXX)
trap 'rm -rf "$work"' EXIT
test -e /usr/share/jmeter/bin/ApacheJMeter.jar || apt-get install -y --no-install-recommends jmeter=2.13-5
cd "$work"
jars='/usr/share/jmeter/bin/ApacheJMeter.jar:/usr/share/jmeter/lib/*:/usr/share/jmeter/lib/ext/*:/usr/share/java/*'
javac -nowarn -cp "$jars" -d . "$here/Orders.java" 2>/dev/null
run() { # file, settings
	out=$1
	shift
	java -cp ".:$jars" Orders "$out" "$@" >/dev/null 2>&1
	cp "$out" "$here/$out"
}
run header.jtl output_format=csv print_field_names=true
run no-header.jtl output_format=csv print_field_names=false
run semicolon.jtl output_format=csv print_field_names=true 'default_delimiter=;' url=true connect_time=true sample_count=true
run results.xml output_format=xml
