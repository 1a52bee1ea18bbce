#!/usr/bin/env bash
# Injects faults into a cluster of real processes under load, and checks every report:
#   scripts/chaos.sh [--topology T] [--partitions N] [seconds [seed [faults [lease in seconds [reports a second]]]]]
# The default is two minutes of the usual faults with a new seed. Topologies of Redis are standalone, sentinel and cluster
# (with three partitions by default); each has its own faults. Faults are names separated by commas; an unknown one prints the
# list. The command that repeats a run is printed at its start, and again if it fails. Exit code 1 if a guarantee was broken.
# Needs Linux and redis-server 7.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh
build_tests
exec "${test_java[@]}" io.redistributed.chaos.Chaos "$@"
