// Which cgroups a process is in.

/// Which cgroups a process is in, as far as memory is concerned, from `/proc/PID/cgroup` (cgroups(7)).
struct CgroupMembership {
  /// The path in the v1 hierarchy of the memory controller, and the name of that hierarchy's directory.
  var memory: (hierarchy: String, path: String)?
  /// The path in the v2 tree.
  var unified: String?

  static func parse(_ bytes: [UInt8]) -> CgroupMembership {
    var result = CgroupMembership()
    for line in bytes.split(separator: 10) {
      // `number:controllers:path`; a path may hold further colons.
      let parts = line.split(separator: 58, maxSplits: 2, omittingEmptySubsequences: false)
      if parts.count < 3 { continue }
      let path = String(decoding: parts[2], as: UTF8.self)
      if parts[1].isEmpty {
        if parts[0].elementsEqual([48]) { result.unified = path }
      } else if parts[1].split(separator: 44).contains(where: { $0.elementsEqual("memory".utf8) }) {
        result.memory = (String(decoding: parts[1], as: UTF8.self), path)
      }
    }
    return result
  }
}
