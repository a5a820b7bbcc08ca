// The nodes and links in the container's /dev.

internal import Linux
internal import OCI

extension Rootfs {
  /// Makes the device nodes.
  /// - Parameter binding: takes them from the host by bind mounts, as a user namespace demands; without it that
  ///   happens where the kernel refuses to make one.
  public borrowing func makeDevices(_ plans: [DevicePlan], binding: Bool) throws(SetupFailure) {
    var folder = Descriptor.absent
    var folderPath = ""
    for plan in plans {
      var components = ContainerPath(plan.path).components
      let name = components.removeLast()
      let path = joined(components, by: "/")
      if folderPath.isEmpty || !sameBytes(path, folderPath) {
        folder = try directory(path).release()
        folderPath = path
      }
      if binding && plan.kind != .fifo {
        try Rootfs.bindDevice(plan, name, in: folder)
      } else {
        try Rootfs.makeDevice(plan, name, in: folder)
      }
    }
  }

  private static func makeDevice(
    _ plan: DevicePlan, _ name: String, in folder: borrowing Descriptor
  ) throws(SetupFailure) {
    do {
      try folder.makeNode(name, kind: plan.kind, mode: plan.mode, device: plan.device)
    } catch {
      switch error.errno {
      case .exists: return try checkDevice(plan, name, in: folder)
      case .notPermitted: return try bindDevice(plan, name, in: folder)
      default: throw .call(error)
      }
    }
    do {
      let node = try folder.open(name, [.path, .noFollow], resolve: .beneath)
      let status = try node.status(subject: plan.path)
      // A directory with the set-group-ID bit gives its own group to the node.
      if status.uid == plan.uid && status.gid == plan.gid { return }
      if plan.matches(status) { return try node.changeOwner(uid: plan.uid, gid: plan.gid) }
    } catch {
      throw .call(error)
    }
    throw .refused(sentence(about: plan.path, " was replaced while it was made"))
  }

  /// config-linux.md: a file that is there but is not the device is an error.
  private static func checkDevice(
    _ plan: DevicePlan, _ name: String, in folder: borrowing Descriptor
  ) throws(SetupFailure) {
    let isDevice = try calling { () throws(SystemCallError) in plan.matches(try folder.status(of: name)) }
    if !isDevice { throw .refused(sentence(about: plan.path, " exists in the container and is not the device")) }
  }

  private static func bindDevice(
    _ plan: DevicePlan, _ name: String, in folder: borrowing Descriptor
  ) throws(SetupFailure) {
    let tree = try calling { () throws(SystemCallError) in
      let tree = try MountTree.clone(plan.path, in: .workingDirectory, recursive: false)
      try tree.change(MountChange(propagation: .private), subject: plan.path)
      return tree
    }
    let isDevice = try calling { () throws(SystemCallError) in
      plan.matches(try tree.root.status(subject: plan.path))
    }
    if !isDevice { throw .refused(sentence(about: plan.path, " of the host is not the device")) }
    let place = try filePlace(name, in: folder, subject: plan.path)
    try calling { () throws(SystemCallError) in try tree.attach(to: place, subject: plan.path) }
  }

  /// A file to be covered by a mount, made where it is missing. A link is refused: whatever it leads to is not the
  /// place that was asked for (CVE-2025-52565).
  static func filePlace(
    _ name: String, in folder: borrowing Descriptor, subject: String
  ) throws(SetupFailure) -> Descriptor {
    let place = try calling { () throws(SystemCallError) in
      do throws(SystemCallError) {
        try folder.makeNode(name, kind: .regular, mode: 0o600)
      } catch {
        if error.errno != .exists { throw error }
      }
      return try folder.open(name, [.path, .noFollow], resolve: .beneath)
    }
    let kind = try calling { () throws(SystemCallError) in try place.status(subject: subject).kind }
    if kind == .symbolicLink || kind == .directory {
      throw .refused(sentence(about: subject, " in the container is no file"))
    }
    return place
  }

  /// Makes the links in /dev. What is there stays, but for /dev/ptmx, which must be the container's own.
  public borrowing func makeDeviceLinks(_ links: [DeviceLink]) throws(SetupFailure) {
    let folder = try directory("dev").release()
    do {
      for link in links {
        guard let name = ContainerPath(link.path).components.last else { continue }
        if let needed = link.needs, !procfs.has(needed) { continue }
        try Rootfs.makeLink(link, name, in: folder)
      }
    } catch {
      throw .call(error)
    }
  }

  private static func makeLink(
    _ link: DeviceLink, _ name: String, in folder: borrowing Descriptor
  ) throws(SystemCallError) {
    do {
      try folder.makeSymbolicLink(name, to: link.target)
    } catch {
      if error.errno != .exists { throw error }
      if !link.replaces { return }
      try folder.removeFile(name)
      try folder.makeSymbolicLink(name, to: link.target)
    }
  }
}

extension DevicePlan {
  func matches(_ status: FileStatus) -> Bool { status.kind == kind && (kind == .fifo || status.special == device) }
}
