// Output that some client has not taken yet.

import Linux

/// Output that some client has not taken yet, as packets one behind the other.
struct Backlog: ~Copyable {
  /// Bytes of a packet without its first byte, which names the output.
  static let packetSize = 8192
  /// Bytes beyond which nothing is read any more; behind them is room for what comes at the end of the container.
  static let mark = 4 << 20
  /// Two bytes of length, one for the output.
  private static let headSize = 3

  private(set) var bytes: MappedBytes
  private(set) var end = 0

  init() throws(SystemCallError) { bytes = try MappedBytes(capacity: 2 * Backlog.mark) }

  /// Adds what a read brought, cut into packets.
  /// - Returns: the place of the first packet, nil when there is no room.
  mutating func append(_ kind: OutputKind, _ source: borrowing MappedBytes, at start: Int, count: Int) -> Int? {
    let packets = (count + Backlog.packetSize - 1) / Backlog.packetSize
    if bytes.capacity - end < count + packets * Backlog.headSize { return nil }
    let first = end
    var done = 0
    while done < count {
      let size = min(count - done, Backlog.packetSize)
      bytes[end] = UInt8(size >> 8)
      bytes[end + 1] = UInt8(size & 0xff)
      bytes[end + 2] = kind.rawValue
      bytes.copy(from: source, at: start + done, count: size, to: end + Backlog.headSize)
      end += Backlog.headSize + size
      done += size
    }
    return first
  }

  /// The place of a packet of what was added at `first`, by its number: all but the last are full.
  func place(ofPacket number: Int, from first: Int) -> Int {
    first + number * (Backlog.headSize + Backlog.packetSize)
  }

  /// The packet at a place, first byte included, and the place behind it.
  func packet(at place: Int) -> (start: Int, count: Int, next: Int) {
    let size = Int(bytes[place]) << 8 | Int(bytes[place + 1])
    return (place + 2, size + 1, place + Backlog.headSize + size)
  }

  mutating func removeAll() {
    if end > 0 { bytes.giveBack() }
    end = 0
  }
}
