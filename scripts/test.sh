#!/usr/bin/env bash
# Runs all tests: on real Redis servers, in a browser, and of the jar as processes;
# then those of the codecs and workers for other languages; prints their coverage.
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
  has_any npm || echo npm
  python3 -c 'import ensurepip' 2>/dev/null || echo python3
  has_any go || echo go
  has_any promtool || echo promtool
}

may_install() {
  [ -n "$sudo" ] && [ "${CI:-}" != true ] && [ "${1:-}" != --install ] || return 0
  [ -t 0 ] || return 1
  local answer
  read -r -p "Install them with the package manager, which may use sudo? [y/N] " answer
  [[ "$answer" == [yY]* ]]
}

install() {
  # shellcheck disable=SC2046
  if has_any apt-get; then
    $sudo apt-get update -q
    # RUNLEVEL=1 installs the program without starting a service.
    $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
      $(missing | sed 's/^chromedriver$/chromium-driver/; s/^node$/nodejs/; s/^python3$/python3 python3-venv/; s/^go$/golang-go/; s/^promtool$/prometheus/')
  elif has_any dnf; then
    $sudo dnf install -q -y $(missing | sed 's/^redis-server$/redis/; s/^node$/nodejs/; s/^npm$/nodejs-npm/; s/^go$/golang/; s/^promtool$/golang-github-prometheus/')
  elif has_any brew; then
    brew install --quiet $(missing | sed 's/^redis-server$/redis/; s/^promtool$/prometheus/')
  else
    echo "No apt-get, dnf or brew found: install the programs and run this again." >&2
    exit 1
  fi
}

# Lines and branches by package, from JaCoCo's table.
print_coverage() {
  awk -F, '
    function row(name) {
      return sprintf("  %-18s %5.1f%% of %5d lines  %5.1f%% of %5d branches", name, 100 * lines[name] / allLines[name],
        allLines[name], allBranches[name] ? 100 * branches[name] / allBranches[name] : 100, allBranches[name])
    }
    function add(name) {
      lines[name] += $9; allLines[name] += $8 + $9; branches[name] += $7; allBranches[name] += $6 + $7
    }
    NR > 1 { sub(/^io\.redistributed\.?/, "", $2); add($2 == "" ? "(root)" : $2); add("total") }
    END {
      for (name in lines) if (name != "total") print row(name) | "sort"
      close("sort")
      print row("total")
    }' target/site/jacoco/jacoco.csv
}

if [ -n "$(missing)" ]; then
  # shellcheck disable=SC2046
  echo "The tests need programs that are not on the PATH:" $(missing) >&2
  may_install "${1:-}" || { echo "Install them (redis-server 7 or newer), or run scripts/test.sh --install." >&2; exit 1; }
  install
fi

node --test src/test/page/*.test.js
mvn -B -ntp -Pall-tests,coverage,newest-clients install
codecs/test.sh
samples/workers/test.sh
echo "Coverage, without the tests of the jar as a process; target/site/jacoco has the lines:"
print_coverage

# Against the installed artifact, like programs that use it.
mvn -B -ntp -T 2 -f adapters/pom.xml verify
