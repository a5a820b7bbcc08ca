// The mounts of a container.

internal import OCI

extension SpecRequest {
  /// The kernel's file systems, the pod's files, then what the caller asks for, which may take the place of each.
  func allMounts() throws(PodError) -> [OCI.Mount] {
    let given = Set(mounts.map { SpecRequest.clean($0.destination) })
    let own = systemMounts + podMounts
    // A mount hides what lies below it: the shorter paths first. Equal depths keep the order of the caller.
    let sorted = mounts.enumerated().sorted { one, other in
      let (left, right) = (SpecRequest.depth(one.element), SpecRequest.depth(other.element))
      return (left, one.offset) < (right, other.offset)
    }
    return own.filter { !given.contains($0.destination) } + sorted.map(\.element)
  }

  private var systemMounts: [OCI.Mount] {
    let isPrivileged = container.security.isPrivileged
    let safe = ["nosuid", "noexec", "nodev"]
    return [
      Mount(destination: "/proc", type: "proc", source: "proc", options: safe),
      Mount(
        destination: "/dev", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
      Mount(
        destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
      Mount(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: safe),
      sysfs(safe + [isPrivileged ? "rw" : "ro"]),
      Mount(
        destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
        options: safe + ["relatime", isPrivileged ? "rw" : "ro"]),
    ]
  }

  /// The kernel lets only the owner of a network namespace mount what shows it (sysfs(5)): with the host's network a
  /// pod with a user namespace gets the host's own mount.
  private func sysfs(_ options: [String]) -> OCI.Mount {
    guard pod.owners != nil, pod.usesHostNetwork else {
      return Mount(destination: "/sys", type: "sysfs", source: "sysfs", options: options)
    }
    return Mount(destination: "/sys", type: "bind", source: "/sys", options: ["rbind"] + options)
  }

  /// Files of the pod. They are as writable as the root: programs such as `useradd` rewrite /etc/hosts.
  private var podMounts: [OCI.Mount] {
    let mode = container.security.hasReadOnlyRoot ? "ro" : "rw"
    var list = [
      Mount(
        destination: "/dev/shm", type: "bind",
        source: pod.ipcNamespace == nil ? "/dev/shm" : pod.folder + "/shm", options: ["rw", "rbind"])
    ]
    for name in ["resolv.conf", "hostname", "hosts"] {
      list.append(
        Mount(
          destination: "/etc/" + name, type: "bind", source: pod.folder + "/" + name,
          options: [mode, "rbind", "rprivate", "nosuid", "nodev"]))
    }
    return list
  }

  private static func depth(_ mount: OCI.Mount) -> Int { mount.destination.split(separator: "/").count }

  private static func clean(_ path: String) -> String { "/" + path.split(separator: "/").joined(separator: "/") }
}
