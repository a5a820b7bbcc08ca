// The root and working directories, the umask and the descriptors of this process as a whole.

internal import CShims

@inline(never)
public func changeDirectory(_ path: String) throws(SystemCallError) {
  // The bridged C string lives for the call, here and below.
  try systemCall("chdir", path, unsafe apus_chdir(path))
}

extension Descriptor {
  @inline(never)
  public borrowing func makeWorkingDirectory(subject: String = "") throws(SystemCallError) {
    let directory = number
    try systemCall("fchdir", subject, apus_fchdir(directory))
  }
}

@inline(never)
public func changeRoot(_ path: String) throws(SystemCallError) {
  try systemCall("chroot", path, unsafe apus_chroot(path))
}

/// The path of the working directory. The kernel begins it with `(unreachable)` when it lies outside the root.
@inline(never)
public func currentDirectory() throws(SystemCallError) -> String {
  var buffer = room(4096)
  let size = buffer.count
  // The array's storage is valid for `size` bytes during the call; the kernel's count includes the final NUL.
  let result = unsafe buffer.withUnsafeMutableBytes {
    unsafe apus_getcwd($0.baseAddress!.assumingMemoryBound(to: CChar.self), size)
  }
  let count = try systemCall("getcwd", result)
  return decoded(buffer[0..<max(0, Int(count) - 1)])
}

/// Sets the mask of file modes and returns the old one.
@discardableResult
public func setFileModeMask(_ mask: UInt32) -> UInt32 { UInt32(apus_umask(mask)) }

/// Marks every descriptor from `first` on as close-on-exec (close_range(2), kernel 5.11).
@inline(never)
public func closeOnExec(from first: Int32) throws(SystemCallError) {
  try systemCall("close_range", apus_close_range(UInt32(first), ~0, 4 /* CLOSE_RANGE_CLOEXEC */))
}

/// Opens /dev/null for each of 0, 1, 2 that the caller left closed, so that no descriptor ever gets their numbers.
@inline(never)
public func ensureStandardStreamsOpen() throws(SystemCallError) {
  while true {
    // The bridged C string lives for the call. The lowest free number is taken, without close-on-exec for the streams.
    let opened = try systemCall("openat2", "/dev/null", unsafe apus_openat2(-100, "/dev/null", 0o2, 0, 0))
    if opened > 2 {
      _ = apus_close(Int32(opened))
      return
    }
  }
}

/// Puts a copy of a descriptor onto a number that outlives execve(2), such as 0, 1 or 2.
@inline(never)
public func placeDescriptor(_ descriptor: borrowing Descriptor, at number: Int32) throws(SystemCallError) {
  let from = descriptor.number
  try systemCall("dup3", apus_dup3(from, number, 0))
}

/// Lets a number survive execve(2), or not.
@inline(never)
public func setCloseOnExec(_ on: Bool, number: Int32) throws(SystemCallError) {
  try systemCall("fcntl", "F_SETFD", apus_fcntl(number, 2, on ? 1 : 0))
}

/// True when the number is an open descriptor.
public func isOpenDescriptor(_ number: Int32) -> Bool { apus_fcntl(number, 1 /* F_GETFD */, 0) >= 0 }

/// Whether an open descriptor ends with execve(2).
public func isCloseOnExec(_ number: Int32) throws(SystemCallError) -> Bool {
  try systemCall("fcntl", "F_GETFD", apus_fcntl(number, 1, 0)) & 1 != 0
}

/// A path as its directory, with the final slash, and the last name. As bytes: characters need tables of Unicode.
public func splitPath(_ path: String) -> (directory: String, name: String) {
  let bytes = [UInt8](path.utf8)
  var start = bytes.count
  while start > 0 && bytes[start - 1] != UInt8(ascii: "/") { start -= 1 }
  if start == 0 { return (".", path) }
  return (decoded(bytes[..<start]), decoded(bytes[start...]))
}
