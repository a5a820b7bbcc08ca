// Which texts may name a network, a container, an interface, a plugin (CNI specification 1.1.0, sections 1 and 2).

enum NetworkName {
  /// Networks and containers: a letter or digit, then letters, digits, `_`, `.`, `-`.
  static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, isAlphanumeric(first) else { return false }
    return text.utf8.count <= 200 && text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  /// What the kernel takes as the name of a device (dev_valid_name of net/core/dev.c).
  static func isInterface(_ text: String) -> Bool {
    (1...15).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
  }

  /// The plain name of a file: a plugin is found in the plugin folders and nowhere else (CVE-2021-20206).
  static func isPlugin(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255 && text != "." && text != ".."
      && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
}
