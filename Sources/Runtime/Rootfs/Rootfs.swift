// The container's root filesystem while it is set up.

public import Linux

/// The container's root filesystem while it is set up, from inside the container's mount namespace.
///
/// The order of use: `prepare`, then, in a user namespace as uid 0 of it, `mount` for each entry,
/// `makeDevices`, `makeDeviceLinks`, `openConsole`; one of `pivot`, `moveRoot`, `changeRoot`; `finish`; kernel
/// parameters by `procfs`; `makeReadOnly(paths:)`, `mask(paths:)`. Nothing below the root is reached by a joined path.
public struct Rootfs: ~Copyable {
  /// The root mount: a bind mount of the root filesystem onto itself, so that it is a mount of its own.
  public let tree: MountTree
  public let procfs: Procfs
  let plan: RootfsPlan
  /// The root of the host as our namespace sees it.
  let hostRoot: Descriptor
  /// The root directory's own status, to know it again.
  let status: FileStatus
  var nullMask: Mask
  /// Mounts that turn read-only when all is in place.
  var readOnlyLater = DescriptorList()

  /// Cuts the mount namespace off from the host's and makes the root a mount of its own.
  /// Makes no file: in a user namespace it can run before the change to its uid 0, so that a root filesystem that
  /// only the host's owner may reach is reached. Clears the mask of file modes, because modes given below are exact.
  public static func prepare(_ plan: RootfsPlan) throws(SetupFailure) -> Rootfs {
    setFileModeMask(0)
    let null = try Mask.null()
    do {
      let hostRoot = try Descriptor.workingDirectory.open("/", [.path, .directory])
      let place = try Descriptor.workingDirectory.open(plan.path, [.path, .directory])
      if plan.hasMountNamespace { try cutOff(hostRoot, below: place, plan) }
      let tree = try MountTree.clone("", in: place, recursive: true)
      if let propagation = plan.ofRoot { try tree.change(MountChange(propagation: propagation), subject: plan.path) }
      try tree.attach(to: place, subject: plan.path)
      let status = try tree.root.status(subject: plan.path)
      return Rootfs(
        tree: tree, procfs: try Procfs(), plan: plan, hostRoot: hostRoot, status: status, nullMask: null)
    } catch {
      throw .call(error)
    }
  }

  private static func cutOff(
    _ hostRoot: borrowing Descriptor, below place: borrowing Descriptor, _ plan: RootfsPlan
  ) throws(SystemCallError) {
    try hostRoot.changeMount(plan.ofHost.change, subject: "/")
    if plan.cutsOff { return }
    let parent = try mountRoot(of: place)
    try parent.changeMount(MountChange(propagation: plan.ofParent), subject: plan.path)
  }

  /// The root of the mount that a directory is in; only there can a mount be changed.
  private static func mountRoot(of directory: borrowing Descriptor) throws(SystemCallError) -> Descriptor {
    var current = try directory.duplicate()
    // The depth of a path is at most half of PATH_MAX.
    for _ in 0..<2048 {
      if try current.status().isMountRoot { break }
      current = try current.open("..", [.path, .directory])
    }
    return current
  }
}
