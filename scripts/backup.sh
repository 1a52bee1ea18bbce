#!/usr/bin/env bash
# Backs up the data of a service, while it runs, and restores them.
#   scripts/backup.sh save redis://[USER@]HOST:PORT FILE.rdb   of any Redis; rediss:// for TLS
#   scripts/backup.sh save FOLDER FILE.rdb                     of the embedded Redis, by its data folder
#   scripts/backup.sh restore FILE.rdb FOLDER                  makes a data folder, which must not exist yet
# The password of a Redis is in the environment, in REDISCLI_AUTH: other users can read command lines.
# The folder is for an embedded Redis (redis.data), or for a redis-server with appendonly yes (dir). Reports that were running
# at the time of the backup run again. Needs redis-cli, and redis-server to restore, no older than the Redis of the backup.
set -euo pipefail

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

die() {
  echo "backup: $*" >&2
  exit 1
}

# Sets the array $at to the options of redis-cli.
address() { # URL-OR-FOLDER
  case "$1" in
    redis://*:*@* | rediss://*:*@*) die "the URL contains a password; set REDISCLI_AUTH instead" ;;
    redis://*@* | rediss://*@*)
      local user=${1#*://}
      # Percent-decoded, as redis-cli does it in a URL.
      at=(--user "$(printf '%b' "$(sed 's/%/\\x/g' <<<"${user%%@*}")")" -u "${1%%://*}://${user#*@}")
      ;;
    redis://* | rediss://*) at=(-u "$1") ;;
    *)
      [ -r "$1/redis.conf" ] || die "$1 is neither a URL nor the data folder of an embedded Redis"
      at=(-h 127.0.0.1 -p "$(sed -n 's/^port //p' "$1/redis.conf")")
      REDISCLI_AUTH=$(sed -n 's/^requirepass "\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$1/redis.conf")
      export REDISCLI_AUTH
      ;;
  esac
}

save() { # URL-OR-FOLDER FILE
  local at output
  address "$1"
  umask 077
  output=$(redis-cli --no-auth-warning "${at[@]}" --rdb "$2.part" 2>&1) || die "the backup failed: ${output##*$'\n'}"
  # redis-cli also succeeds without data.
  [ "$(head -c 5 "$2.part")" = REDIS ] || die "$2.part is no backup"
  mv "$2.part" "$2"
  echo "Saved $(wc -c <"$2") bytes to $2"
}

restore() { # FILE FOLDER
  set -- "$1" "${2%/}"
  [ "$(head -c 5 "$1" 2>/dev/null)" = REDIS ] || die "$1 is no backup"
  [ ! -e "$2" ] || die "$2 exists"
  umask 077
  mkdir -p "$(dirname "$2")"
  mkdir "$2.part" || die "another restore to $2 runs, or was killed"
  folder=$(cd "$2.part" && pwd)
  server=""
  trap 'abandon' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  cp "$1" "$folder/dump.rdb"
  # A server without port reads the backup and writes it as append-only file.
  redis-server --port 0 --unixsocket "$folder/socket" --dir "$folder" --save "" --daemonize no >"$folder/restore.log" 2>&1 &
  server=$!
  # A trap waits for a program in the foreground, and a server that loads may not answer.
  cli() { redis-cli -e -s "$folder/socket" "$@" 2>/dev/null & wait $!; }
  until cli PING >/dev/null; do
    kill -0 "$server" 2>/dev/null || die "redis-server cannot read $1: $(tail -n 2 "$folder/restore.log")"
    sleep 0.1
  done
  cli CONFIG SET appendonly yes >/dev/null
  until cli INFO persistence | grep -q '^aof_rewrite_in_progress:0' &&
    cli INFO persistence | grep -q '^aof_rewrite_scheduled:0'; do
    sleep 0.1
  done
  cli INFO persistence | grep -q '^aof_last_bgrewrite_status:ok' || die "the append-only file cannot be written"
  local keys
  keys=$(cli DBSIZE)
  cli SHUTDOWN NOSAVE >/dev/null || true
  wait "$server" || true
  server=""
  rm -f "$folder/dump.rdb" "$folder/restore.log" "$folder/socket"
  mv "$folder" "$2"
  echo "Restored $keys keys to $2"
}

# Leaves nothing of a restore that did not end; its server would run on.
# shellcheck disable=SC2329 # called by trap
abandon() {
  [ -z "$server" ] || { kill -KILL "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$folder"
}

[ $# -eq 3 ] || usage
case "$1" in
  save | restore) "$@" ;;
  *) usage ;;
esac
