// Mounting new file systems, and changing existing mounts.

internal import Linux
internal import OCI

extension Rootfs {
  /// Mounts a new file system, made and attributed before it is attached.
  mutating func mountFileSystem(_ plan: MountPlan) throws(SetupFailure) {
    guard case .fileSystem(let type) = plan.content else { return }
    let isKernels = sameBytes(type, "proc") || sameBytes(type, "sysfs")
    let place = try isKernels ? ordinaryDirectory(plan, type: type) : directory(plan.destination)
    if try covers(plan, place) == .procfs && !sameBytes(type, "proc") { throw Rootfs.isNotProcfs(plan) }
    do {
      let tree = try Rootfs.newTree(plan, type, at: place)
      if plan.options.copiesUp && !place.isNew { try CopyUp.copy(from: place.file, to: tree.root) }
      try tree.change(plan.options.treeChange, subject: plan.destination)
      try Rootfs.attach(tree, to: place.file, plan)
      if plan.isReadOnlyLater { readOnlyLater.append(tree.release()) }
    } catch {
      throw .call(error)
    }
  }

  /// A user namespace may mount no sysfs without a network namespace of its own, or where that of the host is covered
  /// in part: then the host's is bound, as crun does it. If it is not to be written to, neither is what it holds.
  private static func newTree(
    _ plan: MountPlan, _ type: String, at place: borrowing Place
  ) throws(SystemCallError) -> MountTree {
    do {
      return try newFileSystem(plan, type, at: place)
    } catch {
      if !sameBytes(type, "sysfs") || error.errno != .notPermitted { throw error }
    }
    let tree = try MountTree.clone("/sys", in: .workingDirectory, recursive: true)
    try applyFlags(plan, to: tree)
    if plan.options.flags.attributes.contains(.readOnly) {
      try tree.change(MountChange(set: .readOnly, isRecursive: true), subject: plan.destination)
    }
    return tree
  }

  private static func newFileSystem(
    _ plan: MountPlan, _ type: String, at place: borrowing Place
  ) throws(SystemCallError) -> MountTree {
    let context = try FileSystemContext(type)
    if !plan.source.isEmpty { try context.set("source", plan.source) }
    if sameBytes(type, "tmpfs") && !place.isNew {
      // The directory's own mode, unless an option after it says another.
      try context.set("mode", octal(place.status.permissions))
    }
    var attributes = plan.options.flags.newAttributes
    if plan.isReadOnlyLater {
      attributes.subtract(.readOnly)
    } else if attributes.contains(.readOnly) {
      try context.set("ro")
    }
    try set(plan, in: context)
    return try context.mount(attributes)
  }

  private static func set(_ plan: MountPlan, in context: borrowing FileSystemContext) throws(SystemCallError) {
    for flag in plan.options.superblock { try context.set(flag) }
    for parameter in plan.parameters { try context.set(parameter.key, parameter.value) }
  }

  private static func octal(_ number: UInt32) -> String { "0" + String(number, radix: 8) }

  /// `remount`: other flags for what is mounted at the destination, and with data or flags of the file system as a
  /// whole other ones for that too, unless `bind` says that only this mount is meant.
  borrowing func remount(_ plan: MountPlan) throws(SetupFailure) {
    do {
      let mounted = MountTree(root: try tree.root.open(plan.destination, .path, resolve: .container))
      try Rootfs.applyFlags(plan, to: mounted)
      if plan.options.bind == nil && !(plan.options.superblock.isEmpty && plan.parameters.isEmpty) {
        let context = try FileSystemContext(of: mounted.root)
        try Rootfs.set(plan, in: context)
        try context.reconfigure()
      }
      for propagation in plan.options.propagation { try mounted.change(propagation.change) }
      try mounted.change(plan.options.treeChange, subject: plan.destination)
    } catch {
      throw .call(error)
    }
  }
}
