// Cgroups below the container's own, for exec.

import OCI

/// Which cgroups below the container's own a new process enters: the values of `exec --cgroup`.
public struct SubCgroups: Sendable {
  /// By controller; an empty controller stands for all hierarchies and is then the only entry.
  private(set) var paths: [(controller: String, path: CgroupPath)] = []

  /// The container's own cgroup.
  public init() {}

  /// - Parameter arguments: one `PATH`, or any number of `CONTROLLER[,CONTROLLER…]:PATH`.
  /// - Throws: `usage`.
  public init(_ arguments: [String]) throws(RuntimeError) {
    for argument in arguments {
      guard let colon = argument.utf8.firstIndex(of: UInt8(ascii: ":")) else {
        if arguments.count > 1 {
          throw .usage("invalid --cgroup argument: \(argument) (missing <controller>: prefix)")
        }
        try append("", argument)
        continue
      }
      let path = String(argument[argument.index(after: colon)...])
      for controller in argument[..<colon].utf8.split(
        separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      {
        if controller.isEmpty {
          throw .usage("invalid --cgroup argument: \(argument) (empty <controller> prefix)")
        }
        try append(String(Substring(controller)), path)
      }
    }
  }

  private mutating func append(_ controller: String, _ text: String) throws(RuntimeError) {
    if paths.contains(where: { sameBytes($0.controller, controller) }) {
      throw .usage("invalid --cgroup argument(s): controller \(controller) specified multiple times")
    }
    let path = CgroupPath(text)
    if path.escapes || text.utf8.contains(0) { throw .usage("bad sub cgroup path: \(text)") }
    paths.append((controller, path))
  }

  /// The path below the container's directory of that hierarchy, empty for that directory itself.
  func path(in directory: CgroupDirectory) throws(RuntimeError) -> String {
    var chosen: CgroupPath?
    for entry in paths where entry.controller.isEmpty || directory.has(entry.controller) {
      if let chosen, !sameBytes(chosen.relative, entry.path.relative) {
        throw .usage("invalid --cgroup argument(s): two paths for the hierarchy of \(entry.controller)")
      }
      chosen = entry.path
    }
    return chosen?.relative ?? ""
  }
}
