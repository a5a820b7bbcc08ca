// The configuration that `spec` writes.

internal import OCI

extension Spec {
  /// A configuration to start from: a shell on a terminal, in namespaces of its own, with few capabilities.
  static func example(hasUnifiedCgroups: Bool) -> Spec {
    var spec = Spec()
    spec.version = specificationVersion
    spec.process = exampleProcess
    spec.root = Root(path: "rootfs", readonly: true)
    spec.hostname = "apus"
    spec.mounts = exampleMounts
    spec.linux.resources.devices = [DeviceRule(allow: false, access: .all)]
    spec.linux.namespaces = [.pid, .network, .ipc, .uts, .mount].map { Namespace(kind: $0) }
    if hasUnifiedCgroups { spec.linux.namespaces.append(Namespace(kind: .cgroup)) }
    spec.linux.maskedPaths = [
      "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
      "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
    ]
    spec.linux.readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
    return spec
  }

  /// Changes the configuration for a user without privileges: a user namespace that maps this user alone, the host's
  /// network and /sys, and no limits.
  mutating func makeRootless(uid: UInt32, gid: UInt32) {
    linux.namespaces.removeAll { $0.kind == .network || $0.kind == .user }
    linux.namespaces.append(Namespace(kind: .user))
    linux.uidMappings = [IDMapping(containerID: 0, hostID: uid, size: 1)]
    linux.gidMappings = [IDMapping(containerID: 0, hostID: gid, size: 1)]
    linux.resources = Resources()
    for index in mounts.indices {
      if sameBytes(mounts[index].destination, "/sys") {
        // A sysfs shows the network namespace that its mounter owns, and this one has none.
        mounts[index] = Mount(
          destination: "/sys", type: "none", source: "/sys", options: ["rbind", "nosuid", "noexec", "nodev", "ro"])
      } else {
        // Ids that are not mapped cannot be set.
        mounts[index].options.removeAll { hasPrefix($0, "gid=") || hasPrefix($0, "uid=") }
      }
    }
  }

  private static var exampleProcess: Process {
    let capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
    var process = Process()
    process.terminal = true
    process.args = ["sh"]
    process.env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"]
    process.cwd = "/"
    process.capabilities = CapabilitySets(bounding: capabilities, effective: capabilities, permitted: capabilities)
    process.rlimits = [Rlimit(kind: .openFiles, soft: 1024, hard: 1024)]
    process.noNewPrivileges = true
    return process
  }

  private static var exampleMounts: [Mount] {
    let noPrivileges = ["nosuid", "noexec", "nodev"]
    return [
      Mount(destination: "/proc", type: "proc", source: "proc"),
      Mount(
        destination: "/dev", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
      Mount(
        destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
      Mount(
        destination: "/dev/shm", type: "tmpfs", source: "shm",
        options: noPrivileges + ["mode=1777", "size=65536k"]),
      Mount(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: noPrivileges),
      Mount(destination: "/sys", type: "sysfs", source: "sysfs", options: noPrivileges + ["ro"]),
      Mount(
        destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: noPrivileges + ["relatime", "ro"]),
    ]
  }
}
