#!/usr/bin/env bash
# Installs what the tests need, then runs all of them: unit tests, tests on real Redis servers, and the jar as processes.
set -euo pipefail
cd "$(dirname "$0")/.."

# The tests run on Redis 7 from the PATH and on the bundled Redis 6.2, and open the page in Chromium.
install() {
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo"
  if command -v apt-get >/dev/null; then
    $sudo apt-get update -q
    # RUNLEVEL: the program is wanted, not a service.
    $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -q -y redis-server chromium chromium-driver
  elif command -v dnf >/dev/null; then
    $sudo dnf install -q -y redis chromium chromedriver
  elif command -v brew >/dev/null; then
    brew install --quiet redis chromedriver
    brew install --quiet --cask chromium
  else
    echo "The tests need redis-server (7 or newer), chromium and chromedriver on the PATH; install them and run this again." >&2
    exit 1
  fi
}
command -v redis-server >/dev/null && command -v chromedriver >/dev/null \
  && { command -v chromium || command -v chromium-browser; } >/dev/null || install

exec mvn -B -ntp verify
