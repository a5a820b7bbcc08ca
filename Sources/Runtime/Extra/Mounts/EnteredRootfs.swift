// The root of a container that lives, from inside.

internal import Linux
internal import OCI

extension Rootfs {
  /// The root of the container that this process has entered. Clears the mask of file modes, as `prepare` does.
  /// - Parameter null: the host's, taken before.
  init(entered null: consuming Mask) throws(SystemCallError) {
    setFileModeMask(0)
    let root = try Descriptor.workingDirectory.open("/", [.path, .directory])
    let status = try root.status(subject: "/")
    self.init(
      tree: MountTree(root: root), procfs: try Procfs(), plan: RootfsPlan(path: "/"), hostRoot: .absent,
      status: status, nullMask: null)
  }
}

/// The root of a container that lives, from inside.
struct EnteredRootfs: ~Copyable {
  var rootfs: Rootfs

  /// Makes the mounts; takes away those that are made when one fails.
  consuming func add(_ mounts: borrowing LiveMounts) throws(SetupFailure) {
    for (index, plan) in mounts.plans.enumerated() {
      do {
        try rootfs.mount(plan, source: try mounts.source(of: index))
      } catch {
        for made in mounts.plans[..<index].reversed() where !made.content.isExisting {
          // What was the first failure is told; what is left shows in the container's mount table.
          try? detach(made.destination)
        }
        throw .refused(plan.purpose + ": " + error.message)
      }
    }
    try rootfs.finish()
  }

  /// Detaches what is mounted at the places; nothing when one of them is no mount point.
  func remove(_ places: [String]) throws(SetupFailure) {
    for place in places { _ = try mount(at: place) }
    for place in places { try detach(place) }
  }

  private func detach(_ place: String) throws(SetupFailure) {
    let mount = try mount(at: place)
    try calling { () throws(SystemCallError) in
      try detachMount(at: mount, procfs: rootfs.procfs.root, subject: place)
    }
  }

  private func mount(at place: String) throws(SetupFailure) -> Descriptor {
    let mount = try calling { () throws(SystemCallError) in
      try rootfs.tree.root.open(place, .path, resolve: .container)
    }
    let status = try calling { () throws(SystemCallError) in try mount.status(subject: place) }
    if !status.isMountRoot || status.mountID == rootfs.status.mountID {
      throw .refused(place + " is not a mount point")
    }
    return mount
  }
}
