// The form of a file with a compiled filter.

/// The form of a file with a compiled filter: mark, length of the key, length of the program, hash of the program
/// against a damaged disk, then key and program. Numbers are little-endian.
enum SeccompCacheEntry {
  private static let mark: [UInt8] = [0x61, 0x70, 0x75, 0x73, 0x62, 0x70, 0x66, 0x31]
  private static let headSize = 24

  static func bytes(_ program: [UInt8], for key: [UInt8]) -> [UInt8] {
    var bytes = mark
    bytes.reserveCapacity(headSize + key.count + program.count)
    bytes.append(littleEndian: UInt32(key.count))
    bytes.append(littleEndian: UInt32(program.count))
    bytes.append(littleEndian: hash(program))
    bytes += key
    bytes += program
    return bytes
  }

  /// - Returns: nil unless every byte of the key is the same and the program is whole.
  static func program(in bytes: [UInt8], for key: [UInt8]) -> [UInt8]? {
    guard bytes.count > headSize, bytes.starts(with: mark) else { return nil }
    let (keyCount, programCount) = (Int(bytes.littleEndian32(at: 8)), Int(bytes.littleEndian32(at: 12)))
    guard keyCount == key.count, programCount > 0, programCount % BPFInstruction.size == 0,
      programCount <= BPFInstruction.size * BPFInstruction.limit,
      bytes.count == headSize + keyCount + programCount,
      bytes[headSize..<headSize + keyCount].elementsEqual(key)
    else { return nil }
    let program = Array(bytes[(headSize + keyCount)...])
    return hash(program) == bytes.littleEndian64(at: 16) ? program : nil
  }

  /// FNV-1a, 64 bits.
  static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
