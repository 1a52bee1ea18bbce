#!/usr/bin/env bash
# A burst of 500 reports of 50 ms every 5 s, waiting for each; writes data/load-burst.html with curves.
# Options of scripts/load.sh override the defaults, for example: scripts/load-burst.sh --burst=1000 --rate=200
set -euo pipefail
mkdir -p "$(dirname "$0")/../data"
exec "$(dirname "$0")/load.sh" --rate=100 --burst=500 --duration=60s --wait=100% --check-traces=10% \
  --parameters='{"duration":"50ms"}' --html=data/load-burst.html --json=data/load-burst.json "$@"
