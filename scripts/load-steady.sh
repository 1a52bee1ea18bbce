#!/usr/bin/env bash
# A steady load of 100 reports a second for a minute, each of them waited for; leaves data/load-steady.html with curves.
# Options are those of scripts/load.sh and win, for example: scripts/load-steady.sh --rate=1000 --duration=5m
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh
build_jar
mkdir -p data

# At such a rate the generator is idle most of the time, and its optimizing compiler would be what reports wait for: on two cores
# one in a hundred took 5.9 ms with it, after a minute of warm-up, and 3.2 ms without.
exec java -Xmx1g -XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1 -jar "$jar" load --rate=100 --warmup=20s --duration=60s --wait=100% --check-traces=10% \
  --html=data/load-steady.html --json=data/load-steady.json "$@"
