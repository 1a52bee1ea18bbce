#!/usr/bin/env bash
# Measures the service on its own Redis servers and prints tables in Markdown. Takes three quarters of an hour; nothing else should run on
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
build_tests
build_archive
exec "${test_java[@]}" -Dredistributed.archive="$archive" io.redistributed.bench.Bench "$@"
