// Connections to this network namespace's own address.

internal import CShims

/// The versions of the Internet Protocol.
public enum InternetVersion: Int32, CaseIterable, Sendable {
  case four = 0
  case six = 1
}

extension Descriptor {
  /// Connects to a port of 127.0.0.1 or ::1 of the calling thread's network namespace.
  /// - Returns: a non-blocking stream.
  @inline(never)
  public static func connectToLoopback(
    _ version: InternetVersion, port: UInt16, timeoutMilliseconds: Int32
  ) throws(SystemCallError) -> Descriptor {
    let socket = try Descriptor(openedBy: "socket", apus_socket_tcp(version.rawValue))
    let number = socket.number
    let result = apus_connect_loopback(number, version.rawValue, port)
    // EINPROGRESS: what comes of it is told by the socket becoming writable.
    if result != -115 {
      try systemCall("connect", numbered("port ", Int32(port)), result)
      return socket
    }
    var entries = [PollEntry(number, .writable)]
    if try poll(&entries, timeoutMilliseconds: timeoutMilliseconds) == 0 {
      throw SystemCallError(call: "connect", subject: numbered("port ", Int32(port)), errno: .timedOut)
    }
    try systemCall("connect", numbered("port ", Int32(port)), apus_socket_error(number))
    return socket
  }
}
