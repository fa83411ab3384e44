#!/bin/sh
# Writes the reports of this folder anew: Ant 1.10.13 with JUnit 4.13.2 and JaCoCo 0.8.6
# of Debian 12; its formatter for each class, what junitreport joins of them, and
# JaCoCo's XML.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
test -f /usr/share/java/org.jacoco.ant.jar && command -v ant >/dev/null || apt-get install -y ant ant-optional junit4 libjacoco-java
work=/tmp/tollgate-runner/ant
rm -rf "$work" && mkdir -p "$work" && cp -r "$here/build.xml" "$here/src" "$here/test" "$work"
cd "$work"
ant -q
# The properties of the machine say nothing of a test.
for f in xml/*.xml; do
  sed -e '/<property name=/d' -e 's/hostname="[^"]*"/hostname="host"/' "$f" > "$here/$(basename "$f")"
done
sed 's/<sessioninfo [^>]*>//g' jacoco.xml > "$here/jacoco.xml"
