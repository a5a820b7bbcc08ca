// The size of a terminal.

/// The size of a terminal in characters.
public struct ConsoleSize: Equatable, Sendable {
  public var height: UInt32 = 0
  public var width: UInt32 = 0

  public init() {}

  public init(height: UInt32, width: UInt32) {
    self.height = height
    self.width = width
  }
}
