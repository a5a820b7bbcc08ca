// The numbers of actions, comparisons and architectures in filter programs.

internal import OCI

/// The 32-bit actions of a filter (linux/seccomp.h, SECCOMP_RET_*); the lower 16 bits hold an errno or a trace value.
enum SeccompActionCode {
  static let killProcess: UInt32 = 0x8000_0000
  static let killThread: UInt32 = 0x0000_0000
  static let trap: UInt32 = 0x0003_0000
  static let errno: UInt32 = 0x0005_0000
  static let notify: UInt32 = 0x7fc0_0000
  static let trace: UInt32 = 0x7ff0_0000
  static let log: UInt32 = 0x7ffc_0000
  static let allow: UInt32 = 0x7fff_0000

  /// ENOSYS: the call does not exist on this machine.
  static let notImplemented: UInt32 = errno | 38

  static let all: [UInt32] = [killProcess, killThread, trap, errno, notify, trace, log, allow]
}

extension OCI.Seccomp.Action {
  /// The action as a number of the kernel.
  /// - Parameter value: the errno or the trace value; absent means EPERM. Other actions ignore it, as in runc.
  func code(value: UInt32?) throws(RuntimeError) -> UInt32 {
    switch self {
    case .kill, .killThread: return SeccompActionCode.killThread
    case .killProcess: return SeccompActionCode.killProcess
    case .trap: return SeccompActionCode.trap
    case .allow: return SeccompActionCode.allow
    case .log: return SeccompActionCode.log
    case .notify: return SeccompActionCode.notify
    case .errno: return SeccompActionCode.errno | (try Self.data(value))
    case .trace: return SeccompActionCode.trace | (try Self.data(value))
    }
  }

  /// More than 16 bits would reach into the action: 65536 would become "success".
  private static func data(_ value: UInt32?) throws(RuntimeError) -> UInt32 {
    let value = value ?? 1
    if value > 0xffff { throw .invalidConfiguration("linux.seccomp: the errnoRet \(value) is above 65535") }
    return value
  }
}

extension OCI.Seccomp.Comparison {
  /// The number in libseccomp's enum scmp_compare.
  var code: UInt32 {
    switch self {
    case .notEqual: return 1
    case .less: return 2
    case .lessOrEqual: return 3
    case .equal: return 4
    case .greaterOrEqual: return 5
    case .greater: return 6
    case .maskedEqual: return 7
    }
  }
}

extension OCI.Seccomp.Architecture {
  /// The name in libseccomp's seccomp_arch_resolve_name(3): that of config.json without its prefix, in lower case.
  var libraryName: String {
    let bytes = name.utf8.dropFirst("SCMP_ARCH_".utf8.count)
    return String(decoding: bytes.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
  }
}
