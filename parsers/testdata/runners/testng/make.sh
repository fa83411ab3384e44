#!/bin/sh
# Writes testng-results.xml and TEST-*.xml (JUnit, by TestNG's JUnitReportReporter)
# with TestNG 6.9.12 and bsh, jcommander of Debian 12 (apt-get install testng
# default-jdk-headless).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/tollgate-runner/testng
rm -rf "$work" && mkdir -p "$work" && cp -r "$here/orders" "$here/testng.xml" "$work" && cd "$work"
jars=/usr/share/java/testng.jar:/usr/share/java/jcommander.jar:/usr/share/java/bsh.jar
javac -cp "$jars" -d classes orders/*.java
java -cp "$jars:classes" org.testng.TestNG -usedefaultlisteners false \
  -listener org.testng.reporters.XMLReporter,org.testng.reporters.JUnitReportReporter -d out testng.xml || true
sed -i "s/$(hostname)/runner/" out/junitreports/*.xml
cp out/testng-results.xml out/junitreports/TEST-*.xml "$here"
