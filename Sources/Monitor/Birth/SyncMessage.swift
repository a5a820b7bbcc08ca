// One answer on the sync pipe as a line of JSON.

/// One answer on the sync pipe as a line of JSON: `{"pid": 5}`, or with a message beside the number.
enum SyncMessage {
  /// Bytes of a message that are handed on.
  static let longestMessage = 8191

  static func line(key: String, value: Int32, message: [UInt8] = []) -> [UInt8] {
    var line = [UInt8]("{\"\(key)\": \(value)".utf8)
    let text = message.prefix(longestMessage).prefix { $0 != 0 }
    if !text.isEmpty {
      line += [UInt8](", \"message\": \"".utf8)
      for byte in text { escape(byte, into: &line) }
      line.append(UInt8(ascii: "\""))
    }
    return line + [UInt8]("}\n".utf8)
  }

  /// Bytes of 0x80 and above pass as they are: the text is UTF-8, or as good as what the runtime wrote.
  private static func escape(_ byte: UInt8, into line: inout [UInt8]) {
    let backslash = UInt8(ascii: "\\")
    switch byte {
    case UInt8(ascii: "\""), backslash, UInt8(ascii: "/"): line += [backslash, byte]
    case 8: line += [backslash, UInt8(ascii: "b")]
    case 9: line += [backslash, UInt8(ascii: "t")]
    case 10: line += [backslash, UInt8(ascii: "n")]
    case 12: line += [backslash, UInt8(ascii: "f")]
    case 13: line += [backslash, UInt8(ascii: "r")]
    case 0..<32, 127: line += [UInt8]("\\u00".utf8) + [digit(byte >> 4), digit(byte & 15)]
    default: line.append(byte)
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
