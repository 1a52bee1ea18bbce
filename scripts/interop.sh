#!/usr/bin/env bash
# Fetches OpenCensus for Node and for Go, as far as there is an npm and a go, and runs the tests against them. Only this
# script fetches them: other runs of the tests use what is in target/interop, or else say that they skip it.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$PWD/target/interop
mkdir -p "$target"

if command -v npm >/dev/null && command -v node >/dev/null; then
  cp -R src/test/interop/node "$target"
  (cd "$target/node" && npm ci --ignore-scripts --no-audit --no-fund)
else
  echo "interop: there is no npm or no node; what is written for Node is not tested" >&2
fi
if command -v go >/dev/null; then
  (cd src/test/interop/go && go build -o "$target/opencensus-go" .)
else
  echo "interop: there is no go; what is written for Go is not tested" >&2
fi

exec mvn -B -ntp -Dtest='OpenCensus*Test' test
