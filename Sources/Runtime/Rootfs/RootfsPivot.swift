// Making the root filesystem the root of the process.

internal import Linux

extension Rootfs {
  /// Makes it the root and lets go of the host's mounts.
  public borrowing func pivot() throws(SetupFailure) {
    do {
      try tree.root.makeWorkingDirectory(subject: plan.path)
      // Both names may be the same (pivot_root(2)): the old root then lies over the new one.
      try pivotRoot(".", ".")
      if !plan.cutsOff {
        // Else the host would lose the mounts that we let go of.
        try hostRoot.changeMount(MountChange(propagation: .slave, isRecursive: true), subject: "/")
      }
      try hostRoot.makeWorkingDirectory(subject: "/")
      try detachMount(".")
      try changeDirectory("/")
    } catch {
      throw .call(error)
    }
  }

  /// Moves it over the root of the mount namespace (`--no-pivot`, for a root in a ramfs).
  public borrowing func moveRoot() throws(SetupFailure) {
    do {
      for mount in MountInfo.all(in: try procfs.read("self/mountinfo", limit: 1 << 26))
      where mount.isBare(outside: plan.path) {
        try Rootfs.hide(mount.mountPoint)
      }
      try tree.attach(to: hostRoot, subject: "/")
    } catch {
      throw .call(error)
    }
    try changeRoot()
  }

  /// Takes a whole procfs or sysfs of the host away: it stays reachable after a mere chroot, and would let a nested
  /// user namespace mount another one without the container's masks. The paths are the host's.
  private static func hide(_ path: String) throws(SystemCallError) {
    do {
      let mounted = try Descriptor.workingDirectory.open(path, [.path, .directory])
      try mounted.changeMount(MountChange(propagation: .slave, isRecursive: true), subject: path)
      try detachMount(path)
    } catch {
      // It went with the one that it lay on.
      if error.errno == .noEntry { return }
      if error.errno != .invalidArgument && error.errno != .notPermitted { throw error }
      let place = try Descriptor.workingDirectory.open(path, [.path, .directory])
      try FileSystemContext("tmpfs").mount().attach(to: place, subject: path)
    }
  }

  /// Enters it by chroot(2) alone, where the container has no mount namespace.
  public borrowing func changeRoot() throws(SetupFailure) {
    do {
      try tree.root.makeWorkingDirectory(subject: plan.path)
      try Linux.changeRoot(".")
      try changeDirectory("/")
    } catch {
      throw .call(error)
    }
  }

  /// Gives the root its final propagation, then turns read-only what is to be so.
  public borrowing func finish() throws(SetupFailure) {
    do {
      if let propagation = plan.ofFinalRoot { try tree.change(propagation.change, subject: "/") }
      for index in 0..<readOnlyLater.count {
        try readOnlyLater.lend(index) { (mount) throws(SystemCallError) in
          try mount.changeMount(MountChange(set: .readOnly), subject: "/")
        }
      }
      if plan.isReadOnly { try tree.change(MountChange(set: .readOnly), subject: "/") }
    } catch {
      throw .call(error)
    }
  }

  /// Opens the container's /dev/null for those standard streams that are a /dev/null of the host's. A container
  /// without one keeps them as they are.
  public borrowing func replaceNullStreams() throws(SetupFailure) {
    do {
      var null = Descriptor.absent
      for number in [Int32(0), 1, 2] where try Descriptor.status(ofNumber: number).isNull {
        if !null.isOpen { null = try openNull() }
        if !null.isOpen { return }
        try placeDescriptor(null, at: number)
      }
    } catch {
      throw .call(error)
    }
  }

  private borrowing func openNull() throws(SystemCallError) -> Descriptor {
    let node = try existing("dev/null")
    // Opened only when it is known to be harmless to open.
    if !node.isOpen { return .absent }
    if try !node.status(subject: "/dev/null").isNull { return .absent }
    return try procfs.reopen(node, .readWrite)
  }
}
