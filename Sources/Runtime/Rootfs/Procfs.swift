// Our own view of /proc, which no mount of anybody else can cover.

public import Linux

/// Our own view of /proc. Every access of this process to procfs goes through one: a path below /proc could lead
/// through a mount that an image or another container laid there (CVE-2025-52881).
///
/// It shows the PID namespace of the process that makes it. The file system type proves nothing (CVE-2019-16884):
/// what counts is that the instance is private and that no mount below it is entered.
public struct Procfs: ~Copyable {
  public let root: Descriptor

  /// Makes a new instance, attached nowhere. Where a user namespace without a full view of /proc forbids that
  /// (mount_too_revealing in the kernel), a copy of the mount at /proc serves, and what covers it is refused.
  /// - Parameter onlyProcesses: without the files about the system, `sys` among them (`subset=pid`, kernel 5.8).
  public init(onlyProcesses: Bool = false) throws(SystemCallError) {
    do {
      root = try Procfs.instance(onlyProcesses: onlyProcesses)
    } catch {
      if error.errno != .notPermitted { throw error }
      root = try Procfs.copy()
    }
  }

  private static func instance(onlyProcesses: Bool) throws(SystemCallError) -> Descriptor {
    let context = try FileSystemContext("proc")
    if onlyProcesses { try context.set("subset", "pid") }
    return try context.mount([.noSetID, .noDevices, .noExecute]).release()
  }

  private static func copy() throws(SystemCallError) -> Descriptor {
    // Recursive: locked mounts below keep the kernel from copying the top one alone.
    let root = try MountTree.clone("/proc", in: .workingDirectory, recursive: true).release()
    let isProcfs = try root.fileSystemType() == Procfs.magic
    let isRoot = try root.status().inode == Procfs.rootInode
    if !isProcfs || !isRoot {
      throw SystemCallError(call: "open_tree", subject: "/proc", errno: .noDevice)
    }
    return root
  }

  /// PROC_SUPER_MAGIC
  static let magic: Int64 = 0x9fa0
  /// PROC_ROOT_INO
  static let rootInode: UInt64 = 1

  /// Opens a file, such as `self/attr/exec`: no other mount, no magic link.
  public borrowing func open(_ path: String, _ flags: OpenFlags) throws(SystemCallError) -> Descriptor {
    try root.open(path, flags, resolve: [.beneath, .noMagicLinks, .noCrossMounts])
  }

  public borrowing func read(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> [UInt8] {
    let file = try open(path, .readOnly)
    return try file.readToEnd(limit: limit, subject: "/proc/" + path)
  }

  /// Writes in one call, as the files of procfs want it.
  public borrowing func write(_ path: String, _ text: String) throws(SystemCallError) {
    let file = try open(path, .writeOnly)
    try file.writeOnce(text, subject: "/proc/" + path)
  }

  public borrowing func has(_ path: String) -> Bool {
    do {
      _ = try open(path, .path)
      return true
    } catch {
      return false
    }
  }

  /// Opens the file that an O_PATH descriptor points to. The link is the one magic link that is meant to be followed.
  public borrowing func reopen(
    _ descriptor: borrowing Descriptor, _ flags: OpenFlags
  ) throws(SystemCallError) -> Descriptor {
    let folder = try open("self/fd", [.path, .directory])
    return try folder.open(numbered("", descriptor.number), flags)
  }

  /// Sets a kernel parameter in the namespaces of this process.
  public borrowing func set(_ parameter: SysctlPath, to value: String) throws(SystemCallError) {
    let file = try root.open(parameter.text, .writeOnly, resolve: [.beneath, .noSymlinks, .noCrossMounts])
    try file.writeOnce(value, subject: "/proc/" + parameter.text)
  }
}
