// The name of content by its hash.

/// The name of content by its hash, such as `sha256:` and 64 digits. A value exists only in the exact form: it can be
/// part of a path or of a request (CVE-2024-3727).
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  public let algorithm: DigestAlgorithm
  /// Lower-case hexadecimal digits, exactly as many as the algorithm has.
  public let hex: String

  public init(_ text: String) throws(ImageError) {
    guard let digest = Digest(exactly: text) else {
      throw ImageError(.invalidInput, "'\(text.shortened)' is no digest of the form sha256:<64 lower-case hex digits>")
    }
    self = digest
  }

  /// Nil when the text is not exactly `algorithm:digits`.
  public init?(exactly text: String) {
    let bytes = Array(text.utf8)
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let algorithm = DigestAlgorithm(rawValue: String(decoding: bytes[..<colon], as: UTF8.self)),
      bytes.count - colon - 1 == algorithm.digits, bytes[(colon + 1)...].allSatisfy(\.isLowerHexDigit)
    else { return nil }
    self.algorithm = algorithm
    hex = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
  }

  /// The digest whose value these bytes are; as many as the algorithm yields.
  init(_ algorithm: DigestAlgorithm, value: some Sequence<UInt8>) {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in value {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    self.algorithm = algorithm
    hex = String(decoding: text, as: UTF8.self)
  }

  public var description: String { "\(algorithm.rawValue):\(hex)" }

  /// The first twelve digits, as people name images.
  public var short: String { String(hex.prefix(12)) }
}

extension UInt8 {
  var isDecimalDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isLowerLetter: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
  var isLetter: Bool { (self | 0x20).isLowerLetter }
  var isLowerHexDigit: Bool { isDecimalDigit || self >= UInt8(ascii: "a") && self <= UInt8(ascii: "f") }
}

extension String {
  /// A text of strangers as part of a message: control characters made visible, at most 200 characters.
  var shortened: String {
    var text = ""
    for scalar in unicodeScalars.prefix(200) {
      text += scalar.value < 0x20 || scalar.value == 0x7f ? "?" : String(scalar)
    }
    return unicodeScalars.count > 200 ? text + "..." : text
  }
}
