// The numbers of actions in filter programs.

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
