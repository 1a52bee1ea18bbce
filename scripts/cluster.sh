#!/usr/bin/env bash
# A cluster on this machine: two API and three worker processes on one Redis.
#
#   scripts/cluster.sh start [--redis URL] [--port BASE]   starts missing processes and waits until they are ready
#   scripts/cluster.sh status                              lists the processes; fails unless all of them run
#   scripts/cluster.sh stop                                SIGTERM, then SIGKILL after 45 s
#
# The APIs are at 127.0.0.1, ports BASE (8080) and BASE+1. Without --redis a Redis is started as well, at BASE+2. Logs,
# pids and the data of that Redis are in data/cluster. Every process sends its spans to both APIs, so GET /traces shows the
# traces of the whole cluster on either; REDISTRIBUTED_TRACING_EXPORTERS in the environment overrides that.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/build.sh

dir=$PWD/data/cluster
nodes="api-1 api-2 worker-1 worker-2 worker-3"
start_seconds=60
# A stopping worker drains for 10 s; then its generators and its exporter stop.
stop_seconds=45
started=""
locked=""

usage() {
  sed -n '2,10s/^# \{0,1\}//p' scripts/cluster.sh >&2
  exit 2
}

die() {
  echo "cluster: $*" >&2
  exit 1
}

read_saved() { # FILE
  cat "$dir/$1" 2>/dev/null || true
}

# Prints the pid of a process of the cluster; fails if it does not run.
pid_of() { # NAME
  local pid
  pid=$(read_saved "$1.pid")
  [ -n "$pid" ] || return 1
  # The pid may have been reused. Processes of the cluster have one of its files in their command line.
  case "$(ps -ww -o args= -p "$pid" 2>/dev/null)" in
    *"$dir/"*) echo "$pid" ;;
    *) return 1 ;;
  esac
}

port_of() { # API
  echo $(($(read_saved port) + ${1#api-} - 1))
}

# Prints the processes of the cluster, with redis only if this script started it.
members() {
  [ ! -f "$dir/redis.conf" ] || printf 'redis '
  echo "$nodes"
}

running() {
  local name
  for name in $(members); do
    if pid_of "$name" >/dev/null; then
      printf '%s ' "$name"
    fi
  done
}

lock() {
  mkdir -p "$dir"
  mkdir "$dir/lock" 2>/dev/null || die "another cluster.sh is running; if not, remove $dir/lock"
  locked=yes
}

# Stops half-started processes however this script ends.
finish() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [ "$status" -ne 0 ] && [ -n "$started" ]; then
    # shellcheck disable=SC2086 # a list of names
    terminate $started || true
  fi
  [ -z "$locked" ] || rmdir "$dir/lock"
  exit "$status"
}

launch() { # NAME COMMAND...
  local name=$1
  shift
  nohup "$@" >"$dir/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
  started="$name $started"
  # Until exec, the process cannot be identified by its command line.
  until pid_of "$name" >/dev/null || ! kill -0 $! 2>/dev/null; do
    sleep 0.01
  done
}

# The first start writes this, so that a later start of missing processes uses the same values.
configure() { # REDIS-OR-NOTHING PORT
  (
    umask 077
    rm -f "$dir/redis.conf"
    echo "$2" >"$dir/port"
    if [ -n "$1" ]; then
      echo "$1" >"$dir/redis.url"
    else
      configure_redis $(($2 + 2))
    fi
  )
}

configure_redis() { # PORT
  local password
  # A password, because other users of this machine can reach the port.
  password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  mkdir -p "$dir/redis"
  echo "redis://:$password@127.0.0.1:$1" >"$dir/redis.url"
  cat >"$dir/redis.conf" <<END
bind 127.0.0.1
port $1
requirepass $password
dir "$dir/redis"
save ""
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
# cluster.sh identifies the process by its command line.
set-proc-title no
END
}

launch_redis() {
  local program
  program=$(command -v redis-server || command -v valkey-server) ||
    die "redis-server not found on the PATH; install it, or give --redis URL"
  launch redis "$program" "$dir/redis.conf"
}

# An API's own spans go directly into its store.
exporters_of() { # NAME
  local api list=""
  for api in api-1 api-2; do
    if [ "$api" = "$1" ]; then
      list="$list, store"
    else
      list="$list, {type: otlp, protocol: http/protobuf, endpoint: 'http://127.0.0.1:$(port_of "$api")'}"
    fi
  done
  echo "[${list#, }]"
}

launch_node() { # NAME
  local role=${1%-*}
  set -- "$1" java -Xmx512m -XX:+ExitOnOutOfMemoryError
  if [ -z "${REDISTRIBUTED_TRACING_EXPORTERS-}" ]; then
    set -- "$@" "-Dredistributed.tracing.exporters=$(exporters_of "$1")"
  fi
  if [ "$role" = api ]; then
    set -- "$@" -Dredistributed.verticles.1.config.host=127.0.0.1 \
      "-Dredistributed.verticles.1.config.port=$(port_of "$1")"
  fi
  launch "$@" -jar "$dir/redistributed.jar" -conf "conf/$role.yaml"
}

answers() { # PORT
  local line
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  IFS= read -r -t 5 line <&3 || line=""
  exec 3>&-
  case "$line" in *" 200 "*) return 0 ;; *) return 1 ;; esac
}

ready() { # NAME
  case "$1" in
    redis) grep -q 'Ready to accept connections' "$dir/redis.log" ;;
    api-*) grep -q '^redistributed .* is ready' "$dir/$1.log" && answers "$(port_of "$1")" ;;
    worker-*) grep -q '^redistributed .* is ready' "$dir/$1.log" ;;
  esac
}

await() { # NAME
  local deadline=$((SECONDS + start_seconds))
  until ready "$1"; do
    if ! kill -0 "$(cat "$dir/$1.pid")" 2>/dev/null; then
      give_up "$1" "ended"
    elif [ $SECONDS -ge $deadline ]; then
      give_up "$1" "is not ready after $start_seconds s"
    fi
    sleep 0.1
  done
}

give_up() { # NAME WHAT
  echo "cluster: $1 $2; the end of $dir/$1.log:" >&2
  tail -n 20 "$dir/$1.log" >&2
  exit 1
}

# Sends SIGTERM to all at once; fails if one had to be killed.
terminate() { # NAME...
  local name pid left deadline=$((SECONDS + stop_seconds)) clean=0
  for name in "$@"; do
    if pid=$(pid_of "$name"); then
      kill -TERM "$pid" 2>/dev/null || true
    fi
  done
  while true; do
    left=""
    for name in "$@"; do
      if pid_of "$name" >/dev/null; then
        left="$left $name"
      else
        rm -f "$dir/$name.pid"
      fi
    done
    if [ -z "$left" ]; then
      return $clean
    elif [ $SECONDS -ge $deadline ]; then
      echo "cluster: did not stop within $stop_seconds s, killed:$left" >&2
      for name in $left; do
        kill -KILL "$(pid_of "$name")" 2>/dev/null || true
      done
      clean=1
      deadline=$((SECONDS + stop_seconds))
    fi
    sleep 0.1
  done
}

start() {
  local redis="" port="" name
  while [ $# -gt 0 ]; do
    case "$1 ${2-}" in
      "--redis redis://"?* | "--redis rediss://"?*) redis=$2 ;;
      "--port "[1-9]*) port=$2 ;;
      *) usage ;;
    esac
    shift 2
  done
  case "$port" in *[!0-9]*) usage ;; esac

  lock
  if [ -n "$(running)" ]; then
    if [ "${redis:-$(read_saved redis.url)}" != "$(read_saved redis.url)" ] ||
      [ "${port:-$(read_saved port)}" != "$(read_saved port)" ]; then
      die "a cluster runs with another Redis or port; stop it first"
    fi
  else
    configure "$redis" "${port:-8080}"
  fi

  build_jar
  # A copy, replaced atomically, so that a rebuild does not change the jar of a running process.
  cp "$jar" "$dir/redistributed.jar.new"
  mv "$dir/redistributed.jar.new" "$dir/redistributed.jar"

  if [ -f "$dir/redis.conf" ] && ! pid_of redis >/dev/null; then
    launch_redis
    await redis
  fi
  REDISTRIBUTED_REDIS_ENDPOINTS=$(printf '["%s"]' "$(read_saved redis.url)")
  export REDISTRIBUTED_REDIS_ENDPOINTS
  # One after the other: five JVMs that start together on few cores are so slow that Redis seems unavailable.
  for name in $nodes; do
    pid_of "$name" >/dev/null || launch_node "$name"
    await "$name"
  done
  started=""
  status
}

status() {
  local name pid all=0
  for name in $(members); do
    if pid=$(pid_of "$name"); then
      case "$name" in
        api-*) echo "$name: process $pid, http://127.0.0.1:$(port_of "$name")/" ;;
        *) echo "$name: process $pid" ;;
      esac
    else
      echo "$name: not running"
      all=1
    fi
  done
  return $all
}

stop() {
  local clean=0
  lock
  # shellcheck disable=SC2086 # a list of names
  terminate $nodes || clean=1
  # Redis stops last, because the nodes return their reports to it.
  terminate redis || clean=1
  return $clean
}

[ $# -gt 0 ] || usage
command=$1
shift
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
case "$command" in
  start) start "$@" ;;
  status | stop) [ $# -eq 0 ] || usage && "$command" ;;
  *) usage ;;
esac
