#!/usr/bin/env bash
# An hour of 100 reports a second on a service of its own. Waits for each report, compares its result, and checks its trace; then
# compares the quarters of the hour: heap after a garbage collection, threads, file descriptors, memory and connections of Redis.
#   scripts/soak.sh [minutes [options of scripts/load.sh]]      such as: scripts/soak.sh 720 --rate=20
# Exit code 1 if a report was lost or wrong, or if a figure has grown by more than a tenth from the first quarter to the last.
# Results are in data/soak: curves in load.html, the samples in samples.tsv. Needs Linux, redis-cli, and a JDK (jcmd).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh
build_jar

minutes=${1:-60}
[[ "$minutes" =~ ^[1-9][0-9]*$ ]] || { sed -n '2,7s/^# \{0,1\}//p' scripts/soak.sh >&2; exit 2; }
shift || true
dir=$PWD/data/soak
port=18080
# Reports are removed, and spans replaced by newer ones, long before the first quarter ends.
warmup=$((minutes * 60 / 6))
retention=$((minutes * 60 / 12 > 10 ? minutes * 60 / 12 : 10))

rm -rf "$dir"
mkdir -p "$dir"
java -Xmx512m -XX:+UseParallelGC -XX:+ExitOnOutOfMemoryError "-Dredistributed.redis.data=$dir/redis" \
  "-Dredistributed.queue.retention=${retention}s" "-Dredistributed.verticles.4.config.port=$port" -jar "$jar" >"$dir/service.log" 2>&1 &
service=$!
sampler=""
# shellcheck disable=SC2329 # called by trap
finish() {
  [ -z "$sampler" ] || kill "$sampler" 2>/dev/null || true
  kill "$service" 2>/dev/null || true
  wait "$service" 2>/dev/null || true
}
trap finish EXIT
until grep -q ' is ready after ' "$dir/service.log"; do
  kill -0 "$service" 2>/dev/null || { cat "$dir/service.log" >&2; exit 1; }
  sleep 0.2
done

redis() {
  REDISCLI_AUTH=$(sed -n 's/^requirepass //p' "$dir/redis/redis.conf") \
    redis-cli -p "$(sed -n 's/^port //p' "$dir/redis/redis.conf")" INFO "$1" | tr -d '\r' | sed -n "s/^$2://p"
}

# KB of live objects, threads, descriptors, KB and connections of Redis.
sample() {
  # Counts after a garbage collection, before the program goes on.
  jcmd "$service" GC.class_histogram | awk 'END { printf "%d\t", $3 / 1024 }'
  awk '/^Threads:/ { printf "%d\t", $2 }' "/proc/$service/status"
  printf '%d\t%d\t%d\n' "$(find "/proc/$service/fd" -maxdepth 1 -type l | wc -l)" \
    "$(($(redis memory used_memory) / 1024))" "$(redis clients connected_clients)"
}

(
  sleep "$warmup"
  end=$((SECONDS + minutes * 60))
  # 15 samples in each quarter.
  for i in $(seq 1 60); do
    sample >>"$dir/samples.tsv"
    rest=$((end - SECONDS - minutes * (60 - i)))
    [ "$rest" -le 0 ] || sleep "$rest"
  done
) &
sampler=$!

result=0
java -Xmx1g -XX:+ExitOnOutOfMemoryError -jar "$jar" load --url="http://127.0.0.1:$port" --rate=100 --wait=100% --check-results=100% \
  --check-traces=100% --parameters='{"duration":"200ms","resultBytes":2000}' --html="$dir/load.html" --json="$dir/load.json" \
  --warmup="${warmup}s" --duration="${minutes}m" "$@" || result=$?
wait "$sampler" || true

echo
awk -F '\t' '
  { quarter = int((NR - 1) * 4 / 60); count[quarter]++; for (i = 1; i <= 5; i++) sum[quarter, i] += $i }
  END {
    if (NR != 60) { print "soak: " NR " samples of 60: the service ended early"; exit 1 }
    split("live objects, KB;threads;file descriptors;memory of Redis, KB;connections of Redis", names, ";")
    printf "%-24s %10s %10s %10s %10s %8s\n", "mean of a quarter", "1st", "2nd", "3rd", "4th", "4th/1st"
    for (i = 1; i <= 5; i++) {
      printf "%-24s", names[i]
      for (quarter = 0; quarter < 4; quarter++) printf " %10.0f", sum[quarter, i] / count[quarter]
      growth = sum[3, i] * count[0] / (sum[0, i] * count[3])
      printf(" %8.2f%s\n", growth, growth > 1.1 ? "  grows" : "")
      grown += growth > 1.1
    }
    exit grown > 0
  }' "$dir/samples.tsv" || result=1
exit "$result"
