#!/usr/bin/env bash
# Runs the conformance kit on the workers for Python and Node and on the Java worker, and on one that has to fail it.
# Needs redis-server and what mvn has compiled. Skips a language whose tools are missing or too old, and says so.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$PWD/target/workers
mkdir -p "$out"
kit=scripts/worker-conformance.sh
declare -A runs=()

skip() {
  echo "workers: $1 is not tested: $2" >&2
}

start() {
  local name=$1
  shift
  "$kit" "$@" >"$out/$name.txt" 2>&1 &
  runs[$name]=$!
}

# Once, as the kits run at the same time.
"$kit" --build
start java --java

if ! python3 -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)' 2>/dev/null; then
  skip Python "needs Python 3.10 or newer with venv"
else
  python=$out/venv/bin/python
  [ -d "$out/venv/installed" ] || {
    python3 -m venv --clear "$out/venv"
    (cd samples/workers/python && "$python" -m pip install -q -r requirements.txt)
    mkdir "$out/venv/installed"
  }
  start python "$python" samples/workers/python/conformance.py
  start broken --only 'duplicate|forged messages|finishes it' "$python" samples/workers/python/broken.py
fi

if ! node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null || ! command -v npm >/dev/null; then
  skip Node "needs Node 20 or newer with npm"
else
  (cd samples/workers/node && { [ -d node_modules ] || npm ci --no-audit --no-fund --silent; })
  start node node samples/workers/node/conformance.js
fi

status=0
for name in "${!runs[@]}"; do
  expected=0
  [ "$name" != broken ] || expected=1
  actual=0
  wait "${runs[$name]}" || actual=$?
  cat "$out/$name.txt"
  if [ "$actual" != "$expected" ]; then
    echo "workers: the kit ended with $actual for $name, $expected was expected" >&2
    status=1
  fi
done
if [ -n "${runs[broken]:-}" ] && ! grep -q '^1 passed, 2 failed$' "$out/broken.txt"; then
  echo "workers: of the broken worker's cases, 2 of 3 have to fail" >&2
  status=1
fi
exit "$status"
