// The far end of --console-socket: a Unix socket that receives descriptors.

import CShims
import Linux

/// A listening Unix socket.
final class Listener {
  private let socket: Descriptor
  let path: String

  init(at path: String) throws {
    self.path = path
    socket = Descriptor(owning: Int32(try systemCall("socket", apus_socket_unix(SocketKind.stream.rawValue))))
    let number = socket.number
    // The bridged C string lives for the call.
    try systemCall("bind", path, unsafe apus_bind_unix(number, path))
    try systemCall("listen", path, apus_listen(number, 5))
  }

  /// The terminal whose master the next caller sends, and the name that came with it.
  func receiveTerminal(within limit: Double = 5) throws -> (name: String, terminal: Terminal) {
    var entries = [PollEntry(socket.number, .readable)]
    guard try poll(&entries, timeoutMilliseconds: Int32(limit * 1000)) > 0 else {
      throw StepFailed("nobody connects to \(path)")
    }
    let number = socket.number
    let connection = Descriptor(owning: Int32(try systemCall("accept", apus_accept(number, 0x80000))))
    var message = try connection.receive(limit: 4096)
    let text = String(decoding: message.bytes, as: UTF8.self)
    guard let descriptor = message.takeDescriptor() else { throw StepFailed("'\(text)' came without a descriptor") }
    return (text, Terminal(master: descriptor))
  }
}
