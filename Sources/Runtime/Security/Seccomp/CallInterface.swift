// The ways in which a process can make system calls on this machine.

internal import OCI

/// A way to make system calls on this machine: the native one, and those that the kernel keeps for older programs.
///
/// A call of any other architecture cannot occur here, so that what a profile says about one stays without effect.
struct CallInterface {
  let architecture: OCI.Seccomp.Architecture
  /// What the kernel tells a filter (linux/audit.h, AUDIT_ARCH_*).
  let audit: UInt32
  /// Set in each number.
  let mark: UInt32
  /// Whether arguments have 64 bits; else their lower halves alone count.
  let isWide: Bool

  /// The native one first, in the order of the numbers in `SystemCallTable.text`.
  static var all: [CallInterface] {
    #if arch(x86_64)
      [
        CallInterface(architecture: .amd64, audit: auditAMD64, mark: 0, isWide: true),
        CallInterface(architecture: .x86, audit: 0x4000_0003, mark: 0, isWide: false),
        CallInterface(architecture: .x32, audit: auditAMD64, mark: x32Mark, isWide: false),
      ]
    #else
      [
        CallInterface(architecture: .aarch64, audit: 0xc000_00b7, mark: 0, isWide: true),
        CallInterface(architecture: .arm, audit: 0x4000_0028, mark: 0, isWide: false),
      ]
    #endif
  }

  static let auditAMD64: UInt32 = 0xc000_003e
  /// Marks the calls of the x32 interface, which share their architecture with those of x86_64.
  static let x32Mark: UInt32 = 0x4000_0000
  /// The calls of i386 that stand for a dozen others each, by their first argument.
  static let socketMultiplexer: UInt32 = 102
  static let ipcMultiplexer: UInt32 = 117
}

extension OCI.Seccomp.Architecture {
  /// Big-endian architectures cannot be in a filter together with this machine's.
  var isBigEndian: Bool {
    switch self {
    case .mips, .mips64, .mips64n32, .ppc, .ppc64, .s390, .s390x, .parisc, .parisc64, .m68k, .sheb: return true
    default: return false
    }
  }
}
