#!/usr/bin/env bash
# An hour of 20 reports a second that take a while and have a result of some size, each waited for, fetched and compared, and
# the trace of each looked at; leaves data/soak.html with curves. Redis keeps the reports for the retention (24 h): 72,000
# of them need some 300 MB. Options are those of scripts/load.sh and win, for example: scripts/soak.sh --duration=12h
set -euo pipefail
mkdir -p "$(dirname "$0")/../data"
exec "$(dirname "$0")/load.sh" --rate=20 --duration=1h --wait=100% --check-results=100% --check-traces=100% \
  --parameters='{"duration":"200ms","resultBytes":2000}' --html=data/soak.html --json=data/soak.json "$@"
