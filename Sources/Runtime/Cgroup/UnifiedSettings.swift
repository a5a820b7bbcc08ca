// What a cgroup of a pure v2 tree gets beside the writes to its files.

import Linux
import OCI

/// What a cgroup of a pure v2 tree gets beside the writes to its files.
public struct UnifiedSettings: Sendable {
  /// The program of the device rules; empty leaves devices alone.
  var devices: [UInt64] = []
  /// The user on the host to whom the cgroup is delegated; nil keeps it ours.
  var owner: UInt32?

  /// Nothing.
  public init() {}

  /// - Throws: `invalidConfiguration` for a rule that means nothing.
  init(_ rules: [DeviceRule], beside nodes: [DeviceNode]) throws(RuntimeError) {
    devices = DeviceInstructions(try completeRules(rules, beside: nodes)).list
  }

  /// What a new container gets. A container with user and cgroup namespaces of its own and a cgroup mount that it can
  /// write to gets its cgroup for its own root (kernel, cgroup-v2.rst, "Delegation"), as with runc.
  init(for spec: Spec) throws(RuntimeError) {
    try self.init(spec.linux.resources.devices, beside: spec.linux.devices)
    if !spec.linux.makesNamespace(.user) || !spec.linux.makesNamespace(.cgroup) { return }
    var isWritable = false
    for mount in spec.mounts where sameBytes(mount.destination, "/sys/fs/cgroup") {
      isWritable = true
      for option in mount.options where sameBytes(option, "ro") { isWritable = false }
    }
    if !isWritable { return }
    for range in spec.linux.uidMappings where range.containerID == 0 { owner = range.hostID }
  }

  /// Applies them to the opened directory.
  func apply(to directory: borrowing Descriptor) throws(SystemCallError) {
    if !devices.isEmpty { try DeviceProgram(devices).attach(to: directory) }
    if let owner { try directory.delegateCgroup(to: owner) }
  }
}

extension Descriptor {
  /// Hands over this directory and those of its files with which the owner can make cgroups below it and move its
  /// processes among them, but not change its limits.
  fileprivate borrowing func delegateCgroup(to uid: UInt32) throws(SystemCallError) {
    // -1 leaves the group.
    try changeOwner(uid: uid, gid: UInt32.max)
    // The kernel's own list (4.15); it holds what is not there with every configuration.
    var names = try Descriptor.workingDirectory.readSmall("/sys/kernel/cgroup/delegate", limit: 1 << 16)[...]
    while let name = names.takeLine() {
      do throws(SystemCallError) {
        let file = try open(name.text, [.path, .noFollow], resolve: .cgroup)
        try file.changeOwner(uid: uid, gid: UInt32.max)
      } catch {
        if error.errno != .noEntry { throw error }
      }
    }
  }
}
