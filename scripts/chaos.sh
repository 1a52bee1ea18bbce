#!/usr/bin/env bash
# Breaks a cluster of real processes under load, and judges what became of every report:
#   scripts/chaos.sh [seconds [seed [faults [lease in seconds [reports a second]]]]]
# Without arguments two minutes of the usual faults, of a new seed. Faults are names with commas between; what is
# printed first, and again if something is wrong, repeats a run. Exit code 1 if a guarantee was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
jar=target/redistributed.jar
path=target/test-classpath

if [ ! -f "$jar" ] || [ -n "$(find src/main pom.xml -newer "$jar" -print -quit)" ]; then
  echo "Building $jar ..."
  mvn -B -ntp -q -DskipTests package
fi
mvn -B -ntp -q test-compile org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$path"

exec java -Xmx1g -Dredistributed.jar="$jar" -cp "target/test-classes:target/classes:$(cat "$path")" \
  io.redistributed.chaos.Chaos "$@"
