#!/bin/bash
# Runs a release binary of the runtime once through its main uses: version, spec, a container of busybox.
set -euo pipefail
runtime=$(readlink -f "${1:?the runtime to try}")

work=$(mktemp -d)
trap '"$runtime" --root "$work/state" delete --force smoke >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

"$runtime" --version

mkdir -p "$work/bundle/rootfs/bin"
cd "$work/bundle"
"$runtime" spec
install -m 755 /bin/busybox rootfs/bin/busybox
jq '.process.terminal = false | .process.args = ["/bin/busybox", "echo", "hello from the container"]' \
  config.json >new.json
mv new.json config.json

output=$("$runtime" --root "$work/state" run smoke)
[ "$output" = "hello from the container" ] || {
  echo "smoke run: unexpected output: $output" >&2
  exit 1
}
[ -z "$("$runtime" --root "$work/state" list -q)" ] || {
  echo "smoke run: the container is still listed" >&2
  exit 1
}
echo "smoke run: a container said '$output' and is gone"
