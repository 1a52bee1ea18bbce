#!/usr/bin/env bash
# As many reports as two APIs and three workers take, while processes are killed and frozen and Redis is restarted; then accounts
# for each: none lost, one outcome each. Prints how many were executed again, and how long each recovery took.
#   scripts/storm.sh [reports [seed [faults [lease in seconds]]]]
# The default is 1,000,000 reports with a new seed, kills and pauses of workers, kills of APIs, and restarts and pauses of Redis,
# and a lease of 5 s. Redis needs some 2 GB for each million. Exit code 1 if a guarantee was broken. Needs Linux and
# redis-server 7.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh
build_tests
exec "${test_java[@]}" -Xmx2g io.redistributed.chaos.Storm "$@"
