#!/usr/bin/env bash
# Breaks a cluster of real processes under load, and judges what became of every report:
#   scripts/chaos.sh [--topology T] [--partitions N] [seconds [seed [faults [lease in seconds [reports a second]]]]]
# Without arguments two minutes of the usual faults, of a new seed. Topologies of Redis are standalone, sentinel and
# cluster, where the queue has three partitions by default; each has faults of its own. Faults are names with commas between, of which a wrong one is answered with all. What
# is printed first, and again if something is wrong, repeats a run. Exit code 1 if a guarantee was broken. Needs Linux and
# redis-server 7.
set -euo pipefail
cd "$(dirname "$0")/.."
jar=target/redistributed.jar
path=target/test-classpath

if [ ! -f "$jar" ] || [ -n "$(find src/main pom.xml -newer "$jar" -print -quit)" ]; then
  echo "Building $jar ..."
  mvn -B -ntp -q -DskipTests package
fi
mvn -B -ntp -q test-compile org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$path"

exec java -Xmx1g -XX:+ExitOnOutOfMemoryError -Dredistributed.jar="$jar" -cp "target/test-classes:target/classes:$(cat "$path")" \
  io.redistributed.chaos.Chaos "$@"
