// What a compiled filter depends on, as bytes.

internal import Linux

/// What of the host a compiled filter depends on.
struct SeccompHost: Equatable {
  var architecture: UInt32
  /// Of libseccomp: major, minor and micro number, a byte each.
  var libraryVersion: UInt32
  /// Bit n for entry n of `SeccompActionCode.all`.
  var actions: UInt32
  var flags: SeccompFlags

  static func current(flags: SeccompFlags) -> SeccompHost {
    var actions: UInt32 = 0
    for (bit, action) in SeccompActionCode.all.enumerated() where SeccompKernel.supports(action: action) {
      actions |= 1 << UInt32(bit)
    }
    return SeccompHost(
      architecture: SeccompNames.nativeArchitecture, libraryVersion: SeccompNames.version, actions: actions,
      flags: flags)
  }
}

/// What a compiled filter depends on, as bytes: equal bytes mean equal programs.
enum SeccompKey {
  /// To be raised with each change of what `SeccompRules` and `SeccompCompilation` make of a section.
  static let generatorVersion: UInt32 = 1

  static func bytes(_ rules: SeccompRules, host: SeccompHost) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + rules.calls.count * 32)
    for number in [
      generatorVersion, host.architecture, host.libraryVersion, host.actions, host.flags.rawValue, rules.defaultAction,
      UInt32(rules.architectures.count),
    ] {
      bytes.append(littleEndian: number)
    }
    for name in rules.architectures { append(name, to: &bytes) }
    bytes.append(littleEndian: UInt32(rules.calls.count))
    for call in rules.calls {
      append(call.name, to: &bytes)
      bytes.append(littleEndian: call.action)
      append(call.conditions, to: &bytes)
    }
    return bytes
  }

  /// With its length in front, so that no two lists of names give the same bytes.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(littleEndian: UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  private static func append(_ rules: [[SeccompCondition]], to bytes: inout [UInt8]) {
    bytes.append(littleEndian: UInt32(rules.count))
    for conditions in rules {
      bytes.append(littleEndian: UInt32(conditions.count))
      for condition in conditions {
        bytes.append(littleEndian: condition.argument)
        bytes.append(littleEndian: condition.comparison)
        bytes.append(littleEndian: condition.value)
        bytes.append(littleEndian: condition.valueTwo)
      }
    }
  }
}
