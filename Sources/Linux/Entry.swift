// Making, changing and removing the entries of a directory whose names are bytes.

internal import CShims

/// A moment, since 1970.
public struct FileTime: Equatable, Sendable {
  public var seconds: Int64
  /// 0...999 999 999
  public var nanoseconds: Int64

  public init(seconds: Int64, nanoseconds: Int64 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// A moment as nanoseconds since 1970, which may be before it.
  public init(nanoseconds: Int64) {
    let rest = nanoseconds % 1_000_000_000
    seconds = nanoseconds / 1_000_000_000 - (rest < 0 ? 1 : 0)
    self.nanoseconds = rest < 0 ? rest + 1_000_000_000 : rest
  }
}

// The arrays of a path end in NUL and live for the call, everywhere below.
extension Descriptor {
  /// Opens a path relative to this directory, as `open` with text does.
  @inline(never)
  public borrowing func open(
    _ path: BytePath, _ flags: OpenFlags, mode: UInt32 = 0, resolve: ResolveFlags = []
  ) throws(SystemCallError) -> Descriptor {
    let directory = number
    let all = flags.union(.closeOnExec).rawValue
    var attempts = 0
    while true {
      // A walk that races with a rename says EAGAIN.
      let result = unsafe apus_openat2(directory, path.terminated, all, UInt64(mode), resolve.rawValue)
      if result >= 0 { return Descriptor(owning: Int32(result)) }
      let errno = Errno(rawValue: Int32(-result))
      attempts += 1
      if errno != .interrupted && errno != .tryAgain || attempts > 128 {
        throw SystemCallError(call: "openat2", subject: path.text, errno: errno)
      }
    }
  }

  @inline(never)
  public borrowing func makeDirectory(_ path: BytePath, mode: UInt32) throws(SystemCallError) {
    let directory = number
    try Descriptor.call("mkdirat", path, unsafe apus_mkdirat(directory, path.terminated, mode))
  }

  @inline(never)
  public borrowing func makeNode(
    _ path: BytePath, kind: FileKind, mode: UInt32, device: DeviceNumber = DeviceNumber(major: 0, minor: 0)
  ) throws(SystemCallError) {
    let directory = number
    try Descriptor.call(
      "mknodat", path, unsafe apus_mknodat(directory, path.terminated, kind.rawValue | mode, device.major, device.minor)
    )
  }

  @inline(never)
  public borrowing func makeSymbolicLink(_ path: BytePath, to target: BytePath) throws(SystemCallError) {
    let directory = number
    try Descriptor.call("symlinkat", path, unsafe apus_symlinkat(target.terminated, directory, path.terminated))
  }

  /// Makes another name for a file; a symbolic link is linked itself.
  @inline(never)
  public borrowing func makeLink(
    _ path: BytePath, to target: BytePath, in targetDirectory: borrowing Descriptor
  ) throws(SystemCallError) {
    let (from, to) = (targetDirectory.number, number)
    try Descriptor.call("linkat", path, unsafe apus_linkat(from, target.terminated, to, path.terminated))
  }

  @inline(never)
  public borrowing func removeFile(_ path: BytePath) throws(SystemCallError) {
    let directory = number
    try Descriptor.call("unlinkat", path, unsafe apus_unlinkat(directory, path.terminated, 0))
  }

  @inline(never)
  public borrowing func removeDirectory(_ path: BytePath) throws(SystemCallError) {
    let directory = number
    try Descriptor.call("rmdir", path, unsafe apus_unlinkat(directory, path.terminated, 0x200 /* AT_REMOVEDIR */))
  }

  @inline(never)
  public borrowing func rename(
    _ path: BytePath, to target: BytePath, in targetDirectory: borrowing Descriptor
  ) throws(SystemCallError) {
    let (from, to) = (number, targetDirectory.number)
    try Descriptor.call("renameat", target, unsafe apus_renameat(from, path.terminated, to, target.terminated))
  }

  /// The status of an entry; a link is not followed.
  @inline(never)
  public borrowing func status(of path: BytePath) throws(SystemCallError) -> FileStatus {
    let directory = number
    var buffer = apus_status()
    // `buffer` is a local of the layout that the shim fills; 0x100 is AT_SYMLINK_NOFOLLOW.
    try Descriptor.call("statx", path, unsafe apus_statx(directory, path.terminated, 0x100, &buffer))
    return FileStatus(buffer)
  }

  #if !hasFeature(Embedded)
    /// The bytes that an entry has on the disk; a link is not followed.
    public borrowing func allocatedBytes(of path: BytePath) throws(SystemCallError) -> Int64 {
      let directory = number
      // The bytes of a path end in NUL and live for the call; 0x100 is AT_SYMLINK_NOFOLLOW.
      return try Descriptor.call("statx", path, unsafe apus_allocated(directory, path.terminated, 0x100))
    }
  #endif

  /// The target of a link; at most 4095 bytes.
  @inline(never)
  public borrowing func readLink(_ path: BytePath) throws(SystemCallError) -> [UInt8] {
    let directory = number
    var buffer = [CChar](repeating: 0, count: 4096)
    let size = buffer.count
    // The array's storage is valid for `size` bytes during the call.
    let count = try Descriptor.call(
      "readlinkat", path, unsafe apus_readlinkat(directory, path.terminated, &buffer, size)
    )
    var target: [UInt8] = []
    for index in 0..<Int(count) { target.append(UInt8(bitPattern: buffer[index])) }
    return target
  }

  /// Changes the owner of an entry; of a link itself.
  @inline(never)
  public borrowing func changeOwner(of path: BytePath, uid: UInt32, gid: UInt32) throws(SystemCallError) {
    let directory = number
    // 0x100 is AT_SYMLINK_NOFOLLOW.
    try Descriptor.call("fchownat", path, unsafe apus_fchownat(directory, path.terminated, uid, gid, 0x100))
  }

  /// Changes the mode of an entry that is no link: fchmodat(2) follows links.
  @inline(never)
  public borrowing func changeMode(of path: BytePath, _ mode: UInt32) throws(SystemCallError) {
    let directory = number
    try Descriptor.call("fchmodat", path, unsafe apus_fchmodat(directory, path.terminated, mode))
  }

  /// Sets the times of access and change of an entry; of a link itself.
  @inline(never)
  public borrowing func setTimes(of path: BytePath, _ time: FileTime) throws(SystemCallError) {
    let directory = number
    try Descriptor.call(
      "utimensat", path, unsafe apus_set_times(directory, path.terminated, time.seconds, time.nanoseconds)
    )
  }

  /// Sets the times of the open file.
  @inline(never)
  public borrowing func setTimes(_ time: FileTime) throws(SystemCallError) {
    let descriptor = number
    try systemCall("futimens", apus_futimens(descriptor, time.seconds, time.nanoseconds))
  }

  /// Sets an extended attribute of an entry that cannot be opened, as a link or a device (kernel 6.13).
  @inline(never)
  public borrowing func setAttribute(of path: BytePath, _ name: String, _ value: [UInt8]) throws(SystemCallError) {
    let directory = number
    let size = value.count
    try Descriptor.call(
      "setxattrat", path, unsafe apus_setxattrat(directory, path.terminated, name, value, size)
    )
  }

  /// Writes a range of bytes, however many calls it takes.
  @inline(never)
  public borrowing func writeAll(_ bytes: [UInt8], _ range: Range<Int>) throws(SystemCallError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range lies within the bytes")
    let descriptor = number
    var done = range.lowerBound
    while done < range.upperBound {
      let left = range.upperBound - done
      // The array's storage is valid for `left` bytes from `done` on during the call.
      let result = unsafe bytes.withUnsafeBytes { unsafe apus_write(descriptor, $0.baseAddress! + done, left) }
      done += Int(try systemCall("write", result))
    }
  }

  /// Writes what is dirty in the whole file system of this file (syncfs(2)).
  @inline(never)
  public borrowing func syncFileSystem() throws(SystemCallError) {
    let descriptor = number
    try systemCall("syncfs", apus_syncfs(descriptor))
  }

  /// As `systemCall`, with the text of the path made only when it fails: there are ten calls for each file of a layer.
  @discardableResult
  private static func call(
    _ name: StaticString, _ path: BytePath, _ result: Int64
  ) throws(SystemCallError) -> Int64 {
    if result >= 0 { return result }
    return try systemCall(name, path.text, result)
  }
}
