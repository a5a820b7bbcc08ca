// What the options of a mount say about access times.

internal import Linux

/// What the options of a mount say about access times, as the bits of mount(2): more than one may be named.
public struct AccessTimes: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `noatime`
  public static let never = AccessTimes(rawValue: 1)
  /// `relatime`
  public static let relative = AccessTimes(rawValue: 2)
  /// `strictatime`
  public static let strict = AccessTimes(rawValue: 4)
  /// `nodiratime`
  public static let notDirectories = AccessTimes(rawValue: 8)

  /// The attributes that mount(2) makes of these bits: strict wins over never, and relative is what remains.
  var attributes: MountAttributes {
    var attributes: MountAttributes = []
    if contains(.strict) {
      attributes = .strictAccessTime
    } else if contains(.never) {
      attributes = .noAccessTime
    }
    return contains(.notDirectories) ? attributes.union(.noDirectoryAccessTime) : attributes
  }
}
