// What `apus` asks of systemd.

import Linux
import OCI

/// What is asked of systemd, by way of `apus-extra`, which makes properties out of limits.
enum SystemdUnit {
  /// The word in place of a command, and what follows: the verb, the state directory, the process.
  static let command = "@systemd"

  /// Starts or stops the unit of the container, and waits until that is done.
  /// - Parameter state: the state directory, with config.json and state.json in it.
  @inline(never)
  static func call(_ verb: String, _ state: borrowing StateDirectory, pid: Int32 = 0) throws(RuntimeError) {
    let directory = joined([
      "/proc/", decimal(Int(currentProcessID())), "/fd/", decimal(Int(state.directory.number)),
    ])
    let program = HostProgram(
      name: "apus-extra", arguments: [command, verb, directory, decimal(Int(pid))],
      environment: processEnvironment(), path: ownFolder + ":/usr/libexec/apus")
    let (status, output) = try program.run()
    if status != .exited(0) {
      var message = output[...]
      if message.last == UInt8(ascii: "\n") { message.removeLast() }
      throw .setup("systemd: " + text(message))
    }
  }

  /// The folder of this program. A view or a copy of it, in whose name there is none, was executed by the file's path.
  private static var ownFolder: String {
    let own = (try? Descriptor.workingDirectory.readLink("/proc/self/exe")) ?? ""
    let folder = text(directoryPart([UInt8](own.utf8)[...]))
    if !folder.utf8.isEmpty { return folder }
    guard let words = try? Descriptor.workingDirectory.readFile("/proc/self/cmdline") else { return "" }
    var rest = words[...]
    return text(directoryPart(rest.takeField(0) ?? []))
  }
}
