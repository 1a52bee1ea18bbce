#!/usr/bin/env bash
# Makes a class data archive of the classes that the service loads up to its first report. A start with it takes about half
# the time:
#   scripts/lib/archive.sh JAR ARCHIVE
#   java -XX:+ExitOnOutOfMemoryError -XX:SharedArchiveFile=ARCHIVE -Xlog:cds=off -Xlog:cds+dynamic=off -jar JAR
# The archive is valid for the same JVM, the same jar and the same spelling of its path; otherwise the JVM ignores it.
set -euo pipefail
jar=$1
archive=$2

dir=$(mktemp -d)
# Only these two settings: the environment may hold settings for the real start.
env -i PATH="$PATH" java -XX:+ExitOnOutOfMemoryError -XX:ArchiveClassesAtExit="$archive.new" -Xlog:cds=off -Xlog:cds+dynamic=off \
  -Dredistributed.redis.data="$dir/redis" -Dredistributed.verticles.4.config.port=0 -jar "$jar" >"$dir/log" 2>&1 &
service=$!
# Bash goes on after SIGINT if the program in the foreground ended by itself at that moment.
trap 'exit 130' INT
trap 'kill -KILL $service 2>/dev/null || true; rm -rf "$dir" "$archive.new"' EXIT

until grep -qs ' is ready after ' "$dir/log"; do
  if ! kill -0 $service 2>/dev/null || [ $SECONDS -ge 120 ]; then
    echo "Cannot make the class data archive; the service will start slower:" >&2
    tail -n 5 "$dir/log" >&2
    exit 1
  fi
  sleep 0.1
done
port=$(sed -n 's|.*http://127.0.0.1:\([0-9]*\)/.*|\1|p' "$dir/log" | head -n 1)
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'POST /reports?type=simulated HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' >&3
cat <&3 >/dev/null
kill -TERM $service
wait $service || true
# An incomplete archive crashes the JVM, so move it when complete.
mv -f "$archive.new" "$archive"
