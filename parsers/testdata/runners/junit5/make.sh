#!/bin/sh
# Writes the reports of this folder anew: the console launcher of JUnit 5.9.2 of Debian
# 12; OrdersTest, and two classes whose hooks for all throw.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
test -f /usr/share/java/junit-platform-console.jar || apt-get install -y junit5 default-jdk-headless
work=/tmp/tollgate-runner/junit5
rm -rf "$work" && mkdir -p "$work" && cp "$here"/*.java "$work"
cd "$work"
path=classes
for jar in junit-jupiter-api junit-jupiter-engine junit-jupiter-params junit-platform-commons junit-platform-engine \
  junit-platform-launcher junit-platform-console junit-platform-reporting opentest4j opentest4j-reporting-events \
  opentest4j-reporting-schema apiguardian-api picocli univocity-parsers; do
  path=$path:/usr/share/java/$jar.jar
done
mkdir classes
javac -d classes -cp "$path" OrdersTest.java
run() {
  out=$1
  shift
  java -cp "$path" org.junit.platform.console.ConsoleLauncher --disable-banner --details none --reports-dir "$out" "$@" || test $? = 1
  # The properties of the machine say nothing of a test.
  sed -e '/^<property name=/d' -e '/^"\/>$/d' -e 's/hostname="[^"]*"/hostname="host"/' "$out/TEST-junit-jupiter.xml" > "$here/$out.xml"
}
run orders --select-class OrdersTest
run hooks --select-class 'OrdersTest$Stuck' --select-class 'OrdersTest$Never'
