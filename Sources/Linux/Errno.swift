// An error number of the kernel.

/// An error number of the kernel (errno(3)), always positive.
public struct Errno: Equatable, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }
}
