// The configuration that the spec command writes.

extension Spec {
  /// What `spec` writes: a shell in a read-only root, the same as runc's but for the version.
  public static func example(withCgroupNamespace: Bool) -> Spec {
    var spec = example(
      gid: #","gid=5""#, sys: #""type":"sysfs","source":"sysfs","options":["#,
      resources: #""resources":{"devices":[{"allow":false,"access":"rwm"}]},"#)
    spec.linux.addNamespaces([.pid, .network, .ipc, .uts, .mount] + (withCgroupNamespace ? [.cgroup] : []))
    return spec
  }

  /// What `spec --rootless` writes: one that works without root, for this user and group.
  public static func rootlessExample(withCgroupNamespace: Bool, uid: UInt32, gid: UInt32) -> Spec {
    // Without a network namespace of its own the user namespace may not mount a new sysfs.
    var spec = example(gid: "", sys: #""type":"none","source":"/sys","options":["rbind","#, resources: "")
    spec.linux.addNamespaces([.pid, .ipc, .uts, .mount] + (withCgroupNamespace ? [.cgroup] : []) + [.user])
    spec.linux.uidMappings = [IDMapping(containerID: 0, hostID: uid, size: 1)]
    spec.linux.gidMappings = [IDMapping(containerID: 0, hostID: gid, size: 1)]
    return spec
  }

  /// As text, which takes a fraction of the code that would put the values together.
  /// - Parameters:
  ///   - gid: what follows in the options of devpts.
  ///   - sys: how the mount at /sys begins.
  private static func example(gid: String, sys: String, resources: String) -> Spec {
    guard var spec = try? decode([UInt8](sentence(exampleText, gid, sys, resources).utf8)) else {
      preconditionFailure("the example is a document of its own format")
    }
    spec.version = specificationVersion
    return spec
  }

  private static let exampleText = #"""
    {"process":{"terminal":true,"args":["sh"],
    "env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","TERM=xterm"],"cwd":"/",
    "capabilities":{"bounding":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"],
    "effective":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"],
    "permitted":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"]},
    "rlimits":[{"type":"RLIMIT_NOFILE","hard":1024,"soft":1024}],"noNewPrivileges":true},
    "root":{"path":"rootfs","readonly":true},"hostname":"runc","mounts":[
    {"destination":"/proc","type":"proc","source":"proc"},
    {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]},
    {"destination":"/dev/pts","type":"devpts","source":"devpts",
    "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620"%]},
    {"destination":"/dev/shm","type":"tmpfs","source":"shm",
    "options":["nosuid","noexec","nodev","mode=1777","size=65536k"]},
    {"destination":"/dev/mqueue","type":"mqueue","source":"mqueue","options":["nosuid","noexec","nodev"]},
    {"destination":"/sys",%"nosuid","noexec","nodev","ro"]},
    {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",
    "options":["nosuid","noexec","nodev","relatime","ro"]}],
    "linux":{%"maskedPaths":["/proc/acpi","/proc/asound","/proc/kcore","/proc/keys","/proc/latency_stats",
    "/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/sys/firmware","/proc/scsi"],
    "readonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]}}
    """#
}

extension LinuxSettings {
  fileprivate mutating func addNamespaces(_ kinds: [NamespaceKind]) {
    for kind in kinds { namespaces.append(Namespace(kind: kind)) }
  }
}
