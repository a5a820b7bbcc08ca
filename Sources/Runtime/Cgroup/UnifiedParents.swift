// Parents in a pure v2 tree.

import Linux

extension CgroupDirectory {
  /// Makes the parents and lets each give all controllers to its children, from the top on. A controller that cannot be
  /// had, because we are rootless or in a container, is missed only when a limit needs its file.
  func makeUnifiedParents(
    below mount: borrowing Descriptor, _ made: inout MadeDirectories
  ) throws(SystemCallError) {
    let controllers = try mount.cgroupText("cgroup.controllers").split(separator: UInt8(ascii: " "))
    for parent in [""] + parents {
      if !parent.isEmpty, try makeOne(parent, below: mount) { made.append(parent, of: self) }
      let file = parent.isEmpty ? "cgroup.subtree_control" : parent + "/cgroup.subtree_control"
      let given = try mount.cgroupText(file).split(separator: UInt8(ascii: " "))
      let missing = controllers.filter { !given.contains($0) }.map { "+" + String(decoding: $0, as: UTF8.self) }
      if missing.isEmpty { continue }
      do throws(SystemCallError) {
        try mount.writeFile(file, missing.joined(separator: " "), resolve: .cgroup)
      } catch {
        for controller in missing { try? mount.writeFile(file, controller, resolve: .cgroup) }
      }
    }
  }
}
