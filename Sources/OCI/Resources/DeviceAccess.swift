// What a device access rule is about.

/// What a device access rule is about, in config.json as letters of `rwm`.
public struct DeviceAccess: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static let read = DeviceAccess(rawValue: 1)
  public static let write = DeviceAccess(rawValue: 2)
  public static let makeNode = DeviceAccess(rawValue: 4)
  public static let all: DeviceAccess = [.read, .write, .makeNode]

  /// Nil when a character is none of the three letters, or an `a`, which adds nothing: runc passes over it.
  public init?(letters: String) {
    self = []
    let bytes = letters.utf8.span
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "r"): insert(.read)
      case UInt8(ascii: "w"): insert(.write)
      case UInt8(ascii: "m"): insert(.makeNode)
      case UInt8(ascii: "a"): continue
      default: return nil
      }
    }
  }

  /// The letters, always in the order `rwm`, as the devices controller wants them.
  public var letters: String {
    sentence(
      "%%%", contains(.read) ? "r" : "", contains(.write) ? "w" : "", contains(.makeNode) ? "m" : "")
  }
}
