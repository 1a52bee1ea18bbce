#!/usr/bin/env bash
# Calculates what one Redis, partitions and hosts carry, from what a report costs; docs/scaling.md says what the names mean.
#   scripts/scaling.sh                               the tables of docs/scaling.md
#   scripts/scaling.sh redis=40 slots=32 seconds=5   with figures of your own
set -euo pipefail
cd "$(dirname "$0")/.."
exec java src/test/java/io/redistributed/bench/Scaling.java "$@"
