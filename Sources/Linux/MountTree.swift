// Mounts by descriptor: made detached, attributed, then attached where a descriptor points.

internal import CShims

/// Attributes of a mount (mount_setattr(2), kernel 5.12).
public struct MountAttributes: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let readOnly = MountAttributes(rawValue: 0x1)
  public static let noSetID = MountAttributes(rawValue: 0x2)
  public static let noDevices = MountAttributes(rawValue: 0x4)
  public static let noExecute = MountAttributes(rawValue: 0x8)
  /// The whole field of access times: to be cleared before one of its values is set.
  public static let accessTimes = MountAttributes(rawValue: 0x70)
  public static let noAccessTime = MountAttributes(rawValue: 0x10)
  public static let strictAccessTime = MountAttributes(rawValue: 0x20)
  public static let noDirectoryAccessTime = MountAttributes(rawValue: 0x80)
  public static let idMapped = MountAttributes(rawValue: 0x100000)
  public static let noSymlinks = MountAttributes(rawValue: 0x200000)
}

/// How mounts of a peer group hear of each other (mount_namespaces(7)).
public enum MountPropagation: UInt64, Sendable {
  case unbindable = 0x20000
  case `private` = 0x40000
  case slave = 0x80000
  case shared = 0x100000
}

/// A change of attributes, for one mount or the whole tree below.
public struct MountChange: Equatable, Sendable {
  public var set: MountAttributes = []
  public var clear: MountAttributes = []
  public var propagation: MountPropagation?
  public var isRecursive = false
  /// A user namespace whose mappings an id-mapped mount takes; the number of an open descriptor.
  public var userNamespace: Int32?

  public init(
    set: MountAttributes = [], clear: MountAttributes = [], propagation: MountPropagation? = nil,
    isRecursive: Bool = false
  ) {
    self.set = set
    self.clear = clear
    self.propagation = propagation
    self.isRecursive = isRecursive
  }

  public var isEmpty: Bool { clear.isEmpty && self.set.isEmpty && propagation == nil && userNamespace == nil }
}

/// A mount, or a tree of mounts, held by its descriptor. Detached trees vanish with it unless attached.
public struct MountTree: ~Copyable {
  public let root: Descriptor

  public init(root: consuming Descriptor) { self.root = root }

  /// Gives the descriptor away: an attached mount stays where it is.
  public consuming func release() -> Descriptor { root }

  /// A detached copy of the mount at a path (open_tree(2), OPEN_TREE_CLONE).
  @inline(never)
  public static func clone(
    _ path: String, in directory: borrowing Descriptor, recursive: Bool
  ) throws(SystemCallError) -> MountTree {
    let number = directory.number
    // OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, AT_RECURSIVE, and AT_EMPTY_PATH where the descriptor itself is meant.
    let flags: UInt32 = 0x1 | 0x80000 | (recursive ? 0x8000 : 0) | (path.isEmpty ? 0x1000 : 0)
    // The bridged C string lives for the call, here and below.
    let tree = try systemCall("open_tree", path, unsafe apus_open_tree(number, path, flags))
    return MountTree(root: Descriptor(owning: Int32(tree)))
  }

  /// Attaches the tree where `target` points.
  @inline(never)
  public borrowing func attach(to target: borrowing Descriptor, subject: String) throws(SystemCallError) {
    let (from, to) = (root.number, target.number)
    // MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH: both ends are descriptors.
    try systemCall("move_mount", subject, unsafe apus_move_mount(from, "", to, "", 0x4 | 0x40))
  }

  /// Shows owners by the mappings of a user namespace (MOUNT_ATTR_IDMAP; only on a detached tree, and only once).
  @inline(never)
  public borrowing func mapOwners(
    by namespace: borrowing Descriptor, recursive: Bool, subject: String
  ) throws(SystemCallError) {
    var change = MountChange(set: .idMapped, isRecursive: recursive)
    change.userNamespace = namespace.number
    try root.changeMount(change, subject: subject)
  }

  @inline(never)
  public borrowing func change(_ change: MountChange, subject: String = "") throws(SystemCallError) {
    try root.changeMount(change, subject: subject)
  }
}

extension Descriptor {
  /// Changes the mount whose root this descriptor is (mount_setattr(2)).
  @inline(never)
  public borrowing func changeMount(
    _ change: MountChange, path: String = "", subject: String = ""
  ) throws(SystemCallError) {
    if change.isEmpty { return }
    let directory = number
    let flags: UInt32 = (path.isEmpty ? 0x1000 : 0) | (change.isRecursive ? 0x8000 : 0)
    var attributes = apus_mount_attributes(
      set: change.set.rawValue, clear: change.clear.rawValue, propagation: change.propagation?.rawValue ?? 0,
      userns_fd: UInt64(change.userNamespace ?? 0))
    // The bridged C string and the local live for the call.
    try systemCall(
      "mount_setattr", subject.isEmpty ? path : subject,
      unsafe apus_mount_setattr(directory, path, flags, &attributes))
  }

  /// The flags that statfs(2) reports for the mount (ST_RDONLY 1, ST_NOSUID 2, ST_NODEV 4, ST_NOEXEC 8, ...).
  @inline(never)
  public borrowing func mountFlags() throws(SystemCallError) -> Int64 {
    let descriptor = number
    return try systemCall("fstatfs", apus_fstatfs_flags(descriptor))
  }
}

/// A file system being configured (fsopen(2), kernel 5.2).
public struct FileSystemContext: ~Copyable {
  private let context: Descriptor
  private let name: String

  @inline(never)
  public init(_ name: String) throws(SystemCallError) {
    self.name = name
    // The bridged C string lives for the call, here and below; 1 is FSOPEN_CLOEXEC.
    context = try Descriptor(openedBy: "fsopen", name, unsafe apus_fsopen(name, 1))
  }

  /// Opens the file system of an existing mount to be reconfigured (fspick(2)).
  @inline(never)
  public init(of mount: borrowing Descriptor) throws(SystemCallError) {
    name = "remount"
    let number = mount.number
    // FSPICK_CLOEXEC | FSPICK_EMPTY_PATH
    context = try Descriptor(openedBy: "fspick", unsafe apus_fspick(number, "", 0x9))
  }

  /// Sets a flag (`value` nil) or a string parameter.
  @inline(never)
  public borrowing func set(_ key: String, _ value: String? = nil) throws(SystemCallError) {
    let number = context.number
    // FSCONFIG_SET_STRING or FSCONFIG_SET_FLAG.
    if let value {
      try systemCall("fsconfig", key + "=" + value, unsafe apus_fsconfig(number, 1, key, value, 0))
    } else {
      try systemCall("fsconfig", key, unsafe apus_fsconfig(number, 0, key, nil, 0))
    }
  }

  /// Sets a parameter to an open file (FSCONFIG_SET_FD), such as a layer of overlayfs (kernel 6.13).
  public borrowing func set(_ key: String, to file: borrowing Descriptor) throws(SystemCallError) {
    let number = context.number
    try systemCall("fsconfig", key, unsafe apus_fsconfig(number, 5, key, nil, file.number))
  }

  /// Applies a changed configuration to the mounted file system (FSCONFIG_CMD_RECONFIGURE).
  @inline(never)
  public borrowing func reconfigure() throws(SystemCallError) {
    let number = context.number
    try systemCall("fsconfig", name, apus_fsconfig(number, 7, nil, nil, 0))
  }

  /// Makes the file system and a detached mount of it.
  @inline(never)
  public consuming func mount(_ attributes: MountAttributes = []) throws(SystemCallError) -> MountTree {
    let number = context.number
    // FSCONFIG_CMD_CREATE, then FSMOUNT_CLOEXEC.
    try systemCall("fsconfig", name, apus_fsconfig(number, 6, nil, nil, 0))
    let mount = try systemCall("fsmount", name, apus_fsmount(number, 1, UInt32(attributes.rawValue)))
    return MountTree(root: Descriptor(owning: Int32(mount)))
  }
}

#if !hasFeature(Embedded)
  /// Mounts a file system by path (mount(2)); its options have the room of one page with their end.
  public func mountFileSystem(
    _ source: String, at target: String, type: String, _ options: String
  ) throws(SystemCallError) {
    // The bridged C strings live for the call.
    try systemCall("mount", target, unsafe apus_mount(source, target, type, 0, options))
  }
#endif

/// Detaches the mount at a path lazily; the name is not followed when it is a link.
@inline(never)
public func detachMount(_ path: String) throws(SystemCallError) {
  // The bridged C string lives for the call. MNT_DETACH | UMOUNT_NOFOLLOW: a synchronous umount waits for RCU.
  try systemCall("umount2", path, unsafe apus_umount2(path, 0x2 | 0x8))
}

/// Detaches the mount whose root a descriptor is, lazily: by its link in a procfs, which is the working directory
/// afterwards.
@inline(never)
public func detachMount(
  at mount: borrowing Descriptor, procfs: borrowing Descriptor, subject: String
) throws(SystemCallError) {
  try procfs.makeWorkingDirectory(subject: "/proc")
  // The bridged C string lives for the call. MNT_DETACH, and no UMOUNT_NOFOLLOW: the link is meant to be followed.
  try systemCall("umount2", subject, unsafe apus_umount2(numbered("self/fd/", mount.number), 0x2))
}

/// Makes `newRoot` the root and hangs the old one at `putOld` (pivot_root(2)).
@inline(never)
public func pivotRoot(_ newRoot: String, _ putOld: String) throws(SystemCallError) {
  try systemCall("pivot_root", newRoot, unsafe apus_pivot_root(newRoot, putOld))
}
