// How much an image may ask of the host.

/// How much an image may ask of the host; anything above is refused (facts of CVE-2020-1702, CVE-2023-25153).
public struct ImageLimits: Equatable, Sendable {
  /// Bytes of a manifest, an index or a configuration.
  public var documentBytes: Int64 = 4 << 20
  /// Bytes of a token or of an error's body.
  public var answerBytes: Int64 = 1 << 20
  /// Compressed bytes of one layer.
  public var blobBytes: Int64 = 64 << 30
  /// Lower directories that one overlay mount takes (OVL_MAX_STACK of the kernel).
  public var layers = 500
  /// Indexes within indexes.
  public var indexDepth = 4

  public init() {}
}
