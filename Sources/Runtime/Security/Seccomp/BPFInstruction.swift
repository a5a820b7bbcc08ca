// An instruction of classic BPF, as filters of system calls use it.

/// An instruction of classic BPF (linux/filter.h, struct sock_filter).
struct BPFInstruction: Equatable {
  /// Loads a 32-bit word of struct seccomp_data.
  static let loadWord: UInt16 = 0x20
  static let jump: UInt16 = 0x05
  static let jumpIfEqual: UInt16 = 0x15
  static let jumpIfGreater: UInt16 = 0x25
  static let jumpIfNotLess: UInt16 = 0x35
  static let and: UInt16 = 0x54
  static let returnConstant: UInt16 = 0x06

  /// Bytes of an instruction in a program.
  static let size = 8
  /// The most instructions that the kernel takes (BPF_MAXINSNS).
  static let limit = 4096

  let code: UInt16
  /// Instructions skipped when the test is true, or not.
  let skipIfTrue: UInt8
  let skipIfFalse: UInt8
  let constant: UInt32

  init(_ code: UInt16, _ constant: UInt32, skipIfTrue: UInt8 = 0, skipIfFalse: UInt8 = 0) {
    self.code = code
    self.skipIfTrue = skipIfTrue
    self.skipIfFalse = skipIfFalse
    self.constant = constant
  }

  /// Appends the bytes in the order of x86_64 and aarch64, both little-endian.
  func append(to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: code))
    bytes.append(UInt8(truncatingIfNeeded: code >> 8))
    bytes.append(skipIfTrue)
    bytes.append(skipIfFalse)
    bytes.append(littleEndian: constant)
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: UInt32) {
    var rest = value
    for _ in 0..<4 {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  mutating func append(littleEndian value: UInt64) {
    append(littleEndian: UInt32(truncatingIfNeeded: value))
    append(littleEndian: UInt32(truncatingIfNeeded: value >> 32))
  }
}
