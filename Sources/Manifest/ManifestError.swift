// Why a manifest is refused.

/// Why a manifest is refused, with the place in it.
public struct ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The field, such as `spec.containers[0].image`; empty for the whole.
  public let path: String
  public let reason: String

  public init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  public var message: String { path.isEmpty ? reason : "\(path): \(reason)" }
  public var description: String { message }
}
