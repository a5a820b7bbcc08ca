// One line of the log, in the forms of logrus that callers of runc parse.

internal import OCI

/// The form of the log.
public enum LogFormat: Equatable, Sendable {
  case text, json

  init?(_ name: String) {
    if sameBytes(name, "text") {
      self = .text
    } else if sameBytes(name, "json") {
      self = .json
    } else {
      return nil
    }
  }
}

/// How grave a message is.
public enum LogLevel: UInt8, Equatable, Sendable {
  case debug, info, warning, error

  private static let names = ["debug", "info", "warning", "error"]

  var name: String { LogLevel.names[Int(rawValue)] }
}

/// One line of the log.
struct LogLine {
  let level: LogLevel
  let message: String
  /// RFC 3339, whole seconds.
  let time: String

  /// The line with its newline.
  func formatted(_ format: LogFormat) -> [UInt8] {
    switch format {
    case .text: return text
    case .json: return json
    }
  }

  private var text: [UInt8] {
    var bytes = [UInt8](("time=\"" + time + "\" level=" + level.name + " msg=").utf8)
    LogLine.append(message, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private var json: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("level")
    writer.string(level.name)
    writer.name("msg")
    writer.string(message)
    writer.name("time")
    writer.string(time)
    writer.endObject()
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  /// A value of the text form: bare when it holds only characters that need no quotes.
  private static func append(_ value: String, to bytes: inout [UInt8]) {
    for byte in value.utf8 where !isBare(byte) { return appendQuoted(value, to: &bytes) }
    bytes.append(contentsOf: value.utf8)
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "^"), UInt8(ascii: "+"):
      return true
    default:
      return false
    }
  }

  /// In the quotes of Go's %q: what a terminal would act upon is escaped.
  private static func appendQuoted(_ value: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var before: UInt8 = 0
    for byte in value.utf8 {
      if before == 0xc2 && byte < 0xa0 {
        // U+0080 to U+009F, the other control characters, are c2 80 to c2 9f.
        bytes.removeLast()
        bytes.append(contentsOf: "\\u00".utf8)
        appendHexadecimal(byte, to: &bytes)
      } else {
        append(byte, to: &bytes)
      }
      before = byte
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
    case 7...13: bytes.append(contentsOf: [UInt8(ascii: "\\"), [UInt8]("abtnvfr".utf8)[Int(byte) - 7]])
    case 0..<32, 127:
      bytes.append(contentsOf: "\\x".utf8)
      appendHexadecimal(byte, to: &bytes)
    default: bytes.append(byte)
    }
  }

  private static func appendHexadecimal(_ byte: UInt8, to bytes: inout [UInt8]) {
    for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
  }
}
