#!/usr/bin/env bash
# An hour of 20 reports a second. Waits for each report, compares its result, and checks its trace; writes data/soak.html with
# curves. Redis keeps the reports for the retention (24 h): 72,000
# of them need some 300 MB. Options of scripts/load.sh override the defaults, for example: scripts/soak.sh --duration=12h
set -euo pipefail
mkdir -p "$(dirname "$0")/../data"
exec "$(dirname "$0")/load.sh" --rate=20 --duration=1h --wait=100% --check-results=100% --check-traces=100% \
  --parameters='{"duration":"200ms","resultBytes":2000}' --html=data/soak.html --json=data/soak.json "$@"
