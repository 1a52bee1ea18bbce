#!/usr/bin/env bash
# Runs all tests: in one JVM, on real Redis servers, in a browser, and of the jar as processes; then prints their coverage.
# Usage: scripts/test.sh [--install]
# Missing programs are installed without a question if you are root, in CI (CI=true), or with --install.
set -euo pipefail
cd "$(dirname "$0")/.."

sudo="sudo"
[ "$(id -u)" != 0 ] || sudo=""

has_any() {
  local program
  for program; do
    ! command -v "$program" >/dev/null || return 0
  done
  return 1
}

missing() {
  has_any redis-server || echo redis-server
  has_any chromium chromium-browser google-chrome || echo chromium
  has_any chromedriver || echo chromedriver
  has_any node || echo node
}

may_install() {
  [ -n "$sudo" ] && [ "${CI:-}" != true ] && [ "${1:-}" != --install ] || return 0
  [ -t 0 ] || return 1
  local answer
  read -r -p "Install them with the package manager${sudo:+, using sudo}? [y/N] " answer
  [[ "$answer" == [yY]* ]]
}

install() {
  if has_any apt-get; then
    $sudo apt-get update -q
    # RUNLEVEL: the program is wanted, not a service.
    local packages=(redis-server nodejs)
    has_any chromium chromium-browser google-chrome || packages+=(chromium)
    has_any chromedriver || packages+=(chromium-driver)
    $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -q -y "${packages[@]}"
  elif has_any dnf; then
    $sudo dnf install -q -y redis nodejs chromium chromedriver
  elif has_any brew; then
    brew install --quiet redis node chromedriver
    brew install --quiet --cask chromium
  else
    echo "There is no apt-get, dnf or brew: install them and run this again." >&2
    exit 1
  fi
}

# Lines and branches by package, from JaCoCo's table.
print_coverage() {
  awk -F, 'NR > 1 {
      split($2, name, "io.redistributed."); package = name[2] == "" ? "(root)" : name[2]
      missed[package] += $8; lines[package] += $8 + $9; lost[package] += $6; branches[package] += $6 + $7
      missed["total"] += $8; lines["total"] += $8 + $9; lost["total"] += $6; branches["total"] += $6 + $7 }
    END { for (p in lines) printf "%-14s %5.1f%% of %5d lines  %5.1f%% of %5d branches\n", p,
      100 - 100 * missed[p] / lines[p], lines[p], branches[p] ? 100 - 100 * lost[p] / branches[p] : 100, branches[p] }' \
    target/site/jacoco/jacoco.csv | sort
}

if [ -n "$(missing)" ]; then
  echo "The tests need programs that are not on the PATH:" $(missing) >&2
  may_install "${1:-}" || { echo "Install them (redis-server 7 or newer), or run scripts/test.sh --install." >&2; exit 1; }
  install
fi

node --test src/test/page/*.test.js
mvn -B -ntp -Pall-tests,coverage verify
echo "Coverage by the tests of one JVM (target/site/jacoco):"
print_coverage
