#!/usr/bin/env bash
# A steady load of 100 reports a second for a minute, each of them waited for; leaves data/load-steady.html with curves.
# Options are those of scripts/load.sh and win, for example: scripts/load-steady.sh --rate=1000 --duration=5m
set -euo pipefail
mkdir -p "$(dirname "$0")/../data"
exec "$(dirname "$0")/load.sh" --rate=100 --duration=60s --wait=100% --check-traces=10% \
  --html=data/load-steady.html --json=data/load-steady.json "$@"
