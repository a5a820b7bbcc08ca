// Opening, reading and writing files through their directory.

internal import CShims

extension Descriptor {
  // Functions of their own, as default arguments would be passed by every caller.

  @inline(never)
  public borrowing func open(_ path: String, _ flags: OpenFlags) throws(SystemCallError) -> Descriptor {
    try open(path, flags, mode: 0, resolve: [])
  }

  @inline(never)
  public borrowing func open(
    _ path: String, _ flags: OpenFlags, resolve: ResolveFlags
  ) throws(SystemCallError) -> Descriptor {
    try open(path, flags, mode: 0, resolve: resolve)
  }

  @inline(never)
  public borrowing func open(
    _ path: String, _ flags: OpenFlags, mode: UInt32
  ) throws(SystemCallError) -> Descriptor {
    try open(path, flags, mode: mode, resolve: [])
  }

  /// Opens a path relative to this directory by openat2(2), close-on-exec.
  /// A walk that races with renames (EAGAIN under `beneath` and `inRoot`) is retried a bounded number of times.
  @inline(never)
  public borrowing func open(
    _ path: String, _ flags: OpenFlags, mode: UInt32, resolve: ResolveFlags
  ) throws(SystemCallError) -> Descriptor {
    let directory = number
    let all = flags.union(.closeOnExec).rawValue
    var attempts = 0
    while true {
      do {
        // The bridged C string lives for the call.
        return try Descriptor(
          openedBy:
            "openat2", path,
          unsafe apus_openat2(directory, path, all, UInt64(mode), resolve.rawValue))
      } catch {
        attempts += 1
        if error.errno != .tryAgain || resolve.isEmpty || attempts > 128 { throw error }
      }
    }
  }

  /// Reads up to `limit` bytes from the current offset to the end; one byte more than `limit` is E2BIG-like EFBIG.
  @inline(never)
  public borrowing func readToEnd(limit: Int, subject: String = "") throws(SystemCallError) -> [UInt8] {
    var bytes = try read(upTo: 4096, subject: subject)
    var more = bytes
    while !more.isEmpty {
      if bytes.count > limit { throw SystemCallError(call: "read", subject: subject, errno: Errno(rawValue: 27)) }
      more = try read(upTo: 16384, subject: subject)
      bytes.append(contentsOf: more)
    }
    return bytes
  }

  /// Reads once, at most `limit` bytes; none at the end.
  @inline(never)
  public borrowing func read(upTo limit: Int, subject: String = "") throws(SystemCallError) -> [UInt8] {
    var bytes = room(limit)
    let count = try read(into: &bytes, subject: subject)
    bytes.removeLast(limit - count)
    return bytes
  }

  /// Reads once into the whole buffer. Returns the number of bytes, 0 at the end.
  @inline(never)
  public borrowing func read(into buffer: inout [UInt8], subject: String = "") throws(SystemCallError) -> Int {
    let descriptor = number
    let size = buffer.count
    // The array's storage is valid for `size` bytes during the call.
    return Int(try systemCall("read", subject, unsafe apus_read(descriptor, &buffer, size)))
  }

  /// Writes all bytes, however many calls it takes.
  @inline(never)
  public borrowing func writeAll(_ bytes: [UInt8], subject: String = "") throws(SystemCallError) {
    let descriptor = number
    var done = 0
    while done < bytes.count {
      let left = bytes.count - done
      // The array's storage is valid for `left` bytes from `done` on during the call.
      let result = unsafe bytes.withUnsafeBytes { unsafe apus_write(descriptor, $0.baseAddress! + done, left) }
      done += Int(try systemCall("write", subject, result))
    }
  }

  @inline(never)
  public borrowing func writeAll(_ text: String, subject: String = "") throws(SystemCallError) {
    try writeAll([UInt8](text.utf8), subject: subject)
  }

  /// Writes in exactly one call, as control files of the kernel want it. A short write is an error (EIO).
  @inline(never)
  public borrowing func writeOnce(_ text: String, subject: String = "") throws(SystemCallError) {
    let descriptor = number
    let size = text.utf8.count
    // The bridged C string lives for the call and holds `size` bytes.
    let written = try systemCall("write", subject, unsafe apus_write(descriptor, text, size))
    if Int(written) != size { throw SystemCallError(call: "write", subject: subject, errno: .inputOutput) }
  }

  /// Opens an existing file below this directory and writes `text` in one call (cgroup and proc files).
  @inline(never)
  public borrowing func writeFile(_ path: String, _ text: String, resolve: ResolveFlags = []) throws(SystemCallError) {
    let file = try open(path, .writeOnly, resolve: resolve)
    try file.writeOnce(text, subject: path)
  }

  /// Reads a whole file below this directory.
  @inline(never)
  public borrowing func readFile(
    _ path: String, limit: Int = 1 << 20, resolve: ResolveFlags = []
  ) throws(SystemCallError) -> [UInt8] {
    let file = try open(path, .readOnly, resolve: resolve)
    return try file.readToEnd(limit: limit, subject: path)
  }

  /// Copies the descriptor to the lowest free number from `minimum` on, close-on-exec.
  @inline(never)
  public borrowing func duplicate(from minimum: Int32 = 3) throws(SystemCallError) -> Descriptor {
    let descriptor = number
    return try Descriptor(openedBy: "fcntl", "F_DUPFD_CLOEXEC", apus_fcntl(descriptor, 1030, Int64(minimum)))
  }

  /// Opens a file that an O_PATH descriptor points to, through the given procfs (`/proc`-like) directory.
  @inline(never)
  public borrowing func reopen(_ flags: OpenFlags, procfs: borrowing Descriptor) throws(SystemCallError) -> Descriptor {
    try procfs.open(numbered("self/fd/", number), flags)
  }

  @inline(never)
  public borrowing func sync() throws(SystemCallError) {
    let descriptor = number
    try systemCall("fsync", apus_fsync(descriptor))
  }

  @inline(never)
  public borrowing func truncate(to size: Int64) throws(SystemCallError) {
    let descriptor = number
    try systemCall("ftruncate", apus_ftruncate(descriptor, size))
  }

  @inline(never)
  public borrowing func seek(to offset: Int64) throws(SystemCallError) {
    let descriptor = number
    try systemCall("lseek", apus_lseek(descriptor, offset, 0))
  }

  /// Sets or clears O_NONBLOCK.
  @inline(never)
  public borrowing func setNonBlocking(_ on: Bool) throws(SystemCallError) {
    let descriptor = number
    let flags = try systemCall("fcntl", "F_GETFL", apus_fcntl(descriptor, 3, 0))
    let bit = Int64(OpenFlags.nonBlocking.rawValue)
    try systemCall("fcntl", "F_SETFL", apus_fcntl(descriptor, 4, on ? flags | bit : flags & ~bit))
  }
}
