// ENOSYS for system calls that are newer than a profile.

/// The newest call that a profile names, for one architecture as the kernel tells them apart (AUDIT_ARCH_*).
struct NewestCall: Equatable {
  let auditArchitecture: UInt32
  /// The greatest number; nil when the profile names no call of the architecture.
  var number: UInt32?
  /// The greatest number of the x32 interface of x86_64, with its bit.
  var x32Number: UInt32?
}

/// Instructions in front of a filter which answer ENOSYS to calls that are newer than the newest one of the profile.
///
/// A profile that answers EPERM to all that it does not name breaks programs on newer kernels: a C library tries a
/// new call, and falls back to the old one only on ENOSYS.
enum UnknownCallStub {
  static let auditAMD64: UInt32 = 0xc000_003e
  /// Marks the calls of the x32 interface, which share their architecture with those of x86_64.
  static let x32Bit: UInt32 = 0x4000_0000

  /// Offsets in struct seccomp_data.
  private static let numberOffset: UInt32 = 0
  private static let architectureOffset: UInt32 = 4

  /// Whether a filter with this default action needs the stub. Permissive ones do not, and a tracer emulates as it
  /// likes; neither does one whose default is ENOSYS already.
  static func isUseful(defaultAction: UInt32) -> Bool {
    switch defaultAction & 0xffff_0000 {
    case SeccompActionCode.allow, SeccompActionCode.log, SeccompActionCode.trace: return false
    default: return defaultAction != SeccompActionCode.notImplemented
    }
  }

  /// One section for each architecture in the given order, of 8 instructions at most. Calls that no section refuses
  /// fall through into the filter, which loads what it needs anew.
  static func instructions(for newest: [NewestCall]) -> [BPFInstruction] {
    var program: [BPFInstruction] = []
    for call in newest {
      let body = section(call)
      if body.isEmpty { continue }
      if program.isEmpty { program.append(BPFInstruction(BPFInstruction.loadWord, architectureOffset)) }
      program.append(
        BPFInstruction(
          BPFInstruction.jumpIfEqual, call.auditArchitecture, skipIfFalse: UInt8(body.count)))
      program += body
    }
    return leavingEarly(program)
  }

  /// number; [x32?]; greater than the newest? each; ENOSYS; on to the filter.
  private static func section(_ call: NewestCall) -> [BPFInstruction] {
    let limits = [call.number, call.x32Number].compactMap { $0 }
    let tests = UInt8(limits.count)
    if tests == 0 { return [] }
    var body = [BPFInstruction(BPFInstruction.loadWord, numberOffset)]
    if call.auditArchitecture == auditAMD64 {
      // A call of the interface that the profile does not name at all goes on to the filter, which refuses it.
      body.append(
        BPFInstruction(
          BPFInstruction.jumpIfBitsSet, x32Bit,
          skipIfTrue: call.x32Number == nil ? tests + 1 : tests - 1,
          skipIfFalse: call.number == nil ? tests + 1 : 0))
    }
    for (index, limit) in limits.enumerated() {
      let left = tests - UInt8(index) - 1
      body.append(BPFInstruction(BPFInstruction.jumpIfGreater, limit, skipIfTrue: left, skipIfFalse: left + 1))
    }
    body.append(BPFInstruction(BPFInstruction.returnConstant, SeccompActionCode.notImplemented))
    body.append(BPFInstruction(BPFInstruction.jump, 0))
    return body
  }

  /// Lets the jump at the end of each section skip the sections after it: the accumulator holds no architecture now.
  private static func leavingEarly(_ program: [BPFInstruction]) -> [BPFInstruction] {
    var program = program
    for index in program.indices where program[index].code == BPFInstruction.jump {
      program[index] = BPFInstruction(BPFInstruction.jump, UInt32(program.count - index - 1))
    }
    return program
  }
}
