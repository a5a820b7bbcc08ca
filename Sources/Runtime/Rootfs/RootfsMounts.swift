// Performing the plan of a mount.

public import Linux
internal import OCI

extension MountPlan {
  /// A detached copy of the source of a bind mount. Whoever calls this must be in the mount namespace of the
  /// container: the kernel copies mounts of the caller's own namespace only.
  public func cloneSource() throws(SystemCallError) -> MountTree {
    try MountTree.clone(source, in: .workingDirectory, recursive: content.copiesTree)
  }
}

extension Rootfs {
  /// Makes one mount of the container.
  /// - Parameter source: what a bind mount attaches, where somebody with more rights made it; nil for what its path
  ///   leads to.
  public mutating func mount(_ plan: MountPlan, source: consuming MountTree? = nil) throws(SetupFailure) {
    switch plan.content {
    case .bind:
      if let source {
        try bind(plan, source)
      } else {
        try bind(plan, try calling { () throws(SystemCallError) in try plan.cloneSource() })
      }
    case .fileSystem: try mountFileSystem(plan)
    case .cgroup(.hierarchies(let entries)): try mountHierarchies(plan, entries)
    case .cgroup(.unified(let path)): try mountUnified(plan, path)
    case .existing: try remount(plan)
    }
  }

  // MARK: Bind mounts

  private borrowing func bind(_ plan: MountPlan, _ tree: consuming MountTree) throws(SetupFailure) {
    let kind = try calling { () throws(SystemCallError) in try tree.root.status(subject: plan.source).kind }
    // A file is bound onto a file and a directory onto a directory.
    let place = try calling { () throws(SystemCallError) in
      try RootWalk.open(plan.destination, in: self.tree.root, making: kind == .directory ? .directory : .file)
    }
    if (place.status.kind == .directory) != (kind == .directory) {
      // The kernel would say no more than that an argument is invalid.
      let errno: Errno = kind == .directory ? .notDirectory : .isDirectory
      throw .call(SystemCallError(call: "move_mount", subject: plan.destination, errno: errno))
    }
    if try covers(plan, place) == .procfs { try checkIsProcfs(plan, tree) }
    do {
      try Rootfs.applyFlags(plan, to: tree)
      try tree.change(plan.options.treeChange, subject: plan.destination)
      try Rootfs.attach(tree, to: place.file, plan)
    } catch {
      throw .call(error)
    }
  }

  static func applyFlags(_ plan: MountPlan, to tree: borrowing MountTree) throws(SystemCallError) {
    do {
      try tree.change(plan.options.flags.changeOfBind, subject: plan.destination)
    } catch {
      if error.errno != .notPermitted { throw error }
      let existing = MountAttributes(fileSystemFlags: try tree.root.mountFlags())
      guard let change = plan.options.flags.changeOfLockedBind(existing: existing) else { throw error }
      try tree.change(change, subject: plan.destination)
    }
  }

  static func attach(
    _ tree: borrowing MountTree, to place: borrowing Descriptor, _ plan: MountPlan
  ) throws(SystemCallError) {
    try tree.attach(to: place, subject: plan.destination)
    // Attached, because below a shared mount every new one becomes shared at that moment.
    for propagation in plan.options.propagation { try tree.change(propagation.change, subject: plan.destination) }
  }
}
