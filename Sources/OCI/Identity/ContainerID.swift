// The names of containers.

/// The name of a container, which is also the name of its state directory.
public struct ContainerID: Equatable, Sendable {
  public let text: String

  public static let byteLimit = 1024

  /// One to 1024 of `[A-Za-z0-9_+.-]`, neither `.` nor `..`, as runc has it.
  /// - Throws: an error with an empty path and one of runc's two phrases.
  public init(_ text: String) throws(SpecError) {
    guard !text.isEmpty else { throw SpecError("", "container ID cannot be empty") }
    let invalid = SpecError("", "invalid container ID format")
    let bytes = text.utf8.span
    guard bytes.count <= Self.byteLimit, !sameBytes(text, "."), !sameBytes(text, "..") else { throw invalid }
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): continue
      default: if !isDigit(bytes[index]), !isLetter(bytes[index]) { throw invalid }
      }
    }
    self.text = text
  }
}
