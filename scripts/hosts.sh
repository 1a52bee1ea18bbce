#!/usr/bin/env bash
# Runs Redis, two APIs and three workers on hosts of their own under load, and harms each host and link in turn: unplugged, one
# direction cut, slow, lossy. Checks every report and trace, and prints how long each recovery took.
#   scripts/hosts.sh [seconds [seed [faults [lease in seconds [reports a second]]]]]
# The default is five minutes of all faults, a lease of 3 s and 40 reports a second. Options and exit code as those of
# scripts/chaos.sh. A host is a network namespace of Linux, so this needs root, ip and redis-server 7; without the right to make
# namespaces it says so and does nothing. Without tc's BPF filters, hosts are only unplugged.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  echo "hosts: skipped: $*" >&2
  exit 0
}

[ "$(uname)" = Linux ] || skip "needs Linux"
command -v ip >/dev/null || skip "needs ip (iproute2)"
command -v redis-server >/dev/null || skip "needs redis-server"

# In namespaces of its own for network and mounts, so that nothing is left behind.
if [ "${1-}" != --inside ]; then
  unshare --net --mount true 2>/dev/null || skip "network namespaces are not allowed here"
  . scripts/lib/build.sh
  build_tests
  exec unshare --net --mount --propagation private -- scripts/hosts.sh --inside "$@" -- "${test_java[@]}"
fi
shift
options=()
while [ "$1" != -- ]; do
  options+=("$1")
  shift
done
shift

mkdir -p /run/netns
mount -t tmpfs none /run/netns || skip "mounts are not allowed here"
ip link set lo up
ip link add hosts type bridge 2>/dev/null || skip "bridges are not allowed here"
ip address add 10.77.0.254/24 dev hosts
ip link set hosts up
ip netns add probe 2>/dev/null || skip "named network namespaces are not allowed here"
ip link add v-probe type veth peer name eth0 netns probe 2>/dev/null || skip "virtual cables (veth) are not allowed here"
tc=false
if tc qdisc add dev v-probe clsact 2>/dev/null &&
  tc filter add dev v-probe ingress bpf direct-action bytecode '1,6 0 0 0' 2>/dev/null &&
  tc qdisc add dev v-probe root tbf rate 1mbit burst 16kb limit 48kb 2>/dev/null; then
  tc=true
else
  echo "hosts: tc cannot filter or shape here: hosts are only unplugged" >&2
fi
ip netns del probe

set -- "$@" "-Dredistributed.hosts.tc=$tc" io.redistributed.chaos.Chaos --topology hosts
set -- "$@" "${options[0]:-300}" "${options[1]:-$RANDOM}" "${options[2]:-usual}" "${options[3]:-3}" "${options[4]:-40}"
exec "$@"
