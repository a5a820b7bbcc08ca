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
    for line in text.split(separator: UInt8(ascii: "\n")) {
      // The path may hold colons of its own.
      let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      if fields.count < 3 { continue }
      var controllers: [String] = []
      for name in fields[1].split(separator: UInt8(ascii: ",")) {
        controllers.append(String(decoding: name, as: UTF8.self))
      }
      list.append(CgroupMembership(controllers: controllers, path: String(decoding: fields[2], as: UTF8.self)))
    }
    return list
  }
}
