// A machine for classic BPF over struct seccomp_data, to ask a compiled filter what it does.

@testable import ContainerRuntime

/// A call as a filter sees it (linux/seccomp.h, struct seccomp_data).
struct FilteredCall {
  static let amd64: UInt32 = 0xc000_003e
  static let x86: UInt32 = 0x4000_0003
  static let aarch64: UInt32 = 0xc000_00b7
  static let arm: UInt32 = 0x4000_0028

  var architecture: UInt32
  var number: UInt32
  var arguments: [UInt64] = []

  /// The 32-bit word at an offset, nil outside of the struct or unaligned, as the kernel refuses it.
  func word(at offset: UInt32) -> UInt32? {
    switch offset {
    case 0: return number
    case 4: return architecture
    case 8, 12: return 0
    case 16..<64 where offset % 4 == 0:
      let index = Int(offset - 16) / 8
      let argument = index < arguments.count ? arguments[index] : 0
      return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
    default: return nil
    }
  }
}

/// Runs the instructions that filters are made of; nil for anything that the kernel would not take.
func filterAction(_ program: [UInt8], _ call: FilteredCall) -> UInt32? {
  var (accumulator, at, steps) = (UInt32(0), 0, 0)
  while at * 8 + 8 <= program.count, steps < 4096 {
    let base = at * 8
    let code = UInt16(program[base]) | UInt16(program[base + 1]) << 8
    let (whenTrue, whenFalse) = (Int(program[base + 2]), Int(program[base + 3]))
    let constant = (0..<4).reduce(UInt32(0)) { $0 | UInt32(program[base + 4 + $1]) << (8 * UInt32($1)) }
    at += 1
    steps += 1
    switch code {
    case 0x20:
      guard let word = call.word(at: constant) else { return nil }
      accumulator = word
    case 0x54: accumulator &= constant
    case 0x05: at += Int(constant)
    case 0x15: at += accumulator == constant ? whenTrue : whenFalse
    case 0x25: at += accumulator > constant ? whenTrue : whenFalse
    case 0x35: at += accumulator >= constant ? whenTrue : whenFalse
    case 0x45: at += accumulator & constant != 0 ? whenTrue : whenFalse
    case 0x06: return constant
    default: return nil
    }
  }
  return nil
}
