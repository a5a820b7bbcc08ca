#!/bin/bash
# Runs a pod of nginx through apusd: an image of Debian's packages made on the spot, a manifest, a page from the pod's
# own address. Everything is below build/demo/pod, and goes at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

[ "$(id -u)" -eq 0 ] || {
  echo "the demo makes namespaces, mounts and a bridge: run 'sudo make demo'" >&2
  exit 1
}

# program NAME: the daemon or the image tool, as built for use or for the tests.
program() {
  local file
  for file in "build/bin/$1" ".build/debug/$1"; do
    if [ -x "$file" ]; then
      echo "$PWD/$file"
      return
    fi
  done
  echo "building $1 for the demo, which takes some minutes the first time" >&2
  (
    source tools/toolchain.sh
    use_toolchain
    "$SWIFT" build --product "$1" </dev/null
  ) >&2 || return 1
  echo "$PWD/.build/debug/$1"
}
apusd=${APUSD:-$(program apusd)}
image_tool=${APUS_IMAGE:-$(program apus-image)}
programs=${APUS_BIN:-$PWD/build/bin}
folder=$PWD/build/demo/pod
image=demo.example/nginx:1
bridge=apus-demo
socket=$folder/run/s/apusd.sock

# The root file system is what Debian's packages hold, none of which is installed or run here.
make_root() {
  mkdir -p "$folder/packages" "$folder/root"
  echo "taking nginx and its libraries from Debian's packages (log: build/demo/pod/packages.log)"
  (
    cd "$folder/packages"
    chmod 777 .
    apt-get download nginx nginx-common libc6 libcrypt1 libpcre2-8-0 libssl3 zlib1g libgcc-s1
    for package in *.deb; do dpkg-deb -x "$package" "$folder/root"; done
  ) >"$folder/packages.log" 2>&1 </dev/null
  cd "$folder/root"
  mkdir -p etc/nginx proc sys dev run tmp var/lib/nginx var/log/nginx var/www/html
  printf 'root:x:0:0::/:/bin/false\nwww-data:x:33:33::/:/bin/false\n' >etc/passwd
  printf 'root:x:0:\nwww-data:x:33:\n' >etc/group
  echo 'a page from a pod' >var/www/html/index.html
  cat >etc/nginx/nginx.conf <<'CONF'
user www-data;
worker_processes 1;
daemon off;
error_log /dev/stderr;
pid /run/nginx.pid;
events {}
http {
  access_log /dev/stdout;
  server { listen 80; root /var/www/html; }
}
CONF
  cd - >/dev/null
}

make_image() {
  tar -C "$folder/root" -cf "$folder/layer.tar" .
  umoci init --layout "$folder/layout"
  umoci new --image "$folder/layout:nginx"
  umoci raw add-layer --image "$folder/layout:nginx" "$folder/layer.tar"
  umoci config --image "$folder/layout:nginx" --config.cmd /usr/sbin/nginx --config.exposedports 80/tcp
  "$image_tool" pull --root "$folder/images" --name "$image" "oci:$folder/layout:nginx"
}

start_daemon() {
  mkdir -p "$folder/net.d"
  jq --arg bridge "$bridge" --arg data "$folder/leases" \
    '.plugins[0].bridge = $bridge | .plugins[0].ipam.dataDir = $data' \
    etc/cni/net.d/10-apus-bridge.conflist >"$folder/net.d/10-demo.conflist"
  "$apusd" serve --socket "$socket" --root "$folder/state" --run-root "$folder/run" --image-root "$folder/images" \
    --network-dir "$folder/net.d" --plugin-dirs /usr/lib/cni --cni-cache "$folder/cni" \
    --namespace-dir "$folder/netns" --monitor "$programs/apus-monitor" --pause "$programs/apus-pause" \
    --runtime "apus=$programs/apus" --cgroup-parent /apus-demo --monitor-cgroup /apus-demo-monitors \
    >"$folder/apusd.log" 2>&1 </dev/null &
  daemon=$!
}

# The daemon answers, and its network is there.
wait_for_daemon() {
  for _ in $(seq 200); do
    if grep -q 'pods can be connected' "$folder/apusd.log" && "$apusd" ps --socket "$socket" >/dev/null 2>&1; then
      return
    fi
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.1
  done
  echo "apusd is not ready:" >&2
  cat "$folder/apusd.log" >&2
  return 1
}

# show COMMAND...: shows a command of apusd and what it prints.
show() {
  echo "$ apusd $*"
  "$apusd" "$1" --socket "$socket" "${@:2}"
}

# A page over HTTP, by the shell's own sockets.
page() {
  exec 3<>"/dev/tcp/$1/80"
  printf 'GET / HTTP/1.0\r\n\r\n' >&3
  tail -n 1 <&3
  exec 3>&-
}

clean_up() {
  "$apusd" rm --socket "$socket" --force web >/dev/null 2>&1 || true
  [ -z "${daemon:-}" ] || { kill "$daemon" && wait "$daemon"; } 2>/dev/null || true
  ip link delete "$bridge" 2>/dev/null || true
  find /sys/fs/cgroup -depth -type d \( -path '*/apus-demo*' \) -exec rmdir {} + 2>/dev/null || true
  rm -rf --one-file-system "$folder"
}

rm -rf --one-file-system "$folder"
mkdir -p "$folder"
chmod 755 "$folder"
daemon=
trap clean_up EXIT
make_root || {
  cat "$folder/packages.log" >&2
  exit 1
}
make_image
start_daemon
wait_for_daemon

cat >"$folder/web.yaml" <<MANIFEST
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: nginx
    image: $image
    imagePullPolicy: Never
    ports: [{containerPort: 80}]
    resources: {limits: {memory: 64Mi}}
MANIFEST
answer=$(show run-pod "$folder/web.yaml")
echo "$answer"
read -r _ address _ <<<"$(tail -n 1 <<<"$answer")"
for _ in $(seq 100); do
  # Nginx needs a moment.
  if text=$(page "$address" 2>/dev/null); then break; fi
  sleep 0.1
done
echo "$ GET http://$address/"
if [ -z "${text:-}" ]; then
  echo "nobody answers; the pod says:" >&2
  show ps >&2
  show logs web >&2
  exit 1
fi
echo "$text"
show ps
show logs web
show stop web
show rm web
