// The configuration that the spec command writes.

extension Spec {
  /// What `spec` writes: a shell in a read-only root, the same as runc's but for the version.
  public static func example(withCgroupNamespace: Bool) -> Spec {
    var spec = Spec(version: specificationVersion)
    spec.process = exampleProcess
    spec.root = Root(path: "rootfs", readonly: true)
    spec.hostname = "runc"
    spec.mounts = exampleMounts
    spec.linux.resources.devices = [DeviceRule(allow: false, access: .all)]
    for kind: NamespaceKind in [.pid, .network, .ipc, .uts, .mount] {
      spec.linux.namespaces.append(Namespace(kind: kind))
    }
    if withCgroupNamespace { spec.linux.namespaces.append(Namespace(kind: .cgroup)) }
    spec.linux.maskedPaths = [
      "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
      "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
    ]
    spec.linux.readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
    return spec
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
    let safe = ["nosuid", "noexec", "nodev"]
    return [
      Mount(destination: "/proc", type: "proc", source: "proc"),
      Mount(
        destination: "/dev", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
      Mount(
        destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
      Mount(destination: "/dev/shm", type: "tmpfs", source: "shm", options: safe + ["mode=1777", "size=65536k"]),
      Mount(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: safe),
      Mount(destination: "/sys", type: "sysfs", source: "sysfs", options: safe + ["ro"]),
      Mount(destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: safe + ["relatime", "ro"]),
    ]
  }

  /// Turns the example into what `spec --rootless` writes: one that works without root, for this user and group.
  public mutating func makeRootless(uid: UInt32, gid: UInt32) {
    var namespaces: [Namespace] = []
    for namespace in linux.namespaces where namespace.kind != .network && namespace.kind != .user {
      namespaces.append(namespace)
    }
    linux.namespaces = namespaces + [Namespace(kind: .user)]
    linux.uidMappings = [IDMapping(containerID: 0, hostID: uid, size: 1)]
    linux.gidMappings = [IDMapping(containerID: 0, hostID: gid, size: 1)]
    linux.resources = Resources()
    for index in mounts.indices {
      if sameBytes(mounts[index].destination, "/sys") {
        // Without a network namespace of its own the user namespace may not mount a new one.
        mounts[index] = Mount(
          destination: "/sys", type: "none", source: "/sys", options: ["rbind", "nosuid", "noexec", "nodev", "ro"])
      }
      mounts[index].options.removeAll { hasPrefix($0, "gid=") || hasPrefix($0, "uid=") }
    }
  }
}
