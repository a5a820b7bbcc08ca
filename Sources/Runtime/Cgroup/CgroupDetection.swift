// Reading the host's cgroup layout.

import Linux

extension CgroupLayout {
  /// Reads /proc/self/cgroup, and /proc/self/mountinfo until every hierarchy is found.
  public static func detect() throws(RuntimeError) -> CgroupLayout {
    try doing("reading the cgroup layout of the host") { () throws(SystemCallError) -> CgroupLayout in
      let cgroups = try Descriptor.workingDirectory.readSmall("/proc/self/cgroup", limit: 1 << 20)
      let mountinfo = try Descriptor.workingDirectory.open("/proc/self/mountinfo", .readOnly)
      var scan = CgroupMountScan(memberships: CgroupMembership.all(in: cgroups))
      var size = 0
      while !scan.isComplete {
        let bytes = try mountinfo.read(upTo: 4096, subject: "/proc/self/mountinfo")
        size += bytes.count
        // Hundred thousand mounts, the kernel's own limit in a namespace, fit in 64 MiB.
        if bytes.isEmpty || size > 1 << 26 { break }
        scan.add(bytes[...])
      }
      return CgroupLayout(scan)
    }
  }
}
