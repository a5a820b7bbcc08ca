// One mount that covers many places.

internal import Linux

/// A mount that covers many places. It is prepared once, while the host's files are reachable; the first place takes
/// the mount itself, all others a copy: kernels before 6.15 copy attached mounts only.
struct Mask: ~Copyable {
  private let tree: MountTree
  private var isAttached = false

  /// The host's /dev/null, held from before the container could have a hand in it (CVE-2025-31133).
  static func null() throws(SetupFailure) -> Mask {
    let tree = try calling { () throws(SystemCallError) in
      let tree = try MountTree.clone("/dev/null", in: .workingDirectory, recursive: false)
      try tree.change(MountChange(propagation: .private), subject: "/dev/null")
      return tree
    }
    let status = try calling { () throws(SystemCallError) in try tree.root.status(subject: "/dev/null") }
    if !status.isNull { throw .refused("/dev/null of the host is not the null device") }
    return Mask(tree: tree)
  }

  /// An empty directory that nobody can fill.
  static func directory(label: String) throws(SystemCallError) -> Mask {
    let context = try FileSystemContext("tmpfs")
    try context.set("source", "tmpfs")
    try context.set("nr_blocks", "1")
    try context.set("nr_inodes", "1")
    if !label.isEmpty { try context.set("context", label) }
    try context.set("ro")
    return Mask(tree: try context.mount(.readOnly))
  }

  private init(tree: consuming MountTree) { self.tree = tree }

  mutating func cover(_ place: borrowing Descriptor, subject: String) throws(SystemCallError) {
    if isAttached {
      try MountTree.clone("", in: tree.root, recursive: false).attach(to: place, subject: subject)
    } else {
      try tree.attach(to: place, subject: subject)
      isAttached = true
    }
  }
}

extension FileStatus {
  /// Whether this is the null device.
  var isNull: Bool { kind == .characterDevice && special == DeviceNumber(major: 1, minor: 3) }
}
