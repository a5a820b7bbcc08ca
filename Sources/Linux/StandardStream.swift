// The three streams that every process is born with.

internal import CShims

/// The three streams that every process is born with. They belong to the caller too: none is ever closed or made
/// non-blocking here.
public enum StandardStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Writes all bytes.
  @inline(never)
  public func write(_ bytes: [UInt8]) throws(SystemCallError) {
    var done = 0
    while done < bytes.count { done += try write(bytes[done...]) }
  }

  /// Writes all bytes; what cannot be written is lost.
  public func tryWrite(_ bytes: [UInt8]) {
    // There is nobody left to tell.
    do { try write(bytes) } catch {}
  }

  /// The same with a newline, in one call if the stream takes it.
  @inline(never)
  public func tryWriteLine(_ text: String) { tryWrite([UInt8]((text + "\n").utf8)) }

  /// Writes in one call and returns how many bytes it took.
  @inline(never)
  public func write(_ bytes: ArraySlice<UInt8>) throws(SystemCallError) -> Int {
    try writePart(bytes, to: rawValue)
  }

  public var isTerminal: Bool {
    do {
      _ = try terminalMode(rawValue)
      return true
    } catch {
      return false
    }
  }

  /// A descriptor of our own for the stream.
  @inline(never)
  public func duplicate() throws(SystemCallError) -> Descriptor {
    let number = rawValue
    return try Descriptor(openedBy: "fcntl", "F_DUPFD_CLOEXEC", apus_fcntl(number, 1030, 3))
  }
}

extension Descriptor {
  /// Writes in one call and returns how many bytes it took.
  @inline(never)
  public borrowing func write(_ bytes: ArraySlice<UInt8>) throws(SystemCallError) -> Int {
    try writePart(bytes, to: number)
  }
}

private func writePart(_ bytes: ArraySlice<UInt8>, to number: Int32) throws(SystemCallError) -> Int {
  if bytes.isEmpty { return 0 }
  return Int(
    // The slice's storage is valid for its count during the call, and not empty.
    try systemCall("write", unsafe bytes.withUnsafeBytes { unsafe apus_write(number, $0.baseAddress!, $0.count) }))
}
