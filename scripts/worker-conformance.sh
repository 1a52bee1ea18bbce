#!/usr/bin/env bash
# Checks a worker of the report queue, in any language, against docs/protocol.md:
#   scripts/worker-conformance.sh [--only REGEX] COMMAND
# Starts a Redis and an API node, runs COMMAND (as often as its cases need) with REDIS_URL, OTEL_EXPORTER_OTLP_ENDPOINT and
# others in its environment, and prints a table of the cases whose names match REGEX, by default all. The worker has to offer
# the report type `conformance`. --java stands for the command of a Java worker; --build only compiles what the kit needs.
# Exit code 1 if a case failed. Needs Linux, redis-server 7 and Maven.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
only=.
[ "${1:-}" != --only ] || { only=$2; shift 2; }
[ $# -gt 0 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
path=$root/target/test-classpath

if [ ! -f "$path" ] || [ -n "$(find "$root"/{src/main,src/test,pom.xml} -newer "$path" -print -quit)" ]; then
  mvn -B -ntp -q -f "$root/pom.xml" test-compile org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath \
    -Dmdep.outputFile="$path" >&2
  touch "$path"
fi
[ "$1" != --build ] || exit 0
CLASSPATH="$root/target/test-classes:$root/target/classes:$(cat "$path")"
export CLASSPATH
if [ "$1" = --java ]; then
  set -- java -XX:+ExitOnOutOfMemoryError -Xmx256m -XX:TieredStopAtLevel=1 io.redistributed.Main -conf "$root/src/test/resources/conformance-worker.yaml"
fi
exec java -Xmx512m -XX:TieredStopAtLevel=1 io.redistributed.conformance.Conformance "$only" "$@"
