// Writes tar archives of plain files and directories.

internal import Linux

/// Writes a tar archive (ustar) of plain files and directories with fixed owners and times, so that the same content
/// makes the same archive. Names are the program's own, sizes may be of any number (base 256 above 8 GiB, as GNU has
/// it and everybody reads it).
struct TarWriter: ~Copyable {
  private let output: Descriptor
  /// Bytes of the current file that are still to come, and those that fill its last block.
  private var left: Int64 = 0
  private var padding = 0

  init(_ output: consuming Descriptor) { self.output = output }

  mutating func directory(_ name: String) throws(ImageError) {
    try header(name + "/", type: UInt8(ascii: "5"), mode: 0o755, size: 0)
  }

  mutating func file(_ name: String, _ content: [UInt8]) throws(ImageError) {
    try begin(name, size: Int64(content.count))
    try write(content, 0..<content.count)
    try end()
  }

  /// Begins a file; `size` bytes must follow, and `end()`.
  mutating func begin(_ name: String, size: Int64) throws(ImageError) {
    try header(name, type: UInt8(ascii: "0"), mode: 0o644, size: size)
    left = size
    padding = Int((512 - size % 512) % 512)
  }

  mutating func write(_ bytes: [UInt8], _ range: Range<Int>) throws(ImageError) {
    left -= Int64(range.count)
    guard left >= 0 else { throw ImageError(.damaged, "writing the archive: a file is longer than it was") }
    try put(bytes, range)
  }

  mutating func end() throws(ImageError) {
    guard left == 0 else { throw ImageError(.damaged, "writing the archive: a file is shorter than it was") }
    try put([UInt8](repeating: 0, count: padding), 0..<padding)
  }

  /// Ends the archive.
  consuming func finish() throws(ImageError) { try put([UInt8](repeating: 0, count: 1024), 0..<1024) }

  private func header(_ name: String, type: UInt8, mode: Int64, size: Int64) throws(ImageError) {
    guard name.utf8.count <= 100 else { throw ImageError(.damaged, "writing the archive: '\(name)' is too long") }
    var block = [UInt8](repeating: 0, count: TarHeader.size)
    func set(_ bytes: some Sequence<UInt8>, at start: Int) {
      for (index, byte) in bytes.enumerated() { block[start + index] = byte }
    }
    set(name.utf8, at: 0)
    for (value, start, width) in [(mode, 100, 8), (0, 108, 8), (0, 116, 8), (size, 124, 12), (0, 136, 12)] {
      set(TarWriter.number(value, width), at: start)
    }
    block[156] = type
    set("ustar\u{0}00".utf8, at: 257)
    // The checksum counts its own field as spaces.
    set([UInt8](repeating: 32, count: 8), at: 148)
    set(TarWriter.number(block.reduce(0) { $0 + Int64($1) }, 7), at: 148)
    try put(block, 0..<block.count)
  }

  /// Octal digits with a NUL behind them, or base 256 where those do not suffice.
  private static func number(_ value: Int64, _ width: Int) -> [UInt8] {
    let digits = Array(String(value, radix: 8).utf8)
    if digits.count < width { return [UInt8](repeating: 48, count: width - 1 - digits.count) + digits + [0] }
    var bytes = (0..<width).map { index in
      let shift = 8 * (width - 1 - index)
      return shift > 56 ? 0 : UInt8(truncatingIfNeeded: value >> Int64(shift))
    }
    bytes[0] |= 0x80
    return bytes
  }

  private func put(_ bytes: [UInt8], _ range: Range<Int>) throws(ImageError) {
    try attempting("writing the archive") { () throws(SystemCallError) in try output.writeAll(bytes, range) }
  }
}
