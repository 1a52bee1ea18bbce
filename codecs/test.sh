#!/usr/bin/env bash
# Builds and tests the codecs for Python, Node and Go: shared vectors, the Java library on a Redis, random messages.
# Needs target/redistributed.jar and redis-server. Skips a language whose tools are missing or too old, and says so.
set -euo pipefail
cd "$(dirname "$0")"
out=$PWD/../target/codecs
mkdir -p "$out"
seed=${SEED:-$RANDOM}
count=20000

skip() {
  echo "codecs: $1 is not tested: $2" >&2
}

has() {
  command -v "$1" >/dev/null
}

# Installs the package for Node into a program beside a clone, as its README says.
installs_for_node() (
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  mkdir -p "$folder/program" "$folder/redistributed/codecs/node"
  cp -r node/lib node/package.json "$folder/redistributed/codecs/node"
  install=$(grep '^npm install' node/README.md)
  api=$PWD/node/node_modules/@opentelemetry/api
  cd "$folder/program"
  export npm_config_offline=true npm_config_audit=false npm_config_fund=false
  npm init -y >/dev/null
  npm install --install-links "$api"
  $install
  node -e 'require("redistributed")'
)

if ! has python3 || ! python3 -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)' 2>/dev/null; then
  skip Python "needs Python 3.10 or newer with venv"
else
  [ -x "$out/venv/bin/pytest" ] || { python3 -m venv "$out/venv" && "$out/venv/bin/pip" install -q -e 'python[test]'; }
  (cd python && "$out/venv/bin/python" -m pytest -q)
  ./fuzz.sh "$seed" "$count" python "$out/venv/bin/python" python/tests/canon.py
fi

if ! has npm || ! node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; then
  skip Node "needs Node 20 or newer with npm"
else
  (cd node && { [ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund; } && npm test)
  installs_for_node
  ./fuzz.sh "$seed" "$count" node node node/test/canon.js
fi

# From 1.21 on, Go fetches the toolchain that go.mod asks for.
if ! has go || ! go version | grep -qE 'go1\.(2[1-9]|[3-9][0-9])'; then
  skip Go "needs Go 1.21 or newer"
else
  (cd go && go vet ./... && go test -count=1 ./... && go build -o "$out/canon-go" ./internal/canon)
  ./fuzz.sh "$seed" "$count" go "$out/canon-go"
fi
