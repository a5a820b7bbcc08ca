// What has to hold before anything is done.

internal import Linux

/// What has to hold before anything is done.
enum ProgramStart {
  /// Opens missing standard streams, and refuses old kernels.
  static func check() throws(RuntimeError) {
    try doing("open the standard streams") { () throws(SystemCallError) in try ensureStandardStreamsOpen() }
    let release = try doing("ask for the kernel's release") { () throws(SystemCallError) in try kernelRelease() }
    guard isNewEnough(release) else { throw .unsupported("Linux 5.14 or later is needed, this is " + release) }
  }

  /// Namespaces are joined by the thread that asks, and a user namespace only by a process of one thread: this program
  /// must never have a second one.
  static func checkThreads() throws(RuntimeError) {
    // A directory has one link for each directory in it, and two of its own. Without /proc there is nothing to ask.
    guard let links = try? Descriptor.workingDirectory.status(of: "/proc/self/task").links else { return }
    if links > 3 {
      throw .unsupported(joined(["the runtime has ", decimal(Int(links) - 2), " threads, one is needed"]))
    }
  }

  /// Whether a release such as `6.1.0-18-amd64` is at least 5.14, which has what we call (mount_setattr, cgroup.kill).
  static func isNewEnough(_ release: String) -> Bool {
    var numbers: [Int] = [0]
    for byte in release.utf8 {
      if byte >= 48 && byte <= 57 {
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 48)
      } else if byte == UInt8(ascii: ".") && numbers.count < 2 {
        numbers.append(0)
      } else {
        break
      }
    }
    return numbers.count == 2 && (numbers[0] > 5 || numbers[0] == 5 && numbers[1] >= 14)
  }
}
