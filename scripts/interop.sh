#!/usr/bin/env bash
# Downloads OpenCensus for Node and Go, if npm and go are installed, and runs the tests against them. Other runs of the tests
# use the downloads in target/interop, or report that they skip them.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$PWD/target/interop
mkdir -p "$target"

if command -v npm >/dev/null && command -v node >/dev/null; then
  cp -R src/test/interop/node "$target"
  (cd "$target/node" && npm ci --ignore-scripts --no-audit --no-fund)
else
  echo "interop: npm or node not found; the tests with Node are skipped" >&2
fi
if command -v go >/dev/null; then
  (cd src/test/interop/go && go build -o "$target/opencensus-go" .)
else
  echo "interop: go not found; the tests with Go are skipped" >&2
fi

exec mvn -B -ntp -Dtest='OpenCensus*Test' test
