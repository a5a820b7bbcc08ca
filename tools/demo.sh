#!/bin/bash
# Runs a container of a real root filesystem and lets it show what it sees. RUNTIME= tries another runtime.
set -euo pipefail
cd "$(dirname "$0")/.."

runtime=${RUNTIME:-$PWD/build/bin/apus}
folder=$PWD/build/demo
bundle=$folder/bundle
id=apus-demo-$$

[ "$(id -u)" -eq 0 ] || {
  echo "the demo makes namespaces, cgroups and device nodes: run 'sudo make demo'" >&2
  exit 1
}

# The mirror of the host's own apt sources, whatever form they have; empty when none is named.
host_mirror() {
  {
    sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources
    sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list
  } 2>/dev/null | grep -E '^(https?|file):.*/debian/?$' | head -n 1
}

# A minimal Debian, unpacked once; debootstrap has to be able to run its packages, hence the full chroot.
make_debian() {
  local suite mirror
  suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  mirror=$(host_mirror)
  echo "unpacking Debian ${suite:=stable} from ${mirror:=the default mirror} (log: build/demo/debootstrap.log)"
  [ "$mirror" != "the default mirror" ] || mirror=
  rm -rf "$folder/rootfs.new"
  debootstrap --variant=minbase "$suite" "$folder/rootfs.new" $mirror >"$folder/debootstrap.log" 2>&1 </dev/null &&
    mv "$folder/rootfs.new" "$bundle/rootfs"
}

# What is left when no mirror answers: one static program under many names.
make_busybox() {
  local name
  echo "debootstrap failed (see build/demo/debootstrap.log): taking busybox-static for the root file system"
  rm -rf "$folder/rootfs.new"
  mkdir -p "$bundle"/rootfs/{bin,dev,etc,proc,sys,tmp}
  install -m 755 /bin/busybox "$bundle/rootfs/bin/busybox"
  for name in $(/bin/busybox --list | grep -vx busybox); do ln -s busybox "$bundle/rootfs/bin/$name"; done
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$bundle/rootfs/etc/passwd"
  echo 'PRETTY_NAME="busybox"' >"$bundle/rootfs/etc/os-release"
}

mkdir -p "$bundle"
[ -d "$bundle/rootfs/bin" ] || make_debian || make_busybox

install -m 755 tools/show.sh "$bundle/rootfs/show"

(cd "$bundle" && rm -f config.json && "$runtime" spec)
jq '.hostname = "apus-demo"
  | .process.terminal = false
  | .process.args = ["/bin/sh", "/show"]
  | .linux.resources.memory = {limit: 67108864}
  | .linux.resources.pids = {limit: 64}' "$bundle/config.json" >"$bundle/config.new"
mv "$bundle/config.new" "$bundle/config.json"

echo "$ $(basename "$runtime") run --bundle build/demo/bundle $id"
trap '"$runtime" delete --force "$id" >/dev/null 2>&1 || true' EXIT
"$runtime" run --bundle "$bundle" "$id"
