#!/usr/bin/env bash
# Loads a running service and prints the results. Without arguments: 64 connections for 30 s. All options:
#   scripts/load.sh --help
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh
build_jar

exec java -Xmx1g -XX:+ExitOnOutOfMemoryError -jar "$jar" load "$@"
