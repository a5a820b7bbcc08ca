// Archives made by hand, well-formed or not.

/// Writes tar archives field by field, so that each can be wrong.
struct TarBuilder {
  struct Fields {
    var type: UInt8 = UInt8(ascii: "0")
    var mode: Int64 = 0o644
    var uid: Int64 = 0
    var gid: Int64 = 0
    var size: Int64?
    var modified: Int64 = 1_000_000_000
    var target = ""
    var device: (major: Int64, minor: Int64) = (0, 0)
    var magic = "ustar\0" + "00"
  }

  private(set) var bytes: [UInt8] = []

  static func archive(_ build: (inout TarBuilder) -> Void) -> [UInt8] {
    var builder = TarBuilder()
    build(&builder)
    builder.end()
    return builder.bytes
  }

  mutating func file(_ path: String, _ content: String = "x", mode: Int64 = 0o644) {
    add(path, Array(content.utf8)) { $0.mode = mode }
  }

  mutating func directory(_ path: String, mode: Int64 = 0o755, modified: Int64 = 1_000_000_000) {
    add(path) { fields in
      fields.type = UInt8(ascii: "5")
      fields.mode = mode
      fields.modified = modified
    }
  }

  mutating func link(_ path: String, to target: String) {
    add(path) { fields in
      fields.type = UInt8(ascii: "2")
      fields.mode = 0o777
      fields.target = target
    }
  }

  mutating func hardLink(_ path: String, to target: String) {
    add(path) { fields in
      fields.type = UInt8(ascii: "1")
      fields.target = target
    }
  }

  mutating func device(_ path: String, _ type: Character, _ major: Int64, _ minor: Int64) {
    add(path) { fields in
      fields.type = type == "b" ? UInt8(ascii: "4") : UInt8(ascii: "3")
      fields.device = (major, minor)
    }
  }

  mutating func fifo(_ path: String) { add(path) { $0.type = UInt8(ascii: "6") } }

  /// An extended header for the next entry.
  mutating func extended(_ records: [(String, [UInt8])], type: Character = "x") {
    var data: [UInt8] = []
    for (key, value) in records {
      let rest = Array(" \(key)=".utf8) + value + [10]
      var length = rest.count + 1
      while "\(length)".utf8.count + rest.count != length { length = "\(length)".utf8.count + rest.count }
      data += Array("\(length)".utf8) + rest
    }
    add("PaxHeaders/x", data) { $0.type = type.asciiValue ?? 0 }
  }

  mutating func extended(_ records: KeyValuePairs<String, String>) {
    extended(records.map { ($0.key, Array($0.value.utf8)) })
  }

  /// GNU's header for a long name (`L`) or a long target (`K`).
  mutating func long(_ type: Character, _ text: String) {
    add("././@LongLink", Array(text.utf8) + [0]) { fields in
      fields.type = type.asciiValue ?? 0
      fields.magic = "ustar  \0"
    }
  }

  mutating func add(_ path: String, _ data: [UInt8] = [], _ change: (inout Fields) -> Void = { _ in }) {
    var fields = Fields()
    change(&fields)
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: some Sequence<UInt8>, _ offset: Int, _ limit: Int) {
      for (index, byte) in text.prefix(limit).enumerated() { block[offset + index] = byte }
    }
    put(path.utf8, 0, 100)
    put(Self.number(fields.mode, 8), 100, 8)
    put(Self.number(fields.uid, 8), 108, 8)
    put(Self.number(fields.gid, 8), 116, 8)
    put(Self.number(fields.size ?? Int64(data.count), 12), 124, 12)
    put(Self.number(fields.modified, 12), 136, 12)
    block[156] = fields.type
    put(fields.target.utf8, 157, 100)
    put(fields.magic.utf8, 257, 8)
    put(Self.number(fields.device.major, 8), 329, 8)
    put(Self.number(fields.device.minor, 8), 337, 8)
    raw(Self.summed(block))
    raw(data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512))
  }

  mutating func raw(_ more: [UInt8]) { bytes += more }

  mutating func end() { bytes += [UInt8](repeating: 0, count: 1024) }

  /// The block with the right checksum.
  static func summed(_ block: [UInt8]) -> [UInt8] {
    var block = block
    block.replaceSubrange(148..<156, with: Array("        ".utf8))
    let sum = block.reduce(0) { $0 + Int64($1) }
    block.replaceSubrange(148..<156, with: Array(number(sum, 7)) + [32])
    return block
  }

  /// Octal digits, or base 256 where those do not suffice.
  private static func number(_ value: Int64, _ width: Int) -> [UInt8] {
    let digits = String(value, radix: 8)
    if value >= 0 && digits.utf8.count < width {
      return Array((String(repeating: "0", count: width - 1 - digits.utf8.count) + digits).utf8) + [0]
    }
    var bytes = (0..<width).map { index in
      let shift = 8 * (width - 1 - index)
      return UInt8(truncatingIfNeeded: shift > 56 ? (value < 0 ? -1 : 0) : value >> Int64(shift))
    }
    bytes[0] |= 0x80
    return bytes
  }
}
