// The form of a file with a compiled filter.

/// The form of a file with a compiled filter: mark, length of the key, length of the program, hash of the program
/// against a damaged disk, then key and program. Numbers are little-endian.
enum SeccompCacheEntry {
  private static let mark: [UInt8] = [0x61, 0x70, 0x75, 0x73, 0x62, 0x70, 0x66, 0x31]
  static let headSize = 24

  static func bytes(_ program: [UInt8], for key: [UInt8]) -> [UInt8] {
    var bytes = head(program, for: key)
    bytes += key
    bytes += program
    return bytes
  }

  /// What stands before the program: every byte of it has to be the same.
  static func head(_ program: [UInt8], for key: [UInt8]) -> [UInt8] {
    var bytes = mark
    bytes.reserveCapacity(headSize + key.count + program.count)
    bytes.append(littleEndian: UInt32(key.count))
    bytes.append(littleEndian: UInt32(program.count))
    bytes.append(littleEndian: hash(program))
    return bytes
  }

  /// Whether a program of this size can be.
  static func isPlausible(programSize: Int) -> Bool {
    programSize > 0 && programSize % BPFInstruction.size == 0
      && programSize <= BPFInstruction.size * BPFInstruction.limit
  }

  /// Whether what was read is the entry of this key, whole and undamaged.
  /// - Parameter front: the head and the key.
  static func isValid(front: [UInt8], program: [UInt8], for key: [UInt8]) -> Bool {
    let expected = head(program, for: key)
    guard front.count == headSize + key.count else { return false }
    let (found, known, wanted) = (front.span, expected.span, key.span)
    for index in 0..<headSize where found[index] != known[index] { return false }
    for index in wanted.indices where found[headSize + index] != wanted[index] { return false }
    return true
  }

  /// FNV-1a, 64 bits.
  static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let span = bytes.span
    for index in span.indices { hash = (hash ^ UInt64(span[index])) &* 0x100_0000_01b3 }
    return hash
  }
}
