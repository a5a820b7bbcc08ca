// A path as the kernel has it: bytes, not text.

/// A path as the kernel has it: bytes without NUL, in any encoding or none. `String` would repair what is no UTF-8 and
/// so name another file.
public struct BytePath: Hashable, Sendable {
  /// With the NUL that C wants at the end.
  let terminated: [CChar]

  /// Nil when a byte is NUL.
  public init?(_ bytes: some Sequence<UInt8>) {
    var terminated: [CChar] = []
    for byte in bytes {
      if byte == 0 { return nil }
      terminated.append(CChar(bitPattern: byte))
    }
    terminated.append(0)
    self.terminated = terminated
  }

  /// A name of the program's own; what follows a NUL is cut off.
  public init(_ text: StaticString) {
    var terminated: [CChar] = []
    for byte in String(describingCall: text).utf8 { terminated.append(CChar(bitPattern: byte)) }
    terminated.append(0)
    self.terminated = terminated
  }

  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<(terminated.count - 1) { bytes.append(UInt8(bitPattern: terminated[index])) }
    return bytes
  }

  /// For messages.
  public var text: String { decoded(bytes[...]) }

  /// The folder that the last part lies in, empty where the path has one part, and that part. Slashes at the end do not
  /// count.
  func split() -> (folder: BytePath, name: BytePath) {
    let (slash, bytes) = (UInt8(ascii: "/"), bytes)
    var end = bytes.count
    while end > 0 && bytes[end - 1] == slash { end -= 1 }
    var start = end
    while start > 0 && bytes[start - 1] != slash { start -= 1 }
    return (BytePath(checked: bytes[0..<start]), BytePath(checked: bytes[start..<end]))
  }

  /// Of bytes without NUL.
  private init(checked bytes: ArraySlice<UInt8>) {
    var terminated: [CChar] = []
    for byte in bytes { terminated.append(CChar(bitPattern: byte)) }
    terminated.append(0)
    self.terminated = terminated
  }
}
