// The mount of type cgroup.

internal import Linux

extension Rootfs {
  /// Hybrid and v1: a tmpfs with the container's own cgroup of each hierarchy. In a cgroup namespace that is the same
  /// as a new mount of the hierarchy, whose top is the container's cgroup there, for fewer calls.
  mutating func mountHierarchies(_ plan: MountPlan, _ entries: [CgroupView.Entry]) throws(SetupFailure) {
    let place = try directory(plan.destination)
    if try covers(plan, place) == .procfs { throw Rootfs.isNotProcfs(plan) }
    do {
      let context = try FileSystemContext("tmpfs")
      try context.set("source", "tmpfs")
      try context.set("mode", "755")
      let tree = try context.mount(.kernels)
      try Rootfs.attach(tree, to: place.file, plan)
      var bound: [CgroupView.Entry] = []
      for entry in entries where try Rootfs.bind(entry, in: tree.root, plan) { bound.append(entry) }
      for entry in bound { try Rootfs.link(entry.name, in: tree.root) }
      if plan.options.flags.attributes.contains(.readOnly) { readOnlyLater.append(tree.release()) }
    } catch {
      throw .call(error)
    }
  }

  /// - Returns: false for a hierarchy in which a container without root's rights has no cgroup: nothing of it is shown.
  private static func bind(
    _ entry: CgroupView.Entry, in folder: borrowing Descriptor, _ plan: MountPlan
  ) throws(SystemCallError) -> Bool {
    let tree: MountTree
    do {
      tree = try MountTree.clone(entry.path, in: .workingDirectory, recursive: false)
    } catch {
      if error.errno != .noEntry { throw error }
      return false
    }
    let flags = plan.options.flags
    try tree.change(
      MountChange(
        set: flags.attributes.union(.kernels), clear: flags.cleared.intersection(.readOnly)), subject: entry.path)
    try folder.makeDirectory(entry.name, mode: 0o755)
    let place = try folder.open(entry.name, [.path, .directory, .noFollow], resolve: .beneath)
    try tree.attach(to: place, subject: plan.destination + "/" + entry.name)
    for propagation in plan.options.propagation { try tree.change(propagation.change) }
    return true
  }

  /// Controllers that share a hierarchy are found under each of their names.
  private static func link(_ name: String, in folder: borrowing Descriptor) throws(SystemCallError) {
    let names = pieces([UInt8](name.utf8)[...]) { $0 == UInt8(ascii: ",") }
    if names.count < 2 { return }
    for part in names {
      do {
        try folder.makeSymbolicLink(text(part), to: name)
      } catch {
        // A hierarchy of that name is there already.
        if error.errno != .exists { throw error }
      }
    }
  }

  /// v2: a new mount, which the cgroup namespace limits; where a user namespace may not make one, the container's own
  /// cgroup.
  borrowing func mountUnified(_ plan: MountPlan, _ path: String) throws(SetupFailure) {
    let place = try directory(plan.destination)
    if try covers(plan, place) == .procfs { throw Rootfs.isNotProcfs(plan) }
    do {
      let tree = try Rootfs.unifiedTree(plan, path)
      try Rootfs.attach(tree, to: place.file, plan)
    } catch {
      throw .call(error)
    }
  }

  private static func unifiedTree(_ plan: MountPlan, _ path: String) throws(SystemCallError) -> MountTree {
    do {
      let context = try FileSystemContext("cgroup2")
      try context.set("source", plan.source.isEmpty ? "cgroup2" : plan.source)
      for parameter in plan.parameters { try context.set(parameter.key, parameter.value) }
      return try context.mount(plan.options.flags.newAttributes)
    } catch {
      if error.errno != .notPermitted && error.errno != .busy { throw error }
    }
    do {
      let tree = try MountTree.clone(path, in: .workingDirectory, recursive: false)
      try applyFlags(plan, to: tree)
      return tree
    } catch {
      if error.errno != .noEntry { throw error }
    }
    // A container without a cgroup of its own sees none: what is above belongs to its caller (CVE-2023-25809).
    let context = try FileSystemContext("tmpfs")
    try context.set("source", "tmpfs")
    try context.set("ro")
    return try context.mount(MountAttributes.kernels.union(.readOnly))
  }
}

extension MountAttributes {
  /// What nobody needs on a file system of the kernel.
  static let kernels: MountAttributes = [.noSetID, .noDevices, .noExecute]
}
