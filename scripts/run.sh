#!/usr/bin/env bash
# Builds the jar if it is missing or older than the sources, then runs the service: everything in one process, on a
# Redis of its own. Arguments go to the jar, for example: scripts/run.sh -conf conf/api.yaml
# Relative paths, also those of arguments, begin in the project's folder.
# With --dev, generators in JavaScript are reloaded when their files are edited.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh
build_jar
build_archive

# Plugins are classes, jars and verticle factories beside the jar; docs/generators.md explains them.
program=(-jar "$jar")
if [ -d plugins ]; then
  program=(-cp "$jar:plugins:plugins/*" io.redistributed.Main)
fi

# exec, so that signals reach the JVM itself. An empty array is unset for the bash of macOS.
exec java ${with_archive[@]+"${with_archive[@]}"} -XX:+UseParallelGC -XX:MaxNewSize=96m -XX:+ExitOnOutOfMemoryError "${program[@]}" "$@"
