// The parts of a reference, checked against its grammar.

/// The parts of a reference, each checked; a registry only where the text names one.
struct ReferenceParts {
  var registry: String?
  var path: String
  var tag: String?
  var digest: Digest?

  init(_ text: String) throws(ImageError) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.count <= 512 else {
      throw ReferenceParts.failure(text, bytes.isEmpty ? "the name is empty" : "the name is too long")
    }
    var name = bytes[...]
    if let at = bytes.firstIndex(of: UInt8(ascii: "@")) {
      digest = try Digest(String(decoding: bytes[(at + 1)...], as: UTF8.self))
      name = bytes[..<at]
    }
    let lastSlash = name.lastIndex(of: UInt8(ascii: "/")) ?? name.startIndex
    if let colon = name[lastSlash...].lastIndex(of: UInt8(ascii: ":")) {
      tag = try ReferenceParts.tag(name[(colon + 1)...], of: text)
      name = name[..<colon]
    }
    if let slash = name.firstIndex(of: UInt8(ascii: "/")), ReferenceParts.namesRegistry(name[..<slash]) {
      registry = try ReferenceParts.registry(name[..<slash], of: text)
      name = name[(slash + 1)...]
    }
    path = try ReferenceParts.path(name, of: text)
    if registry == nil, bytes.count == 64, bytes.allSatisfy(\.isLowerHexDigit) {
      throw ReferenceParts.failure(text, "64 hexadecimal digits are an image id, not a name")
    }
  }

  /// A first part with a dot, a port or an upper-case letter, and `localhost`, is a host; else it is a folder.
  private static func namesRegistry(_ first: ArraySlice<UInt8>) -> Bool {
    first.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || $0.isLetter && !$0.isLowerLetter }
      || first.elementsEqual("localhost".utf8)
  }

  private static func registry(_ bytes: ArraySlice<UInt8>, of text: String) throws(ImageError) -> String {
    var host = bytes
    if bytes.first == UInt8(ascii: "["), let close = bytes.firstIndex(of: UInt8(ascii: "]")) {
      let address = bytes[(bytes.startIndex + 1)..<close]
      let isAddress = address.count > 1 && address.allSatisfy { ($0 | 0x20).isLowerHexDigit || $0 == UInt8(ascii: ":") }
      guard isAddress else { throw failure(text, "the registry is no host name") }
      host = bytes[(close + 1)...]
      guard host.isEmpty || isPort(host) else { throw failure(text, "the registry's port is no number") }
      return String(decoding: bytes, as: UTF8.self)
    }
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
      guard isPort(bytes[colon...]) else { throw failure(text, "the registry's port is no number") }
      host = bytes[..<colon]
    }
    let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let areLabels = labels.allSatisfy { label in
      label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-") && !label.isEmpty
        && label.allSatisfy { $0.isLetter || $0.isDecimalDigit || $0 == UInt8(ascii: "-") }
    }
    guard areLabels else { throw failure(text, "the registry is no host name") }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A colon and the number of a port.
  private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
    let digits = bytes.dropFirst()
    guard bytes.first == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.allSatisfy(\.isDecimalDigit)
    else { return false }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65535
  }

  private static func path(_ bytes: ArraySlice<UInt8>, of text: String) throws(ImageError) -> String {
    let components = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for component in components {
      if component.contains(where: { $0.isLetter && !$0.isLowerLetter }) {
        throw failure(text, "the repository must be in lower case")
      }
      guard isPathComponent(component) else { throw failure(text, "the repository is no path of names") }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Letters and digits, with `.`, `_`, `__` or any number of `-` between them.
  private static func isPathComponent(_ bytes: ArraySlice<UInt8>) -> Bool {
    var separator: [UInt8] = []
    guard let first = bytes.first, first.isLowerLetter || first.isDecimalDigit else { return false }
    for byte in bytes {
      if byte.isLowerLetter || byte.isDecimalDigit {
        let isOne = separator.isEmpty || separator == Array(".".utf8) || separator == Array("_".utf8)
        guard isOne || separator == Array("__".utf8) || separator.allSatisfy({ $0 == UInt8(ascii: "-") })
        else { return false }
        separator = []
      } else {
        separator.append(byte)
      }
    }
    return separator.isEmpty
  }

  private static func tag(_ bytes: ArraySlice<UInt8>, of text: String) throws(ImageError) -> String {
    let isWord = { (byte: UInt8) in byte.isLetter || byte.isDecimalDigit || byte == UInt8(ascii: "_") }
    guard let first = bytes.first, isWord(first), bytes.count <= 128,
      bytes.allSatisfy({ isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
    else { throw failure(text, "the tag is none: 1 to 128 letters, digits, '_', '.' and '-', not first") }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func failure(_ text: String, _ problem: String) -> ImageError {
    ImageError(.invalidInput, "'\(text.shortened)' is no image reference: \(problem)")
  }
}
