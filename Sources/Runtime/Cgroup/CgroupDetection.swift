// Reading the host's cgroup layout.

import Linux

extension CgroupLayout {
  /// Reads /proc/self/cgroup, and /proc/self/mountinfo until every hierarchy is found.
  public static func detect() throws(RuntimeError) -> CgroupLayout {
    try doing("reading the cgroup layout of the host") { () throws(SystemCallError) -> CgroupLayout in
      let cgroups = try Descriptor.workingDirectory.readSmall("/proc/self/cgroup", limit: 1 << 20)
      let mountinfo = try Descriptor.workingDirectory.open("/proc/self/mountinfo", .readOnly)
      var scan = CgroupMountScan(memberships: CgroupMembership.all(in: cgroups))
      var buffer = [UInt8](repeating: 0, count: 4096)
      var size = 0
      while !scan.isComplete {
        let count = try mountinfo.read(into: &buffer, subject: "/proc/self/mountinfo")
        size += count
        // Hundred thousand mounts, the kernel's own limit in a namespace, fit in 64 MiB.
        if count == 0 || size > 1 << 26 { break }
        scan.add(buffer[..<count])
      }
      return CgroupLayout(scan)
    }
  }
}
