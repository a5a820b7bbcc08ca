#!/bin/bash
# The first process of the machine of tools/uml.sh: sets it up, runs the command, halts.
# Until the overlay is there the root is the host's own, mounted for reading.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
halt() { sync; poweroff -f; }
trap halt EXIT
set -e

# The one place of the host that can be written to, and a layer of memory above all others.
scratch=$APUS_SCRATCH
mount -t tmpfs -o mode=755 layer /tmp
mkdir -p /tmp/upper /tmp/work /tmp/root /tmp/modules/lib/modules
release=$(uname -r)
ln -s "/usr/lib/uml/modules/$release" "/tmp/modules/lib/modules/$release"
modprobe -d /tmp/modules overlay
mount -t overlay -o lowerdir=/,upperdir=/tmp/upper,workdir=/tmp/work layer /tmp/root
cd /tmp/root
mkdir -p run
mount -t tmpfs -o mode=755 run run
mkdir -p run/scratch run/old
mount -t hostfs -o "$scratch" scratch run/scratch
pivot_root . run/old
source /run/scratch/settings
if [ -n "$kept" ]; then
  mkdir /run/kept
  mount -t hostfs -o "$kept" kept /run/kept
fi

# /tmp is a file system of its own, as on a host, with the checkout in it if that is its place.
mkdir /run/checkout
mount --bind "$repository" /run/checkout
mount -t tmpfs -o mode=1777 tmp /tmp
mkdir -p "$repository"
mount --move /run/checkout "$repository"

# What the command is run by: in a session of its own, so that what it starts cannot reach the console.
cat >/run/perform <<'PERFORM'
source /run/scratch/settings
mkdir -p /lib/modules
ln -sfn "/usr/lib/uml/modules/$(uname -r)" "/lib/modules/$(uname -r)"
mkdir -p /dev/mqueue
mountpoint -q /dev/mqueue || mount -t mqueue mqueue /dev/mqueue
ip link set lo up
mountpoint -q /sys/kernel/security || mount -t securityfs security /sys/kernel/security 2>/dev/null
cd "$folder" 2>/dev/null || cd "$repository"
setsid -w bash /run/scratch/command </dev/null >/run/scratch/output 2>&1
echo $? >/run/scratch/code.new
sync
mv /run/scratch/code.new /run/scratch/code
PERFORM

if [ "$init" = systemd ]; then
  # Only the manager and its bus: what fills a host with devices, logs and files has no place here.
  mkdir -p /run/systemd/system
  for unit in systemd-{journald,udevd,udev-trigger,tmpfiles-setup,tmpfiles-setup-dev,logind,timesyncd}.service \
    systemd-{remount-fs,modules-load,sysctl,random-seed,update-utmp,sysusers,machine-id-commit,binfmt,pstore}.service \
    systemd-journald{,-dev-log,-audit}.socket systemd-udevd-{control,kernel}.socket \
    sys-kernel-{config,debug,tracing}.mount dev-hugepages.mount proc-sys-fs-binfmt_misc.automount; do
    ln -s /dev/null "/run/systemd/system/$unit"
  done
  printf '%s\n' "[Unit]" "Requires=perform.service" "AllowIsolate=yes" >/run/systemd/system/uml.target
  printf '%s\n' "[Unit]" "DefaultDependencies=no" "Requires=dbus.socket" "After=dbus.socket" \
    "SuccessAction=poweroff-force" "FailureAction=poweroff-force" \
    "[Service]" "Type=oneshot" "ExecStart=/bin/bash /run/perform" "StandardOutput=null" "StandardError=null" \
    "Delegate=yes" "TimeoutStartSec=infinity" >/run/systemd/system/perform.service
  trap - EXIT
  umount -l /run/old
  exec /lib/systemd/systemd --unit=uml.target --show-status=no --log-target=null
fi

mount -t proc proc /proc
umount -l /run/old
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o ptmxmode=666 pts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
ln -sf /proc/self/fd /dev/fd
ln -sf fd/0 /dev/stdin
ln -sf fd/1 /dev/stdout
ln -sf fd/2 /dev/stderr

# As a manager would: the root holds no process, every controller is there for the children.
mount -t cgroup2 cgroup /sys/fs/cgroup
mkdir /sys/fs/cgroup/init
echo $$ >/sys/fs/cgroup/init/cgroup.procs
for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
  echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
done

set +e
bash /run/perform
