// CPUs and memory nodes of new v1 cpuset cgroups.

import Linux
import OCI

extension CgroupDirectory {
  /// A new v1 cpuset has no CPUs and no memory nodes, and no process can join it until it has some: what the limits do
  /// not give comes from the nearest parent that has it, through all parents between (cgroup-v1/cpusets.rst).
  func inheritCpuset(
    beside writes: [CgroupWrite], in opened: borrowing Descriptor, isNew: Bool
  ) throws(SystemCallError) {
    let parents = CgroupPath.parents(of: path)
    let mount = try openMount()
    for file in ["cpuset.cpus", "cpuset.mems"] {
      let isGiven = writes.contains { sameBytes($0.file, file) }
      // The top has all CPUs.
      if isGiven && parents.isEmpty { continue }
      if !isGiven && !isNew, try !opened.cgroupText(file).isEmpty { continue }
      var value = try mount.cgroupText(file).text
      for parent in parents {
        let name = CgroupPath.joined(parent, file)
        let own = try mount.cgroupText(name).text
        if own.isEmpty { try mount.writeCgroup(name, value) } else { value = own }
      }
      if !isGiven { try opened.writeCgroup(file, value) }
    }
  }
}
