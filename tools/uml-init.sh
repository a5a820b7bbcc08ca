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

mount -t proc proc /proc
umount -l /run/old
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o ptmxmode=666 pts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t mqueue mqueue /dev/mqueue
ln -sf /proc/self/fd /dev/fd
ln -sf fd/0 /dev/stdin
ln -sf fd/1 /dev/stdout
ln -sf fd/2 /dev/stderr
mkdir -p /lib/modules
ln -sfn "/usr/lib/uml/modules/$release" "/lib/modules/$release"

# As a manager would: the root holds no process, every controller is there for the children.
mount -t cgroup2 cgroup /sys/fs/cgroup
mkdir /sys/fs/cgroup/init
echo $$ >/sys/fs/cgroup/init/cgroup.procs
for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
  echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
done
ip link set lo up

set +e
cd "$folder" 2>/dev/null || cd "$repository"
# In a session of its own: what it starts cannot reach the console.
setsid -w bash /run/scratch/command </dev/null >/run/scratch/output 2>&1
echo $? >/run/scratch/code.new
sync
mv /run/scratch/code.new /run/scratch/code
