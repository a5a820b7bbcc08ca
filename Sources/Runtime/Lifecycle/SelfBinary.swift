// A copy of this program that no container can write to.

import Linux

/// The program's own file, out of reach of containers (CVE-2019-5736): whoever enters a container does so from a sealed
/// file in memory, because `/proc/PID/exe` of a process inside leads to the file that it runs.
public enum SelfBinary {
  /// Goes on as a sealed copy of this program, with the same arguments; returns at once when this is that copy.
  public static func protect(arguments: [String]) throws(RuntimeError) {
    try doing("protecting the runtime's own file") { () throws(SystemCallError) in
      let file = try Descriptor.workingDirectory.open("/proc/self/exe", .readOnly)
      // F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE
      if let seals = file.seals(), seals & 0xf == 0xf { return }
      let size = try file.status(subject: "/proc/self/exe").size
      let copy = try Descriptor.memoryFile("apus", isExecutable: true)
      try copy.copyAll(from: file, size: Int(size))
      try copy.changeMode(0o555)
      try copy.seal()
      var arguments = arguments
      // By this the copy finds what lies beside the file.
      if !arguments.isEmpty { arguments[0] = try Descriptor.workingDirectory.readLink("/proc/self/exe") }
      throw copy.execute(arguments: StringVector(arguments), environment: StringVector(processEnvironment()))
    }
  }
}
