// The identity maps of a user namespace.

import Linux
import OCI

/// The maps between the ids of a user namespace and those of its parent (user_namespaces(7)).
struct IdentityMaps {
  let uids: [IDMapping]
  let gids: [IDMapping]

  /// Writes the maps of a process that waits for them.
  func write(pid: Int32, isRootless: Bool) throws(SystemCallError) {
    let process = try Descriptor.workingDirectory.open(numbered("/proc/", pid), [.path, .directory])
    if isRootless {
      // Without privileges a group map may be written only after setgroups is given up (CVE-2014-8989).
      try process.writeFile("setgroups", "deny")
    }
    try process.writeFile("gid_map", IdentityMaps.text(gids))
    try process.writeFile("uid_map", IdentityMaps.text(uids))
  }

  /// A user namespace with these maps and no process in it.
  func makeNamespace() throws(SystemCallError) -> Descriptor {
    let holder = try clone(CloneOptions(namespaces: .user))
    if holder.isChild { IdentityMaps.hold() }
    defer {
      // It is our child and cannot end by itself: both calls succeed.
      try? holder.pidfd.sendSignal(Signal.kill)
      _ = try? holder.pidfd.waitForExit()
    }
    try write(pid: holder.pid, isRootless: false)
    return try Descriptor.workingDirectory.open(numbered("/proc/", holder.pid, "/ns/user"), .readOnly)
  }

  /// We are the process that keeps the new namespace alive until it is open.
  private static func hold() -> Never {
    try? ProcessControl.setParentDeathSignal(Signal.kill)
    var nothing: [PollEntry] = []
    while true { _ = try? poll(&nothing, timeoutMilliseconds: -1) }
  }

  /// One line per mapping: first id inside, first id outside, count.
  static func text(_ mappings: [IDMapping]) -> String {
    var lines: [String] = []
    for mapping in mappings {
      lines.append(
        sentence(
          "% % %\n", decimal(Int(mapping.containerID)), decimal(Int(mapping.hostID)), decimal(Int(mapping.size))))
    }
    return joined(lines)
  }
}
