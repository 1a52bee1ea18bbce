#!/usr/bin/env bash
# A steady load of 100 reports a second for a minute, waiting for each; writes data/load-steady.html with curves.
# Options of scripts/load.sh override the defaults, for example: scripts/load-steady.sh --rate=1000 --duration=5m
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh
build_jar
mkdir -p data

# Uses the first JIT compiler only. At this rate the optimizing one takes CPU from the service: p99 is 5.9 ms with it, 3.2 without.
exec java -Xmx1g -XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1 -jar "$jar" load --rate=100 --warmup=20s --duration=60s --wait=100% --check-traces=10% \
  --html=data/load-steady.html --json=data/load-steady.json "$@"
