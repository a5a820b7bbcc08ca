// Steps that give the process a terminal.

import Linux
import OCI

extension InitProcess {
  /// The terminal of a new container, from its own devpts, which is /dev/console too.
  mutating func openConsole(_ size: WindowSize?) throws(SetupFailure) {
    console = try rootfs?.openConsole(size: size)
  }

  /// The terminal of `exec`, from the devpts of the container that we are in.
  mutating func openDefaultConsole(_ size: WindowSize?) throws(SetupFailure) {
    let root = try calling { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open("/", [.path, .directory])
    }
    try openProcfs()
    switch procfs {
    case .some(let procfs): console = try Console.open(in: root, procfs: procfs, size: size)
    case .none: return
    }
  }

  /// The master goes to whoever relays the terminal; our end becomes the standard streams and the controlling terminal.
  mutating func sendConsole() throws(SetupFailure) {
    guard let console = console.take(), let socket = resources.consoleSocket.take() else { return }
    try console.useAsStandardStreams()
    do {
      try socket.send(console.master, name: "/dev/ptmx")
    } catch {
      throw .call(error)
    }
  }
}
