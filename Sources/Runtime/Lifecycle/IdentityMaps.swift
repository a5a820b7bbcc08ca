// The identity maps of a user namespace.

import Linux
import OCI

/// The maps between the ids of a user namespace and those of its parent (user_namespaces(7)).
struct IdentityMaps {
  let uids: [IDMapping]
  let gids: [IDMapping]

  /// Writes the maps of a process that waits for them, as root.
  func write(pid: Int32) throws(SystemCallError) {
    let process = try Descriptor.workingDirectory.open(numbered("/proc/", pid), [.path, .directory])
    try process.writeFile("gid_map", IdentityMaps.text(gids))
    try process.writeFile("uid_map", IdentityMaps.text(uids))
  }

  /// Writes the maps as a user, who may map nobody but himself; for all else there are newuidmap(1) and newgidmap(1),
  /// which look up what is his in /etc/subuid and /etc/subgid.
  /// - Parameter path: where those are looked for.
  func writeAsUser(pid: Int32, path: String) throws(RuntimeError) {
    if IdentityMaps.isAlone(effectiveGroupID(), gids) {
      try IdentityMaps.write(pid) { (process) throws(SystemCallError) in
        // Who maps his own group gives up setgroups for it: a group may be what keeps him out (CVE-2014-8989).
        try process.writeFile("setgroups", "deny")
        try process.writeFile("gid_map", IdentityMaps.text(gids))
      }
    } else {
      try IdentityMaps.call("newgidmap", pid, gids, path)
    }
    if IdentityMaps.isAlone(effectiveUserID(), uids) {
      try IdentityMaps.write(pid) { (process) throws(SystemCallError) in
        try process.writeFile("uid_map", IdentityMaps.text(uids))
      }
    } else {
      try IdentityMaps.call("newuidmap", pid, uids, path)
    }
  }

  private static func isAlone(_ id: UInt32, _ mappings: [IDMapping]) -> Bool {
    mappings.count == 1 && mappings[0].hostID == id && mappings[0].size == 1
  }

  private static func write(
    _ pid: Int32, _ body: (borrowing Descriptor) throws(SystemCallError) -> Void
  ) throws(RuntimeError) {
    try doing("writing the identity maps") { () throws(SystemCallError) in
      try body(try Descriptor.workingDirectory.open(numbered("/proc/", pid), [.path, .directory]))
    }
  }

  private static func call(
    _ name: String, _ pid: Int32, _ mappings: [IDMapping], _ path: String
  ) throws(RuntimeError) {
    var arguments = [decimal(Int(pid))]
    for mapping in mappings {
      arguments += [
        decimal(Int(mapping.containerID)), decimal(Int(mapping.hostID)), decimal(Int(mapping.size)),
      ]
    }
    let (status, output) = try HostProgram(name: name, arguments: arguments, environment: [], path: path).run()
    if status == .exited(0) { return }
    var line = output[...]
    while line.last == UInt8(ascii: "\n") { line.removeLast() }
    throw .setup(sentence("writing the identity maps: %: %", name, ContainerRuntime.text(line)))
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
    try write(pid: holder.pid)
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
