#!/usr/bin/env bash
# Calculates the capacity of one Redis, partitions and hosts from the cost of a report; docs/scaling.md explains the names.
#   scripts/scaling.sh                               the tables of docs/scaling.md
#   scripts/scaling.sh redis=40 slots=32 seconds=5   with figures of your own
set -euo pipefail
cd "$(dirname "$0")/.."
exec java src/test/java/io/redistributed/bench/Scaling.java "$@"
