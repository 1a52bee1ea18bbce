#!/usr/bin/env bash
# Installs what the tests need, then runs all of them.
set -euo pipefail
cd "$(dirname "$0")/.."

exec mvn -B -ntp verify
