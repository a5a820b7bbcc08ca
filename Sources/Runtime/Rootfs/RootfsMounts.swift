// Performing the plan of a mount.

public import Linux
internal import OCI

/// Where a bind mount comes from when it is not looked up by its path.
public enum MountSource: ~Copyable {
  /// An open file of this mount namespace.
  case file(Descriptor)
  /// A detached tree that somebody with more rights made.
  case tree(MountTree)
}

extension MountPlan {
  /// Opens the source of a bind mount (an O_PATH descriptor). Whoever calls this must be in the mount namespace of
  /// the container: the kernel copies mounts of the caller's own namespace only.
  public func openSource() throws(SetupFailure) -> Descriptor {
    try calling { () throws(SystemCallError) in try Descriptor.workingDirectory.open(source, .path) }
  }

  /// A detached copy of the source of a bind mount, for `MountSource.tree`.
  public func cloneSource() throws(SetupFailure) -> MountTree {
    try calling { () throws(SystemCallError) in try clone(source, in: .workingDirectory) }
  }

  func clone(_ path: String, in directory: borrowing Descriptor) throws(SystemCallError) -> MountTree {
    try MountTree.clone(path, in: directory, recursive: content.copiesTree)
  }
}

extension Rootfs {
  /// Opens the sources of bind mounts early, as whoever this process still is: in a user namespace the container's
  /// uid 0 may not reach them. What cannot be opened is left to `mount`, which reports it.
  public mutating func openSources(_ plans: [MountPlan]) {
    for plan in plans where plan.content.isBind {
      do {
        sources.append(try Descriptor.workingDirectory.open(plan.source, .path))
        sourcePaths.append(plan.source)
      } catch {
        // A source inside of the root filesystem may come to be by the mounts before it.
      }
    }
  }

  /// Makes one mount of the container.
  public mutating func mount(
    _ plan: MountPlan, source: consuming MountSource? = nil
  ) throws(SetupFailure) {
    switch plan.content {
    case .bind: try bind(plan, try sourceTree(plan, source))
    case .fileSystem: try mountFileSystem(plan)
    case .cgroup(.hierarchies(let entries)): try mountHierarchies(plan, entries)
    case .cgroup(.unified(let path)): try mountUnified(plan, path)
    case .existing: try remount(plan)
    }
  }

  private borrowing func sourceTree(
    _ plan: MountPlan, _ source: consuming MountSource?
  ) throws(SetupFailure) -> MountTree {
    switch consume source {
    case .tree(let tree)?: return tree
    case .file(let file)?: return try calling { () throws(SystemCallError) in try plan.clone("", in: file) }
    case nil: break
    }
    do {
      return try plan.clone(plan.source, in: .workingDirectory)
    } catch {
      guard error.errno == .accessDenied, let index = earlySource(plan.source) else { throw .call(error) }
      return try calling { () throws(SystemCallError) in
        try sources.lend(index) { (file) throws(SystemCallError) in try plan.clone("", in: file) }
      }
    }
  }

  private borrowing func earlySource(_ path: String) -> Int? {
    for index in sourcePaths.indices where sameBytes(sourcePaths[index], path) { return index }
    return nil
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
