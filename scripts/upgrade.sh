#!/usr/bin/env bash
# Upgrades a cluster of an older version to this one, node by node, and back, under load; checks every report and trace.
#   scripts/upgrade.sh [REF]
# REF is a tag or commit of this repository; by default the last tag. Its jar is built in data/upgrade, which takes a minute. Exit
# code 1 if a guarantee was broken. Needs Linux, git and redis-server 7.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh

# The last commit before the first tag.
ref=${1:-$(git describe --tags --abbrev=0 2>/dev/null || echo 2420222)}
commit=$(git rev-parse --verify --quiet "$ref^{commit}") || {
  echo "upgrade: $ref is neither a tag nor a commit of this repository" >&2
  exit 2
}
older=data/upgrade/$commit.jar
if [ ! -f "$older" ]; then
  echo "Building $ref ..."
  source=$(mktemp -d)
  trap 'rm -rf "$source"' EXIT
  git archive "$commit" | tar -x -C "$source"
  (cd "$source" && mvn -B -ntp -q -DskipTests -Dspotless.check.skip package)
  mkdir -p data/upgrade
  cp "$source/target/redistributed.jar" "$older.new"
  mv "$older.new" "$older"
  rm -rf "$source"
fi
build_tests
echo "From $ref ($commit) to this version, and back"
exec "${test_java[@]}" io.redistributed.chaos.Upgrade "$older"
