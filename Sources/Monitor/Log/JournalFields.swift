// The fields that every entry of a container in the journal has.

/// The fields that every entry of a container in the journal has, in the journal's native protocol
/// (systemd's JOURNAL_NATIVE_PROTOCOL): `NAME=value` lines.
enum JournalFields {
  static func constant(_ options: Options) -> [UInt8] {
    let id = options.containerID
    let short = String(decoding: id.utf8.prefix(12), as: UTF8.self)
    var fields = field("CONTAINER_ID_FULL", id) + field("CONTAINER_ID", short)
    if let tag = options.log.tag { fields += field("CONTAINER_TAG", tag) }
    if let name = options.name { fields += field("CONTAINER_NAME", name) }
    fields += field("SYSLOG_IDENTIFIER", options.log.tag ?? options.name ?? short)
    for label in options.log.labels {
      let bytes = [UInt8](label.utf8)
      let name = bytes.prefix { $0 != 61 }
      let value = bytes.dropFirst(name.count + 1)
      fields += field(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }
    return fields
  }

  /// A value with a newline has its length, as eight little-endian bytes, before it instead of an equals sign.
  static func field(_ name: String, _ value: String) -> [UInt8] {
    let bytes = [UInt8](value.utf8)
    if !bytes.contains(10) { return [UInt8](name.utf8) + [61] + bytes + [10] }
    let count = UInt64(bytes.count)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    return [UInt8](name.utf8) + [10] + length + bytes + [10]
  }

  /// The priority that a line asks for by `<0>` to `<7>` at its beginning.
  static func priority(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt8? {
    first == 60 && third == 62 && 48...55 ~= second ? second : nil
  }
}
