// CPUs and memory nodes of new v1 cpuset cgroups.

import Linux
import OCI

extension CgroupDirectory {
  /// A new v1 cpuset has no CPUs and no memory nodes, and no process can join it until it has some: what the limits do
  /// not give comes from the nearest parent that has it, through all parents between (cgroup-v1/cpusets.rst).
  func inheritCpuset(
    beside writes: [CgroupWrite], in opened: borrowing Descriptor, isNew: Bool
  ) throws(RuntimeError) {
    if !has("cpuset") { return }
    let parent = parents.last ?? ""
    let mount = try doing("inheriting the cpuset of the cgroup", openMount)
    for file in ["cpuset.cpus", "cpuset.mems"] {
      let isGiven = writes.contains { sameBytes($0.file, file) }
      // The top has all CPUs.
      if isGiven && parent.isEmpty { continue }
      try doing("inheriting \(file) of the cgroup") { () throws(SystemCallError) in
        if !isGiven && !isNew, try !opened.cgroupText(file).isEmpty { return }
        let value = try cpusetValue(file, of: parent, below: mount)
        if !isGiven { try opened.writeFile(file, value, resolve: .cgroup) }
      }
    }
  }

  private func cpusetValue(
    _ file: String, of path: String, below mount: borrowing Descriptor
  ) throws(SystemCallError) -> String {
    let name = path.isEmpty ? file : path + "/" + file
    do {
      let text = String(decoding: try mount.cgroupText(name), as: UTF8.self)
      if path.isEmpty || !text.isEmpty { return text }
      let components = CgroupPath(path).components
      let above = try cpusetValue(file, of: components.dropLast().joined(separator: "/"), below: mount)
      try mount.writeFile(name, above, resolve: .cgroup)
      return above
    } catch {
      throw named(error)
    }
  }
}
