// The cgroups of a process, from /proc/PID/cgroup.

import OCI

/// A line of /proc/PID/cgroup (cgroups(7)): a hierarchy and the process's cgroup in it.
struct CgroupMembership: Equatable {
  /// Empty for the v2 tree.
  let controllers: [String]
  /// Absolute, as the reader's cgroup namespace sees it.
  let path: String

  var isUnified: Bool { controllers.isEmpty }

  func isSameHierarchy(as other: CgroupMembership) -> Bool {
    controllers.elementsEqual(other.controllers) { sameBytes($0, $1) }
  }

  /// The lines of a whole file; those that are none are passed over.
  static func all(in text: [UInt8]) -> [CgroupMembership] {
    var list: [CgroupMembership] = []
    var lines = text[...]
    while var line = lines.takeLine() {
      guard line.takeField(UInt8(ascii: ":")) != nil, var names = line.takeField(UInt8(ascii: ":")) else { continue }
      var controllers: [String] = []
      while let name = names.takeField(UInt8(ascii: ",")) {
        controllers.append(name.text)
      }
      // The rest is the path, which may hold colons of its own.
      if line.isEmpty { continue }
      list.append(CgroupMembership(controllers: controllers, path: line.text))
    }
    return list
  }
}
