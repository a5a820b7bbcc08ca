// Children in a PID namespace that is not ours.

import Linux

/// Children in a PID namespace that is not ours.
enum PidNamespace {
  /// Makes the namespace the one of our next child, clones, and takes our own back at once.
  /// - Parameter number: an open namespace file, or the pidfd of a process in it.
  static func clone(_ options: CloneOptions, in number: Int32, subject: String) throws(SystemCallError) -> Clone {
    let own = try Descriptor.workingDirectory.open("/proc/self/ns/pid", .readOnly)
    try enterNamespace(number: number, .pid, subject: subject)
    let child: Clone
    do {
      child = try Linux.clone(options)
    } catch {
      try own.enterNamespace(.pid)
      throw error
    }
    if !child.isChild { try own.enterNamespace(.pid) }
    return child
  }
}
