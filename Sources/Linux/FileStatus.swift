// What statx(2) says about a file.

internal import CShims

/// The type of a file, the S_IFMT part of its mode.
public enum FileKind: UInt32, Sendable {
  case fifo = 0o010000
  case characterDevice = 0o020000
  case directory = 0o040000
  case blockDevice = 0o060000
  case regular = 0o100000
  case symbolicLink = 0o120000
  case socket = 0o140000
}

/// What statx(2) says about a file.
public struct FileStatus: Sendable {
  public let inode: UInt64
  public let size: UInt64
  /// The mount that the file was reached through (kernel 5.8).
  public let mountID: UInt64
  public let device: DeviceNumber
  /// Of a device node: the device that it stands for.
  public let special: DeviceNumber
  public let kind: FileKind
  /// The permission bits with set-id and sticky bits, 0...0o7777.
  public let permissions: UInt32
  public let links: UInt32
  public let uid: UInt32
  public let gid: UInt32
  public let isMountRoot: Bool
  /// The time of the last change of the content, since 1970.
  public let modifiedNanoseconds: Int64

  init(_ status: apus_status) {
    inode = status.inode
    size = status.size
    mountID = status.mount_id
    device = DeviceNumber(major: status.device_major, minor: status.device_minor)
    special = DeviceNumber(major: status.special_major, minor: status.special_minor)
    kind = FileKind(rawValue: status.mode & 0o170000) ?? .regular
    permissions = status.mode & 0o7777
    links = status.links
    uid = status.uid
    gid = status.gid
    isMountRoot = status.is_mount_root != 0
    modifiedNanoseconds = status.modified_seconds &* 1_000_000_000 &+ Int64(status.modified_nanoseconds)
  }
}

/// The number of a device.
public struct DeviceNumber: Equatable, Sendable {
  public let major: UInt32
  public let minor: UInt32
  public init(major: UInt32, minor: UInt32) {
    self.major = major
    self.minor = minor
  }
}

extension Descriptor {
  /// The status of the open file itself.
  @inline(never)
  public borrowing func status(subject: String = "") throws(SystemCallError) -> FileStatus {
    try status(of: "", flags: 0x1000 /* AT_EMPTY_PATH */, subject: subject)
  }

  /// The status of a path below this directory; a link at its end is not followed unless asked.
  @inline(never)
  public borrowing func status(of path: String, followLinks: Bool = false) throws(SystemCallError) -> FileStatus {
    try status(of: path, flags: followLinks ? 0 : 0x100 /* AT_SYMLINK_NOFOLLOW */, subject: path)
  }

  private borrowing func status(
    of path: String, flags: Int32, subject: String
  ) throws(SystemCallError) -> FileStatus {
    let directory = number
    var buffer = apus_status()
    // `buffer` is a local of the layout that the shim fills.
    try systemCall("statx", subject, unsafe apus_statx(directory, path, flags, &buffer))
    return FileStatus(buffer)
  }

  /// The magic number of the file system (statfs(2)).
  @inline(never)
  public borrowing func fileSystemType() throws(SystemCallError) -> Int64 {
    let descriptor = number
    return try systemCall("fstatfs", apus_fstatfs_type(descriptor))
  }
}
