// The hash functions that name content.

/// The hash functions that name content (image-spec descriptor.md, registered algorithms).
public enum DigestAlgorithm: String, CaseIterable, Sendable {
  case sha256
  case sha512

  /// The number of hexadecimal digits of a value.
  public var digits: Int {
    switch self {
    case .sha256: 64
    case .sha512: 128
    }
  }
}
