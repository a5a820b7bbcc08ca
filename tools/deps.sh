#!/bin/bash
# Installs the Debian packages that building, testing and measuring need, and says when Swift is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  # building: the linker and libraries behind the Swift toolchain, then musl and what is linked statically
  ca-certificates gcc libc6-dev libstdc++-12-dev linux-libc-dev make musl-dev musl-tools
  # images: what decompresses layers (without libisal2 gzip is inflated by zlib), and the database of the store
  libisal-dev zlib1g-dev libzstd-dev libsqlite3-dev
  # the systemd driver of cgroups
  libsystemd-dev
  # libraries of the toolchain itself
  libcurl4 libxml2 libedit2 libsqlite3-0 libncurses6 zlib1g tzdata
  # root file systems, peers to compare with, callers to be tested with
  busybox-static containernetworking-plugins debootstrap iptables runc crun podman conmon catatonit uidmap
  # tests and measurements; filters are compared with libseccomp's
  libseccomp-dev hyperfine strace jq libcap2-bin iproute2 procps util-linux python3 python3-venv
  gzip zstd umoci skopeo e2fsprogs xfsprogs mount buildah docker-registry openssl
)
# a kernel with nothing but version 2 cgroups, and what loads its modules; Debian builds it for x86 only
if [ "$(uname -m)" = x86_64 ]; then packages+=(user-mode-linux kmod apparmor systemd dbus); fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  case "$state" in installed*) ;; *) missing+=("$package") ;; esac
done

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "missing packages: ${missing[*]}" >&2
    echo "run 'sudo make deps' (they come from Debian's archive by apt-get)" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # One broken foreign source of the host must not stop the packages that Debian itself has.
  apt-get update -q </dev/null || echo "apt-get update failed in part, going on with what it knows" >&2
  apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null
fi

source tools/toolchain.sh
use_toolchain
echo "dependencies are there; Swift: $SWIFT"
