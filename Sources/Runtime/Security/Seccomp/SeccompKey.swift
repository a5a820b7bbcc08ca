// What a compiled filter depends on, as bytes.

internal import Linux
internal import OCI

/// What of the host a compiled filter depends on.
struct SeccompHost: Equatable {
  var architecture: UInt32
  /// Bit n for entry n of `SeccompActionCode.all`.
  var actions: UInt32
  var flags: SeccompFlags

  static func current(flags: SeccompFlags) -> SeccompHost {
    var actions: UInt32 = 0
    for (bit, action) in SeccompActionCode.all.enumerated() where SeccompKernel.supports(action: action) {
      actions |= 1 << UInt32(bit)
    }
    return SeccompHost(architecture: CallInterface.all[0].audit, actions: actions, flags: flags)
  }
}

/// What a compiled filter depends on, as bytes: equal bytes mean equal programs.
///
/// The numbers in them are the kernel's and libseccomp's, never raw values of this program's own types, which may
/// change their order from one release to the next; those of comparisons are both.
enum SeccompKey {
  /// To be raised with each change of what `SeccompRules` and `SeccompCompilation` make of a section, and of the
  /// table of system calls.
  static let generatorVersion: UInt32 = 2

  static func bytes(_ section: OCI.Seccomp, host: SeccompHost) throws(RuntimeError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16384)
    // No action has all bits: a section without one must not hit the entry of one with KILL, which is 0.
    let defaultAction = try section.defaultAction?.code(value: section.defaultErrnoRet) ?? UInt32.max
    for number in [
      generatorVersion, host.architecture, host.actions, host.flags.rawValue, defaultAction,
      UInt32(section.architectures.count),
    ] {
      bytes.append(littleEndian: number)
    }
    for architecture in section.architectures { append(architecture.name, to: &bytes) }
    for rule in section.syscalls { try append(rule, to: &bytes) }
    return bytes
  }

  /// Each list and text has its length in front, so that no two rules give the same bytes.
  private static func append(_ rule: OCI.Seccomp.Rule, to bytes: inout [UInt8]) throws(RuntimeError) {
    bytes.append(littleEndian: try rule.action.code(value: rule.errnoRet))
    bytes.append(littleEndian: UInt32(rule.arguments.count))
    for test in rule.arguments {
      bytes.append(littleEndian: test.index)
      bytes.append(littleEndian: UInt32(test.comparison.rawValue))
      bytes.append(littleEndian: test.value)
      bytes.append(littleEndian: test.valueTwo)
    }
    bytes.append(littleEndian: UInt32(rule.names.count))
    for name in rule.names { append(name, to: &bytes) }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(littleEndian: UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }
}
