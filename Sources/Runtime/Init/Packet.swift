// The bytes of a synchronisation packet: fixed numbers, texts with their length, a cap on the whole.

/// The most bytes that a packet holds.
let packetLimit = 8192

/// Writes the fields of a packet.
struct PacketWriter {
  private(set) var bytes: [UInt8]

  static func packet(_ kind: UInt8, _ fill: (inout PacketWriter) -> Void) -> [UInt8] {
    var writer = PacketWriter(bytes: [kind])
    fill(&writer)
    return writer.bytes
  }

  mutating func append(_ number: Int32) {
    let bits = UInt32(bitPattern: number)
    for shift in [UInt32(0), 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
  }

  /// A longer text than the packet has room for is cut: it is for a reader's eyes only.
  mutating func append(_ text: String) {
    let kept = Array(text.utf8.prefix(packetLimit / 2))
    append(Int32(kept.count))
    bytes.append(contentsOf: kept)
  }
}

/// Reads the fields of a packet; nil when it is too short or a length lies.
struct PacketReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  mutating func byte() -> UInt8? {
    if at >= bytes.count { return nil }
    at += 1
    return bytes[at - 1]
  }

  mutating func number() -> Int32? {
    if bytes.count - at < 4 { return nil }
    var bits: UInt32 = 0
    for index in 0..<4 { bits |= UInt32(bytes[at + index]) << UInt32(8 * index) }
    at += 4
    return Int32(bitPattern: bits)
  }

  mutating func text() -> String? {
    guard let count = number(), count >= 0, Int(count) <= bytes.count - at else { return nil }
    let slice = bytes[at..<(at + Int(count))]
    at += Int(count)
    return ContainerRuntime.text(slice[...])
  }
}
