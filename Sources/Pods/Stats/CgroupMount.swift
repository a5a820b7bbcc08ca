// Where cgroups are mounted.

internal import Linux

/// A mounted hierarchy of cgroups, of either version.
struct CgroupMount {
  let place: String
  let isUnified: Bool
  /// Of version 1: its controllers, among other options of the mount.
  let options: Set<Substring>

  /// - Parameter mounts: as in /proc/self/mounts (proc(5)).
  static func all(in mounts: String) -> [CgroupMount] {
    mounts.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 3, ["cgroup", "cgroup2"].contains(fields[2]) else { return nil }
      return CgroupMount(
        place: String(fields[1]), isUnified: fields[2] == "cgroup2", options: Set(fields[3].split(separator: ",")))
    }
  }

  static func current() -> [CgroupMount] {
    let text = (try? Descriptor.workingDirectory.readFile("/proc/self/mounts", limit: 16 << 20)) ?? []
    return all(in: String(decoding: text, as: UTF8.self))
  }
}
