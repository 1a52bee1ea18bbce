#!/usr/bin/env bash
# Measures the service on its own Redis servers and prints tables in Markdown. Takes half an hour; nothing else should run on
# the machine. Needs redis-server and h2load (nghttp2-client).
#   scripts/bench.sh                                        everything
#   scripts/bench.sh reports --jobs=10000 --rounds=3         a part of it, shorter
#   scripts/bench.sh start --starts=9                       time of a start, and memory when idle
#   scripts/bench.sh --help                                 parts and options
#   scripts/bench.sh jmh                                    wire formats and span queue, compared with alternatives
#   scripts/bench.sh jmh -prof gc roundTrip                 options and benchmarks for JMH
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = jmh ]; then
  shift
  exec mvn -B -ntp -q -Pjmh test-compile exec:exec -Djmh="$*"
fi

. scripts/lib/build.sh
build_jar
build_archive
path=target/test-classpath
mvn -B -ntp -q test-compile org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$path"

exec java -Xmx1g -XX:+ExitOnOutOfMemoryError -Dredistributed.jar="$jar" -Dredistributed.archive="$archive" -cp "target/test-classes:target/classes:$(cat "$path")" \
  io.redistributed.bench.Bench "$@"
