#!/bin/sh
# What a container sees of itself; the demo runs this inside, with nothing but a shell and coreutils or busybox.
. /etc/os-release

status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status; }

# The first of some files that is there: cgroup v1 and v2 have different names.
first() { cat "$@" 2>/dev/null | head -n 1; }

capabilities() {
  set=$((0x$(status CapEff))) bit=0
  for name in chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable \
    net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace \
    sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control \
    setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore; do
    [ $((set >> bit & 1)) -eq 0 ] || printf '%s ' "$name"
    bit=$((bit + 1))
  done
}

echo "system:       $PRETTY_NAME on Linux $(cat /proc/sys/kernel/osrelease)"
echo "PID:          $$ ($(tr '\0' ' ' </proc/1/cmdline)is PID 1 here)"
echo "hostname:     $(cat /proc/sys/kernel/hostname)"
echo "capabilities: $(capabilities)(no_new_privs $(status NoNewPrivs))"
echo "memory limit: $(first /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max) bytes"
echo "pids limit:   $(first /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max)"
echo "open files:   $(ulimit -n)"
echo "network:      $(ls /sys/class/net | tr '\n' ' ')"
echo "mounts:"
while read -r _ place kind options _; do
  printf '  %-22s %-8s %s\n' "$place" "$kind" "$options"
done </proc/mounts
