// The readiness socket of a container.

import Linux
import OCI

/// The readiness socket of a container (sd_notify(3)): the container has it as /run/notify/notify.sock, bound read-only
/// from its state directory, and tells the host's service manager by it that it is ready. Nothing else gets through.
public struct NotifySocket: ~Copyable {
  static let folder = "notify"
  fileprivate static let name = "notify.sock"
  fileprivate static let place = "/run/notify"

  let socket: Descriptor
  /// The host's socket, of which a leading @ stands for an abstract name.
  private let host: String
  private let pid: Int32

  /// Makes the socket of a container that is about to start.
  /// - Returns: nil when the container was created without one.
  static func bind(
    in state: borrowing StateDirectory, host: String, pid: Int32
  ) throws(RuntimeError) -> NotifySocket? {
    guard let directory = try? state.directory.open(folder, [.path, .directory, .noFollow]) else { return nil }
    let socket = try doing("making the notify socket") { () throws(SystemCallError) in
      // Of a start that failed.
      try? directory.removeFile(name)
      let socket = try Descriptor.socket(.datagram)
      // For any user of the container. No chmod: it would have a name that the container may change meanwhile.
      let mask = setFileModeMask(0)
      defer { setFileModeMask(mask) }
      try socket.bind(name, in: directory)
      return socket
    }
    return NotifySocket(socket: socket, host: host, pid: pid)
  }

  /// Waits until the container is ready and the host knows it, or until it ends.
  consuming func forward(_ container: borrowing Descriptor) throws(SystemCallError) {
    while true {
      var entries = [PollEntry(socket.number, .readable), PollEntry(container.number, .readable)]
      try poll(&entries)
      if !entries[0].returned.isEmpty {
        if try relay(mainPid: pid, waits: true) { return }
      } else if !entries[1].returned.isEmpty {
        return
      }
    }
  }

  /// Passes on what has come, if it tells of readiness.
  /// - Parameters:
  ///   - mainPid: whom the service manager shall watch.
  ///   - waits: until the service manager has read it: who ends before is not known as a part of its service any more.
  /// - Returns: whether it does.
  func relay(mainPid: Int32, waits: Bool) throws(SystemCallError) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    guard let count = try? socket.read(into: &buffer) else { return false }
    for line in pieces(buffer[0..<count], { $0 == 0x0a }) where line.starts(with: "READY=".utf8) {
      let manager = try Descriptor.connect(to: host, .datagram)
      try manager.send([UInt8](line) + [0x0a])
      try manager.send([UInt8](joined(["MAINPID=", decimal(Int(mainPid)), "\n"]).utf8))
      if waits { try NotifySocket.awaitReading(manager) }
      return true
    }
    return false
  }

  /// sd_notify_barrier(3): the service manager closes the descriptor when it comes to it. Half a minute is for those
  /// that do not know of it.
  private static func awaitReading(_ manager: borrowing Descriptor) throws(SystemCallError) {
    let pipe = try DescriptorPair.pipe()
    let ours = pipe.first
    let theirs = pipe.second
    try manager.send([UInt8]("BARRIER=1".utf8), descriptors: [theirs.number])
    try theirs.close()
    var entries = [PollEntry(ours.number, .readable)]
    try poll(&entries, timeoutMilliseconds: 30_000)
  }
}

extension Spec {
  /// Offers the readiness socket to the container.
  /// - Parameter directory: its folder, on the host.
  mutating func offerNotifySocket(in directory: String) {
    mounts.append(
      Mount(
        destination: NotifySocket.place, source: directory, options: ["bind", "nosuid", "noexec", "nodev", "ro"]))
    process?.env.append(joined(["NOTIFY_SOCKET=", NotifySocket.place, "/", NotifySocket.name]))
  }
}
