// Cgroups below the container's own, for exec.

import OCI

/// Which cgroups below the container's own a new process enters: the values of `exec --cgroup`.
public struct SubCgroups: Sendable {
  private struct Entry: Sendable {
    /// Empty for all hierarchies, and then the only entry.
    let controller: String
    /// Relative to the container's cgroup.
    let path: String
  }

  private var entries: [Entry] = []

  /// The container's own cgroup.
  public init() {}

  /// - Parameter arguments: one `PATH`, or any number of `CONTROLLER[,CONTROLLER…]:PATH`.
  /// - Throws: `usage`.
  public init(_ arguments: [String]) throws(RuntimeError) {
    for argument in arguments {
      var path = [UInt8](argument.utf8)[...]
      guard path.contains(UInt8(ascii: ":")), var names = path.takeField(UInt8(ascii: ":")) else {
        if arguments.count > 1 {
          throw .usage(sentence("invalid --cgroup argument: % (missing <controller>: prefix)", argument))
        }
        try append("", argument)
        continue
      }
      // A comma at the end is as empty a name as nothing at all.
      names.append(UInt8(ascii: ","))
      while let name = names.takeField(UInt8(ascii: ",")) {
        if name.isEmpty {
          throw .usage(sentence("invalid --cgroup argument: % (empty <controller> prefix)", argument))
        }
        try append(name.text, path.text)
      }
    }
  }

  private mutating func append(_ controller: String, _ text: String) throws(RuntimeError) {
    for entry in entries where sameBytes(entry.controller, controller) {
      throw .usage(sentence("invalid --cgroup argument(s): controller % specified multiple times", controller))
    }
    let path = CgroupPath(text)
    if path.escapes || text.utf8.contains(0) { throw .usage(sentence("bad sub cgroup path: %", text)) }
    entries.append(Entry(controller: controller, path: path.relative))
  }

  var isEmpty: Bool { entries.isEmpty }

  /// - Throws: `usage` for a controller that the container is in no cgroup of.
  func check(against cgroup: Cgroup) throws(RuntimeError) {
    for entry in entries where !entry.controller.isEmpty {
      if cgroup.directories.contains(where: { $0.has(entry.controller) }) { continue }
      throw .usage(sentence("unknown controller % in --cgroup", entry.controller))
    }
  }

  /// The path below the container's directory of that hierarchy, empty for that directory itself.
  func path(in directory: CgroupDirectory) throws(RuntimeError) -> String {
    var chosen: Entry?
    for entry in entries where entry.controller.isEmpty || directory.has(entry.controller) {
      if let chosen, !sameBytes(chosen.path, entry.path) {
        throw .usage(
          sentence("invalid --cgroup argument(s): two paths for the hierarchy of %", entry.controller))
      }
      chosen = entry
    }
    return chosen?.path ?? ""
  }
}
